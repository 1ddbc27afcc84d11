import { type ExtraValue, Tag } from '../columns/batch.ts';
import { type Issue, quote, type Warning } from '../issues.ts';
import type { Fields, FieldValue, RecordKind } from '../records/kind.ts';
import { isHelperColumn, matchColumn } from './columns.ts';
import {
  type FieldReading,
  type FieldRule,
  formOf,
  impliedQuantityUnit,
  loadUnitProblem,
  nestedProblem,
  readField,
  readingIssue,
  readValue,
} from './read-field.ts';
import { convertLoad, loadConversion } from './units.ts';
import { isEmpty, plainConventions, type Problem, type ValueConventions } from './values.ts';

/** What could be read of a row's fields. */
export interface FieldReadings {
  readonly fields: Fields;
  /** Fields that have a text which is not of their type; each has an issue. */
  readonly unreadable: ReadonlySet<string>;
  readonly issues: readonly Issue[];
  /** What was understood in a way that the user should know of. */
  readonly notes: readonly Warning[];
}

/** The text of a field in a row. */
export interface FieldText {
  readonly rule: FieldRule;
  readonly text: string;
  readonly tag: Tag;
}

/**
 * Reads a row that has values outside of the columns that the sample showed, field by field. Rows of columns alone are read
 * a column at a time (`pipeline/record-columns.ts`), by the same rules.
 */
export function readFields(
  kind: RecordKind,
  texts: readonly FieldText[],
  extras: readonly ExtraValue[],
  conventions: ValueConventions,
): FieldReadings {
  const reading = new RowReading(kind, conventions);
  for (const text of texts) reading.read(text);
  for (const extra of extras) reading.readExtra(extra);
  return reading.finish();
}

class RowReading {
  readonly #kind: RecordKind;
  readonly #conventions: ValueConventions;
  readonly #fields: Record<string, FieldValue> = {};
  readonly #issues: Issue[] = [];
  readonly #notes: Warning[] = [];
  readonly #unreadable = new Set<string>();
  /** The unit of the load, where its text or its column's name has one. */
  #load: { readonly unit: string; readonly text: string; readonly isOfColumn: boolean } | undefined;

  constructor(kind: RecordKind, conventions: ValueConventions) {
    this.#kind = kind;
    this.#conventions = conventions;
  }

  read({ rule, text, tag }: FieldText): void {
    this.#take(rule, text, readField(rule, text, formOf(tag), this.#conventions));
  }

  /** A key that the sample did not have is matched by its name alone, so that no value is lost. */
  readExtra({ key, text, tag }: ExtraValue): void {
    if (isEmpty(text) || isHelperColumn(key)) return;
    const match = matchColumn(this.#kind, key);
    const definition = match === undefined ? undefined : this.#kind.fields[match.field];
    if (match === undefined || definition === undefined) {
      const message = `key ${quote(key)}, which the beginning of the file does not have, is not used`;
      this.#notes.push({ code: 'UNMAPPED_COLUMN', message });
      return;
    }
    const { field, unit } = match;
    if (this.#fields[field] !== undefined || this.#unreadable.has(field)) {
      this.#refuse(field, text, {
        code: 'MALFORMED_ROW',
        message: `has two values for ${field}, the second under ${quote(key)}`,
        cause: `has two values for ${field}`,
      });
    } else if (tag === Tag.nested) {
      this.#refuse(field, text, nestedProblem(field));
    } else {
      const rule = { field, definition, translations: undefined, constant: undefined, unit };
      const conventions = tag === Tag.number ? plainConventions : this.#conventions;
      this.#take(rule, text, readValue(rule, text, conventions));
    }
  }

  #take(rule: FieldRule, text: string, reading: FieldReading): void {
    const { field } = rule;
    if (reading.value === undefined) {
      if (reading.issue === undefined) return;
      this.#unreadable.add(field);
      this.#issues.push(reading.issue);
      return;
    }
    const { value, unit, isUnitOfColumn = false, isConstant = false, note } = reading;
    this.#fields[field] = value;
    if (note !== undefined) this.#notes.push({ code: 'COUNTRY_NAME', message: note });
    if (unit !== undefined) {
      const meant = rule.translations?.get(text.trim().toLowerCase()) ?? text;
      this.#load = { unit, text: meant, isOfColumn: isUnitOfColumn };
    }
    const implied = isConstant ? undefined : impliedQuantityUnit(this.#kind, rule);
    if (implied !== undefined) this.#fields['quantity_unit'] = implied;
  }

  finish(): FieldReadings {
    if (this.#load !== undefined) this.#settleLoad(this.#load);
    return {
      fields: inOrder(this.#kind, this.#fields),
      unreadable: this.#unreadable,
      issues: this.#issues,
      notes: this.#notes,
    };
  }

  /** A load with a unit of its own is brought together with the row's `load_unit`, which wins over a column's name. */
  #settleLoad({ unit, text, isOfColumn }: { unit: string; text: string; isOfColumn: boolean }): void {
    const { load, load_unit: rowUnit } = this.#fields;
    if (typeof load !== 'number' || this.#unreadable.has('load_unit')) return;
    const conversion = loadConversion(unit, rowUnit === undefined ? undefined : String(rowUnit));
    if (conversion !== undefined) {
      this.#fields['load'] = convertLoad(load, conversion);
      this.#fields['load_unit'] = conversion.loadUnit;
    } else if (!isOfColumn) {
      delete this.#fields['load'];
      this.#refuse('load', text, loadUnitProblem(text, String(rowUnit)));
    }
  }

  #refuse(field: string, text: string, problem: Problem): void {
    this.#unreadable.add(field);
    this.#issues.push(readingIssue(field, text, problem));
  }
}

const inOrder = (kind: RecordKind, fields: Fields): Fields =>
  Object.fromEntries(
    Object.keys(kind.fields).flatMap((field) => {
      const value = fields[field];
      return value === undefined ? [] : [[field, value]];
    }),
  );
