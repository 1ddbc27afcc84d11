import { realpath } from 'node:fs/promises';
import { RunError, usageError } from '../errors.ts';
import type { Input } from '../input/input.ts';
import { describeLeftOut, type LeftOut } from '../input/folders/left-out.ts';
import { formats } from '../input/formats.ts';
import { standardInput } from '../input/source.ts';
import { cellText } from '../columns/column.ts';
import type { Table } from '../input/table.ts';
import { readMembers } from '../input/zip-members.ts';
import { quote, type Warning } from '../issues.ts';
import type { ColumnNumbers } from '../mapping/decimal-mark.ts';
import type { Mapping, MappingOptions } from '../mapping/mapping.ts';
import { textOrNone } from '../mapping/settle-unit.ts';
import { didYouMean } from '../mapping/names.ts';
import { describeRule, type RowRule } from '../mapping/row-rule.ts';
import { addCountry } from '../mapping/unit-meanings.ts';
import { isUnitField } from '../mapping/units.ts';
import type { RecordKind, SchemaOptions } from '../records/kind.ts';
import { createFieldChecks, createValidator } from '../records/validate.ts';
import { listed, warningsOfInput, warnOfFilesLeftOut } from './plan-warnings.ts';
import type { RecordReading } from './record-columns.ts';
import {
  countryFieldOf,
  createReading,
  numbersOf,
  openInput,
  type ReadingOptions,
  type SampleOf,
  sampleOf,
  understand,
  type Understood,
  unmetRequirements,
} from './understand.ts';
import { lightLoad, unusedUnits } from './doubtful-units.ts';
import { tripColumns } from './trip-columns.ts';

/** One input, open and understood. */
export interface OpenedInput extends Understood {
  readonly path: string;
  readonly input: Input;
  /** The different texts that its sample has for the kind's `lookedUpField`. */
  readonly lookedUpTexts: ReadonlySet<string>;
  /** Different texts that its sample has for places, for the calculator; it wants to know where most of them lie. */
  readonly placeTexts: ReadonlySet<string>;
  /** Columns that are not used and hold units, with one that its sample has. */
  readonly unusedUnits: ReadonlyMap<string, string>;
  /** Columns that say that rows are several trips, with a value that its sample has. */
  readonly tripColumns: ReadonlyMap<string, string | undefined>;
  /** The middle of loads that have no unit, where they are so light that they may be tonnes; kg. */
  readonly lightLoad: number | undefined;
  /** Whether a distance has to be worked out for some row of its sample. */
  readonly asksDistances: boolean;
}

/** All inputs of a run, open and understood. */
export interface OpenedInputs {
  readonly kind: RecordKind;
  readonly schema: SchemaOptions;
  /** The files, each once: an archive has several inputs. */
  readonly paths: readonly string[];
  readonly inputs: readonly OpenedInput[];
  readonly warnings: readonly Warning[];
  /** Lets go of what was read to understand the inputs, before they are read. */
  rest(): void;
  close(): Promise<void>;
}

export type PlannedInput = OpenedInput;

/** What a run will read and how: decided before anything is sent. */
export interface Plan extends OpenedInputs {
  /** Everything that reading the records of one of its inputs needs. */
  readingOf(input: PlannedInput): RecordReading;
  /** Which rows the user leaves out. */
  readonly rowRules: readonly RowRule[];
  /** What becomes of negative quantities. */
  readonly refunds: 'net' | 'refuse';
}

/**
 * Opens all inputs and maps their columns.
 *
 * @throws RunError (exit 3) for an input that can't be read, (exit 2) for a mapping that can't work
 */
export async function openInputs(paths: readonly string[], options: ReadingOptions): Promise<OpenedInputs> {
  const { kind, schema, found } = options;
  await refuseRepeatedPaths(paths);
  const read: string[] = [];
  const files: OpenedFile[] = [];
  const warnings: Warning[] = [];
  const leftOut = [...(found?.leftOut ?? [])];
  const close = async (): Promise<void> => {
    for (const { input } of files) await input.close();
  };
  let inputs: readonly OpenedInput[] = [];
  try {
    checkConstants(options);
    for (const path of paths) {
      const reason = await openFile(path, options, files, warnings);
      if (reason === undefined) read.push(path);
      else leftOut.push({ path, reason });
    }
    if (read.length === 0) throw nothingLeft(leftOut);
    inputs = await understandAll(files, options);
    checkMappedColumns(kind, inputs, options.mapping);
    checkRules(inputs, options.mapping);
    for (const opened of inputs) checkRequirements(kind, opened);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    kind,
    schema,
    paths: read,
    inputs,
    warnings: warnings.concat(
      warnOfFilesLeftOut(leftOut),
      inputs.flatMap((opened) => warningsOfInput(opened, options)),
    ),
    rest: () => {
      for (const { input } of inputs) input.rest();
    },
    close,
  };
}

