import { readFuels } from '../api/fuels.ts';
import type { AccountFuel } from '../api/catalogue.ts';
import type { Destination, Target } from '../destinations/destination.ts';
import { Entry, type OpenRun } from '../ledger/run-store.ts';
import type { Replacement } from '../pipeline/replacements.ts';
import type { ApiVersion, RecordKind } from '../records/kind.ts';
import { LoggedCall } from './call-log.ts';
import { Caller, type CallerOptions } from './caller.ts';
import { type Batch, readBatch, type StoredById } from './calculated.ts';
import { ChunkCall } from './chunk-call.ts';
import { Claims } from './claims.ts';
import type { ChunkCallOptions, EarlierCall } from './chunk-options.ts';
import type { Assumption } from './doubt.ts';
import { Gate } from './gate.ts';
import { findNamed, type NamedRecord, type NamingRecord } from './named-records.ts';
import { Parking, type ParkedState } from './parking.ts';
import { Preflight } from './preflight.ts';
import { Remover } from './remover.ts';
import { type Replaced, replaceStored } from './replace.ts';
import { There } from './there.ts';
import { Throttle } from './throttle.ts';
import { type Changes, type Version, Versions } from './versions.ts';

export interface DeliveryOptions extends Omit<CallerOptions, 'throttle'> {
  readonly kind: RecordKind;
  readonly apiVersion: ApiVersion;
  /** Calls in flight at most. */
  readonly concurrency: number;
  readonly callsPerMinute: number | undefined;
  readonly continueOnError: boolean;
  readonly timeoutMs: number;
  readonly target: Target;
  /** How records of unknown fate are treated. */
  readonly settling: Settling;
  /** Told how many chunks wait to be looked up, and until when. */
  readonly onParked: (state: ParkedState) => void;
}

export interface Settling {
  /** Seconds; `undefined` takes what the table says, 0 lets nothing count as missing. */
  readonly settle: number | undefined;
  /** Times that missing records are sent again. */
  readonly rounds: number;
  readonly assume: Assumption | undefined;
  /** Asks the account for each record before it is sent. */
  readonly verifies: boolean;
  /** Sends also what the account has already. */
  readonly isAgain: boolean;
}

/** The API of an account, before a run is opened. */
export interface ApiConnection {
  readonly target: Target;
  /** The fuels that the account has. */
  fuels(): Promise<readonly AccountFuel[]>;
  /** Reads the stored records of a chunk. */
  readStored(batch: Batch, chunk: number): Promise<StoredById>;
  /** Where chunks of a run go; without `sends`, what earlier attempts have sent is looked up, and nothing is sent. */
  deliveryOf(run: OpenRun, goesOn: boolean, sends?: boolean): Promise<DeliveredRun>;
  close(): Promise<void>;
}

/** A run on its way to the API. */
export interface DeliveredRun extends Destination {
  readonly runId: string;
  /**
   * Ends what earlier attempts sent and the inputs did not have any more, as the user says.
   *
   * @returns records of which nothing is known still
   */
  settleUnmet(): Promise<number>;
  /** Deletes the earlier versions of records that are stored. */
  replace(due: readonly Replacement[], waitSeconds: number): Promise<Replaced>;
  /** What records change of the earlier versions that the account has. */
  changesOf(versions: readonly Version[]): Promise<readonly Changes[]>;
  /** What is known of stored records that rows name. */
  findNamed(records: readonly NamingRecord[]): Promise<readonly NamedRecord[]>;
}

/** The API with everything that calls to it share. */
export function connectApi(options: DeliveryOptions): ApiConnection {
  const { kind, client, baseUrl, concurrency, callsPerMinute, now, wait } = options;
  const throttle = new Throttle({ most: concurrency, callsPerMinute, now, wait });
  const caller = new Caller({ ...options, throttle });
  return {
    target: options.target,
    fuels: () => readFuels(client, baseUrl),
    readStored: (batch, chunk) => readBatch((path) => caller.get(path, chunk), kind.listPath, batch),
    deliveryOf: (run, goesOn, sends = true) => createDelivery(options, caller, run, { goesOn, sends }),
    close: () => client.close(),
  };
}

