import type { Readable } from 'node:stream';
import { RunError } from '../errors.ts';
import { Input, type InputOptions } from '../input/input.ts';
import type { Issue, Warning } from '../issues.ts';
import type { Conventions, SampleRow } from '../mapping/conventions.ts';
import { suggestCountry } from '../mapping/countries.ts';
import { mapColumns, type Mapping, type MappingOptions } from '../mapping/mapping.ts';
import { nearest } from '../mapping/names.ts';
import { createFieldReader } from '../mapping/read-fields.ts';
import type { Fields, RecordKind, Requirement, SchemaOptions } from '../records/kind.ts';
import { createValidator } from '../records/validate.ts';
import { knownColumns, settleConventions } from './plan.ts';
import { interpretRow } from './read-records.ts';

/** A row of the sample as it would be sent, or why it would not. */
export interface InspectedRow {
  readonly line: number;
  readonly record?: Fields;
  readonly issues: readonly Issue[];
}

/** The values of a column of which there are few kinds. */
export interface InspectedValues {
  readonly field: string;
  readonly column: string;
  readonly distinct: number;
  readonly unknown: readonly { readonly value: string; readonly count: number; readonly nearest: string | undefined }[];
}

/** What was understood of an input, and why. */
export interface Inspection {
  readonly path: string;
  readonly input: Pick<Input, 'encoding' | 'table'>;
  readonly mapping: Mapping | undefined;
  readonly conventions: Conventions | undefined;
  readonly rowsInSample: number;
  readonly sample: readonly SampleRow[];
  /** What is wrong with the rows of the sample. */
  readonly issues: readonly Issue[];
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
  readonly names: ReadonlySet<string>;
  has(value: string): boolean;
}

export interface InspectOptions {
  readonly kind: RecordKind;
  readonly path: string;
  readonly input: Omit<InputOptions, 'isKnownColumn'>;
  readonly mapping: MappingOptions;
  readonly schema: SchemaOptions;
  readonly stdin: Readable;
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
  const { kind, path } = options;
  const isKnownColumn = knownColumns(kind, options.mapping);
  const input = await Input.open(path, { ...options.input, isKnownColumn }, options.stdin);
  try {
    return understand(input, options);
  } finally {
    await input.close();
  }
}

function understand(input: Input, options: InspectOptions): Inspection {
  const { kind, path } = options;
  const { columns } = input.table;
  const sample = input.sampleRows();
  const problems: RunError[] = [];
  const attempt = <T>(action: () => T): T | undefined => {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      problems.push(error);
      return undefined;
    }
  };
  const mapping = attempt(() => mapColumns(kind, columns, options.mapping, path));
  const conventions = mapping && attempt(() => settleConventions(kind, input, mapping, options.mapping, path));
  const found = { path, input, mapping, conventions, rowsInSample: sample.length, sample, problems };
  if (mapping === undefined || conventions === undefined) {
    return { ...found, issues: [], missing: [], rows: [], values: [], warnings: [] };
  }
  const reader = {
    readFields: createFieldReader(kind, mapping, options.mapping, conventions),
    validate: createValidator(kind, options.schema),
  };
  const mapped = new Set(mapping.sources.map(({ field }) => field));
  const issues = sample.flatMap(({ row }) => {
    const read = interpretRow(row, reader);
    return 'issues' in read ? read.issues : [];
  });
  return {
    ...found,
    issues,
    missing: kind.requirements.filter(
      ({ anyOf }) => !anyOf.some((fields) => fields.every((field) => mapped.has(field))),
    ),
    rows: sample.slice(0, rowsShown).map(({ line, row }) => ({ line, issues: [], ...interpretRow(row, reader) })),
    values: inspectValues(kind, mapping, columns, sample, options.known, issues),
    warnings: conventions.warnings,
  };
}

const categoryTypes: ReadonlySet<string> = new Set(['choice', 'country']);

/** Distinct values of columns that hold one of few, and those of them that nobody knows. */
function inspectValues(
  kind: RecordKind,
  mapping: Mapping,
  columns: readonly string[],
  sample: readonly SampleRow[],
  known: InspectOptions['known'],
  issues: readonly Issue[],
): InspectedValues[] {
  const refused = refusedValues(issues);
  return mapping.sources.flatMap(({ field, columns: [column] }): InspectedValues[] => {
    const definition = kind.fields[field];
    const names =
      known.get(field)?.names ?? (definition?.choices === undefined ? undefined : new Set(definition.choices));
    if (column === undefined || (names === undefined && !categoryTypes.has(definition?.type ?? ''))) return [];
    const counts = new Map<string, number>();
    for (const { row } of sample) {
      const value = row.malformed === undefined ? (row.cells[column] ?? '').trim() : '';
      if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const isUnknown = (value: string): boolean =>
      known.has(field) ? known.get(field)?.has(value) !== true : (refused.get(field)?.has(value) ?? false);
    const unknown = [...counts]
      .filter(([value]) => isUnknown(value))
      .map(([value, count]) => ({
        value,
        count,
        nearest: names === undefined ? suggestCountry(value) : nearest(value, names),
      }))
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
