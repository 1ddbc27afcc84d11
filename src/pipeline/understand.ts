import type { Readable } from 'node:stream';
import { RunError } from '../errors.ts';
import { formats } from '../input/formats.ts';
import { Input, type InputOptions } from '../input/input.ts';
import { matchColumn } from '../mapping/columns.ts';
import { type Conventions, detectConventions, isTelling } from '../mapping/conventions.ts';
import { mapColumns, type Mapping, type MappingOptions } from '../mapping/mapping.ts';
import type { RecordKind, Requirement, SchemaOptions } from '../records/kind.ts';
import type { FieldChecks } from '../records/validate.ts';
import type { RecordReading } from './record-columns.ts';

/** How inputs are to be read, as the user says. */
export interface ReadingOptions {
  readonly kind: RecordKind;
  readonly input: Omit<InputOptions, 'isKnownColumn'>;
  readonly mapping: MappingOptions;
  readonly schema: SchemaOptions;
  readonly stdin: Readable;
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

/**
 * Opens an input and finds its table.
 *
 * @throws RunError (exit 3) when it can't be read
 */
export const openInput = (path: string, { kind, input, mapping, stdin }: ReadingOptions): Promise<Input> =>
  Input.open(path, { ...input, isKnownColumn: knownColumns(kind, mapping) }, stdin);

/** Maps the columns of an input and settles how its numbers and dates are written, from the rows of its sample. */
export function understand(
  path: string,
  input: Input,
  { kind, mapping: options }: Pick<ReadingOptions, 'kind' | 'mapping'>,
): Understanding {
  const { columns } = input.table;
  let mapping: Mapping | undefined;
  try {
    mapping = mapColumns(kind, columns, options, path);
    const sample = input.sampleRows(telling(kind, mapping));
    return { mapping, conventions: detectConventions(kind, mapping, columns, sample, options.conventions, path) };
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    return { mapping, conventions: undefined, problem: error };
  }
}

/** The columns whose texts may prove how numbers and dates are written. */
const telling = (kind: RecordKind, { sources }: Mapping): readonly number[] =>
  sources.flatMap(({ field, columns: [column] }) =>
    column !== undefined && isTelling(kind.fields[field]?.type ?? '') ? [column] : [],
  );

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
