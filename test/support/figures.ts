import type { Figures } from '../../src/pipeline/emissions.ts';

/** Figures of one record, as row 0. */
export interface RecordFigures {
  readonly co2eKg: number;
  readonly co2eTtwKg?: number;
  readonly co2eWttKg?: number;
  readonly tonneKm?: number;
  readonly distanceKm?: number;
}

const column = (value: number | undefined): Float64Array => Float64Array.of(value ?? Number.NaN);

/** The columns of a batch of one record. */
export const figuresOf = ({ co2eKg, co2eTtwKg, co2eWttKg, tonneKm, distanceKm }: RecordFigures): Figures => ({
  co2eKg: column(co2eKg),
  co2eTtwKg: column(co2eTtwKg),
  co2eWttKg: column(co2eWttKg),
  tonneKm: column(tonneKm),
  distanceKm: column(distanceKm),
});
