import { readData } from '../../embedded.ts';
import { greatCircleKm } from '../distances/geodesic.ts';
import { foldPlaceName } from './fold.ts';
import type { Town } from './gazetteer.ts';

/** Postcodes whose form is one country's alone. */
const forms: readonly (readonly [RegExp, string])[] = [
  [/^(?!IM|JE|GY)[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$/i, 'GB'],
  [/^[A-Z]\d[A-Z] ?\d[A-Z]\d$/i, 'CA'],
  [/^\d{4} ?[A-Z]{2}$/, 'NL'],
  [/^\d{2}-\d{3}$/, 'PL'],
  [/^\d{4}-\d{3}$/, 'PT'],
  [/^\d{5}-\d{3}$/, 'BR'],
];

/** The country whose postcodes alone have the form of this one; ISO 3166-1 alpha-2. */
export const countryOfPostcode = (postcode: string): string | undefined =>
  forms.find(([form]) => form.test(postcode.trim()))?.[1];

/** Countries by the digits that all their postcodes have; those of `none` have letters. Universal Postal Union, addressing by country. */
const digitsOf: Readonly<Record<'none' | 4 | 5 | 6, ReadonlySet<string>>> = {
  none: new Set(['GB', 'IE', 'CA']),
  4: new Set('AT AU BE BG CH DK HU LU NL NO NZ PT SI ZA'.split(' ')),
  5: new Set('CZ DE EE ES FI FR GR HR IT MA MX PL SE SK TR UA US'.split(' ')),
  6: new Set('CN IN RO RU SG'.split(' ')),
};

/** Whether a country has no postcodes of so many digits; a leading zero may be cut. */
function isOtherForm(country: string, digits: number): boolean {
  if (digitsOf.none.has(country)) return true;
  if (digitsOf[4].has(country)) return digits > 4;
  if (digitsOf[5].has(country)) return digits > 5;
  return digitsOf[6].has(country) && digits < 5;
}

/** Countries whose postcodes begin with letters. */
const lettered = new Set(['GB', 'CA']);

/** A place is hardly farther from the towns of its own area than from those of the next one. */
const areaFactor = 2;
const areaKm = 20;

/** A part of what has a beginning of postcodes: the code of a region, or the latitude and longitude of a town amid the rest. */
type Area = string | readonly [lat: number, lon: number];

/** The areas of postcodes by country and the postcodes' first digits or letters. */
type AreasOfPostcodes = Readonly<Record<string, Readonly<Record<string, readonly Area[]>>>>;

/** Names of states, regions and provinces, and what their codes are in the gazetteer. */
export class Regions {
  readonly #codes: ReadonlyMap<string, readonly string[]>;
  readonly #postcodes: AreasOfPostcodes;

  constructor(rows: readonly (readonly string[])[], postcodes: AreasOfPostcodes) {
    const codes = new Map<string, string[]>();
    for (const [code = '', ...names] of rows) {
      for (const name of names) codes.set(name, [...(codes.get(name) ?? []), code]);
    }
    this.#codes = codes;
    this.#postcodes = postcodes;
  }

  /** The codes of the regions that have a name, in a country or in any. */
  find(name: string, country: string | undefined): readonly string[] {
    const codes = this.#codes.get(foldPlaceName(name)) ?? [];
    return country === undefined ? codes : codes.filter((code) => code.startsWith(`${country}.`));
  }

  /**
   * Whether a town lies where a postcode does; `undefined` where the postcodes of its country are not known by region, or the
   * country has no such postcode.
   */
  hasPostcode(town: Town, postcode: string): boolean | undefined {
    const country = countryOfPostcode(postcode);
    if (country !== undefined && country !== town.country) return false;
    const digits = postcode.trim().replace(/[ -]\d{4}$/, '');
    if (/^\d{4,6}$/.test(digits) && isOtherForm(town.country, digits.length)) return false;
    const code = codeOf(postcode, town.country);
    const areas = this.#postcodes[town.country];
    if (areas === undefined || code === undefined) return undefined;
    const beginning = [3, 2, 1].map((length) => code.slice(0, length)).find((start) => areas[start] !== undefined);
    // What begins as no postcode of the country does is another's.
    if (beginning === undefined) return false;
    const own = areas[beginning] ?? [];
    return own.some((area) => typeof area === 'string' && isIn(town, area)) || isNearTo(town, own, areas);
  }
}

/** A postcode without what is not of its area, its leading zeros put back; `undefined` where it is none of the country's form. */
function codeOf(postcode: string, country: string): string | undefined {
  if (lettered.has(country)) return /^[A-Z]{1,2}(?=\d)/.exec(postcode.trim().toUpperCase())?.[0];
  const digits = postcode
    .trim()
    .replace(/ ?[A-Z]{2}$/i, '')
    .replaceAll(/[ -]/g, '');
  if (!/^\d{4,9}$/.test(digits)) return undefined;
  const length = ([4, 5, 6] as const).find((each) => digitsOf[each].has(country));
  return digits.padStart(length ?? 0, '0');
}

/** Whether a town is about as near to the towns of an area as to those of the nearest one. */
function isNearTo(town: Town, own: readonly Area[], all: AreasOfPostcodes[string] = {}): boolean {
  const kmTo = (areas: readonly Area[]): number =>
    Math.min(
      ...areas.map((area) => (typeof area === 'string' ? Infinity : greatCircleKm(town.lat, town.lon, ...area))),
    );
  const km = kmTo(own);
  return Number.isFinite(km) && km <= kmTo(Object.values(all).flat()) * areaFactor + areaKm;
}

export const isIn = ({ admin1, admin2 }: Town, region: string): boolean => admin1 === region || admin2 === region;

let regions: Regions | undefined;

/** The embedded regions, read when they are first needed. */
export function readRegions(): Regions {
  if (regions !== undefined) return regions;
  const { rows, postcodes } = readData<{ rows: string[][]; postcodes: AreasOfPostcodes }>('regions.json');
  regions = new Regions(rows, postcodes);
  return regions;
}
