import { type Batch, type Malformed, Tag, Verdict } from '../columns/batch.ts';
import { type CellSource, type Column, joinedText } from '../columns/column.ts';
import { DictionaryColumn } from '../columns/dictionary-column.ts';
import { NumberColumn, type NumberOptions, type NumberRemark } from '../columns/number-column.ts';
import { TextColumn } from '../columns/text-column.ts';
import { type Interpret, type Meaning, PerValue } from '../columns/dictionary.ts';
import type { Workspace } from '../input/tokeniser.ts';
import type { Issue, Warning } from '../issues.ts';
import type { Mapping, MappingOptions } from '../mapping/mapping.ts';
import {
  type FieldReading,
  type FieldRule,
  isVerbatim,
  nestedProblem,
  readField,
  readingIssue,
  ruleOf,
  unitFieldOf,
} from '../mapping/read-field.ts';
import { type FieldText, readFields } from '../mapping/read-fields.ts';
import { converted, settleUnit, textOrNone, type UnitAnswer, type UnitQuestion } from '../mapping/settle-unit.ts';
import { convert } from '../mapping/units.ts';
import type { UsualRange } from '../mapping/usual-values.ts';
import { isEmpty, type ValueConventions } from '../mapping/values.ts';
import { foldOf } from '../records/duplicate-key.ts';
import type { Fields, FieldValue, RecordKind } from '../records/kind.ts';
import type { FieldChecks } from '../records/validate.ts';

/** Everything that reading the records of one input needs. Plain data, but for the checks, which are made of the kind. */
export interface RecordReading {
  readonly kind: RecordKind;
  readonly mapping: Mapping;
  readonly options: MappingOptions;
  readonly conventions: ValueConventions;
  readonly checks: FieldChecks;
  /** Rows may have values under names that are not a column (JSON). */
  readonly hasOpenNames: boolean;
}

/** The unit of a value that is the same in all rows which leave the field empty; no text has it. */
const fieldsOwnUnit = '(own)';

/** A field of an input: how it is read, and from which cells. */
interface Source {
  readonly rule: FieldRule;
  readonly cells: readonly number[];
}

/**
 * The records of a batch, a field at a time.
 *
 * What a text means is asked once for each distinct text, of the readers and the schema that define it. Issues of a row are in
 * the order in which they are found: texts that can't be read, units that contradict each other, values that are not valid, what
 * the record lacks; within each, in the order of the fields.
 */
export class RecordColumns {
  /** In the order of the kind's fields. */
  readonly columns: ReadonlyMap<string, Column>;
  /** What was understood in a way that the user should know of, of rows with values outside of the columns. */
  readonly extraNotes = new Map<number, readonly Warning[]>();
  readonly #reading: RecordReading;
  readonly #workspace: Workspace;
  readonly #sources: readonly Source[];
  /** All that is read; `columns` are those of the record. */
  readonly #all: ReadonlyMap<string, Column>;
  readonly #answers = new Map<string, UnitAnswer | undefined>();
  readonly #usual = new Map<string, PerValue<string | boolean, boolean>>();
  /** By row, from which unit to which one its quantity was converted to be sent. */
  readonly #conversions = new Map<number, string>();