/** Plans the reading of inputs, with a mapping that is complete: ids are looked up already. */
export function planRun(opened: OpenedInputs, mapping: MappingOptions): Plan {
  const { kind, schema } = opened;
  const checks = createFieldChecks(kind, schema);
  const { rowRules, refunds = 'refuse' } = mapping;
  return { ...opened, rowRules, refunds, readingOf: (input) => createReading(kind, input, mapping, checks) };
}

/**
 * Opens a file, with all tables that it has.
 *
 * @returns why it is left out after all, where a folder gave it
 */
async function openFile(
  path: string,
  options: ReadingOptions,
  files: OpenedFile[],
  warnings: Warning[],
): Promise<LeftOut['reason'] | undefined> {
  const isListed = options.found?.listed.has(path) === true;
  try {
    for (const each of await tablesOf(path, warnings)) {
      const input = await openInput(each, options);
      if (isListed && input.table.isOwnOutput) {
        await input.close();
        return 'own';
      }
      files.push({ path: each, input });
    }
    return undefined;
  } catch (error) {
    const reason = isListed && error instanceof RunError ? leftOutWith[error.code] : undefined;
    if (reason === undefined) throw error;
    return reason;
  }
}

/** What the files of a folder may be when it is looked at, and need not be the next time. */
const leftOutWith: Readonly<Partial<Record<RunError['code'], LeftOut['reason']>>> = {
  INPUT_NOT_FOUND: 'gone',
  INPUT_EMPTY: 'empty',
};

const nothingLeft = (leftOut: readonly LeftOut[]): RunError =>
  usageError('INPUT_NONE', `there is nothing to read: ${describeLeftOut(leftOut).join('; ')}`);

/** The tables of an archive with several, each an input of its own; else the input itself. */
async function tablesOf(path: string, warnings: Warning[]): Promise<readonly string[]> {
  const members = path === standardInput ? undefined : await readMembers(path);
  for (const { name } of members?.others ?? []) {
    const message = `${quote(name)} in ${path} was left out: its name is not that of a table`;
    warnings.push({ code: 'FILE_LEFT_OUT', message });
  }
  const tables = members?.tables ?? [];
  return tables.length > 1 ? tables.map(({ name }) => `${path}/${name}`) : [path];
}

interface OpenedFile {
  readonly path: string;
  readonly input: Input;
}

/** Understands all inputs: those with the very same header may settle for each other how numbers are written. */
async function understandAll(files: readonly OpenedFile[], options: ReadingOptions): Promise<readonly OpenedInput[]> {
  const { kind, schema } = options;
  const headerOf = ({ input }: OpenedFile): string => JSON.stringify(input.table.columns);
  const byHeader = new Map<string, OpenedFile[]>();
  for (const file of files) {
    const group = byHeader.get(headerOf(file));
    if (group === undefined) byHeader.set(headerOf(file), [file]);
    else group.push(file);
  }
  const numbers = new Map<string, readonly ColumnNumbers[]>();
  const numbersBy = (header: string): readonly ColumnNumbers[] => {
    const known =
      numbers.get(header) ??
      (byHeader.get(header) ?? []).flatMap(({ path, input }) => numbersOf(sampleOf(path, input), options));
    numbers.set(header, known);
    return known;
  };
  const inputs: OpenedInput[] = [];
  for (const file of files) {
    const { path, input } = file;
    const siblings = (): readonly ColumnNumbers[] => numbersBy(headerOf(file));
    const sample = sampleOf(path, input);
    const { mapping, conventions, problem } = await understandWhole(input, sample, options, siblings);
    if (problem !== undefined) throw problem;
    inputs.push({
      path,
      input,
      mapping,
      conventions,
      lookedUpTexts: lookedUpTexts(kind, mapping, sample),
      placeTexts: kind.isTransport && schema.target === 'calculator' ? placeTexts(mapping, sample) : new Set(),
      asksDistances: asksDistances(mapping, sample),
      unusedUnits: unusedUnits(mapping, sample),
      tripColumns: kind.isTransport ? tripColumns(mapping, sample) : new Map<string, string | undefined>(),
      lightLoad: lightLoad(mapping, sample, conventions.decimal),
    });
  }
  return inputs;
}

/** Understands an input, by all of its rows where its sample leaves a question that they answer. */
async function understandWhole(
  input: Input,
  sample: SampleOf,
  options: ReadingOptions,
  siblings: () => readonly ColumnNumbers[],
): Promise<ReturnType<typeof understand>> {
  const first = understand(sample, options, {
    siblings,
    ...(input.isSampleWhole ? {} : { countries: { countries: new Set<string>(), isComplete: false } }),
  });
  if (first.problem !== undefined || !first.conventions.asksCountries) return first;
  const countries = await surveyCountries(input, first.mapping, options);
  return understand(sample, options, { siblings, countries: { countries, isComplete: true } });
}

