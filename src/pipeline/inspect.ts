import type { RunError } from '../errors.ts';
import type { Input, SampleRow } from '../input/input.ts';
import type { Issue, Warning } from '../issues.ts';
import type { Conventions } from '../mapping/conventions.ts';
import { suggestCountry } from '../mapping/countries.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { nearestNames } from '../mapping/names.ts';
import type { Fields, Requirement } from '../records/kind.ts';
import { createFieldChecks } from '../records/validate.ts';
import { isRefund } from './find-refunds.ts';
import { settleSampledRefunds } from './inspect-refunds.ts';
import { isRead, readSampleRows } from './sample-rows.ts';
import {
  createReading,
  openInput,
  type ReadingOptions,
  sampleOf,
  understand,
  type Understood,
  unmetRequirements,
} from './understand.ts';

/** A row of the sample as it would be sent, or why it would not. */
export interface InspectedRow {
  readonly line: number;
  readonly record?: Fields;
  readonly issues: readonly Issue[];
}

/** What becomes of the rows of the sample. */
export interface InspectedShare {
  /** Without those that are left out by rule or as totals. */
  readonly rows: number;
  readonly valid: number;
  /** Valid rows whose values are all known. */
  readonly ready: number;
  /** What refuses rows, most of them first. */
  readonly causes: readonly InspectedCause[];
}

export interface InspectedCause {
  readonly cause: string;
  readonly rows: number;
  readonly hint: string | undefined;
  /** Options with which such rows are read, or left out. */
  readonly fix: readonly string[];
}

/** The values of a column of which there are few kinds. */
export interface InspectedValues {
  readonly field: string;
  readonly column: string;
  readonly distinct: number;
  readonly unknown: readonly UnknownValue[];
}

export interface UnknownValue {
  readonly value: string;
  readonly count: number;
  /** What it may mean, the likeliest first. */
  readonly proposals: readonly string[];
}

/** What was understood of an input, and why. */
export interface Inspection {
  readonly path: string;
  readonly input: Pick<Input, 'encoding' | 'isSampleWhole' | 'table'>;
  readonly mapping: Mapping | undefined;
  readonly conventions: Conventions | undefined;
  readonly rowsInSample: number;
  readonly sample: readonly SampleRow[];
  /** What is wrong with the rows of the sample. */
  readonly issues: readonly Issue[];
  /** How many of the sampled rows are records of which nothing is wrong, and what refuses the others. */
  readonly share: InspectedShare;
  /** What every record needs and no column gives. */
  readonly missing: readonly Requirement[];
  readonly rows: readonly InspectedRow[];
  readonly values: readonly InspectedValues[];
  /** What would stop a run: two columns for a field, dates in no known order. */
  readonly problems: readonly RunError[];
  readonly warnings: readonly Warning[];
}

/** Values that are known. */
export interface KnownValues {
  has(value: string): boolean;
  /** What an unknown one may mean, the likeliest first. */
  propose(value: string): readonly string[];
}

export interface InspectOptions extends ReadingOptions {
  readonly path: string;
  /** The values that a field can have, where the schema does not know them: vehicle types, fuels. */
  readonly known: ReadonlyMap<string, KnownValues>;
}

const rowsShown = 5;

/**
 * Reads the first 1 MiB of an input and tells what a run would make of it.
 *
 * @throws RunError (exit 3) when it can't be read
 */
export async function inspectInput(options: InspectOptions): Promise<Inspection> {
  const input = await openInput(options.path, options);
  try {
    return inspectOpened(input, options);
  } finally {
    await input.close();
  }
}

function inspectOpened(input: Input, options: InspectOptions): Inspection {
  const { kind, path } = options;
  const { columns, rows: sample } = sampleOf(path, input);
  const understood = understand({ path, columns, rows: sample }, options);
  const { mapping, conventions, problem } = understood;
  const found = { path, input, mapping, conventions, rowsInSample: sample.length, sample };
  if (problem !== undefined) {
    const share = { rows: 0, valid: 0, ready: 0, causes: [] };
    return { ...found, issues: [], share, missing: [], rows: [], values: [], problems: [problem], warnings: [] };
  }
  const inspected = inspectRows(input, understood, options);
  const issues = inspected.flatMap((row) => row.issues);
  const lines = new Set(inspected.map(({ line }) => line));
  const readRows = sample.filter(({ line }) => lines.has(line));
  return {
    ...found,
    issues,
    share: shareOf(inspected, options.known),
    missing: unmetRequirements(kind, understood.mapping),
    rows: inspected.slice(0, rowsShown),
    values: inspectValues(understood.mapping, columns, readRows, options, issues),
    problems: [],
    warnings: understood.conventions.warnings,
  };
}

