import { organizationName, type OrganizationSource, type OwnRows } from './organization.ts';
import { usageError } from '../errors.ts';
import type { SampleRow } from '../input/input.ts';
import { quote } from '../issues.ts';
import type { FieldValue, RecordKind } from '../records/kind.ts';
import {
  endOfJourney,
  isHelperColumn,
  type Match,
  matchColumn,
  type MatchReason,
  otherUnitOfName,
  suggestField,
  unitOfName,
} from './columns.ts';
import { isBlank, isNothing, type Nulls } from './absence.ts';
import type { ConventionOptions } from './conventions.ts';
import type { MappingFile } from './mapping-file.ts';
import { isDayWords, readDateText } from './dates.ts';
import { didYouMean } from './names.ts';
import { parseNumber, splitUnit } from './numbers.ts';
import { foldCell, type RowRule } from './row-rule.ts';
import { isAliasOfUnit, matchOfUnits, settleUnitColumns } from './unit-columns.ts';
import { distanceConversion, applyConversion, isUnitField, unitFieldOf, type UnitMeanings } from './units.ts';
import { plainConventions, readers } from './values.ts';

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
  readonly organization: OrganizationSource;
  /** Which rows are left out. */
  readonly rowRules: readonly RowRule[];
  /** `net` sets negative quantities off against their purchases. */
  readonly refunds?: 'net' | undefined;
  /** Texts that mean "no value", in addition to those that are known. */
  readonly nulls: Nulls;
  /** The units that fuels are sold in, by their ids in lower case: what a quantity that is sent is converted to. */
  readonly fuelUnits?: ReadonlyMap<string, string> | undefined;
}

/** How one field gets its value. */
export interface FieldSource {
  readonly field: string;
  /** Indices of the columns; empty when only the constant gives a value. */
  readonly columns: readonly number[];
  readonly reason: MatchReason | 'constant';
  /** The unit that the column's name gives. */
  readonly unit?: string | undefined;
  /** The column's name says that a load is a weight, and the column of its unit has a name that could be of any field. */
  readonly isWeight?: boolean | undefined;
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
  { skip = [], where = [], nulls = [], refunds, ownRows, ...conventions }: Partial<ConventionOptions> & RowTexts = {},
): MappingOptions {
  const fields = new Map<string, { columns: readonly string[]; reason: 'option' | 'file' }>();
  const organization: { column?: string; value?: string } = {};
  for (const [field, columns] of Object.entries(file?.fields ?? {})) {
    if (field === organizationName) organization.column = [columns].flat()[0] ?? '';
    else fields.set(checkField(kind, field, 'the mapping file'), { columns: [columns].flat(), reason: 'file' });
  }
  for (const text of maps) {
    const [field, column] = splitAssignment(text, '--map');
    if (field === organizationName) organization.column = column;
    else fields.set(checkField(kind, field, '--map'), { columns: [column], reason: 'option' });
  }
  const values = new Map<string, ReadonlyMap<string, string>>();
  for (const [field, translations] of Object.entries(file?.values ?? {})) {
    const entries = Object.entries(translations).map(([raw, value]) => [raw.toLowerCase(), value] as const);
    values.set(checkField(kind, field, 'the mapping file'), new Map(entries));
  }
  const constants = new Map<string, FieldValue>();
  const meanings = { gallon: conventions.gallon ?? file?.gallon, ton: conventions.ton ?? file?.ton };
  for (const [field, value] of Object.entries(file?.set ?? {})) {
    if (field === organizationName) organization.value = String(value);
    else constants.set(checkField(kind, field, 'the mapping file'), readConstant(kind, field, String(value), meanings));
  }
  for (const text of sets) {
    const [field, value] = splitAssignment(text, '--set');
    if (field === organizationName) organization.value = value;
    else constants.set(checkField(kind, field, '--set'), readConstant(kind, field, value, meanings));
  }
  return {
    fields,
    values,
    constants,
    organization,
    rowRules: [
      ...(ownRows === undefined ? [] : [ruleOfAccount(ownRows)]),
      ...rulesOf('skip', file?.skip),
      ...rulesOf('where', file?.where),
      ...skip.map((text) => readRule('skip', text)),
      ...where.map((text) => readRule('where', text)),
    ],
    refunds: refunds ?? file?.refunds,
    nulls: new Set([...(file?.null ?? []), ...nulls].map((text) => text.trim())),
    conventions: {
      decimal: conventions.decimal,
      fallback: conventions.fallback ?? file?.decimal,
      dateOrder: conventions.dateOrder ?? file?.dateFormat,
      ...meanings,
    },
  };
}

