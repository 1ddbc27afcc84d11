import { type Batch, type Malformed, type Tag, Verdict } from '../columns/batch.ts';
import { type CellSource, type Column, joinedText } from '../columns/column.ts';
import { DictionaryColumn } from '../columns/dictionary-column.ts';
import { NumberColumn, type NumberOptions } from '../columns/number-column.ts';
import { TextColumn } from '../columns/text-column.ts';
import { type DictionaryLimits, dictionaryLimits, type Meaning } from '../columns/dictionary.ts';
import type { Workspace } from '../input/tokeniser.ts';
import type { Issue, Warning } from '../issues.ts';
import type { Mapping, MappingOptions } from '../mapping/mapping.ts';
import { type Absence, mayBeAbsent } from '../mapping/absence.ts';
import {
  bareRule,
  type FieldReading,
  type FieldRule,
  formOf,
  isVerbatim,
  readField,
  ruleOf,
} from '../mapping/read-field.ts';
import { type FieldText, readFields } from '../mapping/read-fields.ts';
import { convert, unitFieldOf } from '../mapping/units.ts';
import type { UsualRange } from '../mapping/usual-values.ts';
import type { ValueConventions } from '../mapping/values.ts';
import { foldOf } from '../records/duplicate-key.ts';
import type { Fields, FieldValue, RecordKind } from '../records/kind.ts';
import type { FieldChecks } from '../records/validate.ts';
import { fieldsOwnUnit, RowUnits } from './row-units.ts';

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

/** A field of an input: how it is read, and from which cells. */
export interface Source {
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
  /** Texts that were taken for no value, where that is to be said: once for each, however many rows have it. */
  readonly taken = new Set<string>();
  readonly #reading: RecordReading;
  readonly #workspace: Workspace;
  readonly #limits: DictionaryLimits;
  readonly #sources: readonly Source[];
  readonly #units: RowUnits;
  readonly #numbers: readonly NumberColumn[];
  /** By row of a batch. */
  readonly #marks: Uint8Array;

