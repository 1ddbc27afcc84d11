import { createHash } from 'node:crypto';
import type { Batch, StoredById } from '../api/calculated.ts';
import { errorMessage, inputError, RunError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import type { KnownRecord, RunFile } from '../state/run-file.ts';
import type { Chunk, Destination, Fate, Outcome } from './destination.ts';
import { outcomeOf } from './destination.ts';
import { unsent } from './fates.ts';

/** A destination that can be told what is known of a chunk's records from an earlier attempt. */
export interface ResumableDestination extends Destination {
  deliver(chunk: Chunk, known?: readonly KnownRecord[]): Promise<Outcome>;
  /** Reads the stored shipments of a chunk. */
  readStored(batch: Batch, chunk: number): Promise<StoredById>;
}

/**
 * A destination that writes down each chunk before it is sent, and what became of it. A chunk that an earlier attempt of
 * the run has sent must be the same again; of its records only those are sent that were not accepted.
 */
export const createRecorded = (destination: ResumableDestination, file: RunFile): Destination => ({
  ...destination,
  async deliver(chunk) {
    const earlier = attempt(() => recall(chunk, file));
    if ('error' in earlier) {
      const { message } = earlier.error;
      const fates = chunk.rows.map(() => unsent(message));
      return outcomeOf(fates, { reason: message, fatal: earlier.error });
    }
    const { known, files: knownFiles } = earlier.value;
    const { files = [], ...outcome } = await destination.deliver(chunk, known);
    const all = [...new Set([...knownFiles, ...files])];
    const written = attempt(() =>
      file.settle(chunk.index, { state: outcome.state, files: all }, outcome.fates.map(knownOf)),
    );
    // What was accepted is accepted; but nothing more may be sent that can't be written down.
    const failure = 'error' in written ? { reason: written.error.message, fatal: written.error } : outcome.failure;
    return { ...outcome, files: all, failure };
  },
});

/** SHA-256 of the bytes of a chunk's records, hexadecimal. */
export function hashOf({ rows }: Chunk): string {
  const hash = createHash('sha256');
  for (const { json } of rows) hash.update(json);
  return hash.digest('hex');
}

/** The hash by which a record is known again: 128 bits of SHA-256, base64url. */
export const recordHash = (json: Buffer): string => createHash('sha256').update(json).digest('base64url').slice(0, 22);

/** The error of a chunk that is another one than the run has sent. */
const inputChanged = ({ index }: Chunk): RunError =>
  inputError(
    'INPUT_CHANGED',
    `the rows of chunk ${String(index + 1)} are not those that this run has sent`,
    'the input, or something it is read with, has changed since: upload it as a new run; `runs show` has what was accepted',
  );

interface Recalled {
  readonly known: readonly KnownRecord[] | undefined;
  readonly files: readonly string[];
}

/** What is known of a chunk; one that is new is written down. */
function recall(chunk: Chunk, file: RunFile): Recalled {
  const { index, rows } = chunk;
  const sha256 = hashOf(chunk);
  const earlier = file.chunk(index);
  if (earlier !== undefined) {
    if (earlier.chunk.sha256 !== sha256) throw inputChanged(chunk);
    file.beginAgain(index);
    return { known: earlier.known, files: earlier.chunk.files };
  }
  const [first] = rows;
  const last = rows.at(-1);
  file.begin(
    {
      index,
      records: rows.length,
      first: { input: first?.input ?? 0, row: first?.row.row ?? 0 },
      last: { input: last?.input ?? 0, row: last?.row.row ?? 0 },
      sha256,
    },
    rows.map(({ row, json }) => ({ row: row.row, hash: recordHash(json) })),
  );
  return { known: undefined, files: [] };
}

/** Works with the record of the run, which may fail: a full disk ends the sending, and is no defect. */
function attempt<T>(action: () => T): { readonly value: T } | { readonly error: RunError } {
  try {
    return { value: action() };
  } catch (error) {
    if (error instanceof RunError) return { error };
    const message = `the record of this run can't be written: ${errorMessage(error)}`;
    const hint = 'make room in the state directory and resume the run';
    return { error: new RunError(ExitCode.incomplete, 'STATE_FAILED', message, hint, error) };
  }
}

function knownOf(fate: Fate): KnownRecord {
  if (fate.fate !== 'accepted') return { fate: fate.fate };
  const [id, packageId] = fate.result;
  return { fate: 'accepted', id: String(id), packageId: packageId === undefined ? undefined : String(packageId) };
}
