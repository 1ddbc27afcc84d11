import type { Readable } from 'node:stream';
import { RunError } from '../errors.ts';
import { formats } from '../input/formats.ts';
import type { FoundInputs } from '../input/folders/found-inputs.ts';
import { Input, type InputOptions, type SampleRow } from '../input/input.ts';
import { matchColumn } from '../mapping/columns.ts';
import { type Conventions, detectConventions, type SampleTable, type Surroundings } from '../mapping/conventions.ts';
import { collectNumbers, type ColumnNumbers } from '../mapping/decimal-mark.ts';
import { mapColumns, type Mapping, type MappingOptions } from '../mapping/mapping.ts';
import { textOrNone } from '../mapping/settle-unit.ts';
import { countriesIn } from '../mapping/unit-meanings.ts';
import { findUnit, hasUnits, settledUnit } from '../mapping/units.ts';
import type { RecordKind, Requirement, SchemaOptions } from '../records/kind.ts';
import type { FieldChecks } from '../records/validate.ts';
import type { RecordReading } from './record-columns.ts';

/** How inputs are to be read, as the user says. */
export interface ReadingOptions {
  readonly kind: RecordKind;
  readonly input: Omit<InputOptions, 'isKnownColumn' | 'isMeasure' | 'unitOf'>;
  readonly mapping: MappingOptions;
  readonly schema: SchemaOptions;
  readonly stdin: Readable;
  /** Where folders or globs were given, what was found in them. */
  readonly found?: Pick<FoundInputs, 'listed' | 'leftOut'>;
}

/** How the columns of an input become fields, and how its numbers and dates are written. */
export interface Understood {
  readonly mapping: Mapping;
  readonly conventions: Conventions;
}

/** What could be understood of an input; `problem` is what a run can't start with. */
export type Understanding =
  | (Understood & { readonly problem?: undefined })
  | { readonly mapping: Mapping | undefined; readonly conventions: undefined; readonly problem: RunError };

/** Tells names of columns that can be mapped: by the user or by themselves. */
export function knownColumns(kind: RecordKind, { fields }: MappingOptions): (name: string) => boolean {
  const named = new Set([...fields.values()].flatMap(({ columns }) => columns));
  return (name) => named.has(name) || matchColumn(kind, name) !== undefined;
}

/** Tells names of columns whose values have units. */
function measures(kind: RecordKind, { fields }: MappingOptions): (name: string) => boolean {
  const named = new Map([...fields].flatMap(([field, { columns }]) => columns.map((column) => [column, field])));
  return (name) => hasUnits(named.get(name) ?? matchColumn(kind, name)?.field ?? '');
}

const unitOf = (text: string): string | undefined => findUnit(text)?.id;

/**
 * Opens an input and finds its table.
 *
 * @throws RunError (exit 3) when it can't be read
 */
export const openInput = (
  path: string,
  { kind, input, mapping, stdin }: Pick<ReadingOptions, 'input' | 'kind' | 'mapping' | 'stdin'>,
): Promise<Input> => {
  const isKnownColumn = knownColumns(kind, mapping);
  return Input.open(path, { ...input, isKnownColumn, isMeasure: measures(kind, mapping), unitOf }, stdin);
};

/** The beginning of an input: its rows with all of their cells, as columns that are not mapped witness for others. */
export type SampleOf = Pick<SampleTable, 'path' | 'columns' | 'rows'>;

export function sampleOf(path: string, input: Input): SampleOf {
  const { columns } = input.table;
  // A header that is repeated says nothing of the values of its columns.
  const isHeader = ({ cells }: SampleRow): boolean => cells.every((cell, column) => cell.trim() === columns[column]);
  return { path, columns, rows: input.sampleRows().filter((row) => row.isMalformed || !isHeader(row)) };
}

/** Maps the columns of an input and settles how its numbers and dates are written, from the rows of its sample. */
export function understand(
  { path, columns, rows }: SampleOf,
  { kind, mapping: options, schema }: Pick<ReadingOptions, 'kind' | 'mapping' | 'schema'>,
  surroundings: Surroundings = {},
): Understanding {
  let mapping: Mapping | undefined;
  try {
    mapping = mapColumns(kind, columns, options, path, rows);
    const table = { kind, mapping, columns, rows, path, nulls: options.nulls };
    const constant = textOrNone(options.constants.get(countryFieldOf(kind)));
    const { countries = { countries: countriesIn(table, constant), isComplete: true } } = surroundings;
    const conventions = detectConventions(table, options.conventions, {
      ...surroundings,
      countries,
      latestYear: schema.currentYear + 1,
    });
    return { mapping: withSettledUnits(mapping, conventions), conventions };
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    return { mapping, conventions: undefined, problem: error };
  }
}

export const countryFieldOf = ({ isTransport }: RecordKind): string => (isTransport ? 'origin_country' : 'country');

/** The units in names of columns, where they were ambiguous, as they are meant. */
const withSettledUnits = ({ sources, unmapped }: Mapping, conventions: Conventions): Mapping => ({
  sources: sources.map((source) => {
    const { unit } = source;
    const isAmbiguous = unit !== undefined && findUnit(unit)?.is !== undefined;
    return isAmbiguous ? { ...source, unit: settledUnit(unit, conventions)?.id ?? unit } : source;
  }),
  unmapped,
});

/** What the numbers in the sample of an input say of the decimal mark. */
export const numbersOf = (
  { path, columns, rows }: SampleOf,
  { kind, mapping: options }: ReadingOptions,
): readonly ColumnNumbers[] => {
  const mapping = mapColumns(kind, columns, options, path, rows);
  return collectNumbers({ kind, mapping, columns, rows, nulls: options.nulls });
};

/** What every record needs and no column gives. */
export function unmetRequirements(kind: RecordKind, { sources }: Mapping): readonly Requirement[] {
  const mapped = new Set(sources.map(({ field }) => field));
  return kind.requirements.filter(({ anyOf }) => !anyOf.some((fields) => fields.every((field) => mapped.has(field))));
}

/** Everything that reading the records of an input needs. */
export const createReading = (
  kind: RecordKind,
  { input, mapping, conventions }: Understood & { readonly input: Input },
  options: MappingOptions,
  checks: FieldChecks,
): RecordReading => ({
  kind,
  mapping,
  options,
  conventions,
  checks,
  hasOpenNames: formats[input.table.format].hasOpenNames,
});