  /**
   * @param capacity rows of a batch at most
   * @param limits of the dictionaries of the columns
   */
  constructor(reading: RecordReading, workspace: Workspace, capacity: number, limits = dictionaryLimits) {
    const { kind, mapping, options, checks, hasOpenNames } = reading;
    const sources = mapping.sources.map((source) => ({ rule: ruleOf(kind, source, options), cells: source.columns }));
    this.#reading = reading;
    this.#workspace = workspace;
    this.#limits = limits;
    this.#sources = sources;
    this.#marks = new Uint8Array(capacity);
    const needed = new Set(sources.flatMap(({ rule }) => [rule.field, ...impliedFields(kind, rule)]));
    this.columns = new Map(
      Object.entries(kind.fields).flatMap(([field, definition]): [string, Column][] => {
        // A field that every record needs refuses them where no column gives it.
        if (!hasOpenNames && !needed.has(field) && checks.missing(field).length === 0) return [];
        const source = sources.find(({ rule }) => rule.field === field) ?? {
          rule: bareRule(field, definition, { nulls: options.nulls }),
          cells: [],
        };
        return [[field, this.#createColumn(source, capacity)]];
      }),
    );
    this.#numbers = [...this.columns.values()].filter((column) => column instanceof NumberColumn);
    this.#units = new RowUnits(reading, this.columns, sources, (batch, row, field) => this.#textOf(batch, row, field));
  }

  #createColumn({ rule, cells }: Source, capacity: number): Column {
    const { checks, conventions, options } = this.#reading;
    const { field, definition, unit } = rule;
    const absence = absenceOfCells(rule);
    const source: CellSource = { ...this.#workspace, capacity, cells, limits: this.#limits, absence };
    const read = (text: string, tag: Tag): FieldReading => {
      const reading = readField(rule, text, formOf(tag), conventions);
      if (reading.taken !== undefined) this.taken.add(reading.taken);
      return reading;
    };
    const missing = checks.missing(field);
    if (definition.type === 'number' || definition.type === 'integer') {
      const isPlain = rule.translations === undefined && ![...options.nulls].some(beginsNumber);
      return new NumberColumn(source, {
        interpret: (text, tag) => {
          const reading = read(text, tag);
          if (reading.value === undefined) return meaningOf(reading);
          const { value, unit: own, isUnitOfColumn, isConstant, isGrouped, isConverted } = reading;
          const ofText = isUnitOfColumn === true ? undefined : own;
          const ownUnit = isConstant === true ? fieldsOwnUnit : ofText;
          return { value: { value: Number(value), unit: ownUnit, isGrouped, isConverted } };
        },
        plainMark: isPlain ? plainMarkOf(conventions, field) : 0,
        convert:
          unit === undefined || unitFieldOf(field) !== undefined
            ? undefined
            : (value) => convert(field, value, unit) ?? value,
        ...usualRange(checks.range(field), conventions.usual?.[field]),
        explain: (value) => checks.explain(field, value),
        missing,
      });
    }
    const fold = foldOf(field);
    const interpret = <T extends string | boolean>(text: string, tag: Tag): Meaning<T> => {
      const reading = read(text, tag);
      return reading.value === undefined ? meaningOf(reading) : { value: reading.value as T, note: reading.note };
    };
    if (isVerbatim(rule) && cells.length <= 1 && definition.repeats !== true) {
      return new TextColumn(source, { interpret, mayBeAbsent: mayBeAbsent(options.nulls), missing, fold });
    }
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
    for (const column of this.columns.values()) column.read(batch);
    written?.();
    this.#units.settle(batch);
    for (const column of this.columns.values()) column.check(batch);
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

  /** The columns of what is sent. */
  get sent(): ReadonlyMap<string, Column> {
    const { fields } = this.#reading.kind;
    return new Map([...this.columns].filter(([field]) => fields[field]?.isHint !== true));
  }

  column(field: string): Column | undefined {
    return this.columns.get(field);
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

  /** Whether a number of a row was brought from another unit to the record's. */
  isConverted(row: number): boolean {
    return this.#numbers.some(({ converted }) => converted[row] === 1);
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

  /** Numbers of the batch that are far from what is usual in their column. */
  *unusual(): Generator<{ readonly row: number; readonly field: string; readonly value: number }> {
    for (const [field, column] of this.columns) {
      if (!(column instanceof NumberColumn)) continue;
      for (const { row, kind } of column.remarks) {
        if (kind === 'unusual') yield { row, field, value: column.values[row] ?? Number.NaN };
      }
    }
  }

  /** What was decided of numbers of the batch. */
  *remarks(): Generator<Warning & { readonly row: number }> {
    for (const [field, column] of this.columns) {
      if (!(column instanceof NumberColumn)) continue;
      for (const { row, kind } of column.remarks) if (kind === 'grouped') yield { row, ...groupsAssumed(field) };
    }
    for (const [row, how] of this.#units.conversions) {
      yield { row, code: 'UNIT_CONVERTED', message: `quantity was converted from ${how}` };
    }
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
    const unusual = this.#marks.fill(usual.includes(undefined) ? 1 : 0);
    for (const field of new Set(usual.flatMap((fields) => fields ?? []))) {
      columns.get(field)?.markAbsent(unusual, batch.rows);
    }
    for (; row < batch.rows; row += 1) {
      if (unusual[row] === 0) continue;
      const issues = checks.requirements(has, isUnreadable);
      if (issues.length > 0) batch.refuse(row, issues);
    }
  }

  /** Reads a row that has values outside of the columns with the ordinary reader, into the same columns. */
  #readExtras(batch: Batch, row: number): void {
    const { kind, checks, conventions } = this.#reading;
    const texts = this.#sources.map(({ rule, cells }): FieldText => {
      const { arena } = this.#workspace;
      return { rule, ...joinedText(batch, row, { cells, arena, absence: absenceOfCells(rule) }) };
    });
    const { fuelUnits, nulls } = this.#reading.options;
    const { fields, unreadable, issues, notes } = readFields(
      { kind, conventions, fuelUnits, nulls },
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
    for (const [field, column] of this.columns) column.set(row, fields[field]);
    const ofRow = notes.filter(({ code }) => code !== 'ABSENT_VALUE');
    for (const { code, message } of notes) if (code === 'ABSENT_VALUE') this.taken.add(message);
    if (ofRow.length > 0) this.extraNotes.set(row, ofRow);
  }

  /** The text that a field has in a row; several cells that are not empty are joined. */
  #textOf(batch: Batch, row: number, field: string): string {
    const source = this.#sources.find(({ rule }) => rule.field === field);
    if (source === undefined) return '';
    const { rule, cells } = source;
    return joinedText(batch, row, { cells, arena: this.#workspace.arena, absence: absenceOfCells(rule) }).text;
  }
}

/** Whether a text that means "no value" may be written like a number. */
const beginsNumber = (text: string): boolean => /^[\d.,+-]/.test(text);

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

const groupsAssumed = (field: string): Warning => ({
  code: 'GROUPS_ASSUMED',
  message: `the mark in ${field} was read as one of thousands, which no other value of its column shows`,
});

/** Fields that reading another one may give a value. */
const impliedFields = (kind: RecordKind, rule: FieldRule): readonly string[] => {
  const field = unitFieldOf(rule.field);
  return field !== undefined && Object.hasOwn(kind.fields, field) ? [field] : [];
};

/** Of several cells that are joined, each is none, lost or a part of the value. */
const absenceOfCells =
  ({ absence, definition: { isAside } }: FieldRule): CellSource['absence'] =>
  (text) => {
    const why = absence(text);
    return why === 'lost' && isAside === true ? 'none' : cellAbsences[why ?? 'value'];
  };

const cellAbsences: Readonly<Record<Absence | 'value', ReturnType<CellSource['absence']>>> = {
  blank: 'none',
  null: 'none',
  lost: 'lost',
  'null or place': 'lost',
  value: undefined,
};

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
