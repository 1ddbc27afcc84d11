import { isNumberTag, Tag } from '../columns/batch.ts';
import { type Issue, quote } from '../issues.ts';
import type { FieldDefinition, FieldValue, RecordKind } from '../records/kind.ts';
import type { FieldSource, MappingOptions } from './mapping.ts';
import { convert, unitFieldOf } from './units.ts';
import { type Absence, absenceIn, type Nulls } from './absence.ts';
import { plainConventions, type Problem, readers, type ValueConventions } from './values.ts';

/** How one field of one input is read. */
export interface FieldRule {
  readonly field: string;
  readonly definition: FieldDefinition;
  readonly translations: ReadonlyMap<string, string> | undefined;
  /** The value of rows that leave the field empty. */
  readonly constant: FieldValue | undefined;
  /** The unit that the column's name gives. */
  readonly unit: string | undefined;
  /** The column's name says that a load is a weight. */
  readonly isWeight?: boolean | undefined;
  /** Why a text is not a value of the field; `undefined` where it may be one. */
  readonly absence: (text: string) => Absence | undefined;
}

/** What a text is, besides its characters. */
export interface TextForm {
  /** A number of JSON, which has a dot whatever the texts of the file have. */
  readonly isNumber: boolean;
  /** An object or a list of JSON. */
  readonly isNested: boolean;
  /** What a spreadsheet shows instead of a value. */
  readonly isError: boolean;
}

export const formOf = (tag: Tag): TextForm => ({
  isNumber: isNumberTag(tag),
  isNested: tag === Tag.nested,
  isError: tag === Tag.error,
});

/** What a text says of a field; without `value`, that there is none. */
export type FieldReading =
  | {
      readonly value: FieldValue;
      /** The unit of a load, which is brought together with the row's `load_unit`. */
      readonly unit?: string;
      /** The unit is that of the column's name. */
      readonly isUnitOfColumn?: boolean;
      /** The value of rows that leave the field empty: it is in the field's own unit, whatever the column's name says. */
      readonly isConstant?: boolean;
      readonly note?: string;
      readonly isGrouped?: boolean;
      /** The text has the number in another unit. */
      readonly isConverted?: boolean;
      /** Why the text was taken for no value, where that is to be said. */
      readonly taken?: string;
    }
  | { readonly value: undefined; readonly issue?: Issue; readonly taken?: string };

/** How a field is read that has no column, or another name than its column. */
export const bareRule = (
  field: string,
  definition: FieldDefinition,
  { nulls, unit }: { readonly nulls: Nulls; readonly unit?: string | undefined },
): FieldRule => ({
  field,
  definition,
  translations: undefined,
  constant: undefined,
  unit,
  absence: absenceIn(definition, nulls),
});

export const ruleOf = (
  kind: RecordKind,
  { field, unit, isWeight }: FieldSource,
  options: MappingOptions,
): FieldRule => ({
  ...bareRule(field, kind.fields[field] ?? { type: 'text', example: '' }, { nulls: options.nulls, unit }),
  isWeight,
  translations: options.values.get(field),
  constant: options.constants.get(field),
});

/** Whether a field's texts are its values: nothing is translated, filled in or read as another type. */
export const isVerbatim = ({ definition, translations, constant }: FieldRule): boolean =>
  definition.type === 'text' && translations === undefined && constant === undefined;

/** The issue of a text that can't be read. */
export const readingIssue = (field: string, value: string, problem: Problem): Issue => ({
  stage: 'validate',
  field,
  value,
  ...problem,
});

const nestedProblem = (field: string): Problem => ({
  code: 'MALFORMED_ROW',
  message: `${field} holds an object or a list; a single value is needed`,
});

const errorCodes: Readonly<Record<FieldDefinition['type'], Problem['code']>> = {
  text: 'MALFORMED_ROW',
  number: 'INVALID_NUMBER',
  integer: 'INVALID_NUMBER',
  date: 'INVALID_DATE',
  boolean: 'INVALID_BOOLEAN',
  uuid: 'INVALID_UUID',
  country: 'INVALID_COUNTRY',
  choice: 'INVALID_CHOICE',
};

/** Why a text of places is none: it says so, or is one. */
const noPlaceProblem = (field: string, text: string): Problem => ({
  code: 'INVALID_CHOICE',
  message: `${field} ${quote(text)} is a place, or says that there is none`,
  cause: `${field} ${quote(text)} is a place, or says that there is none`,
  hint: `if there is none: --null ${quote(text.trim())}; else write the country, too`,
  fix: ['--null', text.trim()],
});

/** The problem of a cell in which a spreadsheet has an error, or a formula whose result it did not store. */
const errorProblem = ({ field, definition }: FieldRule, text: string): Problem =>
  text.startsWith('=')
    ? {
        code: errorCodes[definition.type],
        message: `${field} is the formula ${quote(text)}, whose result is not stored in the file`,
        cause: `${field} is a formula whose result is not stored in the file`,
        hint: 'open the file in a spreadsheet program and save it there, so that results are stored',
      }
    : {
        code: errorCodes[definition.type],
        message: `${field} is the error ${quote(text)} of a spreadsheet; fix its formula, or leave the cell empty`,
        cause: `${field} is an error of a spreadsheet`,
        hint: 'fix the formula, or leave the cell empty',
      };

