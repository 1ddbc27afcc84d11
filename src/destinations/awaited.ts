import { type Batch, isPending, type StoredById } from '../api/calculated.ts';
import type { StoredRequest } from '../api/read-back.ts';
import type { Wait } from '../api/wait.ts';
import { type IssueCode, issueCodes } from '../codes/issue-codes.ts';
import type { Issue } from '../issues.ts';
import type { Accepted, Chunk, Destination, Fate, Outcome } from './destination.ts';
import { outcomeOf } from './destination.ts';

export interface AwaitedOptions {
  /** Reads the stored shipments of a chunk. */
  readonly read: (batch: Batch, chunk: number) => Promise<StoredById>;
  /** Milliseconds to wait for calculations, from now on; 0 looks once. */
  readonly waitMs: number;
  /** Whether other chunks may be sent while some wait. */
  readonly overlaps: boolean;
  readonly now: () => number;
  readonly wait: Wait;
  /** Hears after each look how far the calculation has come. */
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

/** Chunks that wait for their calculation at the same time, beside those that are sent. */
const waitingChunks = 8;

const firstPauseMs = 250;
const longestPauseMs = 15_000;

/** Waits, behind a destination that stores shipments, until they are calculated, and reads their emissions back. */
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
    async deliver(chunk) {
      const outcome = await destination.deliver(chunk);
      const batch = batchOf(chunk, outcome);
      if (batch === undefined) return outcome;
      let waiting = batch.movementIds.length;
      calculation.records += waiting;
      for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 1.5)) {
        const isLast = now() + pauseMs >= deadline;
        const stored = await read({ ...batch, isWhole: isLast }, chunk.index);
        const isKnown = 'get' in stored;
        const fates = isKnown
          ? outcome.fates.map((fate, index) => calculatedFate(fate, chunk, index, stored))
          : outcome.fates;
        const left = fates.filter(isUnfinished).length;
        calculation.calculated += waiting - left;
        waiting = left;
        onLook(calculation);
        const mayWait = isKnown && left > 0 && !isLast;
        if (mayWait && (await wait(pauseMs, 'calculation')) === 'waited') continue;
        records += left;
        if (!isKnown) reason ??= stored.reason;
        return outcomeOf(fates, outcome.failure);
      }
    },
  };
}

const isUnfinished = (fate: Fate): boolean => fate.fate === 'accepted' && fate.result[2] === undefined;

/** Where the accepted records of a chunk are found; nothing where all of them are calculated, or none is accepted. */
function batchOf({ rows }: Chunk, { fates, files = [] }: Outcome): Omit<Batch, 'isWhole'> | undefined {
  const waiting = rows.filter((_row, index) => {
    const fate = fates[index];
    return fate !== undefined && isUnfinished(fate);
  });
  if (waiting.length === 0) return undefined;
  const movementIds = waiting.map(({ record }) => {
    const id = record['movement_id'];
    return id === undefined ? undefined : String(id);
  });
  return { files, movementIds };
}

function calculatedFate(fate: Fate, { rows }: Chunk, index: number, stored: ReadonlyMap<string, StoredRequest>): Fate {
  if (fate.fate !== 'accepted' || !isUnfinished(fate)) return fate;
  const found = stored.get(String(fate.result[0]));
  if (found === undefined || isPending(found)) return fate;
  const co2eKg = found.kgco2e ?? found.co2e ?? undefined;
  if (co2eKg === undefined) return { fate: 'rejected', issue: failedCalculation(found) };
  return withEmissions(fate, co2eKg, found, String(rows[index]?.record['category'] ?? ''));
}

function withEmissions(fate: Accepted, co2eKg: number, stored: StoredRequest, category: string): Accepted {
  const figure = (name: string): number | undefined => {
    const value = stored[name];
    return typeof value === 'number' ? value : undefined;
  };
  const text = (name: string): string => (typeof stored[name] === 'string' ? stored[name] : '');
  return {
    ...fate,
    result: [fate.result[0], stored.package_id ?? fate.result[1], co2eKg, 'calculated'],
    emissions: {
      group: category || text('category') || 'unspecified',
      co2eKg,
      tonneKm: figure('tkm'),
      distanceKm: figure('distance_km'),
      vehicleType: text('toc') || undefined,
    },
  };
}

/** The API stored a shipment and could not calculate it; messages begin with a code. */
function failedCalculation({ error_messages: errors }: StoredRequest): Issue {
  const messages = Array.isArray(errors) ? errors.map(String) : [];
  const text = messages.join('; ') || 'the API gives no reason';
  const code = issueCodes.find((each) => text.startsWith(each)) ?? ('API_REJECTED' satisfies IssueCode);
  return {
    code,
    stage: 'calculate',
    message: `the API could not calculate it: ${text}`,
    cause: `the API could not calculate it: ${text.replace(/'[^']*'|"[^"]*"/g, '…')}`,
    isStored: true,
    hint: 'the API has it, without emissions: delete it in Dcycle before you send a mended row',
  };
}
