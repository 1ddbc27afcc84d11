import { type ReadBack, readMovements, type StoredRequest } from '../api/read-back.ts';
import type { Verdict } from '../api/verdict.ts';
import type { Wait } from '../api/wait.ts';
import type { RecordKind } from '../records/kind.ts';
import type { KnownRecord } from '../state/run-file.ts';
import type { Caller } from './api-calls.ts';
import type { Chunk, Failure, Fate, Outcome, ValidRow } from './destination.ts';
import { outcomeOf } from './destination.ts';
import { rejected, uncertain, unsent } from './fates.ts';
import { matchStored } from './match-stored.ts';
import { acceptedFrom, traceReply } from './trace-reply.ts';

export interface ChunkDeliveryOptions {
  readonly kind: RecordKind;
  /** Where bulk calls go. */
  readonly path: string;
  readonly caller: Caller;
  readonly continueOnError: boolean;
  /** Sends shipments again whose fate can't be found out. */
  readonly resendUncertain: boolean;
  /** Whether the API calculates before it answers. */
  readonly isInline: boolean;
  readonly redact: (text: string) => string;
  readonly wait: Wait;
}

/** Calls that one chunk may cost beyond the first, to find the records for which it is refused. */
const maxExtraCalls = 100;

/** Times that records of one chunk are looked up, or sent again, because nobody knew what became of them. */
const maxRounds = 3;

/** A call that broke off may still be stored: the API is asked again before records are taken for missing. */
const secondLooksMs = [500, 2000];

/** Fates of an earlier attempt that are looked after without being sent at once. */
const settledFates: ReadonlySet<KnownRecord['fate'] | undefined> = new Set(['accepted', 'uncertain']);

/** Refusals for which the records may be the reason. */
const aboutRecords: ReadonlySet<number | undefined> = new Set([400, 413, 422]);

/** Brings the records of one chunk to their fates, in as many calls as it takes. Made for one chunk. */
export class ChunkDelivery {
  readonly #chunk: Chunk;
  readonly #options: ChunkDeliveryOptions;
  readonly #fates = new Map<ValidRow, Fate>();
  /** Records for which the API fails whenever they are sent: to blame only if others get through. */
  readonly #suspects = new Map<ValidRow, string>();
  readonly #files = new Set<string>();
  #callsLeft = maxExtraCalls;
  #roundsLeft = maxRounds;
  #failure: Failure | undefined;

  constructor(chunk: Chunk, options: ChunkDeliveryOptions) {
    this.#chunk = chunk;
    this.#options = options;
  }