/** Reads the text of a cell as a field's value. Pure: the same text means the same in every row of the input. */
export function readField(rule: FieldRule, raw: string, form: TextForm, conventions: ValueConventions): FieldReading {
  const { field, constant, translations } = rule;
  const translated = translations?.get(raw.trim().toLowerCase());
  const text = translated ?? raw;
  const absence = rule.absence(text) ?? (form.isError && translated === undefined ? 'lost' : undefined);
  if (absence === 'null or place' && translated === undefined) {
    return { value: undefined, issue: readingIssue(field, raw, noPlaceProblem(field, raw)) };
  }
  if (absence === 'lost' && rule.definition.isAside !== true) {
    return { value: undefined, issue: readingIssue(field, raw, errorProblem(rule, raw)) };
  }
  if (absence !== undefined && absence !== 'null or place') {
    const said = takenFor(rule, absence, text);
    return constant === undefined ? { value: undefined, ...said } : { value: constant, isConstant: true, ...said };
  }
  if (form.isNested) return { value: undefined, issue: readingIssue(field, raw, nestedProblem(field)) };
  return readValue(rule, text, form.isNumber ? ofNumbers(conventions) : conventions);
}

/** How numbers of JSON and of workbooks are written, whatever the texts of the file have. */
const ofNumbers = ({ dateOrder, latestYear }: ValueConventions): ValueConventions => ({
  ...plainConventions,
  dateOrder: dateOrder === 'epoch' ? 'epoch' : 'iso',
  latestYear,
});

/** What is said, once, of a text that is taken for no value: where it could be an id, or something was lost. */
function takenFor(
  { field, definition: { isId, type } }: FieldRule,
  absence: Absence,
  text: string,
): { readonly taken?: string } {
  if (absence === 'lost') {
    const what = text.startsWith('=')
      ? 'a formula without its result'
      : `${quote(text.trim())}, an error of a spreadsheet,`;
    return { taken: `${field}: ${what} was taken for no value` };
  }
  const isOfIds = isId === true || type === 'uuid';
  return absence === 'null' && isOfIds ? { taken: `${field}: ${quote(text.trim())} was taken for no value` } : {};
}

/** Reads a text that is not empty. */
function readValue(rule: FieldRule, text: string, conventions: ValueConventions): FieldReading {
  const { field, definition, unit: columnUnit } = rule;
  const reading = readers[definition.type](text, field, definition, conventions);
  if ('problem' in reading) return { value: undefined, issue: readingIssue(field, text, reading.problem) };
  const { value, unit, note, isGrouped, isConverted } = reading;
  if (note !== undefined) return { value, note: `${field}: ${note}` };
  const remark = isGrouped === true ? { isGrouped } : {};
  if (unitFieldOf(field) !== undefined) {
    const ownUnit = unit ?? columnUnit;
    return ownUnit === undefined
      ? { value, ...remark }
      : { value, unit: ownUnit, isUnitOfColumn: unit === undefined, ...remark };
  }
  if (columnUnit === undefined || typeof value !== 'number') {
    return isConverted === true ? { value, isConverted, ...remark } : { value, ...remark };
  }
  const converted = convert(field, value, columnUnit) ?? value;
  return { value: converted, isConverted: isConverted === true || converted !== value, ...remark };
}

/** A number with a unit of its own, or of its column's name, that its row's unit contradicts. */
export const otherUnitProblem = (field: string, text: string, rowUnit: string, ofColumn?: string): Problem => ({
  code: 'INVALID_NUMBER',
  message:
    ofColumn === undefined
      ? `${field} ${quote(text)} has another unit than ${unitFieldOf(field) ?? ''}, ${quote(rowUnit)}`
      : `${field} is ${ofColumn} by its column's name, and ${unitFieldOf(field) ?? ''} is ${quote(rowUnit)}`,
  cause:
    ofColumn === undefined
      ? `${field} has another unit than ${unitFieldOf(field) ?? ''}`
      : `${field} is ${ofColumn} by its column's name, and ${unitFieldOf(field) ?? ''} is another`,
  ...(ofColumn === undefined ? {} : { hint: "correct the column's name or the unit; one of them is wrong" }),
});

/** A quantity in a unit that its fuel is not sold in. */
export const otherDimensionProblem = (unit: string, wanted: string | undefined): Problem => {
  const sold =
    wanted === undefined ? 'the unit that the fuel is sold in is not known' : `the fuel is sold in ${wanted}`;
  const cause = `a quantity in ${unit} can't be converted: ${sold}`;
  return { code: 'INVALID_CHOICE', message: cause, cause };
};

const usualUnit: Readonly<Record<string, string>> = { load: 'kg', quantity: 'l', distance_km: 'km' };

/** A number without a unit in a file that has other units than the usual one. */
export const missingUnitProblem = (field: string): Problem => ({
  code: 'MISSING_FIELD',
  message: `needs ${unitFieldOf(field) ?? ''}: other rows have other units`,
  hint: `fill in the unit, or say it for all empty ones: --set ${unitFieldOf(field) ?? ''}=${usualUnit[field] ?? ''}`,
});
