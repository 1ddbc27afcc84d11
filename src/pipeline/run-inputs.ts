import type { Arena } from '../columns/arena.ts';
import type { Batch } from '../columns/batch.ts';
import { cellText } from '../columns/column.ts';
import { asRunError as asPlainRunError, inputError, type RunError } from '../errors.ts';
import { InputChanged } from './deduplicate.ts';
import type { PlannedInput } from './plan.ts';

/** Why an earlier run refused a row, where this input is its rejected file. */
export function ownReasonsOf(
  { input }: PlannedInput,
  arena: Arena,
): ((batch: Batch, row: number) => string) | undefined {
  const column = input.table.columns.indexOf('_errors');
  return column === -1 ? undefined : (batch, row) => cellText(batch, row, column, arena);
}

const usualRowBytes = 150;

/** About how many rows the inputs have. */
export const expectedRows = (inputs: readonly PlannedInput[]): number =>
  inputs.reduce((sum, { input }) => sum + (input.source.sizeBytes ?? 0), 0) / usualRowBytes;

/** Bytes of the inputs as they lie on disk; `undefined` where some pass by once. */
export function totalBytesOf(inputs: readonly PlannedInput[]): number | undefined {
  let total = 0;
  for (const { input } of inputs) {
    if (input.source.sizeBytes === undefined) return undefined;
    total += input.source.sizeBytes;
  }
  return total;
}

export function asRunError(error: unknown): RunError {
  if (!(error instanceof InputChanged)) return asPlainRunError(error);
  const message = `the input changed while it was read: ${error.message}`;
  return inputError('INPUT_CHANGED', message, 'run again when nothing writes to it');
}
