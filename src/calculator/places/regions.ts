import { readData } from '../../embedded.ts';
import { foldPlaceName } from './fold.ts';
import type { Town } from './gazetteer.ts';

/** Where postcodes have five digits that spreadsheets cut the leading zero from. */
const padded = new Set(['ES', 'FR', 'DE', 'IT', 'US']);

/** Postcodes whose form is one country's alone. */
const forms: readonly (readonly [RegExp, string])[] = [
  [/^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$/i, 'GB'],
  [/^[A-Z]\d[A-Z] ?\d[A-Z]\d$/i, 'CA'],
  [/^\d{4} ?[A-Z]{2}$/, 'NL'],
  [/^\d{2}-\d{3}$/, 'PL'],
  [/^\d{4}-\d{3}$/, 'PT'],
  [/^\d{5}-\d{3}$/, 'BR'],
];

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

/** Regions by the first two digits of their postcodes, or three; a few postcodes are in one of several. */
type RegionsOfPostcodes = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Names of states, regions and provinces, and what their codes are in the gazetteer. */
export class Regions {
  readonly #codes: ReadonlyMap<string, readonly string[]>;
  readonly #postcodes: RegionsOfPostcodes;

  constructor(rows: readonly (readonly string[])[], postcodes: RegionsOfPostcodes) {
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
    const country = forms.find(([form]) => form.test(postcode.trim()))?.[1];
    if (country !== undefined) return country === town.country;
    const digits = postcode.trim().replace(/[ -]\d{4}$/, '');
    if (/^\d{4,6}$/.test(digits) && isOtherForm(town.country, digits.length)) return false;
    if (!/^\d{4,5}$/.test(digits) || !padded.has(town.country)) return undefined;
    const code = digits.padStart(5, '0');
    const prefixes = this.#postcodes[town.country];
    const regions = prefixes?.[code.slice(0, 3)] ?? prefixes?.[code.slice(0, 2)];
    // What begins as no postcode of the country does is another's.
    return prefixes === undefined ? undefined : regions?.some((region) => isIn(town, region)) === true;
  }
}

export const isIn = ({ admin1, admin2 }: Town, region: string): boolean => admin1 === region || admin2 === region;

let regions: Regions | undefined;

/** The embedded regions, read when they are first needed. */
export function readRegions(): Regions {
  if (regions !== undefined) return regions;
  const { rows, postcodes } = readData<{ rows: string[][]; postcodes: RegionsOfPostcodes }>('regions.json');
  regions = new Regions(rows, postcodes);
  return regions;
}
