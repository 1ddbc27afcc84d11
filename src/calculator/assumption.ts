import type { IssueCode } from '../codes/issue-codes.ts';
import type { Category, LoadUnit } from '../records/request.ts';
import type { FuelUnit } from './data.ts';
import type { PlaceName, RouterFailure } from './distances/distance-source.ts';
import type { Passage } from './distances/sea.ts';
import type { PlaceDoubt } from './places/place.ts';

interface Assumed<Subject extends string, Kind extends string, Detail> {
  /** What it is about: what totals are grouped by. */
  readonly subject: Subject;
  /** What was assumed; it decides what `detail` holds. */
  readonly kind: Kind;
  readonly detail: Readonly<Detail>;
}

/** An assumption of which nothing but its kind is to be said. */
type Nothing = Record<never, never>;

type TocAssumption = Assumed<'toc', 'default toc', { toc: string; category: Category }>;

type FactorAssumption =
  | Assumed<'factor', 'other year', { taken: number; wanted: number }>
  /** `country` is `undefined` where the country of origin is unknown. */
  | Assumed<'factor', 'other region', { region: string; country: string | undefined }>
  /** What the catalogue says of a vehicle type's factor. */
  | Assumed<'factor', 'note of type', { toc: string; note: string }>
  /** The factor of long distances, as the distance is unknown. */
  | Assumed<'factor', 'long distance', Nothing>;

type LoadAssumption =
  | Assumed<'load', 'default load', { toc: string; tonnes: number }>
  /** Tonnes of one unit of load. */
  | Assumed<'load', 'mass of unit', { unit: LoadUnit; tonnes: number }>;

type DistanceAssumption =
  | Assumed<'distance', 'distance adjustment', { factor: number }>
  /** The given tonne-kilometres were taken; `code` says why there is no distance. */
  | Assumed<'distance', 'unknown distance', { code: IssueCode }>
  | Assumed<'distance', 'router failed', { reason: RouterFailure }>
  /** Names of ferries whose kilometres are counted as road. */
  | Assumed<'distance', 'ferry as road', { ferries: readonly string[] }>
  /** The way round water is `ratio` times the straight line. */
  | Assumed<'distance', 'long detour', { ratio: number }>
  | Assumed<'distance', 'circuity of road', Nothing>
  /** Both ends are one town, in which this many km are taken. */
  | Assumed<'distance', 'within town', { km: number; place: PlaceName }>
  | Assumed<'distance', 'closed passages', { passages: readonly Passage[] }>;

type AsAssumed<Doubt> = Doubt extends { readonly kind: infer Kind extends string }
  ? Assumed<'place', Kind, Omit<Doubt, 'kind'>>
  : never;

/** What was decided about a place that its text leaves open. */
export type PlaceAssumption = AsAssumed<PlaceDoubt>;

export const assumedPlace = ({ kind, ...detail }: PlaceDoubt): PlaceAssumption =>
  ({ subject: 'place', kind, detail }) as PlaceAssumption;

type ElectricityAssumption =
  /** The grid losses of another country, as a share of what arrives. */
  | Assumed<'electricity', 'grid losses', { share: number; country: 'GB' }>
  | Assumed<'electricity', 'electricity of other year', { taken: number; wanted: number }>
  | Assumed<'electricity', 'latest electricity', Nothing>
  /** `country` is `undefined` where none is given. */
  | Assumed<'electricity', 'electricity of world', { country: string | undefined }>;

type CleaningAssumption = Assumed<'cleaning', 'one cleaning', { kg: number }>;

type RechargeAssumption =
  | Assumed<'quantity', 'unit of fuel', { unit: FuelUnit }>
  | Assumed<'biogenic', 'biogenic share of year', { year: number }>;

/** What was decided where a row does not say it. Its words are made in `report/words/`. */
export type Assumption =
  | TocAssumption
  | FactorAssumption
  | LoadAssumption
  | DistanceAssumption
  | PlaceAssumption
  | ElectricityAssumption
  | CleaningAssumption
  | RechargeAssumption;

export type AssumptionSubject = Assumption['subject'];
