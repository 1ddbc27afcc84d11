import type { Calculator } from '../calculator/calculator.ts';
import type { ShipmentRequest } from '../records/request.ts';
import type { Chunk, Destination, Fate, ValidRow } from './destination.ts';

/** A row for which two calculations differ; kg CO2e. */
export interface Difference {
  readonly input: number;
  readonly line: number;
  readonly movementId: string | undefined;
  readonly apiKg: number;
  readonly localKg: number;
}

/** A destination that sees what the embedded calculator makes of the same records. */
export interface ComparedDestination extends Destination {
  readonly comparison: () => {
    /** Records that both have calculated. */
    readonly records: number;
    readonly apiKg: number;
    readonly localKg: number;
    /** The rows that differ most, the greatest difference first. */
    readonly most: readonly Difference[];
  };
}

const rowsShown = 10;

const sizeOf = ({ apiKg, localKg }: Difference): number => Math.abs(apiKg - localKg);

/** Puts the embedded calculator's figure beside the API's, behind a destination that has read that back. */
export function createCompared(destination: Destination, calculator: Calculator): ComparedDestination {
  let records = 0;
  let [apiSum, localSum] = [0, 0];
  let most: readonly Difference[] = [];
  const compare = (fate: Fate, { input, row, record }: ValidRow): Fate => {
    if (fate.fate !== 'accepted') return fate;
    const calculated = calculator.shipment(record as ShipmentRequest);
    const localKg = calculated.ok ? calculated.value.co2eKg : undefined;
    const apiKg = fate.result[2];
    if (localKg === undefined || typeof apiKg !== 'number') {
      return { ...fate, result: [...fate.result, localKg, undefined] };
    }
    records += 1;
    apiSum += apiKg;
    localSum += localKg;
    const movementId = record['movement_id'] === undefined ? undefined : String(record['movement_id']);
    const difference = { input, line: row.line, movementId, apiKg, localKg };
    const least = most.at(-1);
    if (apiKg !== localKg && (most.length < rowsShown || least === undefined || sizeOf(difference) > sizeOf(least))) {
      most = [...most, difference].toSorted((a, b) => sizeOf(b) - sizeOf(a)).slice(0, rowsShown);
    }
    return { ...fate, result: [...fate.result, localKg, apiKg - localKg] };
  };
  return {
    ...destination,
    resultColumns: [...destination.resultColumns, 'local_co2e_kg', 'difference_kg'],
    comparison: () => ({ records, apiKg: apiSum, localKg: localSum, most }),
    async deliver(chunk: Chunk) {
      const outcome = await destination.deliver(chunk);
      const fates = outcome.fates.map((fate, index) => {
        const row = chunk.rows[index];
        return row === undefined ? fate : compare(fate, row);
      });
      return { ...outcome, fates };
    },
  };
}
