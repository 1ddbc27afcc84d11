import { createHash, hash } from 'node:crypto';
import type { Batch, StoredById } from '../api/calculated.ts';
import { errorMessage, inputError, RunError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import type { KnownRecord, RunFile } from '../state/run-file.ts';
import { type Chunk, type Destination, Fate, jsonOf, type Outcome } from './destination.ts';
import { unsent } from './fates.ts';
import { notSent } from './open-outcome.ts';

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
      return notSent(chunk, unsent(message), { reason: message, fatal: earlier.error });
    }
    const { known, files: knownFiles } = earlier.value;
    const { files = [], ...outcome } = await destination.deliver(chunk, known);
    const all = [...new Set([...knownFiles, ...files])];
    const written = attempt(() => file.settle(chunk.index, { state: outcome.state, files: all }, knownOf(outcome)));
    // What was accepted is accepted; but nothing more may be sent that can't be written down.
    const failure = 'error' in written ? { reason: written.error.message, fatal: written.error } : outcome.failure;
    return { ...outcome, files: all, failure };
  },
});

/** SHA-256 of the JSON texts of a chunk's records one after the other, hexadecimal. */
export function hashOf(chunk: Chunk): string {
  const sha256 = createHash('sha256');
  for (let record = 0; record < chunk.records; record += 1) sha256.update(jsonOf(chunk, record));
  return sha256.digest('hex');
}

/** The hash by which a record is known again: 128 bits of SHA-256, base64url. */
export const recordHash = (json: Buffer): string => hash('sha256', json, 'base64url').slice(0, 22);

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
  const { index, records } = chunk;
  const sha256 = hashOf(chunk);
  const earlier = file.chunk(index);
  if (earlier !== undefined) {
    if (earlier.chunk.sha256 !== sha256) throw inputChanged(chunk);
    file.beginAgain(index);
    return { known: earlier.known, files: earlier.chunk.files };
  }
  const placeOf = (record: number): { readonly input: number; readonly row: number } => ({
    input: chunk.inputs[record] ?? 0,
    row: chunk.rows[record] ?? 0,
  });
  file.begin(
    { index, records, first: placeOf(0), last: placeOf(records - 1), sha256 },
    Array.from({ length: records }, (_, record) => ({
      row: chunk.rows[record] ?? 0,
      hash: recordHash(jsonOf(chunk, record)),
    })),
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

const knownFates: Readonly<Record<number, Exclude<KnownRecord, { fate: 'accepted' }>>> = {
  [Fate.rejected]: { fate: 'rejected' },
  [Fate.notSent]: { fate: 'not-sent' },
};

/** What a later attempt has to know of each record. */
const knownOf = ({ fates, results }: Outcome): readonly KnownRecord[] =>
  Array.from(fates, (fate, record): KnownRecord => {
    if (fate !== Fate.accepted) return knownFates[fate] ?? { fate: 'uncertain' };
    const { id = '', package_id: packageId } = results.get(record) ?? {};
    return { fate: 'accepted', id, packageId };
  });