/** Texts of `--skip`, `--where`, `--refunds` and `--null`, and the rows of one account. */
interface RowTexts {
  readonly ownRows?: OwnRows | undefined;
  readonly refunds?: 'net' | undefined;
  readonly nulls?: readonly string[] | undefined;
  readonly skip?: readonly string[] | undefined;
  readonly where?: readonly string[] | undefined;
}

const ruleOfAccount = ({ column, texts, takesUnread }: OwnRows): RowRule => ({
  kind: 'organization',
  column,
  values: texts.map(foldCell),
  takesUnread,
});

const rulesOf = (kind: RowRule['kind'], rules: Readonly<Record<string, string | string[]>> = {}): readonly RowRule[] =>
  Object.entries(rules).map(([column, values]) => ({ kind, column, values: [values].flat().map(foldCell) }));

function readRule(kind: 'skip' | 'where', text: string): RowRule {
  const at = text.indexOf('=');
  if (at <= 0) throw usageError('MAPPING_INVALID', `--${kind} ${quote(text)} is not of the form column=value|value`);
  return {
    kind,
    column: text.slice(0, at).trim(),
    values: text
      .slice(at + 1)
      .split('|')
      .map(foldCell),
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

function readConstant(kind: RecordKind, field: string, text: string, meanings: UnitMeanings): FieldValue {
  const definition = kind.fields[field];
  if (definition === undefined) throw new TypeError(`no field ${field}`);
  if (isBlank(text)) throw usageError('CONSTANT_INVALID', `--set ${field}= gives no value`);
  const reading = readers[definition.type](text, field, definition, { ...plainConventions, ...meanings });
  if ('problem' in reading) {
    throw usageError('CONSTANT_INVALID', `--set: ${reading.problem.message}`, reading.problem.hint);
  }
  const { value, unit } = reading;
  if (unit === undefined) return value;
  const conversion = field === 'distance_km' ? distanceConversion(unit) : undefined;
  if (conversion !== undefined && typeof value === 'number') return applyConversion(value, conversion);
  throw usageError(
    'CONSTANT_INVALID',
    `--set ${field}=${text} has a unit, which is a field of its own`,
    `give both: --set ${field}=${String(value)} --set ${unitFieldOf(field) ?? ''}=${unit}`,
  );
}

/** Unknown columns for which the nearest field is looked up: each is compared with every alias. */
const suggestedFor = 200;

/** Columns that a message names. */
const ambiguousShown = 5;

/**
 * Finds for every field of a kind where its value is in one input.
 *
 * @param columns the column names of the input
 * @param sample its first rows: a column is one for units only if it holds units, and a proposal is of columns that could be
 * @throws RunError (exit 2) when two columns mean one field and it is not said which
 */
export function mapColumns(
  kind: RecordKind,
  columns: readonly string[],
  options: MappingOptions,
  path: string,
  sample?: readonly SampleRow[],
): Mapping {
  const byField = new Map<string, FieldSource>();
  const taken = new Set<number>();
  for (const [field, { columns: names, reason }] of options.fields) {
    if (!names.every((name) => columns.includes(name))) continue;
    const indices = names.map((name) => indexOfOnly(columns, name, path, field));
    const other = names.map((name) => otherUnitOfName(field, name)).find((unit) => unit !== undefined);
    if (other !== undefined) {
      throw usageError(
        'UNIT_OTHER',
        `the column ${quote(names.join(', '))} of ${path} is in ${other}, which ${field} can't be`,
      );
    }
    byField.set(field, { field, columns: indices, reason, unit: unitOfName(field, names.at(-1) ?? '') });
    for (const index of indices) taken.add(index);
  }

  const matches = new Map<string, { index: number; match: Match }[]>();
  const unmatched: string[] = [];
  const ends = journeyEnds(kind, columns, sample ?? [], options.nulls);
  for (const [index, column] of columns.entries()) {
    if (taken.has(index) || isHelperColumn(column)) continue;
    const named = matchColumn(kind, column) ?? ends.get(index);
    const isOfUnits = named !== undefined && sample !== undefined && isAliasOfUnit(named);
    const match = isOfUnits ? matchOfUnits(kind, named, valuesOf(sample, index, options.nulls)) : named;
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
    const named = found.filter(({ match: { reason } }) => reason !== 'values' && reason !== 'lesser');
    const [chosen, second] = exact.length > 0 ? exact : named.length > 0 ? named : found;
    if (chosen === undefined) continue;
    if (second !== undefined) {
      const shown = found.slice(0, ambiguousShown).map(({ index }) => `"${columns[index] ?? ''}"`);
      const names = [...shown, ...(found.length > shown.length ? ['others'] : [])].join(' and ');
      throw usageError(
        'MAPPING_AMBIGUOUS',
        `the columns ${names} of ${path} both mean ${field}`,
        new Set(found.map(({ index }) => columns[index])).size === 1
          ? "rename one of them: a column name that occurs twice can't be mapped"
          : `say which one: --map "${field}=${columns[chosen.index] ?? ''}"`,
        found.map(({ index }) => ({
          meaning: columns[index] ?? '',
          options: ['--map', `${field}=${columns[index] ?? ''}`],
        })),
      );
    }
    const { reason, unit } = chosen.match;
    byField.set(field, { field, columns: [chosen.index], reason, unit });
    for (const other of found) if (other !== chosen) unmatched.push(columns[other.index] ?? '');
  }

  const strayed = settleUnitColumns(byField, columns, (index) => valuesOf(sample ?? [], index, options.nulls));
  if (strayed !== undefined) unmatched.push(strayed);
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
      const couldBe = (field: string): boolean =>
        sample === undefined || couldHold(kind, field, valuesOf(sample, columns.indexOf(column), options.nulls));
      const isProposed = suggestion !== undefined && !mapped.has(suggestion) && couldBe(suggestion);
      return { column, suggestion: isProposed ? suggestion : undefined };
    });
  return { sources, unmapped };
}

