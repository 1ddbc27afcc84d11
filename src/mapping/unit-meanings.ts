import { Tag } from '../columns/batch.ts';
import { type RunError, usageError } from '../errors.ts';
import { quote } from '../issues.ts';
import { isNothing, noNulls } from './absence.ts';
import type { SampleTable } from './conventions.ts';
import { readCountryText } from './countries.ts';
import { splitUnit } from './numbers.ts';
import { findUnit, gallonOf, type Gallon, isUnitField, type Ton, type Unit, unitFieldOf } from './units.ts';

/** What the user says of ambiguous units. */
export interface UnitOptions {
  readonly gallon: Gallon | undefined;
  readonly ton: Ton | undefined;
}

/** What units mean in one input. */
export interface UnitPart {
  readonly gallon: Gallon | undefined;
  readonly ton: Ton | 'open';
  /** Fields for units that other rows fill with more than the usual one: an empty one is not understood. */
  readonly unitsNeeded: readonly string[];
  /** The countries of all rows would settle what `gal` is; the sample does not have all. */
  readonly asksCountries: boolean;
}

/** What is known of the countries of an input's rows. */
export interface RowCountries {
  readonly countries: ReadonlySet<string>;
  readonly isComplete: boolean;
}

const usualUnits: ReadonlySet<string> = new Set(['kg', 'l', 'km']);

interface FoundUnit {
  readonly unit: Unit;
  /** The name of the column that says it. */
  readonly column: string | undefined;
  readonly where: () => string;
}

/**
 * Settles what `gal` and `ton` are: by the option, by the countries of all rows, or not at all.
 *
 * @param countries of the rows, where more than the sample has been looked at
 * @throws RunError (exit 2) where the name of a column leaves it open, or a ton is in a file that uses US units
 */
export function settleUnitMeanings(
  table: SampleTable,
  { gallon, ton }: UnitOptions,
  countries: RowCountries,
): UnitPart {
  const found = [...unitsIn(table)];
  const gallons = found.filter(({ unit }) => unit.id === 'gal');
  const tons = found.filter(({ unit }) => unit.id === 'ton');
  const meant = gallon ?? (countries.isComplete ? gallonOf(countries.countries) : undefined);
  const asksCountries = gallons.length > 0 && meant === undefined && !countries.isComplete;
  const named = gallons.find(({ column }) => column !== undefined);
  if (named !== undefined && meant === undefined && !asksCountries) throw openUnit(table.path, named, 'gallon');
  const isAmerican =
    countries.countries.has('US') || found.some(({ unit: { id } }) => id === 'lb' || id === 'mi' || id === 'gal');
  const [openTon] = ton === undefined && isAmerican ? tons : [];
  if (openTon !== undefined) throw openUnit(table.path, openTon, 'ton');
  return {
    gallon: meant,
    ton: ton ?? (isAmerican ? 'open' : 'metric'),
    unitsNeeded: neededUnits(table),
    asksCountries,
  };
}

/** All units of a sample: in the names of columns, in columns for units, after numbers. */
function* unitsIn({ mapping, columns, rows }: SampleTable): Generator<FoundUnit> {
  for (const {
    field,
    columns: [column],
    unit: named,
  } of mapping.sources) {
    const unit = named === undefined ? undefined : findUnit(named);
    const name = columns[column ?? 0] ?? '';
    if (unit !== undefined) yield { unit, column: name, where: () => `column ${quote(name)}` };
    if (column === undefined) continue;
    const isUnit = isUnitField(field);
    if (!isUnit && unitFieldOf(field) === undefined) continue;
    for (const { cells, tags, line, isMalformed } of rows) {
      const text = cells[column] ?? '';
      if (isMalformed || tags[column] === Tag.number) continue;
      const of = findUnit(isUnit ? text : (splitUnit(text)?.unit ?? ''));
      const where = (): string => `${quote(text)} in line ${String(line)}, column ${quote(name)}`;
      if (of !== undefined) yield { unit: of, column: undefined, where };
    }
  }
}

/** Fields for units of which a sampled row has another than the usual one. */
const neededUnits = ({ mapping, rows, nulls }: SampleTable): readonly string[] =>
  mapping.sources.flatMap(({ field, columns: [column] }) => {
    if (!isUnitField(field) || column === undefined) return [];
    const isOther = ({ cells, tags, isMalformed }: SampleTable['rows'][number]): boolean => {
      const text = cells[column] ?? '';
      const isText = !isMalformed && tags[column] !== Tag.error && !isNothing(text, nulls);
      return isText && !usualUnits.has(findUnit(text)?.id ?? '');
    };
    return rows.some(isOther) ? [field] : [];
  });

function openUnit(path: string, { unit, where }: FoundUnit, option: 'gallon' | 'ton'): RunError {
  const meanings = Object.entries(unit.is ?? {});
  return usageError(
    'UNIT_AMBIGUOUS',
    `${path}: ${where()} could be ${meanings.map(([, meaning]) => meaning).join(' or ')}`,
    `say which is right with --${option}`,
    meanings.map(([answer, meaning]) => ({ meaning, options: [`--${option}`, answer] })),
  );
}

/** The countries that the sampled rows name; a constant holds for all that name none. */
export function countriesIn({ kind, mapping, rows }: SampleTable, constant: string | undefined): ReadonlySet<string> {
  const field = kind.isTransport ? 'origin_country' : 'country';
  const column = mapping.sources.find((source) => source.field === field)?.columns[0];
  const countries = new Set<string>();
  if (column === undefined) return constant === undefined ? countries : countries.add(constant);
  for (const { cells, isMalformed } of rows) {
    const text = isMalformed ? '' : (cells[column] ?? '');
    if (!isMalformed) addCountry(countries, text, constant);
  }
  return countries;
}

/** Adds the country that a text names; one that is not known is none where any gallon is sold. */
export function addCountry(countries: Set<string>, text: string, constant: string | undefined): void {
  const country = isNothing(text, noNulls) ? constant : (readCountryText(text) ?? '?');
  countries.add(country ?? '?');
}
