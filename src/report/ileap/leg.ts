import type { LeftOutCode } from './left-out.ts';

/** What both a leg and one that is missing have. */
interface LegPlace {
  readonly shipmentId: string;
  /** The input (from 0) and the row (from 1) that it comes from. */
  readonly input: number;
  readonly row: number;
}

/** A row that is not a leg of its shipment, for which its shipment is left out. */
export interface MissingLeg extends LegPlace {
  readonly code: LeftOutCode;
  readonly reason: string;
}

/** A place as iLEAP has it: of a town its name and country, nothing that is not known. */
export interface Location {
  readonly zip?: string | undefined;
  readonly city: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

/** What is counted of a load. */
export type PackagingType = 'Pallet' | 'Container-TEU' | 'Container-FEU';

/** A leg with everything that its transport chain element says. Numbers are decimals in texts; kg, km, tonne-kilometres. */
export interface Leg extends LegPlace {
  readonly stretch: string | undefined;
  readonly stage: string | undefined;
  readonly package: string | undefined;
  readonly tocId: string;
  readonly massKg: string;
  readonly distance: Readonly<Partial<Record<DistanceKind, string>>>;
  readonly tonneKm: string;
  readonly co2eWtw: string;
  readonly co2eTtw: string;
  readonly origin?: Location | undefined;
  readonly destination?: Location | undefined;
  readonly packaging?: { readonly type: PackagingType; readonly amount: number } | undefined;
  /** ISO dates: the first day, and the first after it. */
  readonly from: string;
  readonly until: string;
  /** What was assumed or worked out, in words. */
  readonly notes: readonly string[];
}

/** Distances of GLEC: as driven, great circle, shortest feasible. */
export const distanceKinds = ['actual', 'gcd', 'sfd'] as const;
export type DistanceKind = (typeof distanceKinds)[number];

export const isMissing = (leg: Leg | MissingLeg): leg is MissingLeg => 'code' in leg;
