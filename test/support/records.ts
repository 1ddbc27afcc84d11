import { Arena, TextSpace } from '../../src/columns/arena.ts';
import { Batch, type ExtraValue, Tag } from '../../src/columns/batch.ts';
import { meantText } from '../../src/columns/dictionary.ts';
import type { Issue, Warning } from '../../src/issues.ts';
import { mapColumns, type MappingOptions, readMappingOptions } from '../../src/mapping/mapping.ts';
import { ruleOf } from '../../src/mapping/read-field.ts';
import { type FieldReadings, readFields } from '../../src/mapping/read-fields.ts';
import { plainConventions, type ValueConventions } from '../../src/mapping/values.ts';
import { RecordColumns, type RecordReading } from '../../src/pipeline/record-columns.ts';
import type { Fields, RecordKind, SchemaOptions } from '../../src/records/kind.ts';
import { createFieldChecks, createValidator } from '../../src/records/validate.ts';
import { expect } from 'vitest';

/** A cell as it is written in its input. */
export interface WrittenCell {
  readonly written: string;
  readonly tag: Tag;
}

export interface WrittenRow {
  readonly cells: readonly (string | WrittenCell)[];
  readonly extras?: readonly ExtraValue[];
}

const textBytes = 1024 * 1024;
const arena = new Arena(2 * textBytes + 1024);
/** Where rows and texts of tests are. */
export const workspace = { arena, texts: new TextSpace(arena, textBytes) };
const ownPlace = { cells: new TextSpace(arena, textBytes), texts: workspace.texts };

/** Fills a batch with rows, in place of those that it has. */
export function fillBatch(
  batch: Batch,
  rows: readonly WrittenRow[],
  { cells, texts }: { readonly cells: TextSpace; readonly texts: TextSpace } = ownPlace,
): void {
  cells.clear();
  texts.clear();
  batch.clear();
  for (const [row, { cells: own, extras = [] }] of rows.entries()) {
    batch.rowStarts[row] = cells.end;
    for (let cell = 0; cell < batch.width; cell += 1) {
      const given = own[cell] ?? '';
      const { written, tag } = typeof given === 'string' ? { written: given, tag: Tag.text } : given;
      const index = row * batch.width + cell;
      batch.starts[index] = cells.end;
      batch.ends[index] = cells.put(written);
      batch.tags[index] = tag;
      if (tag !== Tag.text) batch.hasTags = true;
      // What comes after a cell is not a part of it.
      cells.put(row % 2 === 0 ? ',9' : '"');
    }
    batch.rowEnds[row] = cells.end;
    if (extras.length > 0) batch.extras.set(row, extras);
  }
  batch.rows = rows.length;
}

export const noConstants = (kind: RecordKind): MappingOptions => readMappingOptions(kind, undefined, [], []);

export interface ReadingParts {
  readonly kind: RecordKind;
  readonly columns: readonly string[];
  readonly options?: MappingOptions;
  readonly conventions?: ValueConventions;
  readonly schema?: SchemaOptions;
  readonly hasOpenNames?: boolean;
}

/** Making a schema takes longer than reading a table. */
function cached<T>(create: (kind: RecordKind, schema: SchemaOptions) => T): typeof create {
  const made = new Map<RecordKind, Map<string, T>>();
  return (kind, schema) => {
    const ofKind = made.get(kind) ?? new Map<string, T>();
    made.set(kind, ofKind);
    const key = JSON.stringify(schema);
    const known = ofKind.get(key) ?? create(kind, schema);
    ofKind.set(key, known);
    return known;
  };
}

const checksOf = cached(createFieldChecks);
const validatorOf = cached(createValidator);

const testSchema: SchemaOptions = { currentYear: 2026, target: 'api' };

export const readingOf = ({
  kind,
  columns,
  options = noConstants(kind),
  conventions = plainConventions,
  schema = testSchema,
  hasOpenNames = false,
}: ReadingParts): RecordReading => ({
  kind,
  mapping: mapColumns(kind, columns, options, 'a.csv'),
  options,
  conventions,
  checks: checksOf(kind, schema),
  hasOpenNames,
});

/** What is known of a row after it has been read. */
export interface ReadRecord {
  readonly fields: Fields;
  readonly issues: readonly Issue[];
  readonly notes: readonly Warning[];
}

