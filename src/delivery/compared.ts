import type { Calculator } from '../calculator/calculator.ts';
import type { ShipmentRequest } from '../records/request.ts';
import { type Chunk, type Destination, recordOf, type StoredResult } from '../destinations/destination.ts';

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

/** Puts the embedded calculator's figure next to the API's, after a destination has read that back. */
export function createCompared(destination: Destination, calculator: Calculator): ComparedDestination {
  let records = 0;
  let [apiSum, localSum] = [0, 0];
  let most: readonly Difference[] = [];
  const add = (difference: Difference): void => {
    const { apiKg, localKg } = difference;
    records += 1;
    apiSum += apiKg;
    localSum += localKg;
    const least = most.at(-1);
    if (apiKg !== localKg && (most.length < rowsShown || least === undefined || sizeOf(difference) > sizeOf(least))) {
      most = [...most, difference].toSorted((a, b) => sizeOf(b) - sizeOf(a)).slice(0, rowsShown);
    }
  };
  const compare = (result: StoredResult, chunk: Chunk, record: number): StoredResult => {
    const fields = recordOf(chunk, record);
    const calculated = calculator.shipment(fields as ShipmentRequest);
    const localKg = calculated.ok ? calculated.value.co2eKg : undefined;
    const apiKg = result.co2e_kg;
    if (localKg === undefined || apiKg === undefined) return { ...result, local_co2e_kg: localKg };
    const movementId = fields['movement_id'] === undefined ? undefined : String(fields['movement_id']);
    add({ input: chunk.inputs[record] ?? 0, line: chunk.lines[record] ?? 0, movementId, apiKg, localKg });
    return { ...result, local_co2e_kg: localKg, difference_kg: apiKg - localKg };
  };
  return {
    ...destination,
    resultColumns: [...destination.resultColumns, 'local_co2e_kg', 'difference_kg'],
    comparison: () => ({ records, apiKg: apiSum, localKg: localSum, most }),
    async deliver(chunk, onParked) {
      const outcome = await destination.deliver(chunk, onParked);
      const results = new Map<number, StoredResult>();
      // In the order of the rows: of differences alike, the first ones are shown, and sums are the same each time.
      for (let record = 0; record < chunk.records; record += 1) {
        const result = outcome.results.get(record);
        if (result !== undefined) results.set(record, compare(result, chunk, record));
      }
      return { ...outcome, results };
    },
  };
}
