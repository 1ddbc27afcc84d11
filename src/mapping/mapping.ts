import { usageError } from '../errors.ts';
import { quote } from '../issues.ts';
import type { FieldValue, RecordKind } from '../records/kind.ts';
import { isHelperColumn, type Match, matchColumn, type MatchReason, suggestField, unitOfName } from './columns.ts';
import type { ConventionOptions } from './conventions.ts';
import type { MappingFile } from './mapping-file.ts';
import { didYouMean } from './names.ts';
import { isEmpty, plainConventions, readers } from './values.ts';

/** What the user said about the mapping: `--map`, the mapping file and `--set`. */
export interface MappingOptions {
  /** Columns by field; several are joined. */
  readonly fields: ReadonlyMap<string, { readonly columns: readonly string[]; readonly reason: 'option' | 'file' }>;
  /** Translations by field, raw values in lower case. */
  readonly values: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Values, by field, of rows that leave the field empty. */
  readonly constants: ReadonlyMap<string, FieldValue>;
  /** How numbers and dates are written; the command line wins over the mapping file. */
  readonly conventions: ConventionOptions;
}

/** How one field gets its value. */
export interface FieldSource {
  readonly field: string;
  /** Indices of the columns; empty when only the constant gives a value. */
  readonly columns: readonly number[];
  readonly reason: MatchReason | 'constant';
  /** The unit that the column's name gives. */
  readonly unit?: string | undefined;
}

/** How the columns of one input become fields. */
export interface Mapping {
  /** In the order of the kind's fields. */
  readonly sources: readonly FieldSource[];
  readonly unmapped: readonly { readonly column: string; readonly suggestion: string | undefined }[];
}

/**
 * Joins the mapping file and the command line, which wins, and checks every field and constant.
 *
 * @param maps `field=column` texts of `--map`
 * @param sets `field=value` texts of `--set`
 * @throws RunError (exit 2) for an unknown field, or a constant that its field can't have
 */
export function readMappingOptions(
  kind: RecordKind,
  file: MappingFile | undefined,
  maps: readonly string[],
  sets: readonly string[],
  conventions: ConventionOptions = { decimal: undefined, dateOrder: undefined },
): MappingOptions {
  const fields = new Map<string, { columns: readonly string[]; reason: 'option' | 'file' }>();
  for (const [field, columns] of Object.entries(file?.fields ?? {})) {
    fields.set(checkField(kind, field, 'the mapping file'), { columns: [columns].flat(), reason: 'file' });
  }
  for (const text of maps) {
    const [field, column] = splitAssignment(text, '--map');
    fields.set(checkField(kind, field, '--map'), { columns: [column], reason: 'option' });
  }
  const values = new Map<string, ReadonlyMap<string, string>>();
  for (const [field, translations] of Object.entries(file?.values ?? {})) {
    const entries = Object.entries(translations).map(([raw, value]) => [raw.toLowerCase(), value] as const);
    values.set(checkField(kind, field, 'the mapping file'), new Map(entries));
  }
  const constants = new Map<string, FieldValue>();
  for (const [field, value] of Object.entries(file?.set ?? {})) {
    constants.set(checkField(kind, field, 'the mapping file'), readConstant(kind, field, String(value)));
  }
  for (const text of sets) {
    const [field, value] = splitAssignment(text, '--set');
    constants.set(checkField(kind, field, '--set'), readConstant(kind, field, value));
  }
  return {
    fields,
    values,
    constants,
    conventions: {
      decimal: conventions.decimal ?? file?.decimal,
      dateOrder: conventions.dateOrder ?? file?.dateFormat,
    },
  };
}

function splitAssignment(text: string, option: string): [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) {
    throw usageError(
      'MAPPING_INVALID',
      `${option} ${quote(text)} is not of the form field=${option === '--map' ? 'column' : 'value'}`,
    );
  }
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

function checkField(kind: RecordKind, field: string, origin: string): string {
  if (Object.hasOwn(kind.fields, field)) return field;
  const names = Object.keys(kind.fields);
  throw usageError(
    'MAPPING_UNKNOWN_FIELD',
    `${origin} names a field "${field}" that ${kind.name} do not have${didYouMean(field, names)}`,
    `the fields are ${names.join(', ')}`,
  );
}

