import type { ShipmentSelection } from '../../calculator/shipment-figures.ts';
import type { LocalCalculation, ShipmentFacts } from '../../destinations/local.ts';
import type { RecordColumns } from '../../pipeline/record-columns.ts';
import type { ShipmentRequest } from '../../records/request.ts';
import { assumptionText } from '../words/assumption-text.ts';
import { distanceSourceText } from '../words/distance-source-text.ts';
import { decimal } from './decimal.ts';
import type { DistanceKind, Leg, Location, PackagingType } from './leg.ts';
import type { LeftOutCode } from './left-out.ts';
import { categoryOf, type OperationCategory, tocIdOf } from './toc.ts';

/** What the words of legs decide, worked out once for each selection. */
interface Described {
  readonly tocId: string;
  readonly category: Omit<OperationCategory, 'from' | 'until'>;
  readonly distanceKind: DistanceKind;
  readonly notes: readonly string[];
}

type LegWords = Omit<Leg, 'shipmentId' | 'input' | 'row'>;

const packagings: Readonly<Partial<Record<string, PackagingType>>> = {
  pallets: 'Pallet',
  teu: 'Container-TEU',
  feu: 'Container-FEU',
};

/** Says of calculated rows what their transport chain elements say, or why they can't be any. */
export class LegDescriber {
  /** The categories that legs have, by their ids. */
  readonly categories = new Map<string, Omit<OperationCategory, 'from' | 'until'>>();
  readonly #facts: ShipmentFacts;
  readonly #givenDistance: DistanceKind | undefined;
  readonly #described = new WeakMap<ShipmentSelection, Described | LeftOutCode>();
  #ends = new Map<string, Pick<Leg, 'origin' | 'destination'>>();

  /** @param givenDistance what distances are that rows give */
  constructor(facts: ShipmentFacts, givenDistance: DistanceKind | undefined) {
    this.#facts = facts;
    this.#givenDistance = givenDistance;
  }

  /** The leg of an accepted row. */
  describe(records: RecordColumns, calculation: LocalCalculation, row: number): LegWords | LeftOutCode {
    const { selection } = calculation.basisOf(calculation.selected[row] ?? 0);
    const described = selection === undefined ? 'NO_ENERGY_CARRIER' : this.#describedOf(selection);
    if (typeof described === 'string') return described;
    const fields = records.fields(row) as ShipmentRequest;
    const period = periodOf(fields);
    if (period === undefined) return 'NO_DATE';
    const { figures } = calculation;
    const figure = (column: Float64Array | undefined, scale = 1): string => decimal((column?.[row] ?? NaN) * scale);
    const tonneKm = figure(figures.tonneKm);
    if (tonneKm === '0') return 'NO_ACTIVITY';
    return {
      stretch: fields.movement_stretch,
      stage: fields.movement_stage,
      package: fields.package_key,
      tocId: described.tocId,
      massKg: figure(figures.loadT, 1000),
      distance: { [described.distanceKind]: figure(figures.distanceKm) },
      tonneKm,
      co2eWtw: figure(figures.co2eKg),
      co2eTtw: figure(figures.co2eTtwKg),
      ...this.#endsOf(fields),
      packaging: packagingOf(fields),
      ...period,
      notes: described.notes,
    };
  }

  #describedOf(selection: ShipmentSelection): Described | LeftOutCode {
    let described = this.#described.get(selection);
    if (described === undefined) {
      described = this.#work(selection);
      this.#described.set(selection, described);
      if (typeof described !== 'string') this.categories.set(described.tocId, described.category);
    }
    return described;
  }

  #work(selection: ShipmentSelection): Described | LeftOutCode {
    const { category, carrier, extraKg, activity, distanceSource: source, assumptions } = selection;
    const energy = category === 'road' && carrier !== undefined ? this.#facts.energyFactor(carrier) : undefined;
    if (energy === undefined) return 'NO_ENERGY_CARRIER';
    if (extraKg > 0) return 'CLEANING';
    if (source.kind === 'given tkm') return 'NO_DISTANCE';
    if (activity !== 'load') return 'NO_MASS';
    const tocId = tocIdOf(selection);
    const isGiven = source.kind === 'given';
    const distanceKind = isGiven ? this.#givenDistance : 'sfd';
    if (distanceKind === undefined) return 'DISTANCE_KIND';
    return {
      tocId,
      category: categoryOf(tocId, selection, energy),
      distanceKind,
      notes: [
        ...(isGiven ? [] : [`distance estimated: ${distanceSourceText(source)}`]),
        ...assumptions.map((assumption) => assumptionText(assumption)),
      ],
    };
  }

  #endsOf(fields: ShipmentRequest): Pick<Leg, 'origin' | 'destination'> {
    const { origin, destination, origin_country, origin_postcode, origin_region, category, toc } = fields;
    const { destination_country, destination_postcode, destination_region, distance_km } = fields;
    const words = [origin, destination, origin_country, origin_postcode, origin_region, category, toc];
    words.push(destination_country, destination_postcode, destination_region);
    const key = JSON.stringify([...words, distance_km === undefined]);
    const known = this.#ends.get(key);
    if (known !== undefined) return known;
    const places = this.#facts.endsOf(fields);
    const found =
      places === undefined
        ? {}
        : {
            origin: locationOf(places.from, origin_postcode),
            destination: locationOf(places.to, destination_postcode),
          };
    if (this.#ends.size >= mostEnds) this.#ends = new Map();
    this.#ends.set(key, found);
    return found;
  }
}

/** Pairs of places that are remembered. */
const mostEnds = 50_000;

/** Only of a town it is known in which one it lies. */
const locationOf = (
  { kind, name, country }: { readonly kind: string; readonly name: string; readonly country: string },
  zip: string | undefined,
): Location | undefined =>
  kind === 'town' ? { ...(zip === undefined ? {} : { zip }), city: name, country } : undefined;

/** Whole pallets and containers; part of one is none that could be counted. */
function packagingOf({ load, load_unit, load_factor = 1 }: ShipmentRequest): Leg['packaging'] {
  const type = packagings[load_unit ?? 'kg'];
  return type === undefined || load === undefined || !Number.isInteger(load) || load_factor !== 1
    ? undefined
    : { type, amount: load };
}

/** The day of a shipment, else its year: the first day, and the first after it. */
function periodOf({ shipment_date, year }: ShipmentRequest): Pick<Leg, 'from' | 'until'> | undefined {
  if (shipment_date !== undefined) {
    const from = shipment_date.slice(0, 10);
    const next = new Date(Date.parse(`${from}T00:00:00Z`) + 86_400_000);
    return { from, until: next.toISOString().slice(0, 10) };
  }
  return year === undefined ? undefined : { from: `${String(year)}-01-01`, until: `${String(year + 1)}-01-01` };
}
