import type { Figures } from './emissions.ts';

/** What legs are summed by: the shipment they belong to, or the package. */
export const journeyKinds = ['shipment', 'package'] as const;
export type JourneyKind = (typeof journeyKinds)[number];

const fieldOf: Readonly<Record<JourneyKind, string>> = { shipment: 'movement_id', package: 'package_key' };

/** A leg, by what it belongs to, and the input (from 0) that has it. */
export interface JourneyLeg {
  readonly id: string | undefined;
  readonly client: string | undefined;
  readonly input: number;
}

/** The legs of one shipment or package together; kg CO2e, tonne-kilometres, km. */
export interface Journey {
  readonly id: string;
  /** The client of its first leg. */
  readonly client: string | undefined;
  /** The input of its first leg, from 0. */
  input: number;
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

  /** Adds an accepted leg. */
  add(leg: JourneyLeg, figures: Figures, row: number): void {
    const journey = this.#of(leg);
    if (journey === undefined) return;
    journey.legs += 1;
    journey.co2eKg += figures.co2eKg[row] ?? 0;
    journey.co2eWttKg = plus(journey.co2eWttKg, figures.co2eWttKg?.[row]);
    journey.co2eTtwKg = plus(journey.co2eTtwKg, figures.co2eTtwKg?.[row]);
    journey.tonneKm += known(figures.tonneKm?.[row]);
    journey.distanceKm += known(figures.distanceKm?.[row]);
  }

  /** Notes a leg that was not calculated. */
  miss(leg: JourneyLeg): void {
    const journey = this.#of(leg);
    if (journey !== undefined) journey.missing += 1;
  }

  #of({ id, client, input }: JourneyLeg): Journey | undefined {
    if (id === undefined) {
      this.apart += 1;
      return undefined;
    }
    const opened = this.#journeys.get(id);
    if (opened !== undefined) {
      // Outcomes of an upload come in any order.
      opened.input = Math.min(opened.input, input);
      return opened;
    }
    const journey: Journey = {
      id,
      client,
      input,
      legs: 0,
      missing: 0,
      co2eKg: 0,
      co2eWttKg: 0,
      co2eTtwKg: 0,
      tonneKm: 0,
      distanceKm: 0,
    };
    this.#journeys.set(id, journey);
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

const known = (value: number | undefined): number => (value === undefined || Number.isNaN(value) ? 0 : value);

const plus = (sum: number | undefined, value: number | undefined): number | undefined =>
  sum === undefined || value === undefined || Number.isNaN(value) ? undefined : sum + value;
