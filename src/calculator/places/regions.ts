import { readFileSync } from 'node:fs';
import { foldPlaceName } from './fold.ts';
import type { Town } from './gazetteer.ts';

/** Names of states, regions and provinces, and what their codes are in the gazetteer. */
export class Regions {
  readonly #codes: ReadonlyMap<string, readonly string[]>;
  readonly #postcodes: Readonly<Record<string, Readonly<Record<string, string>>>>;

  constructor(
    rows: readonly (readonly string[])[],
    postcodes: Readonly<Record<string, Readonly<Record<string, string>>>>,
  ) {
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

  /** The region that a postcode of a country lies in, where postcodes are numbered by region. */
  ofPostcode(postcode: string, country: string): string | undefined {
    return this.#postcodes[country]?.[postcode.slice(0, 2)];
  }
}

export const isIn = ({ admin1, admin2 }: Town, region: string): boolean => admin1 === region || admin2 === region;

let regions: Regions | undefined;

/** The embedded regions, read when they are first needed. */
export function readRegions(): Regions {
  if (regions !== undefined) return regions;
  const text = readFileSync(new URL('../../../data/regions.json', import.meta.url), 'utf8');
  const { rows, postcodes } = JSON.parse(text) as {
    rows: string[][];
    postcodes: Record<string, Record<string, string>>;
  };
  regions = new Regions(rows, postcodes);
  return regions;
}
