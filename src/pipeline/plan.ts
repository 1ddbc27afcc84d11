import { realpath } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { usageError } from '../errors.ts';
import { Input, type InputOptions } from '../input/input.ts';
import { standardInput } from '../input/source.ts';
import { quote, type Warning } from '../issues.ts';
import { type Conventions, detectConventions } from '../mapping/conventions.ts';
import { matchColumn } from '../mapping/columns.ts';
import { mapColumns, type Mapping, type MappingOptions } from '../mapping/mapping.ts';
import { createFieldReader } from '../mapping/read-fields.ts';
import type { RecordKind, Requirement, SchemaOptions } from '../records/kind.ts';
import { createValidator } from '../records/validate.ts';
import type { RecordReader } from './read-records.ts';

/** One input with everything that reading its records needs. */
export interface PlannedInput {
  readonly path: string;
  readonly input: Input;
  readonly mapping: Mapping;
  readonly conventions: Conventions;
  readonly reader: RecordReader;
}

/** What a run will read and how: decided before anything is sent. */
export interface Plan {
  readonly kind: RecordKind;
  readonly inputs: readonly PlannedInput[];
  readonly warnings: readonly Warning[];
  /** Lets go of what was read to understand the inputs, before they are read. */
  rest(): void;
  close(): Promise<void>;
}

export interface PlanOptions {
  readonly kind: RecordKind;
  readonly paths: readonly string[];
  readonly input: Omit<InputOptions, 'isKnownColumn'>;
  readonly mapping: MappingOptions;
  readonly schema: SchemaOptions;
  readonly stdin: Readable;
}

/**
 * Opens all inputs and maps their columns.
 *
 * @throws RunError (exit 3) for an input that can't be read, (exit 2) for a mapping that can't work
 */
export async function planRun(options: PlanOptions): Promise<Plan> {
  const { kind, paths } = options;
  await refuseRepeatedPaths(paths);
  const validate = createValidator(kind, options.schema);
  const inputs: PlannedInput[] = [];
  const isKnownColumn = knownColumns(kind, options.mapping);
  const close = async (): Promise<void> => {
    for (const { input } of inputs) await input.close();
  };
  try {
    checkConstants(options, validate);
    for (const path of paths) {
      const input = await Input.open(path, { ...options.input, isKnownColumn }, options.stdin);
      inputs.push(await understand(input, path, options, validate));
    }
    checkMappedColumns(kind, inputs, options.mapping);
    for (const planned of inputs) checkRequirements(kind, planned);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    kind,
    inputs,
    warnings: inputs.flatMap((planned) => [
      ...warnOfEncoding(planned),
      ...warnOfTitles(planned),
      ...planned.conventions.warnings,
      ...warnOfUnits(planned),
      ...warnOfUnmapped(planned),
    ]),
    rest: () => {
      for (const { input } of inputs) input.rest();
    },
    close,
  };
}

/** Tells names of columns that can be mapped: by the user or by themselves. */
export function knownColumns(kind: RecordKind, { fields }: MappingOptions): (name: string) => boolean {
  const named = new Set([...fields.values()].flatMap(({ columns }) => columns));
  return (name) => named.has(name) || matchColumn(kind, name) !== undefined;
}

/**
 * How the numbers and dates of an input are written.
 *
 * @throws RunError (exit 2) when its sample contradicts itself, or leaves the order of dates open
 */
export function settleConventions(
  kind: RecordKind,
  input: Input,
  mapping: Mapping,
  { conventions }: MappingOptions,
  path: string,
): Conventions {
  return detectConventions(kind, mapping, input.table.columns, input.sampleRows(), conventions, path);
}

/** Maps the columns of an input and settles how its numbers and dates are written. */
async function understand(
  input: Input,
  path: string,
  { kind, mapping: options }: PlanOptions,
  validate: RecordReader['validate'],
): Promise<PlannedInput> {
  try {
    const mapping = mapColumns(kind, input.table.columns, options, path);
    const conventions = settleConventions(kind, input, mapping, options, path);
    return {
      path,
      input,
      mapping,
      conventions,
      reader: { readFields: createFieldReader(kind, mapping, options, conventions), validate },
    };
  } catch (error) {
    await input.close();
    throw error;
  }
}

async function refuseRepeatedPaths(paths: readonly string[]): Promise<void> {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const real = path === standardInput ? path : await realpath(path).catch(() => path);
    const earlier = seen.get(real);
    if (earlier !== undefined) {
      throw usageError(
        'INPUT_TWICE',
        earlier === path ? `${path} is named twice` : `${path} and ${earlier} are the same file`,
        'name each input once: every one of its rows would be a duplicate',
      );
    }
    seen.set(real, path);
  }
}

/** A constant outside its field's range would refuse every row; better to say so once. */
function checkConstants({ mapping }: PlanOptions, validate: RecordReader['validate']): void {
  for (const [field, value] of mapping.constants) {
    const checked = validate({ [field]: value }, new Set());
    const issue = checked.valid
      ? undefined
      : checked.issues.find((each) => each.field === field && each.code !== 'MISSING_FIELD');
    if (issue !== undefined) throw usageError('CONSTANT_INVALID', `--set: ${issue.message}`, issue.hint);
  }
}

