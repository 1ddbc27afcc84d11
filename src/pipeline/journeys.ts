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
  co2eKg: number;
  co2eWttKg: number;
  co2eTtwKg: number;
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
    const id = record[fieldOf[this.kind]];
    if (id === undefined) {
      this.apart += 1;
      return;
    }
    const key = String(id);
    let journey = this.#journeys.get(key);
    if (journey === undefined) {
      const { client } = record;
      journey = {
        id: key,
        client: client === undefined ? undefined : String(client),
        legs: 0,
        co2eKg: 0,
        co2eWttKg: 0,
        co2eTtwKg: 0,
        tonneKm: 0,
        distanceKm: 0,
      };
      this.#journeys.set(key, journey);
    }
    journey.legs += 1;
    journey.co2eKg += emissions.co2eKg;
    journey.co2eWttKg += emissions.co2eWttKg ?? 0;
    journey.co2eTtwKg += emissions.co2eTtwKg ?? 0;
    journey.tonneKm += emissions.tonneKm ?? 0;
    journey.distanceKm += emissions.distanceKm ?? 0;
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
