import { type Chunk, recordOf, type StoredEmissions } from '../destinations/destination.ts';
import type { Accounts } from './accounts.ts';
import { booleanOf } from './emission-details.ts';
import type { Basis } from './emissions.ts';

/** Adds what the API says of single records to the sums. */
export class StoredSums {
  readonly #accounts: Accounts;
  readonly #bases = new Map<string, Basis>();
  readonly #figures = {
    co2eKg: new Float64Array(1),
    tonneKm: new Float64Array(1),
    distanceKm: new Float64Array(1),
  };

  constructor(accounts: Accounts) {
    this.#accounts = accounts;
  }

  add(chunk: Chunk, record: number, stored: StoredEmissions | undefined): void {
    const { emissions, options } = this.#accounts;
    const { journeys, details } = options;
    if (stored === undefined && details === undefined) return;
    const fields = recordOf(chunk, record);
    const text = (field: string): string | undefined =>
      fields[field] === undefined ? undefined : String(fields[field]);
    const day = text('date') ?? text('shipment_date');
    const detailed = {
      day,
      origin: text('origin'),
      destination: text('destination'),
      isBought: booleanOf(text('subcontractor')),
    };
    if (stored === undefined) {
      details?.add(detailed, undefined, 0, undefined);
      return;
    }
    const figures = this.#figures;
    figures.co2eKg[0] = stored.co2eKg;
    figures.tonneKm[0] = stored.tonneKm ?? Number.NaN;
    figures.distanceKm[0] = stored.distanceKm ?? Number.NaN;
    if (emissions.isFull) emissions.settle();
    const basis = emissions.basisOf(this.#basisOf(stored));
    emissions.add(figures, 0, basis, emissions.clientOf(text('client')), emissions.monthOf(day));
    const input = chunk.inputs[record] ?? 0;
    journeys?.add({ id: text(journeys.idField), client: text('client'), input }, figures, 0);
    details?.add(detailed, figures, 0, undefined);
  }

  #basisOf({ group, vehicleType }: StoredEmissions): Basis {
    const key = `${group}\n${vehicleType ?? ''}`;
    let basis = this.#bases.get(key);
    if (basis === undefined) {
      basis = { group, vehicleType };
      this.#bases.set(key, basis);
    }
    return basis;
  }
}
