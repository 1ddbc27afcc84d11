import { isNumberTag, Tag } from '../columns/batch.ts';
import type { SampleRow } from '../input/input.ts';
import { usageError } from '../errors.ts';
import type { RecordKind } from '../records/kind.ts';
import { isNa, isNothing, type Nulls } from './absence.ts';
import { type DateOrder, readDateText } from './dates.ts';
import {
  collectNumbers,
  type ColumnNumbers,
  type DecimalOptions,
  type DecimalPart,
  describe,
  type Evidence,
  settleDecimal,
} from './decimal-mark.ts';
import type { Mapping } from './mapping.ts';
import { tellingColumns } from './telling-columns.ts';
import {
  countriesIn,
  type RowCountries,
  settleUnitMeanings,
  type UnitOptions,
  type UnitPart,
} from './unit-meanings.ts';
import { mostPlaces, type UsualRange, usualRanges } from './usual-values.ts';

/** How the numbers and dates of an input are written; the same for the whole file. */
export interface Conventions extends DecimalPart, UnitPart {
  readonly dateOrder: DateOrder;
  /** `dots`: dates with dots have the day first, and there are no others that are open. */
  readonly dateReason: 'option' | 'evidence' | 'dots' | 'default';
  /** The last year of which dates are plausible. */
  readonly latestYear?: number | undefined;
  readonly dateEvidence?: Evidence;
  /** By field, the values between which a number is not unusual among the others of its column. */
  readonly usual: Readonly<Record<string, UsualRange>>;
  /** By field, the most decimals that a sampled number has. */
  readonly places: Readonly<Record<string, number>>;
  /** Columns that are not mapped and tell apart rows whose records are equal. */
  readonly telling: readonly number[];
  /** A column that holds no countries has `NA`: among countries it may not be Namibia. */
  readonly hasNa: boolean;
}

export interface ConventionOptions extends DecimalOptions, UnitOptions {
  readonly dateOrder: DateOrder | undefined;
}

interface SampleText extends Evidence {
  readonly field: string;
}

/** The beginning of an input with its mapping. */
export interface SampleTable {
  readonly kind: RecordKind;
  readonly mapping: Mapping;
  readonly columns: readonly string[];
  readonly rows: readonly SampleRow[];
  readonly path: string;
  /** Texts that mean "no value" to the user. */
  readonly nulls: Nulls;
}

/** What is known beyond the sample of an input. */
export interface Surroundings {
  /** What the numbers of all inputs say that have the very same header; asked where those of this one prove nothing. */
  readonly siblings?: () => readonly ColumnNumbers[];
  /** The countries of its rows. */
  readonly countries?: RowCountries;
  /** The last year of which dates are plausible. */
  readonly latestYear?: number | undefined;
}

const noCountries: RowCountries = { countries: new Set(), isComplete: true };

/**
 * Settles the decimal mark and the order of dates from the sample, or refuses what can't be settled.
 *
 * @throws RunError (exit 2) when the sample proves both decimal marks or both orders, or neither where it matters
 */
export function detectConventions(
  table: SampleTable,
  options: ConventionOptions,
  { siblings = () => [], countries = noCountries, latestYear }: Surroundings = {},
): Conventions {
  const { mapping, columns, rows, path } = table;
  const decimal = settleDecimal(collectNumbers(table), options, siblings, path);
  const inAmerica = [...countries.countries, ...countriesIn(table, undefined)].some((code) => monthFirst.has(code));
  const dates = settleDates(sampleTexts(table, dateTypes), options.dateOrder, { path, latestYear, inAmerica });
  const units = settleUnitMeanings(table, options, countries);
  return {
    ...decimal,
    ...dates,
    ...units,
    usual: usualRanges(mapping, rows, decimal.decimal),
    places: mostPlaces(table, decimal.decimal),
    telling: tellingColumns(mapping, columns, rows),
    hasNa: hasNaElsewhere(table),
    latestYear,
  };
}