  /** @param known what is known of the rows from an earlier attempt; nothing for a new chunk */
  async deliver(known?: readonly KnownRecord[]): Promise<Outcome> {
    const { rows } = this.#chunk;
    const unknown = rows.filter((_row, index) => known?.[index]?.fate === 'uncertain');
    const unaccepted = rows.filter((_row, index) => !settledFates.has(known?.[index]?.fate));
    for (const [index, row] of rows.entries()) {
      const earlier = known?.[index];
      if (earlier?.fate === 'accepted') this.#settle(row, this.#acceptedBefore(row, earlier));
    }
    if (unknown.length > 0) await this.#reconcile(unknown, 'an earlier attempt sent it and heard no answer', true);
    await this.#send(unaccepted);
    this.#settleSuspects();
    const fates = rows.map((row) => this.#fates.get(row) ?? unsent('the delivery of its chunk ended before it'));
    return { ...outcomeOf(fates, this.#failure), files: [...this.#files] };
  }

  #acceptedBefore(row: ValidRow, { id, packageId }: Extract<KnownRecord, { fate: 'accepted' }>): Fate {
    return acceptedFrom({ id, package_id: packageId }, row, this.#options.kind);
  }

  /** Sends rows in one call, and what the answer asks for after it. */
  async #send(rows: readonly ValidRow[], retries?: number): Promise<void> {
    if (rows.length === 0) return;
    if (this.#failure?.fatal !== undefined) {
      this.#notSent(rows, this.#failure);
      return;
    }
    const { kind, path, caller } = this.#options;
    const verdict = await caller.call({
      method: 'POST',
      path,
      body: this.#chunk.bodyOf(rows),
      chunk: this.#chunk.index,
      records: rows.length,
      // The API updates a fuel purchase that it has already; a shipment would be stored twice.
      isRepeatable: kind.isUpsert,
      retries,
    });
    await this.#obey(verdict, rows);
  }

  async #obey(verdict: Verdict, rows: readonly ValidRow[]): Promise<void> {
    const { kind } = this.#options;
    switch (verdict.kind) {
      case 'processed': {
        const fates = traceReply(verdict.reply, rows, this.#options);
        if (typeof fates === 'string') return this.#reconcile(rows, fates);
        const { file_id: file } = verdict.reply;
        if (file !== undefined && file !== null) this.#files.add(file);
        for (const [index, row] of rows.entries()) this.#settle(row, fates[index]);
        return;
      }
      case 'uncertain':
        // A purchase was sent again as often as it may be.
        if (kind.isUpsert) this.#unknown(rows, verdict.reason);
        else await this.#reconcile(rows, verdict.reason);
        return;
      case 'fatal':
        this.#notSent(rows, { reason: verdict.error.message, fatal: verdict.error });
        return;
      case 'try-again':
        // A defect of the API that one record brings out: the others need not suffer for it.
        if (verdict.status === 500 && !verdict.reason.endsWith('interrupted')) return this.#halve(rows, verdict.reason);
        this.#notSent(rows, verdict);
        return;
      case 'refused':
        return this.#takeOut(rows, verdict);
    }
  }

  /** A call was refused as a whole: takes out the records that are the reason and sends the others. */
  async #takeOut(rows: readonly ValidRow[], verdict: Extract<Verdict, { kind: 'refused' }>): Promise<void> {
    const { records: named, reason, status } = verdict;
    const isNamed = named.size > 0 && [...named.keys()].every((index) => rows[index] !== undefined);
    if (isNamed) {
      const rest = rows.filter((_row, index) => !named.has(index));
      for (const [index, message] of named) this.#settle(rows[index], rejected(this.#options.redact(message)));
      await (this.#options.continueOnError ? this.#sendMore(rest, reason) : this.#stopBefore(rest));
    } else if (!aboutRecords.has(status)) {
      this.#notSent(rows, { reason: `the chunk was refused (${reason})` });
    } else if (rows.length === 1) {
      this.#settle(rows[0], rejected(reason));
    } else {
      await this.#halve(rows, reason);
    }
  }

  /** Sends both halves of rows that the API does not take together. */
  async #halve(rows: readonly ValidRow[], reason: string): Promise<void> {
    const [only] = rows;
    if (rows.length === 1 && only !== undefined) {
      this.#suspects.set(only, reason);
      return;
    }
    const middle = Math.ceil(rows.length / 2);
    await this.#sendMore(rows.slice(0, middle), reason);
    const hasRejected = [...this.#fates.values()].some(({ fate }) => fate === 'rejected');
    const rest = rows.slice(middle);
    await (hasRejected && !this.#options.continueOnError ? this.#stopBefore(rest) : this.#sendMore(rest, reason));
  }

  async #stopBefore(rows: readonly ValidRow[]): Promise<void> {
    for (const row of rows) this.#settle(row, unsent('an earlier record was rejected (--stop-on-error)'));
  }

  async #sendMore(rows: readonly ValidRow[], reason: string): Promise<void> {
    if (rows.length === 0) return;
    if (this.#callsLeft === 0) {
      this.#notSent(rows, {
        reason: `the chunk was refused (${reason}), also after ${String(maxExtraCalls)} calls with parts of it`,
      });
      return;
    }
    this.#callsLeft -= 1;
    // That it fails is known; whether a part fails shows at once.
    await this.#send(rows, 1);
  }

  /** Records for which the API failed, where it took others of the chunk, are the reason; else it is not well at all. */
  #settleSuspects(): void {
    const isWell = [...this.#fates.values()].some(({ fate }) => fate === 'accepted' || fate === 'rejected');
    for (const [row, reason] of this.#suspects) {
      if (isWell) this.#settle(row, rejected(`the API fails with this record (${reason})`));
      else this.#notSent([row], { reason });
    }
  }

  /** Nobody knows whether these rows were taken: looks them up, and sends those that are missing. */
  async #reconcile(rows: readonly ValidRow[], reason: string, isEarlier = false): Promise<void> {
    if (this.#roundsLeft === 0) {
      this.#unknown(rows, reason);
      return;
    }
    this.#roundsLeft -= 1;
    if (this.#options.kind.isUpsert) {
      // What they are now is what they will be: the API updates a purchase that it has.
      await this.#sendMore(rows, reason);
      return;
    }
    const traceable = rows.filter(({ record }) => record['movement_id'] !== undefined);
    const others = rows.filter(({ record }) => record['movement_id'] === undefined);
    const reading = await this.#lookUp(traceable);
    if ('missing' in reading) await this.#sendMore(reading.missing, reason);
    else this.#unknown(traceable, `${reason}; and they can't be looked up: ${reading.reason}`);
    if (this.#options.resendUncertain) await this.#sendMore(others, reason);
    else this.#unknown(others, `${reason}; without movement_id they can't be looked up`, isEarlier);
  }

  /** Settles the rows that are stored; returns those that are not, having looked more than once. */
  async #lookUp(
    rows: readonly ValidRow[],
  ): Promise<{ readonly missing: readonly ValidRow[] } | Extract<ReadBack, { reason: string }>> {
    const { caller, kind, wait, isInline } = this.#options;
    let missing = rows;
    for (const delayMs of [0, ...secondLooksMs]) {
      if (missing.length === 0) break;
      if (delayMs > 0 && (await wait(delayMs, 'look-up')) === 'interrupted') return { reason: 'interrupted' };
      const ids = missing.map(({ record }) => String(record['movement_id']));
      const reading = await readMovements((path) => caller.get(path, this.#chunk.index), ids);
      if ('reason' in reading) return reading;
      const found = matchStored(missing, this.#unclaimed(reading.stored));
      for (const [row, stored] of found) {
        if (typeof stored['file_id'] === 'string') this.#files.add(stored['file_id']);
        const fate = acceptedFrom({ ...stored, co2e: stored.kgco2e ?? stored.co2e }, row, kind);
        // What happens to be calculated by now is no part of a sum.
        this.#settle(row, isInline ? fate : { ...fate, emissions: undefined });
      }
      missing = missing.filter((row) => !found.has(row));
    }
    return { missing };
  }

  /** The stored shipments that no row of the chunk is known to be. */
  #unclaimed(stored: readonly StoredRequest[]): readonly StoredRequest[] {
    const claimed = new Set([...this.#fates.values()].map((fate) => (fate.fate === 'accepted' ? fate.result[0] : '')));
    return stored.filter(({ id }) => !claimed.has(id));
  }

  #settle(row: ValidRow | undefined, fate: Fate | undefined): void {
    if (row !== undefined && fate !== undefined) this.#fates.set(row, fate);
  }

  /** The first failure counts; one of an earlier attempt only where there is none of this one. */
  #fail(failure: Failure): void {
    if (this.#failure === undefined || this.#failure.isEarlier === true) this.#failure = failure;
  }

  #notSent(rows: readonly ValidRow[], failure: Failure): void {
    this.#fail({ reason: failure.reason, fatal: failure.fatal });
    for (const row of rows) this.#settle(row, unsent(failure.reason));
  }

  #unknown(rows: readonly ValidRow[], reason: string, isEarlier = false): void {
    if (rows.length === 0) return;
    this.#fail({ reason, isEarlier });
    for (const row of rows) this.#settle(row, uncertain(reason));
  }
}
