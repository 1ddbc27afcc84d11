import type { Place } from '../places/place.ts';
import type { LandMode } from './road.ts';
import type { Passage } from './sea.ts';

/** Routers that can be asked for distances by road. */
export type RouterKind = 'osrm' | 'valhalla';

/** Why a router gave no distance; follows `the router` in texts. */
export type RouterFailure =
  'does not answer' | 'did not answer' | 'gave less than the straight line' | `found no road (HTTP ${string})`;

/** A place as far as texts name it. */
export type PlaceName = Pick<Place, 'name' | 'country' | 'kind' | 'region'>;

/** Where a distance comes from. Its words are made in `report/words/`. */
export type DistanceSource =
  | { readonly kind: 'given' }
  /** The tonne-kilometres are given, the distance is unknown. */
  | { readonly kind: 'given tkm' }
  | { readonly kind: 'router'; readonly mode: 'road'; readonly router: RouterKind }
  | {
      readonly kind: 'great circle';
      readonly mode: LandMode;
      /** How much longer roads are than the straight line. */
      readonly circuity: number;
      /** How much longer the way round water is; 1 where there is none. */
      readonly detour: number;
      readonly from: PlaceName;
      readonly to: PlaceName;
    }
  /** Both ends are one town. */
  | { readonly kind: 'within town'; readonly mode: 'road'; readonly place: PlaceName }
  /** IATA codes of the airports. */
  | { readonly kind: 'flight'; readonly mode: 'air'; readonly from: string; readonly to: string }
  | {
      readonly kind: 'sea lanes';
      readonly mode: 'maritime';
      /** UN/LOCODE of the ports. */
      readonly from: string;
      readonly to: string;
      /** The canals it goes through, in order. */
      readonly passages: readonly Passage[];
    };

/** A distance that the row says, as kilometres or in its tonne-kilometres. Any other is an estimate. */
export const isGiven = ({ kind }: DistanceSource): boolean => kind === 'given' || kind === 'given tkm';
