import type { Category } from '../../records/request.ts';

/** What columns of their own say of the places of a route. */
export interface RouteHints {
  readonly originPostcode?: string | undefined;
  readonly originRegion?: string | undefined;
  /** A code or a name in any language. */
  readonly destinationCountry?: string | undefined;
  readonly destinationPostcode?: string | undefined;
  readonly destinationRegion?: string | undefined;
}

/** From where to where goods are carried, as a row says it. */
export interface Route extends RouteHints {
  readonly category: Category;
  readonly origin: string;
  readonly destination: string;
  /** ISO 3166-1 alpha-2. */
  readonly originCountry?: string | undefined;
}

/** Of what a row says, what columns of their own say of its places. */
export const hintsOf = (words: RouteHints): RouteHints => ({
  originPostcode: words.originPostcode,
  originRegion: words.originRegion,
  destinationCountry: words.destinationCountry,
  destinationPostcode: words.destinationPostcode,
  destinationRegion: words.destinationRegion,
});
