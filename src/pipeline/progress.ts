import type { RecordCounts, RowCounts } from './ledger.ts';
import type { PlannedInput } from './plan.ts';

/** How far a run has come. */
export interface Progress {
  /** Index of the input that is being read. */
  readonly input: number;
  /** Bytes of all inputs up to the row that was taken last. */
  readonly bytesTaken: number;
  readonly rows: RowCounts;
  readonly records: Readonly<RecordCounts>;
  readonly chunksInFlight: number;
  /** Chunks that wait until it can be known what became of them. */
  readonly chunksParked: number;
}

/**
 * How many bytes of the inputs, as they lie on disk, have been taken: blocks are read ahead of their rows.
 *
 * @param offset of the last row in the input with this index; infinite after its end
 */
export function bytesTaken(inputs: readonly PlannedInput[], index: number, offset: number): number {
  let taken = 0;
  for (const { input } of inputs.slice(0, index + 1)) {
    const read = input.source.bytesRead();
    const isCurrent = input === inputs[index]?.input;
    // Offsets in what is compressed are those of its content.
    taken += isCurrent && input.source.descriptor !== undefined ? Math.min(read, offset) : read;
  }
  return taken;
}
