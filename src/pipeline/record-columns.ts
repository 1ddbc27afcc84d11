import { type Batch, type Malformed, Tag, Verdict } from '../columns/batch.ts';
import { type CellSource, type Column, joinedText } from '../columns/column.ts';
import { DictionaryColumn } from '../columns/dictionary-column.ts';
import { NumberColumn } from '../columns/number-column.ts';
import { TextColumn } from '../columns/text-column.ts';
import { type DictionaryLimits, dictionaryLimits, type Interpret, type Meaning } from '../columns/dictionary.ts';
import type { Workspace } from '../input/tokeniser.ts';
import type { Issue, Warning } from '../issues.ts';
import type { Mapping, MappingOptions } from '../mapping/mapping.ts';
import {
  type FieldReading,
  errorProblem,
  type FieldRule,
  formOf,
  impliedQuantityUnit,
  isVerbatim,
  loadUnitProblem,
  nestedProblem,
  readField,
  readingIssue,
  ruleOf,
} from '../mapping/read-field.ts';
import { type FieldText, readFields } from '../mapping/read-fields.ts';
import { convert, convertLoad, type LoadConversion, loadConversion } from '../mapping/units.ts';
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
  readonly #limits: DictionaryLimits;
  readonly #sources: readonly Source[];
  readonly #loadConversions = new Map<string, LoadConversion | undefined>();
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
          rule: bareRule(field, definition),
          cells: [],
        };
        return [[field, this.#createColumn(source, capacity)]];
      }),
    );
  }

  #createColumn({ rule, cells }: Source, capacity: number): Column {
    const { checks, conventions } = this.#reading;
    const { field, definition, unit } = rule;
    const source: CellSource = { ...this.#workspace, capacity, cells, limits: this.#limits, isEmpty };
    const read = (text: string, tag: Tag): FieldReading => readField(rule, text, formOf(tag), conventions);
    const missing = checks.missing(field);
    if (definition.type === 'number' || definition.type === 'integer') {
      const isPlain = rule.translations === undefined;
      return new NumberColumn(source, {
        interpret: (text, tag) => {
          const reading = read(text, tag);
          if (reading.value === undefined) return meaningOf(reading);
          const { value, unit: own, isUnitOfColumn, isConstant } = reading;
          const ofText = isUnitOfColumn === true ? undefined : own;
          return { value: { value: Number(value), unit: isConstant === true ? fieldsOwnUnit : ofText } };
        },
        plainMark: isPlain ? conventions.decimal.charCodeAt(0) : 0,
        convert: unit === undefined || field === 'load' ? undefined : (value) => convert(field, value, unit) ?? value,
        ...checks.range(field),
        explain: (value) => checks.explain(field, value),
      });
    }
    const fold = foldOf(field);
    if (isVerbatim(rule) && cells.length <= 1 && definition.repeats !== true) {
      const refuse = (text: string, tag: Tag): readonly Issue[] => [
        readingIssue(field, text, tag === Tag.error ? errorProblem(rule, text) : nestedProblem(field)),
      ];
      return new TextColumn(source, { refuse, missing, fold });
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

  /** Reads a batch: rows that are not a valid record are refused. */
  read(batch: Batch): void {
    this.extraNotes.clear();
    for (const column of this.columns.values()) column.read(batch);
    this.#settleLoads(batch);
    this.#implyQuantityUnits(batch);
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

  /** Loads with a unit of their own are brought together with the row's `load_unit`. */
  #settleLoads(batch: Batch): void {
    const load = this.columns.get('load');
    const loadUnit = this.columns.get('load_unit');
    const rule = this.#sources.find((source) => source.rule.field === 'load')?.rule;
    if (!(load instanceof NumberColumn) || loadUnit === undefined || rule === undefined) return;
    for (let row = 0; row < batch.rows; row += 1) {
      const own = load.units[row] ?? 0;
      if ((own === 0 && rule.unit === undefined) || !load.has(row) || loadUnit.isUnreadable(row)) continue;
      const unit = own === 0 ? (rule.unit ?? '') : (load.unitNames[own] ?? '');
      if (unit === fieldsOwnUnit) continue;
      const rowUnit = loadUnit.valueOf(row);
      const conversion = this.#conversion(unit, rowUnit === undefined ? undefined : String(rowUnit));
      if (conversion !== undefined) {
        load.values[row] = convertLoad(load.values[row] ?? Number.NaN, conversion);
        if (conversion.loadUnit !== rowUnit) loadUnit.set(row, conversion.loadUnit);
      } else if (own !== 0) {
        const raw = this.#textOf(batch, row, 'load');
        const text = rule.translations?.get(raw.trim().toLowerCase()) ?? raw;
        load.refuse(batch, row, readingIssue('load', text, loadUnitProblem(text, String(rowUnit))));
      }
    }
  }

  #conversion(unit: string, rowUnit: string | undefined): LoadConversion | undefined {
    const key = rowUnit === undefined ? unit : `${unit}\n${rowUnit}`;
    let conversion = this.#loadConversions.get(key);
    if (conversion === undefined && !this.#loadConversions.has(key)) {
      conversion = loadConversion(unit, rowUnit);
      // Words that are not a unit are refused, and may be of any number.
      if (this.#loadConversions.size < 1000) this.#loadConversions.set(key, conversion);
    }
    return conversion;
  }

  /** A quantity whose column's name gives the unit says so where the row does not. */
  #implyQuantityUnits(batch: Batch): void {
    const rule = this.#sources.find((source) => source.rule.field === 'quantity')?.rule;
    const implied = rule === undefined ? undefined : impliedQuantityUnit(this.#reading.kind, rule);
    const quantity = this.columns.get('quantity');
    const unit = this.columns.get('quantity_unit');
    if (implied === undefined || !(quantity instanceof NumberColumn) || unit === undefined) return;
    for (let row = 0; row < batch.rows; row += 1) {
      if (quantity.unitNames[quantity.units[row] ?? 0] === fieldsOwnUnit) continue;
      if (quantity.has(row) && !unit.has(row) && !unit.isUnreadable(row)) unit.set(row, implied);
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
      return { rule, ...joinedText(batch, row, { cells, arena, isEmpty }) };
    });
    const { fields, unreadable, issues, notes } = readFields(kind, texts, batch.extras.get(row) ?? [], conventions);
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
    if (notes.length > 0) this.extraNotes.set(row, notes);
  }

  /** The text that a field has in a row; several cells that are not empty are joined. */
  #textOf(batch: Batch, row: number, field: string): string {
    const cells = this.#sources.find(({ rule }) => rule.field === field)?.cells ?? [];
    return joinedText(batch, row, { cells, arena: this.#workspace.arena, isEmpty }).text;
  }
}

/** Fields that reading another one may give a value. */
const impliedFields = (kind: RecordKind, rule: FieldRule): readonly string[] => {
  if (rule.field === 'load') return ['load_unit'];
  return impliedQuantityUnit(kind, rule) === undefined ? [] : ['quantity_unit'];
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
