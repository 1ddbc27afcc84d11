import type { Warning } from '../../issues.ts';
import type { Category } from '../../records/request.ts';
import type { Position } from '../distances/geodesic.ts';
import type { Airports } from './airports.ts';
import type { Gazetteer, Town } from './gazetteer.ts';
import type { Regions } from './regions.ts';

/** Where goods are picked up or brought to. */
export interface Place extends Position {
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly kind: 'town' | 'airport' | 'port' | 'hub' | 'coordinates';
  /** IATA code of an airport, UN/LOCODE of a port. */
  readonly code: string | undefined;
}

/** What is known of a place beside its text. */
export interface PlaceHints {
  /** The country that the row names for it; it must be there. ISO 3166-1 alpha-2. */
  readonly country?: string | undefined;
  /** The country where it more likely is than elsewhere. */
  readonly likelyCountry?: string | undefined;
  readonly category?: Category | undefined;
}

export interface FoundPlace {
  readonly ok: true;
  readonly place: Place;
  /** What was decided among several possibilities. */
  readonly warnings: readonly Warning[];
  /** The places of this name that are worth a thought, the likeliest first, where there are several. */
  readonly candidates?: readonly PlaceCandidate[] | undefined;
}

/** A place that a text may mean. */
export interface PlaceCandidate {
  readonly place: Place;
  /** How likely it is, relative to the others. */
  readonly weight: number;
  /** Its name as messages have it. */
  readonly name: string;
}

export interface UnknownPlace {
  readonly ok: false;
  /** What is wrong with the text, to be read after it. */
  readonly reason: string;
  readonly hint: string;
}

export type PlaceResult = FoundPlace | UnknownPlace;

/** A port, as far as places need it. */
export interface KnownPort extends Position {
  readonly locode: string;
  readonly name: string;
  readonly country: string;
  readonly isSeaport: boolean;
}

/** What places are looked up in. */
export interface PlaceSources {
  readonly gazetteer: () => Gazetteer;
  readonly regions: () => Regions;
  readonly airports: () => Airports;
  readonly port: (locode: string) => KnownPort | undefined;
  /** A port by its name, for those that are no towns: `Jebel Ali`. */
  readonly portNamed: (name: string, country: string | undefined) => KnownPort | undefined;
  /** The user's own hubs by folded name. */
  readonly hubs: ReadonlyMap<string, Place>;
  /** ISO 3166-1 alpha-2 of a name or code; two letters come back as they are. */
  readonly readCountry: (text: string) => string | undefined;
  /** The names that an unknown one is nearest to. */
  readonly nearestNames: (name: string, candidates: Iterable<string>) => readonly string[];
}

export const found = (place: Place): FoundPlace => ({ ok: true, place, warnings: [] });

export const asPlace = ({ name, country, lat, lon }: Town): Place => ({
  name,
  country,
  lat,
  lon,
  kind: 'town',
  code: undefined,
});

/** The country that a text names, of those that have towns; ISO 3166-1 alpha-2. */
export function countryNamed(text: string, { readCountry, gazetteer }: PlaceSources): string | undefined {
  if (text.length < 2) return undefined;
  const country = readCountry(text);
  return country !== undefined && gazetteer().hasCountry(country) ? country : undefined;
}