function hasNaElsewhere({ kind, mapping, rows }: SampleTable): boolean {
  const isCountry = (field: string): boolean => kind.fields[field]?.isCountry === true;
  const countries = new Set(mapping.sources.flatMap(({ field, columns }) => (isCountry(field) ? columns : [])));
  return countries.size > 0 && rows.some(({ cells }) => cells.some((text, at) => isNa(text) && !countries.has(at)));
}

const dateTypes: ReadonlySet<string> = new Set(['date']);

function* sampleTexts(
  { kind, mapping, columns, rows, nulls }: SampleTable,
  types: ReadonlySet<string>,
): Generator<SampleText> {
  const sources = mapping.sources.flatMap(({ field, columns: [column] }) =>
    column !== undefined && types.has(kind.fields[field]?.type ?? '') ? [{ field, column }] : [],
  );
  // What a text proves, it has proved where it was first.
  const seen = sources.map(() => new Set<string>());
  for (const { line, cells, tags, isMalformed } of rows) {
    if (isMalformed) continue;
    for (const [index, { field, column }] of sources.entries()) {
      const text = cells[column] ?? '';
      if (
        isNumberTag(tags[column]) ||
        tags[column] === Tag.error ||
        seen[index]?.has(text) === true ||
        isNothing(text, nulls)
      ) {
        continue;
      }
      seen[index]?.add(text);
      yield { field, line, column: columns[column] ?? '', text };
    }
  }
}

type DatePart = Pick<Conventions, 'dateOrder' | 'dateReason' | 'dateEvidence'>;

/** Countries where people write the month first, or both: dots say nothing there. */
const monthFirst: ReadonlySet<string> = new Set(['US', 'CA', 'PH']);

interface DateSurroundings {
  readonly path: string;
  readonly latestYear: number | undefined;
  /** Rows are from a country where the month may come first. */
  readonly inAmerica: boolean;
}

function settleDates(
  texts: Iterable<SampleText>,
  requested: DateOrder | undefined,
  { path, latestYear, inAmerica }: DateSurroundings,
): DatePart {
  if (requested !== undefined) return { dateOrder: requested, dateReason: 'option' };
  const proofs = new Map<'dmy' | 'mdy', Evidence>();
  let open: Evidence | undefined;
  let dotted: Evidence | undefined;
  for (const text of texts) {
    const read = readDateText(text.text, { order: 'iso', latestYear });
    if (read.kind !== 'order') continue;
    if (read.proves === undefined && read.isDotted && !inAmerica) dotted ??= text;
    else if (read.proves === undefined) open ??= text;
    else if (!proofs.has(read.proves)) proofs.set(read.proves, text);
  }
  const [dmy, mdy] = [proofs.get('dmy'), proofs.get('mdy')];
  const hint = 'say which is right with --date-format dmy (day first) or --date-format mdy (month first)';
  const answers = [
    { meaning: 'day first', options: ['--date-format', 'dmy'] },
    { meaning: 'month first', options: ['--date-format', 'mdy'] },
  ];
  if (dmy !== undefined && mdy !== undefined) {
    throw usageError(
      'DATES_AMBIGUOUS',
      `${path} writes dates in two orders: ${describe(dmy)} has the day first, ${describe(mdy)} the month first`,
      hint,
      answers,
    );
  }
  const evidence = dmy ?? mdy;
  if (evidence !== undefined) {
    return { dateOrder: dmy === undefined ? 'mdy' : 'dmy', dateReason: 'evidence', dateEvidence: evidence };
  }
  if (open === undefined && dotted !== undefined) return { dateOrder: 'dmy', dateReason: 'dots' };
  if (open === undefined) return { dateOrder: 'iso', dateReason: 'default' };
  throw usageError(
    'DATES_AMBIGUOUS',
    `nothing in ${path} proves whether the day or the month comes first: ${describe(open)} could be either`,
    hint,
    answers,
  );
}