/** Reads rows a column at a time, in batches of a size. */
export function readByColumns(
  parts: ReadingParts,
  rows: readonly WrittenRow[],
  batchRows = 2048,
): readonly ReadRecord[] {
  const batch = new Batch(parts.columns.length, batchRows);
  const records = new RecordColumns(readingOf(parts), workspace, batch.capacity);
  const read: ReadRecord[] = [];
  for (let from = 0; from < rows.length; from += batch.capacity) {
    fillBatch(batch, rows.slice(from, from + batch.capacity));
    records.read(batch);
    for (let row = 0; row < batch.rows; row += 1) {
      const notes = records.hasNotes ? [...records.notesOf(row)] : [];
      read.push({ fields: records.fields(row), issues: batch.issues.get(row) ?? [], notes });
    }
  }
  return read;
}

/** Reads a row field by field and checks it by the schema of its kind: what `readByColumns` has to agree with. */
export function readByRow(
  { kind, columns, options = noConstants(kind), conventions = plainConventions, schema = testSchema }: ReadingParts,
  row: WrittenRow,
): ReadRecord & { readonly reading: FieldReadings } {
  const { sources } = mapColumns(kind, columns, options, 'a.csv');
  const texts = sources.map((source) => {
    const own = source.columns.map((column) => {
      const cell = row.cells[column] ?? '';
      return typeof cell === 'string'
        ? { text: cell, tag: Tag.text }
        : { text: meantText(cell.written, cell.tag), tag: cell.tag };
    });
    const rule = ruleOf(kind, source, options);
    const filled = own.filter(({ text }) => rule.absence(text) === undefined);
    const isLost = ({ text }: { readonly text: string }): boolean => {
      const why = rule.absence(text);
      return why === 'null or place' || (why === 'lost' && rule.definition.isAside !== true);
    };
    const lost = own.length > 1 ? own.find(isLost) : undefined;
    if (lost !== undefined) return { rule, text: lost.text, tag: Tag.error };
    const [only] = own.length === 1 ? own : filled;
    const isNested = own.some(({ tag }) => tag === Tag.nested);
    return {
      rule,
      text: own.length === 1 ? (only?.text ?? '') : filled.map(({ text }) => text).join(', '),
      tag: isNested ? Tag.nested : filled.length === 1 ? (only?.tag ?? Tag.text) : Tag.text,
    };
  });
  const reading = readFields(
    { kind, conventions, fuelUnits: options.fuelUnits, nulls: options.nulls },
    texts,
    row.extras ?? [],
  );
  const issues = [...reading.issues, ...invalid(kind, schema, reading)];
  // What was taken for no value is said of the input, not of its rows.
  const notes = reading.notes.filter(({ code }) => code !== 'ABSENT_VALUE');
  return { fields: reading.fields, issues, notes, reading };
}

/** What the schema says of fields. It says nothing of what a record lacks where a number is not whole; the columns do. */
function invalid(kind: RecordKind, schema: SchemaOptions, { fields, unreadable }: FieldReadings): readonly Issue[] {
  const issuesOf = validatorOf(kind, schema);
  const checked = issuesOf(fields, unreadable);
  const isWhole = ([field, value]: readonly [string, unknown]): boolean =>
    kind.fields[field]?.type !== 'integer' || Number.isInteger(value);
  const whole = Object.fromEntries(Object.entries(fields).filter(isWhole));
  if (checked.valid) return [];
  if (Object.keys(whole).length === Object.keys(fields).length) return checked.issues;
  const others = issuesOf(whole, unreadable);
  return [...checked.issues, ...(others.valid ? [] : others.issues.filter(({ code }) => code === 'MISSING_FIELD'))];
}

/** Fields of a row but those that could not be read, which mean nothing: the row is refused. */
const readableOf = (fields: Fields, unreadable: ReadonlySet<string>): readonly (readonly [string, unknown])[] =>
  Object.entries(fields).filter(([field]) => !unreadable.has(field));

/** Reads rows both ways, which agree: fields and their order, issues, their words and order, notes. */
export function readRows(
  parts: ReadingParts,
  rows: readonly WrittenRow[],
  batchRows?: number,
): readonly FieldReadings[] {
  const byRow = rows.map((row) => readByRow(parts, row));
  const comparable = (records: readonly ReadRecord[]): unknown =>
    records.map(({ fields, issues, notes }, index) => {
      const unreadable = byRow[index]?.reading.unreadable ?? new Set();
      return { fields: readableOf(fields, unreadable), issues, notes };
    });
  expect(comparable(readByColumns(parts, rows, batchRows))).toEqual(comparable(byRow));
  return byRow.map(({ reading }) => reading);
}

/** How a row is read, by whichever way. */
export const readRow = (parts: ReadingParts, row: WrittenRow): FieldReadings => {
  const [reading] = readRows(parts, [row]);
  if (reading === undefined) throw new Error('no row');
  return reading;
};