/** The countries of all rows. */
async function surveyCountries(
  input: Input,
  { sources }: Mapping,
  { kind, mapping: { constants } }: ReadingOptions,
): Promise<ReadonlySet<string>> {
  const field = countryFieldOf(kind);
  const column = sources.find((source) => source.field === field)?.columns[0];
  const constant = textOrNone(constants.get(field));
  const countries = new Set<string>();
  const texts = new Set<string>();
  if (column === undefined) return constant === undefined ? countries : countries.add(constant);
  await input.survey((batch, { arena }) => {
    for (let row = 0; row < batch.rows; row += 1) {
      if (!batch.malformed.has(row)) texts.add(cellText(batch, row, column, arena));
    }
  });
  for (const text of texts) addCountry(countries, text, constant);
  return countries;
}

function lookedUpTexts({ lookedUpField }: RecordKind, { sources }: Mapping, { rows }: SampleOf): ReadonlySet<string> {
  const column = sources.find(({ field }) => field === lookedUpField)?.columns[0];
  return new Set(column === undefined ? [] : rows.map(({ cells }) => (cells[column] ?? '').trim()));
}

function asksDistances({ sources }: Mapping, { rows }: SampleOf): boolean {
  const column = sources.find(({ field }) => field === 'distance_km')?.columns[0];
  return column === undefined || rows.some(({ cells }) => (cells[column] ?? '').trim() === '');
}

/** Texts of places beyond these say no more of where a file's places lie. */
const mostPlaceTexts = 200;

function placeTexts({ sources }: Mapping, { rows }: SampleOf): ReadonlySet<string> {
  const columns = sources.flatMap(({ field, columns: indices }) =>
    (field === 'origin' || field === 'destination') && indices.length === 1 ? indices : [],
  );
  const texts = new Set<string>();
  for (const { cells } of columns.length === 0 ? [] : rows) {
    for (const column of columns) texts.add((cells[column] ?? '').trim());
    if (texts.size >= mostPlaceTexts) break;
  }
  return texts;
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
function checkConstants({ kind, mapping, schema }: ReadingOptions): void {
  const validate = createValidator(kind, schema);
  for (const [field, value] of mapping.constants) {
    // A unit of another name is converted, and not what the record will have.
    if (isUnitField(field) || field === kind.lookedUpField) continue;
    const checked = validate({ [field]: value }, new Set());
    const issue = checked.valid
      ? undefined
      : checked.issues.find((each) => each.field === field && each.code !== 'MISSING_FIELD');
    if (issue !== undefined) throw usageError('CONSTANT_INVALID', `--set: ${issue.message}`, issue.hint);
  }
}

/** Every column that the user names must be in an input. */
function checkMappedColumns(kind: RecordKind, inputs: readonly OpenedInput[], { fields }: MappingOptions): void {
  const columns = new Set(inputs.flatMap(({ input }) => input.table.columns));
  for (const [field, { columns: names, reason }] of fields) {
    const unknown = names.find((name) => !columns.has(name));
    if (unknown === undefined) continue;
    const lower = unknown.toLowerCase();
    const near =
      [...columns].find((column) => column.toLowerCase() === lower) ??
      [...columns].find((column) => column.toLowerCase().startsWith(`${lower} (`));
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

/** A rule needs its column in an input; what says to which account rows go, in each: JSON may have it in later rows alone. */
function checkRules(inputs: readonly OpenedInput[], { rowRules }: MappingOptions): void {
  const columns = inputs.flatMap(({ input }) => input.table.columns);
  const fields = inputs.flatMap(({ mapping: { sources } }) =>
    sources.flatMap((source) => (source.columns.length > 0 ? [source.field] : [])),
  );
  for (const rule of rowRules) {
    const isOfAccount = rule.kind === 'organization';
    const isThere = isOfAccount
      ? inputs.every(({ input }) => mayHave(input.table, rule.column))
      : columns.includes(rule.column) || fields.includes(rule.column);
    if (isThere) continue;
    throw usageError(
      'SKIP_UNKNOWN_COLUMN',
      `${describeRule(rule)} names a column ${quote(rule.column)} that ${isOfAccount ? 'not every' : 'no'} input has${didYouMean(rule.column, [...columns, ...fields])}`,
      `the columns are ${listed(columns)}`,
    );
  }
}

const mayHave = ({ columns, format }: Table, column: string): boolean =>
  columns.includes(column) || formats[format].hasOpenNames;

/** A field that every row needs and no column gives would refuse every row; better to say so once. */
function checkRequirements(kind: RecordKind, { path, mapping }: OpenedInput): void {
  const [unmet] = unmetRequirements(kind, mapping);
  if (unmet === undefined) return;
  const mapped = new Set(mapping.sources.map(({ field }) => field));
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

/** The columns that a field of an input comes from, by name. */
export const columnsOf = ({ mapping, input }: OpenedInput, field: string): readonly string[] =>
  (mapping.sources.find((source) => source.field === field)?.columns ?? []).map(
    (index) => input.table.columns[index] ?? '',
  );
