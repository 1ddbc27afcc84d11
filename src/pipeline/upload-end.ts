import type { Arena } from '../columns/arena.ts';
import { type Batch, Verdict } from '../columns/batch.ts';
import type { Fragments } from '../columns/fragments.ts';
import { JsonWriter } from '../columns/json-writer.ts';
import {
  type Chunk,
  type Destination,
  Fate,
  type KnownBefore,
  type Outcome,
  recordOf,
  type StoredEmissions,
} from '../destinations/destination.ts';
import { unsent } from '../destinations/fates.ts';
import { recordHash } from '../destinations/recorded.ts';
import type { Issue } from '../issues.ts';
import type { Accounts } from './accounts.ts';
import { ChunkBuilder, type ChunkLimits } from './chunk.ts';
import { Delivery } from './delivery.ts';
import type { Basis } from './emissions.ts';
import type { RecordColumns } from './record-columns.ts';
import type { RunEnd } from './reported-rows.ts';
import type { RowOrder } from './row-order.ts';
import { firstRejected, interruption, type Stops, tooManyFailures } from './stop.ts';

export interface ChunkCounts {
  planned: number;
  sent: number;
  accepted: number;
  failed: number;
}

/** Where records are written as JSON. */
export interface JsonPlace {
  readonly arena: Arena;
  readonly start: number;
  readonly fragments: Fragments;
}

export interface UploadOptions {
  readonly destination: Destination;
  readonly accounts: Accounts;
  readonly stops: Stops;
  readonly order: RowOrder;
  readonly counts: ChunkCounts;
  readonly place: JsonPlace;
  readonly limits: ChunkLimits;
  readonly stopOnError: boolean;
  readonly interrupted: AbortSignal;
  /** What earlier runs know of records, by the hashes of their JSON texts. */
  readonly knownBefore: ((hashes: readonly string[]) => Promise<readonly (KnownBefore | undefined)[]>) | undefined;
  /** Something was settled. */
  readonly onSettled: () => void;
}

const verdictOf: Readonly<Record<Fate, Verdict>> = {
  [Fate.accepted]: Verdict.accepted,
  [Fate.rejected]: Verdict.rejected,
  [Fate.notSent]: Verdict.notSent,
  [Fate.uncertain]: Verdict.uncertain,
};

/** The API: records are sent in chunks, and rows are reported when their fates are known. */
export class UploadEnd implements RunEnd {
  readonly #options: UploadOptions;
  readonly #builder: ChunkBuilder;
  readonly #delivery: Delivery;
  readonly #sums: StoredSums;
  #input = 0;
  #records: RecordColumns | undefined;
  #writer: JsonWriter | undefined;
  #written = 0;
  #known: readonly (KnownBefore | undefined)[] = [];
  #lastFailure: string | undefined;
  #failuresInARow = 0;

  constructor(options: UploadOptions) {
    this.#options = options;
    this.#builder = new ChunkBuilder(options.place.arena, options.limits);
    this.#delivery = new Delivery(options.destination, (chunk, outcome) => this.#settle(chunk, outcome));
    this.#sums = new StoredSums(options.accounts);
  }

  get inFlight(): number {
    return this.#delivery.inFlight;
  }

  /** Why the last chunk that failed did. */
  get lastFailure(): string | undefined {
    return this.#lastFailure;
  }

  begin(input: number, records: RecordColumns, capacity: number): void {
    const { arena, start, fragments } = this.#options.place;
    this.#input = input;
    this.#records = records;
    this.#writer = new JsonWriter(arena, start, fragments, records.sent, capacity);
  }

  prepare(batch: Batch): Promise<void> | undefined {
    this.#options.order.open(this.#input, batch);
    this.#written = this.#writer?.write(batch, 0) ?? 0;
    const { knownBefore } = this.#options;
    return knownBefore === undefined ? undefined : this.#askKnown(batch, knownBefore);
  }

  async #askKnown(batch: Batch, ask: NonNullable<UploadOptions['knownBefore']>): Promise<void> {
    const hashes: string[] = [];
    for (let row = 0; row < batch.rows; row += 1) {
      if (batch.verdicts[row] !== Verdict.accepted) continue;
      this.#write(batch, row);
      hashes.push(recordHash(this.#jsonOf(row)));
    }
    const known = await ask(hashes);
    let next = 0;
    this.#known = Array.from(batch.verdicts.subarray(0, batch.rows), (verdict) =>
      verdict === Verdict.accepted ? known[next++] : undefined,
    );
    this.#written = this.#writer?.write(batch, 0) ?? 0;
  }

  /** Records that found no room with those before them are written when they are needed. */
  #write(batch: Batch, row: number): void {
    if (row >= this.#written) this.#written = this.#writer?.write(batch, row) ?? 0;
  }

