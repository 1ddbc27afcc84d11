import { sumOf } from './decimal.ts';
import { type Leg, isMissing, type MissingLeg } from './leg.ts';
import { leftOutTexts } from './left-out.ts';

/** A ShipmentFootprint of iLEAP 1.0.0, and what its envelope needs besides. */
export interface ShipmentFootprint {
  readonly data: {
    readonly mass: string;
    readonly shipmentId: string;
    readonly tces: TransportChainElement[];
  };
  readonly tonneKm: string;
  readonly co2eWtw: string;
  readonly from: string;
  readonly until: string;
  readonly notes: readonly string[];
}

type TransportChainElement = ReturnType<typeof elementOf>;

/** The footprint of a shipment, or what keeps it from being given. */
export function shipmentOf(legs: readonly (Leg | MissingLeg)[]): ShipmentFootprint | readonly MissingLeg[] {
  const missing = legs.filter(isMissing);
  if (missing.length > 0) return missing;
  const chain = inOrder(legs as readonly Leg[]);
  const mass = massOf(chain.map(({ leg }) => leg));
  const [first] = chain;
  if (first === undefined) return [];
  if (mass === undefined) {
    const { shipmentId, input, row } = first.leg;
    return [{ shipmentId, input, row, code: 'MASS_DIFFERS', reason: leftOutTexts.MASS_DIFFERS }];
  }
  const { shipmentId } = first.leg;
  const tces = chain.map((link) => elementOf(link, chain));
  return {
    data: { mass, shipmentId, tces },
    tonneKm: sumOf(tces.map(({ transportActivity }) => transportActivity)),
    co2eWtw: sumOf(tces.map(({ co2eWTW }) => co2eWTW)),
    from: chain.map(({ leg }) => leg.from).reduce((a, b) => (a < b ? a : b)),
    until: chain.map(({ leg }) => leg.until).reduce((a, b) => (a > b ? a : b)),
    notes: [...new Set(chain.flatMap(({ leg }) => leg.notes))],
  };
}

/** A leg in its chain; `place` is the number of its stretch or stage, where all legs have one. */
interface Link {
  readonly leg: Leg;
  readonly place: number | undefined;
  readonly tceId: string;
}

/** The order of rows says nothing of what follows what: only numbers of stretches or stages do. */
function inOrder(legs: readonly Leg[]): readonly Link[] {
  const placesBy = (numberOf: (leg: Leg) => string | undefined): readonly number[] | undefined => {
    const numbers = legs.map((leg) => (/^\d{1,9}$/.test(numberOf(leg) ?? '') ? Number(numberOf(leg)) : NaN));
    return numbers.some(Number.isNaN) ? undefined : numbers;
  };
  const places = placesBy(({ stretch }) => stretch) ?? placesBy(({ stage }) => stage);
  return legs
    .map((leg, at) => ({ leg, place: places?.[at] }))
    .toSorted((a, b) => (a.place ?? 0) - (b.place ?? 0))
    .map((link, at) => ({ ...link, tceId: `${link.leg.shipmentId}-${String(at + 1)}` }));
}

/** What arrives with the stretch before it, of the same package. */
const previousOf = ({ leg, place }: Link, chain: readonly Link[]): string[] =>
  place === undefined
    ? []
    : chain.filter((other) => other.place === place - 1 && other.leg.package === leg.package).map(({ tceId }) => tceId);

/** The mass of all legs, or of all packages; `undefined` where legs of the same goods differ. */
function massOf(legs: readonly Leg[]): string | undefined {
  const packages = new Map<string, Set<string>>();
  const isByPackage = legs.every((leg) => leg.package !== undefined);
  for (const { massKg, package: name = '' } of legs) {
    const key = isByPackage ? name : '';
    packages.set(key, (packages.get(key) ?? new Set()).add(massKg));
  }
  const masses = [...packages.values()];
  return masses.every(({ size }) => size === 1) ? sumOf(masses.flatMap((each) => [...each])) : undefined;
}

function elementOf(link: Link, chain: readonly Link[]) {
  const { leg, tceId } = link;
  const previous = previousOf(link, chain);
  return {
    tceId,
    ...(previous.length === 0 ? {} : { prevTceIds: previous }),
    tocId: leg.tocId,
    shipmentId: leg.shipmentId,
    mass: leg.massKg,
    ...(leg.packaging === undefined
      ? {}
      : { packagingOrTrEqType: leg.packaging.type, packagingOrTrEqAmount: leg.packaging.amount }),
    distance: leg.distance,
    ...(leg.origin === undefined ? {} : { origin: leg.origin }),
    ...(leg.destination === undefined ? {} : { destination: leg.destination }),
    transportActivity: leg.tonneKm,
    co2eWTW: leg.co2eWtw,
    co2eTTW: leg.co2eTtw,
  };
}