  constructor(reading: RecordReading, workspace: Workspace, capacity: number) {
    const { kind, mapping, options, checks, hasOpenNames } = reading;
    const sources = mapping.sources.map((source) => ({ rule: ruleOf(kind, source, options), cells: source.columns }));
    this.#reading = reading;
    this.#workspace = workspace;
    this.#sources = sources;
    const needed = new Set(sources.flatMap(({ rule }) => [rule.field, ...impliedFields(kind, rule)]));
    this.#all = new Map(
      Object.entries(kind.fields).flatMap(([field, definition]): [string, Column][] => {
        // A field that every record needs refuses them where no column gives it.
        if (!hasOpenNames && !needed.has(field) && checks.missing(field).length === 0) return [];
        const source = sources.find(({ rule }) => rule.field === field) ?? {
          rule: bareRule(field, definition),
          cells: [],
        };
        return [[field, this.#createColumn(source, capacity)]];
      }),
    );
    this.columns = new Map([...this.#all].filter(([field]) => kind.fields[field]?.isUnsent !== true));
  }

  #createColumn({ rule, cells }: Source, capacity: number): Column {
    const { checks, conventions } = this.#reading;
    const { field, definition, unit } = rule;
    const source: CellSource = { ...this.#workspace, capacity, cells, isEmpty };
    const read = (text: string, tag: Tag): FieldReading =>
      readField(rule, text, { isNumber: tag === Tag.number, isNested: tag === Tag.nested }, conventions);
    const missing = checks.missing(field);
    if (definition.type === 'number' || definition.type === 'integer') {
      const isPlain = rule.translations === undefined;
      return new NumberColumn(source, {
        interpret: (text, tag) => {
          const reading = read(text, tag);
          if (reading.value === undefined) return meaningOf(reading);
          const { value, unit: own, isUnitOfColumn, isConstant, isGrouped } = reading;
          const ofText = isUnitOfColumn === true ? undefined : own;
          return { value: { value: Number(value), unit: isConstant === true ? fieldsOwnUnit : ofText, isGrouped } };
        },
        plainMark: isPlain ? plainMarkOf(conventions, field) : 0,
        convert:
          unit === undefined || unitFieldOf(field) !== undefined
            ? undefined
            : (value) => convert(field, value, unit) ?? value,
        ...usualRange(checks.range(field), conventions.usual?.[field]),
        explain: (value) => checks.explain(field, value),
      });
    }
    const fold = foldOf(field);
    if (isVerbatim(rule) && cells.length <= 1 && definition.repeats !== true) {
      const nested = (text: string): readonly Issue[] => [readingIssue(field, text, nestedProblem(field))];
      return new TextColumn(source, { nested, missing, fold });
    }
    const interpret: Interpret<string | boolean> = (text, tag) => {
      const reading = read(text, tag);
      return reading.value === undefined
        ? meaningOf(reading)
        : { value: reading.value as string | boolean, note: reading.note };
    };
    return new DictionaryColumn<string | boolean>(source, {
      interpret,
      explain: (value) => checks.explain(field, value),
      missing,
      fold: fold === undefined ? undefined : (value) => fold(String(value)),
    });
  }

  /** The cells that a field comes from; none for a constant. */
  cellsOf(field: string): readonly number[] {
    return this.#sources.find(({ rule }) => rule.field === field)?.cells ?? [];
  }

  /**
   * Reads a batch: rows that are not a valid record are refused.
   *
   * @param written sees the numbers as they are written, before units are settled
   */
  read(batch: Batch, written?: () => void): void {
    this.extraNotes.clear();
    for (const column of this.#all.values()) column.read(batch);
    written?.();
    this.#conversions.clear();
    this.#settleUnits(batch, 'load');
    this.#settleUnits(batch, 'quantity');
    for (const column of this.#all.values()) column.check(batch);
    this.#checkRequirements(batch);
    for (const row of batch.extras.keys()) this.#readExtras(batch, row);
    this.hasNotes = this.extraNotes.size > 0 || this.#hasNotedValues();
    for (const [row, malformed] of batch.malformed) {
      batch.verdicts[row] = Verdict.invalid;
      batch.issues.set(row, [malformedIssue(malformed)]);
    }
  }

  #hasNotedValues(): boolean {
    for (const column of this.columns.values()) {
      if (column instanceof DictionaryColumn && column.dictionary.hasNotes) return true;
    }
    return false;
  }

  column(field: string): Column | undefined {
    return this.#all.get(field);
  }

  /** The ids of a field's values, where it has few. */
  idsOf(field: string): { readonly ids: Int32Array; readonly generation: () => number } | undefined {
    const column = this.columns.get(field);
    if (!(column instanceof DictionaryColumn)) return undefined;
    return { ids: column.ids, generation: () => column.dictionary.generation };
  }

  /** The record of a row; a field without a value is absent. */
  fields(row: number): Fields {
    const fields: Record<string, FieldValue> = {};
    for (const [field, column] of this.columns) {
      const value = column.valueOf(row);
      if (value !== undefined) fields[field] = value;
    }
    return fields;
  }

  /** Whether anything is to be said of how values were understood. */
  hasNotes = false;

  /** What is to be said of how a row's values were understood. */
  *notesOf(row: number): Generator<Warning> {
    for (const column of this.columns.values()) {
      const message = column.noteOf(row);
      if (message !== undefined) yield { code: 'COUNTRY_NAME', message };
    }
    yield* this.extraNotes.get(row) ?? [];
  }

  /** Numbers of the batch that are valid and strange. */
  *remarks(): Generator<Warning & { readonly row: number }> {
    for (const [field, column] of this.columns) {
      if (!(column instanceof NumberColumn)) continue;
      for (const { row, kind } of column.remarks) yield { row, ...remarkOf(field, kind) };
    }
    for (const [row, how] of this.#conversions) {
      yield { row, code: 'UNIT_CONVERTED', message: `quantity was converted from ${how}` };
    }
  }

  /** Numbers with a unit of their own, or of their row, are brought to one that records can have. */
  #settleUnits(batch: Batch, field: 'load' | 'quantity'): void {
    const number = this.#all.get(field);
    const unitField = unitFieldOf(field) ?? '';
    const units = this.#all.get(unitField);
    const rule = this.#sources.find((source) => source.rule.field === field)?.rule;
    if (!(units instanceof DictionaryColumn)) return;
    const isNeeded = this.#reading.conventions.unitsNeeded?.includes(unitField) === true;
    const isSent = this.#isUnsent(unitField);
    // Most units are those that the record has.
    const usual = this.#usualUnits(unitField, units).update();
    for (let row = 0; row < batch.rows; row += 1) {
      const own = number instanceof NumberColumn ? (number.units[row] ?? 0) : 0;
      const id = units.ids[row] ?? -1;
      const isPlain = own === 0 && rule?.unit === undefined && (id < 0 ? !isNeeded : usual[id] === true && !isSent);
      if (isPlain || units.isUnreadable(row)) continue;
      const rowUnit = textOrNone(units.valueOf(row));
      if (!(number instanceof NumberColumn) || !number.has(row)) {
        const answer = this.#answer({ field, unit: undefined, isOfColumn: false, rowUnit, isNeeded: false });
        units.set(row, answer === undefined || answer.problem !== undefined || isSent ? undefined : answer.unit);
        continue;
      }
      const unit = own === 0 ? rule?.unit : (number.unitNames[own] ?? '');
      if (unit === fieldsOwnUnit) continue;
      const sold = isSent ? { unit: this.#soldIn(row) } : undefined;
      const answer = this.#answer({ field, unit, isOfColumn: own === 0, rowUnit, sold, isNeeded });
      if (answer === undefined) continue;
      if (answer.problem !== undefined) {
        const raw = this.#textOf(batch, row, field);
        const text = rule?.translations?.get(raw.trim().toLowerCase()) ?? raw;
        number.refuse(batch, row, readingIssue(answer.field, text, answer.problem(text)));
        continue;
      }
      number.values[row] = converted(number.values[row] ?? Number.NaN, answer, isSent);
      if (!isSent && answer.unit !== rowUnit) units.set(row, answer.unit);
      if (!isSent) continue;
      units.set(row, undefined);
      if (answer.own !== answer.wanted) this.#conversions.set(row, `${unit ?? rowUnit ?? ''} to ${answer.unit}`);
    }
  }

  #isUnsent(field: string): boolean {
    return this.#reading.kind.fields[field]?.isUnsent === true;
  }

  #usualUnits(field: string, units: DictionaryColumn<string | boolean>): PerValue<string | boolean, boolean> {
    let usual = this.#usual.get(field);
    if (usual === undefined) {
      const { choices = [] } = this.#reading.kind.fields[field] ?? {};
      usual = new PerValue(units.dictionary, (value) => choices.includes(String(value)));
      this.#usual.set(field, usual);
    }
    return usual;
  }

  /** The unit that the fuel of a row is sold in, as far as that is known. */
  #soldIn(row: number): string | undefined {
    const fuel = textOrNone(this.#all.get('fuel_id')?.valueOf(row));
    return fuel === undefined ? undefined : this.#reading.options.fuelUnits?.get(fuel.toLowerCase());
  }

  #answer(question: UnitQuestion): UnitAnswer | undefined {
    const { field, unit = '', isOfColumn, rowUnit = '', sold, isNeeded } = question;
    const key = [field, unit, isOfColumn, rowUnit, sold === undefined ? '-' : (sold.unit ?? '?'), isNeeded].join('\n');
    const known = this.#answers.get(key);
    if (known !== undefined || this.#answers.has(key)) return known;
    const answer = settleUnit(question);
    if (this.#answers.size < 1000) this.#answers.set(key, answer);
    return answer;
  }

  #checkRequirements(batch: Batch): void {
    const { checks, kind } = this.#reading;
    const { columns } = this;
    let row = 0;
    const has = (field: string): boolean => columns.get(field)?.has(row) === true;
    const isUnreadable = (field: string): boolean => columns.get(field)?.isUnreadable(row) === true;
    // Most rows meet each requirement by its first field that is mapped.
    const usual = kind.requirements.map(({ anyOf }) =>
      anyOf.find((fields) => fields.every((field) => columns.has(field))),
    );
    const usualColumns = usual.flatMap((fields) => (fields ?? []).flatMap((field) => columns.get(field) ?? []));
    const isUsual = usual.every((fields) => fields !== undefined);
    for (; row < batch.rows; row += 1) {
      if (isUsual && hasAll(usualColumns, row)) continue;
      const issues = checks.requirements(has, isUnreadable);
      if (issues.length > 0) batch.refuse(row, issues);
    }
  }

  /** Reads a row that has values outside of the columns with the ordinary reader, into the same columns. */
  #readExtras(batch: Batch, row: number): void {
    const { kind, checks, conventions } = this.#reading;
    const texts = this.#sources.map(({ rule, cells }): FieldText => {
      const { arena } = this.#workspace;
      return { rule, ...joinedText(batch, row, { cells, arena, isEmpty }) };
    });
    const { fields, unreadable, issues, notes } = readFields(
      { kind, conventions, fuelUnits: this.#reading.options.fuelUnits },
      texts,
      batch.extras.get(row) ?? [],
    );
    const invalid = Object.keys(kind.fields).flatMap((field) => {
      if (unreadable.has(field)) return [];
      const value = fields[field];
      return value === undefined ? checks.missing(field) : checks.explain(field, value);
    });
    const lacking = checks.requirements(
      (field) => fields[field] !== undefined,
      (field) => unreadable.has(field),
    );
    batch.absolve(row);
    const all = [...issues, ...invalid, ...lacking];
    if (all.length > 0) batch.refuse(row, all);
    for (const [field, column] of this.#all) column.set(row, fields[field]);
    if (notes.length > 0) this.extraNotes.set(row, notes);
  }

  /** The text that a field has in a row; several cells that are not empty are joined. */
  #textOf(batch: Batch, row: number, field: string): string {
    const cells = this.#sources.find(({ rule }) => rule.field === field)?.cells ?? [];
    return joinedText(batch, row, { cells, arena: this.#workspace.arena, isEmpty }).text;
  }
}

/** A byte that no text has: in a field whose mark is open, only digits are plain. */
const noMark = 0xff;

const plainMarkOf = ({ decimal, openDecimals = [] }: ValueConventions, field: string): number =>
  openDecimals.includes(field) ? noMark : decimal.charCodeAt(0);

/** The bounds of a field, narrowed to what is usual in its column. */
function usualRange(
  { above, below, isWhole }: ReturnType<FieldChecks['range']>,
  usual: UsualRange | undefined,
): Pick<NumberOptions, 'above' | 'below' | 'isWhole' | 'isUnusual'> {
  if (usual === undefined) return { above, below, isWhole };
  const { least, most } = usual;
  return {
    above: Math.max(above, least),
    below: Math.min(below, most),
    isWhole,
    isUnusual: (value) => value !== 0 && (value < least || value > most),
  };
}

const remarkOf = (field: string, remark: NumberRemark): Warning =>
  remark === 'unusual'
    ? {
        code: 'UNUSUAL_VALUE',
        message: `${field} is over 500 times as large, or as small, as is usual in its column`,
      }
    : {
        code: 'GROUPS_ASSUMED',
        message: `the mark in ${field} was read as one of thousands, which no other value of its column shows`,
      };

function hasAll(columns: readonly Column[], row: number): boolean {
  for (const column of columns) if (!column.has(row)) return false;
  return true;
}

/** Fields that reading another one may give a value. */
const impliedFields = (kind: RecordKind, rule: FieldRule): readonly string[] => {
  const field = unitFieldOf(rule.field);
  return field !== undefined && Object.hasOwn(kind.fields, field) ? [field] : [];
};

const bareRule = (field: string, definition: FieldRule['definition']): FieldRule => ({
  field,
  definition,
  translations: undefined,
  constant: undefined,
  unit: undefined,
});

const meaningOf = (
  reading: Extract<FieldReading, { value: undefined }>,
): Extract<Meaning<never>, { value: undefined }> =>
  reading.issue === undefined ? { value: undefined } : { value: undefined, issues: [reading.issue] };

/** The issue of a row that could not be read. */
const malformedIssue = ({ message, cause = message, text }: Malformed): Issue => ({
  code: 'MALFORMED_ROW',
  stage: 'parse',
  message,
  cause,
  value: text,
});