/** Every column that the user names must be in an input. */
function checkMappedColumns(kind: RecordKind, inputs: readonly PlannedInput[], { fields }: MappingOptions): void {
  const columns = new Set(inputs.flatMap(({ input }) => input.table.columns));
  for (const [field, { columns: names, reason }] of fields) {
    const unknown = names.find((name) => !columns.has(name));
    if (unknown === undefined) continue;
    const lower = unknown.toLowerCase();
    const near = [...columns].find((column) => column.toLowerCase() === lower);
    throw usageError(
      'MAPPING_UNKNOWN_COLUMN',
      `${reason === 'file' ? 'the mapping file' : '--map'} takes ${field} from a column ${quote(unknown)} that the input does not have` +
        (near === undefined ? '' : `; did you mean "${near}"?`),
      `the columns are ${listed([...columns])}`,
    );
  }
  if (inputs.some(({ mapping }) => mapping.sources.some(({ columns: indices }) => indices.length > 0))) return;
  const [first] = inputs;
  const field = Object.keys(kind.fields)[0] ?? '';
  throw usageError(
    'MAPPING_NONE',
    `none of the columns of ${first?.path ?? 'the input'} is known: ${listed(first?.input.table.columns ?? [])}`,
    `if the first line holds the column names, map them: --map "${field}=<column>"; if it does not, add such a line`,
  );
}

const listed = (columns: readonly string[]): string =>
  columns.slice(0, 12).map(quote).join(', ') + (columns.length > 12 ? `, and ${String(columns.length - 12)} more` : '');

/** A field that every row needs and no column gives would refuse every row; better to say so once. */
function checkRequirements(kind: RecordKind, { path, mapping }: PlannedInput): void {
  const mapped = new Set(mapping.sources.map(({ field }) => field));
  const isUnmet = ({ anyOf }: Requirement): boolean =>
    !anyOf.some((fields) => fields.every((field) => mapped.has(field)));
  const unmet = kind.requirements.find(isUnmet);
  if (unmet === undefined) return;
  const wanted = unmet.anyOf.flat();
  const suggested = mapping.unmapped.find(({ suggestion }) => suggestion !== undefined && wanted.includes(suggestion));
  const unused = mapping.unmapped.map(({ column }) => column);
  const field = wanted.find((name) => !mapped.has(name)) ?? '';
  throw usageError(
    'MAPPING_INCOMPLETE',
    `${path} has no column for what every ${kind.noun[0]} needs: it ${unmet.text}`,
    suggested === undefined
      ? `map a column: --map "${field}=<column>"${unused.length === 0 ? '' : ` (not used yet: ${listed(unused)})`}, or give one value for all rows: --set ${field}=<value>`
      : `did you mean --map "${suggested.suggestion ?? ''}=${suggested.column}"?`,
  );
}

const warnOfEncoding = ({ path, input: { encoding } }: PlannedInput): Warning[] =>
  encoding.evidence === undefined
    ? []
    : [
        {
          code: 'ENCODING_ASSUMED',
          message:
            `${path} is not UTF-8 (line ${String(encoding.evidence.line)} has ${encoding.evidence.bytes}); ` +
            `it was read as ${encoding.label}, --encoding says otherwise`,
        },
      ];

const warnOfTitles = ({ path, input: { table } }: PlannedInput): Warning[] =>
  table.header.hasTitles
    ? [
        {
          code: 'TITLE_LINES',
          message: `the header of ${path} was found in line ${String(table.header.line)}; what stands above it was skipped`,
        },
      ]
    : [];

const warnOfUnits = ({ path, input, mapping }: PlannedInput): Warning[] =>
  mapping.sources.flatMap(({ field, columns: [column], unit }) =>
    unit === undefined
      ? []
      : [
          {
            code: 'UNIT_OF_COLUMN',
            message: `column ${quote(input.table.columns[column ?? 0] ?? '')} of ${path} is ${field} in ${unit}`,
          },
        ],
  );

const warnOfUnmapped = ({ path, mapping }: PlannedInput): Warning[] =>
  mapping.unmapped.map(({ column, suggestion }) => ({
    code: 'UNMAPPED_COLUMN',
    message:
      `column ${quote(column)} of ${path} is not used` +
      (suggestion === undefined ? '' : `; did you mean --map "${suggestion}=${column}"?`),
  }));

/** The columns that a field of an input comes from, by name. */
export const columnsOf = ({ mapping, input }: PlannedInput, field: string): readonly string[] =>
  (mapping.sources.find((source) => source.field === field)?.columns ?? []).map(
    (index) => input.table.columns[index] ?? '',
  );

/** The text that stands in the input for a field of a row. */
export const textOf = ({ mapping }: PlannedInput, cells: readonly string[], field: string): string =>
  (mapping.sources.find((source) => source.field === field)?.columns ?? [])
    .map((index) => cells[index] ?? '')
    .join(', ');