/** `Salida` and `Llegada` are where a journey begins and ends if the values of both are places, and no days or times. */
function journeyEnds(
  kind: RecordKind,
  columns: readonly string[],
  sample: readonly SampleRow[],
  nulls: Nulls,
): ReadonlyMap<number, Match> {
  const isPlace = (value: string): boolean =>
    /\p{L}{2}/u.test(value) &&
    !/\d[:h]\d{2}/.test(value) &&
    !isDayWords(value) &&
    readDateText(value, { order: 'iso' }).kind === 'no date';
  const found = columns.flatMap((column, index): [number, Match][] => {
    const field = endOfJourney(column);
    if (field === undefined || !Object.hasOwn(kind.fields, field)) return [];
    const values = valuesOf(sample, index, nulls);
    return values.length > 0 && values.every(isPlace) ? [[index, { field, reason: 'values' }]] : [];
  });
  return new Map(new Set(found.map(([, { field }]) => field)).size === 2 ? found : []);
}

/** The values of a column in the sample, without those that mean that there is none. */
const valuesOf = (sample: readonly SampleRow[], column: number, nulls: Nulls): readonly string[] =>
  sample.flatMap(({ cells, isMalformed }) => {
    const text = cells[column] ?? '';
    return isMalformed || isNothing(text, nulls) ? [] : [text];
  });

/** Whether values could be of a field's type: what can't is not proposed. */
function couldHold(kind: RecordKind, field: string, values: readonly string[]): boolean {
  const definition = kind.fields[field];
  const [value] = values;
  if (definition === undefined || value === undefined) return true;
  // A count of packages is not an id of one.
  if (idFields.has(field)) return !values.every((each) => /^\d{1,3}$/.test(each.trim()));
  if (definition.type === 'number' || definition.type === 'integer') {
    return values.some(
      (each) => parseNumber(splitUnit(each)?.number ?? each, '.') !== undefined || parseNumber(each, ',') !== undefined,
    );
  }
  if (definition.type === 'date') return values.some((each) => readDateText(each, { order: 'iso' }).kind !== 'no date');
  if (definition.type === 'text') return true;
  const reading = readers[definition.type](value, field, definition, plainConventions);
  return (
    !('problem' in reading) &&
    (definition.choices === undefined || isUnitField(field) || definition.choices.includes(String(reading.value)))
  );
}

const idFields: ReadonlySet<string> = new Set(['movement_id', 'package_key']);

function indexOfOnly(columns: readonly string[], name: string, path: string, field: string): number {
  const index = columns.indexOf(name);
  if (columns.lastIndexOf(name) === index) return index;
  throw usageError(
    'MAPPING_AMBIGUOUS',
    `${path} has two columns "${name}", and ${field} is mapped to that name`,
    'rename one of them',
  );
}
