import { type Batch, isPending, type StoredById } from './calculated.ts';
import type { StoredRecord } from './read-stored.ts';
import type { Wait } from '../api/wait.ts';
import { type IssueCode, issueCodes } from '../codes/issue-codes.ts';
import type { Issue } from '../issues.ts';
import { idOfAnother } from './fate-issues.ts';
import {
  type Chunk,
  type Destination,
  Fate,
  type Outcome,
  recordOf,
  stateOf,
  type StoredEmissions,
} from '../destinations/destination.ts';

export interface AwaitedOptions {
  /** Reads the stored shipments of a chunk. */
  readonly read: (batch: Omit<Batch, 'since'> & { readonly isOlder: boolean }, chunk: number) => Promise<StoredById>;
  /** Milliseconds to wait for calculations, from now on; 0 looks once. */
  readonly waitMs: number;
  /** Whether other chunks may be sent while some wait. */
  readonly overlaps: boolean;
  readonly now: () => number;
  readonly wait: Wait;
  /** Told after each look how far the calculation has come. */
  readonly onLook: (calculation: Calculation) => void;
}

/** Of the records that the API has not calculated at once, those that were handed to it so far. */
export interface Calculation {
  readonly records: number;
  readonly calculated: number;
}

/** A destination whose accepted records carry their emissions. */
export interface AwaitedDestination extends Destination {
  /** Records that are accepted and not calculated yet, and why they could not be read. */
  readonly unfinished: () => { readonly records: number; readonly reason: string | undefined };
}

/** Chunks that wait for their calculation at the same time, in addition to those that are sent. */
const waitingChunks = 8;

const firstPauseMs = 250;
const longestPauseMs = 15_000;

/** Waits, after a destination has stored shipments, until they are calculated, and reads their emissions back. */
export function createAwaited(destination: Destination, options: AwaitedOptions): AwaitedDestination {
  const { read, waitMs, overlaps, now, wait, onLook } = options;
  const deadline = now() + waitMs;
  const calculation = { records: 0, calculated: 0 };
  let records = 0;
  let reason: string | undefined;
  return {
    ...destination,
    concurrency: destination.concurrency + (overlaps ? waitingChunks : 0),
    unfinished: () => ({ records, reason }),
    async deliver(chunk, onParked) {
      const outcome = await destination.deliver(chunk, onParked);
      const waiting = waitingOf(outcome);
      if (waiting.length === 0) return outcome;
      const batch = batchOf(chunk, waiting, outcome);
      let left = waiting.length;
      calculation.records += left;
      for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 1.5)) {
        const isLast = now() + pauseMs >= deadline;
        const stored = await read({ ...batch, isWhole: isLast }, chunk.index);
        const isKnown = 'get' in stored;
        const found = isKnown ? findCalculated(outcome, waiting, stored) : new Map<number, StoredRecord>();
        calculation.calculated += left - (waiting.length - found.size);
        left = waiting.length - found.size;
        onLook(calculation);
        const mayWait = isKnown && left > 0 && !isLast;
        if (mayWait && (await wait(pauseMs, 'calculation')) === 'waited') continue;
        records += left;
        if (!isKnown) reason ??= stored.reason;
        return withCalculated(outcome, chunk, found);
      }
    },
  };
}

/** The records that are accepted and not calculated yet, in the order of their rows. */
function waitingOf({ fates, results }: Outcome): readonly number[] {
  const waiting: number[] = [];
  for (const [record, fate] of fates.entries()) {
    if (fate === Fate.accepted && results.get(record)?.co2e_kg === undefined) waiting.push(record);
  }
  return waiting;
}

/** Where records of a chunk are found. */
function batchOf(
  chunk: Chunk,
  records: readonly number[],
  { files = [], before }: Outcome,
): Omit<Batch, 'isWhole' | 'since'> & { readonly isOlder: boolean } {
  // Some were brought by earlier runs, in other batches.
  const isOlder = before !== undefined && before.size > 0;
  if (files.length > 0 && !isOlder) return { files, movementIds: [], isOlder };
  const movementIds = records.map((record) => {
    const id = recordOf(chunk, record)['movement_id'];
    return id === undefined ? undefined : String(id);
  });
  return { files: [], movementIds, isOlder };
}

/** The stored shipments of those records that the API has calculated, or can't calculate. */
function findCalculated(
  { results }: Outcome,
  records: readonly number[],
  stored: ReadonlyMap<string, StoredRecord>,
): ReadonlyMap<number, StoredRecord> {
  const found = new Map<number, StoredRecord>();
  for (const record of records) {
    const shipment = stored.get(results.get(record)?.id ?? '');
    if (shipment !== undefined && !isPending(shipment)) found.set(record, shipment);
  }
  return found;
}

/** The outcome with what the API has worked out for some records. */
function withCalculated(outcome: Outcome, chunk: Chunk, found: ReadonlyMap<number, StoredRecord>): Outcome {
  if (found.size === 0) return outcome;
  const fates = outcome.fates.slice();
  const issues = new Map(outcome.issues);
  const results = new Map(outcome.results);
  const emissions = new Map(outcome.emissions);
  for (const [record, stored] of found) {
    const co2eKg = stored.kgco2e ?? stored.co2e ?? undefined;
    const isAlike = outcome.alike?.has(record) === true;
    if (co2eKg === undefined) {
      fates[record] = Fate.rejected;
      issues.set(record, failedCalculation(stored, isAlike));
      results.delete(record);
    } else {
      const { id, package_id: packageId } = results.get(record) ?? {};
      const status = isAlike ? `calculated; ${idOfAnother}` : 'calculated';
      results.set(record, { id, package_id: stored.package_id ?? packageId, co2e_kg: co2eKg, status });
      emissions.set(record, readEmissions(co2eKg, stored, String(recordOf(chunk, record)['category'] ?? '')));
    }
  }
  return { ...outcome, state: stateOf(fates), fates, issues, results, emissions };
}

/** @param category that of the record, if it has one */
function readEmissions(co2eKg: number, stored: StoredRecord, category: string): StoredEmissions {
  const figure = (name: string): number | undefined => {
    const value = stored[name];
    return typeof value === 'number' ? value : undefined;
  };
  const text = (name: string): string => (typeof stored[name] === 'string' ? stored[name] : '');
  return {
    group: category || text('category') || text('fuel_name') || 'unspecified',
    co2eKg,
    tonneKm: figure('tkm'),
    distanceKm: figure('distance_km'),
    vehicleType: text('toc') || undefined,
  };
}

/** The API stored a shipment and could not calculate it; messages begin with a code. */
function failedCalculation({ id, error_messages: errors }: StoredRecord, isAlike: boolean): Issue {
  const messages = Array.isArray(errors) ? errors.map(String) : [];
  const text = messages.join('; ') || 'the API gives no reason';
  const code = issueCodes.find((each) => text.startsWith(each)) ?? ('API_REJECTED' satisfies IssueCode);
  return {
    code,
    stage: 'calculate',
    message: `the API could not calculate it (stored as ${id}): ${text}`,
    cause: `the API could not calculate it: ${text.replace(/'[^']*'|"[^"]*"/g, '…')}`,
    ...(isAlike
      ? {
          isStored: true,
          hint: 'its id may be that of another record: delete it in Dcycle before you send a fixed row',
        }
      : {
          storedId: id,
          hint: 'fix it in the rejected file and upload that: by its _id the row takes the place of the stored one',
        }),
  };
}