/** The delivery of a run: what one chunk learns of the API serves all others. */
async function createDelivery(
  options: DeliveryOptions,
  caller: Caller,
  run: OpenRun,
  { goesOn, sends }: { readonly goesOn: boolean; readonly sends: boolean },
): Promise<DeliveredRun> {
  const { kind, client, baseUrl, apiVersion, concurrency, now, random, settling } = options;
  const gate = new Gate({ concurrency, now });
  const owned = async (ids: readonly string[]): Promise<ReadonlySet<string>> =>
    ids.length === 0 ? new Set() : new Set((await run.owners(ids)).keys());
  const isInline = kind.isCalculatedInline(apiVersion);
  const claims = new Claims();
  const parking = new Parking({ ...options, settle: settling.settle, isInline, caller, gate, owned, claims });
  const there = new There({ kind, caller, owned, claims });
  const earlierCalls: ReadonlyMap<number, EarlierCall> = goesOn ? await readEarlierCalls(run) : new Map();
  const asksFirst = !settling.isAgain && !settling.verifies && !run.hasLoss && !mayHaveStored(earlierCalls);
  const preflight = new Preflight({ kind, caller, run, host: baseUrl.host, there, asksFirst });
  const versions = new Versions((path) => caller.get(path), kind.listPath);
  const verifies = settling.verifies || (run.hasLoss && !settling.isAgain);
  const call: ChunkCallOptions = {
    ...options,
    run,
    earlierCalls,
    caller,
    gate,
    parking,
    preflight: () => preflight.check(),
    verify: async (chunk, records) => {
      const asked = verifies ? records : records.filter((record) => chunk.earlier.get(record)?.isGone === true);
      return there.findIn(chunk, asked);
    },
    sends,
    settleRounds: options.retries === 0 ? 0 : settling.rounds,
    assume: settling.assume,
    redact: client.redact,
    owners: (ids) => run.owners(ids),
    claims,
    createKey: () => createKey(random),
  };
  return {
    resultColumns: ['id', 'package_id', 'co2e_kg', 'status'],
    concurrency,
    target: options.target,
    preview: (chunk) => preflight.show(chunk),
    deliver: (chunk, onParked = () => {}) => new ChunkCall(chunk, call, onParked).deliver(),
    end: () => parking.end(),
    runId: run.run.id,
    changesOf: (changed) => versions.changesOf(changed),
    findNamed: (records) => findNamed(records, { kind, get: (path) => caller.get(path), run, claims }),
    settleUnmet: () => settleUnmet(earlierCalls, settling.assume),
    replace: (due, waitSeconds) =>
      replaceStored(due, {
        run,
        get: (path) => caller.get(path),
        remover: new Remover({ kind, caller, concurrency }),
        listPath: kind.listPath,
        waitSeconds,
        wait: options.wait,
      }),
    close: () => client.close(),
  };
}

/** What earlier attempts of a run did. */
async function readEarlierCalls(run: OpenRun): Promise<ReadonlyMap<number, EarlierCall>> {
  const calls = new Map<number, EarlierCall>();
  for await (const call of run.calls()) calls.set(call.number, { call, log: new LoggedCall(run, call) });
  return calls;
}

/** Whether an earlier attempt stored something, or may have: one that did not leaves the upload as new as it was. */
const mayHaveStored = (calls: ReadonlyMap<number, EarlierCall>): boolean =>
  [...calls.values()].some(({ call }) => call.entries.some((entry) => !storesNothing.has(entry)));

const storesNothing: ReadonlySet<number> = new Set([Entry.rejected, Entry.notStored, Entry.removed]);

async function settleUnmet(calls: ReadonlyMap<number, EarlierCall>, assume: Assumption | undefined): Promise<number> {
  let open = 0;
  for (const { log } of calls.values()) {
    const unmet = log.unmet();
    if (assume === undefined) open += unmet.length;
    else if (unmet.length > 0) {
      for (const record of unmet) log.set(record, assume === 'stored' ? Entry.accepted : Entry.notStored);
      await log.write();
    }
  }
  return open;
}

/** A random key in the form of a UUID (version 4). */
function createKey(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  hex[12] = '4';
  hex[16] = (8 + Math.floor(random() * 4)).toString(16);
  const text = hex.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}
