import type { Category } from '../../records/request.ts';
import type { PlaceName } from '../distances/distance-source.ts';
import type { Position } from '../distances/geodesic.ts';
import type { Airports } from './airports.ts';
import type { Gazetteer, Town } from './gazetteer.ts';
import type { Regions } from './regions.ts';
import type { Terminals } from './terminals.ts';

/** Where goods are picked up or brought to. */
export interface Place extends Position {
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly kind: 'town' | 'airport' | 'port' | 'hub' | 'coordinates';
  /** IATA code of an airport, UN/LOCODE of a port. */
  readonly code: string | undefined;
  /** Letters of its state, in countries where many towns have one name. */
  readonly region?: string | undefined;
}

/** What is known of a place in addition to its text. */
export interface PlaceHints {
  /** The country that the row names for it; it must be there. ISO 3166-1 alpha-2. */
  readonly country?: string | undefined;
  /** The country where it more likely is than elsewhere. */
  readonly likelyCountry?: string | undefined;
  /** Its postcode and its region or province, where they have columns of their own. */
  readonly postcode?: string | undefined;
  readonly region?: string | undefined;
  readonly category?: Category | undefined;
}

/** What was decided about a place that its text leaves open. */
export type PlaceDoubt =
  /** It could be another of the same name. */
  | {
      readonly kind: 'one of several';
      readonly text: string;
      readonly taken: PlaceName;
      readonly others: readonly PlaceName[];
    }
  /** A part of the text was not understood. */
  | { readonly kind: 'partly read'; readonly text: string; readonly taken: PlaceName; readonly unread: string }
  /** The postcode is that of another province. */
  | { readonly kind: 'other postcode'; readonly taken: PlaceName; readonly postcode: string }
  /** The postcode could have told it from others of its name, and where postcodes of its country are, is not known. */
  | { readonly kind: 'postcode not used'; readonly taken: PlaceName; readonly postcode: string }
  /** The text names another country than the row's field. */
  | { readonly kind: 'other country'; readonly taken: PlaceName; readonly field: string; readonly country: string };

export interface FoundPlace {
  readonly ok: true;
  readonly place: Place;
  readonly doubts: readonly PlaceDoubt[];
  /** The places of this name that are worth a thought, the likeliest first, where there are several. */
  readonly candidates?: readonly PlaceCandidate[] | undefined;
}

/** A place that a text may mean. */
export interface PlaceCandidate {
  readonly place: Place;
  /** How likely it is, relative to the others: its population, less where the name is another than its own. */
  readonly weight: number;
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
  readonly isMain: boolean;
}

/** What places are looked up in. */
export interface PlaceSources {
  readonly gazetteer: () => Gazetteer;
  readonly regions: () => Regions;
  readonly airports: () => Airports;
  readonly port: (locode: string) => KnownPort | undefined;
  /** Whether ships from the sea reach a place. */
  readonly isAtSea: (place: Position & { readonly country: string }) => boolean;
  readonly terminals: () => Terminals;
  /** What names of hubs mean, by folded name. */
  readonly hubs: ReadonlyMap<string, PlaceResult>;
  /** ISO 3166-1 alpha-2 of a name or code; two letters come back as they are. */
  readonly readCountry: (text: string) => string | undefined;
  /** The names that an unknown one is nearest to. */
  readonly nearestNames: (name: string, candidates: Iterable<string>) => readonly string[];
}

export const found = (place: Place): FoundPlace => ({ ok: true, place, doubts: [] });

export const asPlace = ({ name, country, lat, lon, admin1, terminal }: Town): Place => ({
  name,
  country,
  lat,
  lon,
  kind: terminal?.kind ?? 'town',
  code: terminal?.code,
  region: country === 'US' && terminal === undefined ? admin1.slice('US.'.length) : undefined,
});

/** A place as messages about it name it: with its state where the country has many of one name. */
export const describePlace = ({ name, country, region }: PlaceName): string =>
  region === undefined ? `${name}, ${country}` : `${name}, ${region}, ${country}`;

/** Different places as messages list them. */
export const listPlaces = (places: readonly PlaceName[]): string =>
  [...new Set(places.map(describePlace))].slice(0, 4).join('; ');

/** The country that a text names, of those that have towns; ISO 3166-1 alpha-2. */
export function countryNamed(text: string, { readCountry, gazetteer }: PlaceSources): string | undefined {
  if (text.length < 2) return undefined;
  const country = readCountry(text);
  return country !== undefined && gazetteer().hasCountry(country) ? country : undefined;
}