function readConstant(kind: RecordKind, field: string, text: string): FieldValue {
  const definition = kind.fields[field];
  if (definition === undefined) throw new TypeError(`no field ${field}`);
  if (isEmpty(text)) throw usageError('CONSTANT_INVALID', `--set ${field}= gives no value`);
  const reading = readers[definition.type](text, field, definition, plainConventions);
  if ('problem' in reading) throw usageError('CONSTANT_INVALID', `--set: ${reading.problem.message}`);
  return reading.value;
}

/** Unknown columns for which the nearest field is looked up: each is compared with every alias. */
const suggestedFor = 200;

/** Columns that a message names. */
const ambiguousShown = 5;

/**
 * Finds for every field of a kind where its value stands in one input.
 *
 * @param columns the column names of the input
 * @throws RunError (exit 2) when two columns stand for one field and nobody said which
 */
export function mapColumns(
  kind: RecordKind,
  columns: readonly string[],
  options: MappingOptions,
  path: string,
): Mapping {
  const byField = new Map<string, FieldSource>();
  const taken = new Set<number>();
  for (const [field, { columns: names, reason }] of options.fields) {
    if (!names.every((name) => columns.includes(name))) continue;
    const indices = names.map((name) => indexOfOnly(columns, name, path, field));
    byField.set(field, { field, columns: indices, reason, unit: unitOfName(field, names.at(-1) ?? '') });
    for (const index of indices) taken.add(index);
  }

  const matches = new Map<string, { index: number; match: Match }[]>();
  const unmatched: string[] = [];
  for (const [index, column] of columns.entries()) {
    if (taken.has(index) || isHelperColumn(column)) continue;
    const match = matchColumn(kind, column);
    if (match === undefined || byField.has(match.field)) {
      unmatched.push(column);
    } else {
      const found = matches.get(match.field) ?? [];
      if (found.length === 0) matches.set(match.field, found);
      found.push({ index, match });
    }
  }
  for (const [field, found] of matches) {
    const exact = found.filter(({ match }) => match.reason === 'exact');
    const [chosen, second] = exact.length > 0 ? exact : found;
    if (chosen === undefined) continue;
    if (second !== undefined) {
      const shown = found.slice(0, ambiguousShown).map(({ index }) => `"${columns[index] ?? ''}"`);
      const names = [...shown, ...(found.length > shown.length ? ['others'] : [])].join(' and ');
      throw usageError(
        'MAPPING_AMBIGUOUS',
        `the columns ${names} of ${path} both stand for ${field}`,
        new Set(found.map(({ index }) => columns[index])).size === 1
          ? "rename one of them: a column name that stands twice can't be mapped"
          : `say which one: --map "${field}=${columns[chosen.index] ?? ''}"`,
      );
    }
    const { reason, unit } = chosen.match;
    byField.set(field, { field, columns: [chosen.index], reason, unit });
    for (const other of found) if (other !== chosen) unmatched.push(columns[other.index] ?? '');
  }

  const sources = Object.keys(kind.fields).flatMap((field): FieldSource[] => {
    const source = byField.get(field);
    if (source !== undefined) return [source];
    return options.constants.has(field) ? [{ field, columns: [], reason: 'constant' }] : [];
  });
  const mapped = new Set(sources.map(({ field }) => field));
  const unmapped = unmatched
    .filter((column) => column !== '')
    .map((column, at) => {
      const suggestion = at < suggestedFor ? suggestField(kind, column) : undefined;
      return { column, suggestion: suggestion === undefined || mapped.has(suggestion) ? undefined : suggestion };
    });
  return { sources, unmapped };
}

function indexOfOnly(columns: readonly string[], name: string, path: string, field: string): number {
  const index = columns.indexOf(name);
  if (columns.lastIndexOf(name) === index) return index;
  throw usageError(
    'MAPPING_AMBIGUOUS',
    `${path} has two columns "${name}", and ${field} is mapped to that name`,
    'rename one of them',
  );
}