/** The rows of the sample as a run would read them. */
function inspectRows(input: Input, understood: Understood, options: InspectOptions): readonly InspectedRow[] {
  const { kind, schema, mapping } = options;
  const reading = createReading(kind, { ...understood, input }, mapping, createFieldChecks(kind, schema));
  const rows: InspectedRow[] = [];
  const refunds: Required<Pick<InspectedRow, 'line' | 'record'>>[] = [];
  const { conventions } = understood;
  readSampleRows({ input, reading, conventions, rowRules: mapping.rowRules }, (batch, records) => {
    for (let row = 0; row < batch.rows; row += 1) {
      if (!isRead(batch, row)) continue;
      const issues = batch.issues.get(row) ?? [];
      const line = batch.lines[row] ?? 0;
      if (isRefund(batch, row, records)) refunds.push({ line, record: records.fields(row) });
      rows.push(issues.length > 0 ? { line, issues } : { line, issues, record: records.fields(row) });
    }
  });
  return settleSampledRefunds(kind, rows, refunds, mapping.refunds === 'net');
}

/** A row counts once, under the first thing that is wrong with it. */
function shareOf(rows: readonly InspectedRow[], knownValues: InspectOptions['known']): InspectedShare {
  const isKnown = ({ record = {} }: InspectedRow): boolean =>
    [...knownValues].every(([field, values]) => record[field] === undefined || values.has(String(record[field])));
  const causes = new Map<string, { -readonly [K in keyof InspectedCause]: InspectedCause[K] }>();
  for (const {
    issues: [issue],
  } of rows) {
    if (issue === undefined) continue;
    const { cause = issue.message, hint, fix = [] } = issue;
    const counted = causes.get(cause) ?? { cause, rows: 0, hint, fix };
    counted.rows += 1;
    causes.set(cause, counted);
  }
  const valid = rows.filter(({ issues }) => issues.length === 0);
  return {
    rows: rows.length,
    valid: valid.length,
    ready: valid.filter(isKnown).length,
    causes: [...causes.values()].toSorted((a, b) => b.rows - a.rows),
  };
}

/** Of a choice those that are spelt like it, else countries. */
const proposalsFrom =
  (choices: readonly string[] | undefined) =>
  (value: string): readonly string[] =>
    choices === undefined ? [suggestCountry(value) ?? []].flat() : nearestNames(value, choices);

const categoryTypes: ReadonlySet<string> = new Set(['choice', 'country']);

/** Distinct values of columns that hold one of few, and those of them that are unknown. */
function inspectValues(
  mapping: Mapping,
  columns: readonly string[],
  sample: readonly SampleRow[],
  { kind, known, mapping: { values } }: Pick<InspectOptions, 'kind' | 'known' | 'mapping'>,
  issues: readonly Issue[],
): InspectedValues[] {
  const refused = refusedValues(issues);
  return mapping.sources.flatMap(({ field, columns: [column] }): InspectedValues[] => {
    const definition = kind.fields[field];
    const own = known.get(field);
    if (column === undefined || (own === undefined && !categoryTypes.has(definition?.type ?? ''))) return [];
    const counts = new Map<string, number>();
    for (const { cells, isMalformed } of sample) {
      const value = isMalformed ? '' : (cells[column] ?? '').trim();
      if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const isUnknown = (value: string): boolean =>
      own === undefined
        ? (refused.get(field)?.has(value) ?? false)
        : !own.has(values.get(field)?.get(value.toLowerCase()) ?? value);
    const propose = own?.propose ?? proposalsFrom(definition?.choices);
    const unknown = [...counts]
      .filter(([value]) => isUnknown(value))
      .map(([value, count]) => ({ value, count, proposals: propose(value) }))
      .toSorted((a, b) => b.count - a.count);
    return [{ field, column: columns[column] ?? '', distinct: counts.size, unknown }];
  });
}

/** By field, the texts that a record could not be made of. */
function refusedValues(issues: readonly Issue[]): ReadonlyMap<string, ReadonlySet<string>> {
  const refused = new Map<string, Set<string>>();
  for (const { field, value } of issues) {
    if (field === undefined || value === undefined) continue;
    const values = refused.get(field) ?? new Set();
    refused.set(field, values.add(value.trim()));
  }
  return refused;
}