  #jsonOf(row: number): Buffer {
    return this.#options.place.arena.buffer.subarray(this.#writer?.starts[row], this.#writer?.ends[row]);
  }

  take(batch: Batch, row: number): Promise<void> | undefined {
    const known = this.#known[row];
    if (known !== undefined) {
      this.#takeKnown(batch, row, known);
      return undefined;
    }
    this.#write(batch, row);
    const place = { input: this.#input, row: batch.firstRow + row, line: batch.lines[row] ?? 0 };
    const chunk = this.#builder.add(this.#writer?.starts[row] ?? 0, this.#writer?.ends[row] ?? 0, place);
    batch.verdicts[row] = Verdict.pending;
    return chunk === undefined ? undefined : this.#send(chunk);
  }

  #takeKnown(batch: Batch, row: number, known: KnownBefore): void {
    const { accounts, order } = this.#options;
    if (known.fate === Fate.accepted) {
      accounts.ledger.records.accepted += 1;
      accounts.warn(known.warning);
      order.keep(batch.firstRow + row, known.result);
    } else if (this.#records !== undefined) {
      accounts.refuse(batch, row, verdictOf[known.fate], known.issue, this.#records);
    }
  }

  /** The run has stopped: what was collected is not sent. */
  dropUnsent(): void {
    const unfinished = this.#builder.flush();
    if (unfinished !== undefined) this.#drop(unfinished);
  }

  finish(batch: Batch): Promise<void> | undefined {
    this.#known = [];
    const { order } = this.#options;
    if (this.#records === undefined) return undefined;
    order.close(batch, this.#records);
    // What waits for slow calls must not take the memory.
    return order.isFull ? this.#delivery.until(() => !order.isFull) : undefined;
  }

  /** Sends what was collected, as a chunk of its own. */
  async sendCollected(): Promise<void> {
    const collected = this.#builder.flush();
    if (collected !== undefined) await this.#send(collected);
  }

  async drain(): Promise<void> {
    await this.sendCollected();
    await this.#delivery.drain();
  }

  async #send(chunk: Chunk): Promise<void> {
    const { stops, interrupted, counts, onSettled } = this.#options;
    counts.planned += 1;
    stops.stop(interruption(interrupted));
    if (stops.first !== undefined) {
      this.#drop(chunk);
      return;
    }
    counts.sent += 1;
    const taken = this.#delivery.send(chunk);
    onSettled();
    await taken;
  }

  #drop(chunk: Chunk): void {
    const issue = unsent(this.#options.stops.first?.reason ?? '');
    for (let record = 0; record < chunk.records; record += 1) {
      this.#refuse(chunk, record, Verdict.notSent, issue);
    }
    this.#options.order.write();
  }

  #settle(chunk: Chunk, outcome: Outcome): void {
    const { accounts, counts, order, stops, stopOnError, onSettled } = this.#options;
    const { fates, issues, results, emissions, failure } = outcome;
    if (failure === undefined) counts.accepted += 1;
    else counts.failed += 1;
    for (let record = 0; record < chunk.records; record += 1) {
      const fate = (fates[record] ?? Fate.notSent) as Fate;
      const issue = issues.get(record);
      if (fate !== Fate.accepted && issue !== undefined) {
        this.#refuse(chunk, record, verdictOf[fate], issue);
        continue;
      }
      accounts.ledger.records.accepted += 1;
      order.settle(chunk, record, Verdict.accepted, undefined, results.get(record));
      this.#sums.add(chunk, record, emissions.get(record));
    }
    this.#lastFailure = failure?.reason ?? this.#lastFailure;
    const isAnswered = fates.some((fate) => fate === Fate.accepted || fate === Fate.rejected);
    if (failure === undefined || isAnswered) this.#failuresInARow = 0;
    // No call was made for it: a resumed run has to deliver the chunks after it.
    else if (failure.isEarlier !== true) this.#failuresInARow += 1;
    if (failure?.fatal !== undefined) {
      stops.stop({ reason: failure.reason, exitCode: failure.fatal.exitCode, error: failure.fatal });
    }
    if (failure !== undefined) stops.stop(tooManyFailures(this.#failuresInARow, failure.reason));
    if (stopOnError && fates.includes(Fate.rejected)) stops.stop(firstRejected);
    accounts.checkErrors();
    order.write();
    onSettled();
  }

  #refuse(chunk: Chunk, record: number, verdict: Verdict, issue: Issue): void {
    const { accounts, order } = this.#options;
    const { journeys } = accounts.options;
    accounts.countRefused(verdict);
    order.settle(chunk, record, verdict, issue, undefined);
    if (journeys === undefined) return;
    const { [journeys.idField]: id, client } = recordOf(chunk, record);
    journeys.miss(id === undefined ? undefined : String(id), client === undefined ? undefined : String(client));
  }
}

/** Adds what the API says of single records to the sums. */
class StoredSums {
  readonly #accounts: Accounts;
  readonly #bases = new Map<string, Basis>();
  readonly #figures = {
    co2eKg: new Float64Array(1),
    tonneKm: new Float64Array(1),
    distanceKm: new Float64Array(1),
  };

  constructor(accounts: Accounts) {
    this.#accounts = accounts;
  }

  add(chunk: Chunk, record: number, stored: StoredEmissions | undefined): void {
    const { emissions, options } = this.#accounts;
    const { journeys, details } = options;
    if (stored === undefined && details === undefined) return;
    const fields = recordOf(chunk, record);
    const text = (field: string): string | undefined =>
      fields[field] === undefined ? undefined : String(fields[field]);
    const day = text('date') ?? text('shipment_date');
    const detailed = { day, origin: text('origin'), destination: text('destination') };
    if (stored === undefined) {
      details?.add(detailed, undefined, 0, undefined);
      return;
    }
    const figures = this.#figures;
    figures.co2eKg[0] = stored.co2eKg;
    figures.tonneKm[0] = stored.tonneKm ?? Number.NaN;
    figures.distanceKm[0] = stored.distanceKm ?? Number.NaN;
    if (emissions.isFull) emissions.settle();
    const basis = emissions.basisOf(this.#basisOf(stored));
    emissions.add(figures, 0, basis, emissions.clientOf(text('client')), emissions.monthOf(day));
    journeys?.add(text(journeys.idField), text('client'), figures, 0);
    details?.add(detailed, figures, 0, undefined);
  }

  #basisOf({ group, vehicleType }: StoredEmissions): Basis {
    const key = `${group}\n${vehicleType ?? ''}`;
    let basis = this.#bases.get(key);
    if (basis === undefined) {
      basis = { group, vehicleType };
      this.#bases.set(key, basis);
    }
    return basis;
  }
}
