import type { RecordEmissions } from '../destinations/destination.ts';
import type { Fields } from '../records/kind.ts';

/** What legs are summed by: the shipment they belong to, or the package. */
export const journeyKinds = ['shipment', 'package'] as const;
export type JourneyKind = (typeof journeyKinds)[number];

const fieldOf: Readonly<Record<JourneyKind, string>> = { shipment: 'movement_id', package: 'package_key' };

/** The legs of one shipment or package together; kg CO2e, tonne-kilometres, km. */
export interface Journey {
  readonly id: string;
  /** The client of its first leg. */
  readonly client: string | undefined;
  legs: number;
  /** Legs that were read but not calculated: the sums lack them. */
  missing: number;
  co2eKg: number;
  /** `undefined` where a leg's factor has no parts. */
  co2eWttKg: number | undefined;
  co2eTtwKg: number | undefined;
  tonneKm: number;
  distanceKm: number;
}

/** Sums the legs of each shipment or package. Holds one entry for each: about 200 bytes. */
export class Journeys {
  readonly kind: JourneyKind;
  readonly #journeys = new Map<string, Journey>();
  /** Legs that belong to none. */
  apart = 0;

  constructor(kind: JourneyKind) {
    this.kind = kind;
  }

  add(emissions: RecordEmissions, record: Fields): void {
    const journey = this.#of(record);
    if (journey === undefined) return;
    const { co2eWttKg: wtt, co2eTtwKg: ttw } = emissions;
    journey.legs += 1;
    journey.co2eKg += emissions.co2eKg;
    journey.co2eWttKg = plus(journey.co2eWttKg, wtt);
    journey.co2eTtwKg = plus(journey.co2eTtwKg, ttw);
    journey.tonneKm += emissions.tonneKm ?? 0;
    journey.distanceKm += emissions.distanceKm ?? 0;
  }

  /** A leg that was not calculated. */
  miss(record: Fields): void {
    const journey = this.#of(record);
    if (journey !== undefined) journey.missing += 1;
  }

  #of(record: Fields): Journey | undefined {
    const { [fieldOf[this.kind]]: id, client } = record;
    if (id === undefined) {
      this.apart += 1;
      return undefined;
    }
    const key = String(id);
    const known = this.#journeys.get(key);
    if (known !== undefined) return known;
    const journey: Journey = {
      id: key,
      client: client === undefined ? undefined : String(client),
      legs: 0,
      missing: 0,
      co2eKg: 0,
      co2eWttKg: 0,
      co2eTtwKg: 0,
      tonneKm: 0,
      distanceKm: 0,
    };
    this.#journeys.set(key, journey);
    return journey;
  }

  get idField(): string {
    return fieldOf[this.kind];
  }

  get size(): number {
    return this.#journeys.size;
  }

  /** In the order of their first legs. */
  all(): Iterable<Journey> {
    return this.#journeys.values();
  }
}

const plus = (sum: number | undefined, value: number | undefined): number | undefined =>
  sum === undefined || value === undefined ? undefined : sum + value;
