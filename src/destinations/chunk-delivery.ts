import { type ReadBack, readMovements, type StoredRequest } from '../api/read-back.ts';
import type { Verdict } from '../api/verdict.ts';
import type { Wait } from '../api/wait.ts';
import type { Fields, RecordKind } from '../records/kind.ts';
import type { KnownRecord } from '../state/run-file.ts';
import type { Caller } from './api-calls.ts';
import { bodyOf, type Chunk, type Failure, Fate, type Outcome, recordOf } from './destination.ts';
import { rejected, uncertain, unsent } from './fates.ts';
import { matchStored } from './match-stored.ts';
import { OpenOutcome } from './open-outcome.ts';
import { emissionsOf, resultOf, traceReply } from './trace-reply.ts';

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

/** Times that records of one chunk are looked up, or sent again, because what became of them is unknown. */
const maxRounds = 3;

/** A call that broke off may still be stored: the API is asked again before records are taken for missing. */
const secondLooksMs = [500, 2000];

/** Refusals for which the records may be the reason. */
const aboutRecords: ReadonlySet<number | undefined> = new Set([400, 413, 422]);

/**
 * Brings the records of one chunk to their fates, in as many calls as it takes. Made for one chunk; its records are
 * numbered from 0.
 */
export class ChunkDelivery {
  readonly #chunk: Chunk;
  readonly #options: ChunkDeliveryOptions;
  readonly #outcome: OpenOutcome;
  /** Records for which the API fails whenever they are sent: to blame only if others get through. */
  readonly #suspects = new Map<number, string>();
  readonly #files = new Set<string>();
  #callsLeft = maxExtraCalls;
  #roundsLeft = maxRounds;
  #failure: Failure | undefined;

  constructor(chunk: Chunk, options: ChunkDeliveryOptions) {
    this.#chunk = chunk;
    this.#options = options;
    this.#outcome = new OpenOutcome(chunk);
  }

  /** @param known what is known of the records from an earlier attempt; nothing for a new chunk */
  async deliver(known?: readonly KnownRecord[]): Promise<Outcome> {
    const unknown: number[] = [];
    const unaccepted: number[] = [];
    for (let record = 0; record < this.#chunk.records; record += 1) {
      const earlier = known?.[record];
      if (earlier?.fate === 'accepted') this.#acceptBefore(record, earlier);
      else if (earlier?.fate === 'uncertain') unknown.push(record);
      else unaccepted.push(record);
    }
    if (unknown.length > 0) await this.#reconcile(unknown, 'an earlier attempt sent it and heard no answer', true);
    await this.#send(unaccepted);
    this.#settleSuspects();
    this.#outcome.refuse(this.#outcome.open(), Fate.notSent, unsent('the delivery of its chunk ended before it'));
    return this.#outcome.close([...this.#files], this.#failure);
  }

  #acceptBefore(record: number, { id, packageId }: Extract<KnownRecord, { fate: 'accepted' }>): void {
    this.#outcome.accept(record, resultOf({ id, package_id: packageId }, this.#options.kind));
  }

  /** Sends records in one call, and what the answer asks for after it. */
  async #send(records: readonly number[], retries?: number): Promise<void> {
    if (records.length === 0) return;
    if (this.#failure?.fatal !== undefined) {
      this.#notSent(records, this.#failure);
      return;
    }
    const { kind, path, caller } = this.#options;
    const verdict = await caller.call({
      method: 'POST',
      path,
      body: bodyOf(this.#chunk, records),
      chunk: this.#chunk.index,
      records: records.length,
      // The API updates a fuel purchase that it has already; a shipment would be stored twice.
      isRepeatable: kind.isUpsert,
      retries,
    });
    await this.#obey(verdict, records);
  }

  async #obey(verdict: Verdict, records: readonly number[]): Promise<void> {
    const { kind } = this.#options;
    switch (verdict.kind) {
      case 'processed': {
        const fault = traceReply(verdict.reply, this.#chunk, records, this.#outcome, this.#options);
        if (fault !== undefined) return this.#reconcile(records, fault);
        const { file_id: file } = verdict.reply;
        if (file !== undefined && file !== null) this.#files.add(file);
        return;
      }
      case 'uncertain':
        // A purchase was sent again as often as it may be.
        if (kind.isUpsert) this.#unknown(records, verdict.reason);
        else await this.#reconcile(records, verdict.reason);
        return;
      case 'fatal':
        this.#notSent(records, { reason: verdict.error.message, fatal: verdict.error });
        return;
      case 'try-again':
        // A defect of the API that one record brings out: the others need not suffer for it.
        if (verdict.status === 500 && verdict.isInterrupted !== true) return this.#halve(records, verdict.reason);
        this.#notSent(records, verdict);
        return;
      case 'refused':
        return this.#takeOut(records, verdict);
    }
  }

  /** A call was refused as a whole: takes out the records that are the reason and sends the others. */
  async #takeOut(records: readonly number[], verdict: Extract<Verdict, { kind: 'refused' }>): Promise<void> {
    const { records: named, reason, status } = verdict;
    const isNamed = named.size > 0 && [...named.keys()].every((place) => records[place] !== undefined);
    if (isNamed) {
      const rest: number[] = [];
      for (const [place, record] of records.entries()) {
        const message = named.get(place);
        if (message === undefined) rest.push(record);
        else this.#outcome.refuse([record], Fate.rejected, rejected(this.#options.redact(message)));
      }
      await (this.#options.continueOnError ? this.#sendMore(rest, reason) : this.#stopBefore(rest));
    } else if (!aboutRecords.has(status)) {
      this.#notSent(records, { reason: `the chunk was refused (${reason})` });
    } else if (records.length === 1) {
      this.#outcome.refuse(records, Fate.rejected, rejected(reason));
    } else {
      await this.#halve(records, reason);
    }
  }

  /** Sends both halves of records that the API does not take together. */
  async #halve(records: readonly number[], reason: string): Promise<void> {
    const [only] = records;
    if (records.length === 1 && only !== undefined) {
      this.#suspects.set(only, reason);
      return;
    }
    const middle = Math.ceil(records.length / 2);
    await this.#sendMore(records.slice(0, middle), reason);
    const isStopped = !this.#options.continueOnError && this.#outcome.has(Fate.rejected);
    const rest = records.slice(middle);
    await (isStopped ? this.#stopBefore(rest) : this.#sendMore(rest, reason));
  }

  async #stopBefore(records: readonly number[]): Promise<void> {
    this.#outcome.refuse(records, Fate.notSent, unsent('an earlier record was rejected (--stop-on-error)'));
  }

  async #sendMore(records: readonly number[], reason: string): Promise<void> {
    if (records.length === 0) return;
    if (this.#callsLeft === 0) {
      this.#notSent(records, {
        reason: `the chunk was refused (${reason}), also after ${String(maxExtraCalls)} calls with parts of it`,
      });
      return;
    }
    this.#callsLeft -= 1;
    // That it fails is known; whether a part fails shows at once.
    await this.#send(records, 1);
  }

  /** Records for which the API failed, where it took others of the chunk, are the reason; else it is not well at all. */
  #settleSuspects(): void {
    const isWell = this.#outcome.has(Fate.accepted) || this.#outcome.has(Fate.rejected);
    for (const [record, reason] of this.#suspects) {
      if (isWell) this.#outcome.refuse([record], Fate.rejected, rejected(`the API fails with this record (${reason})`));
      else this.#notSent([record], { reason });
    }
  }

  /** It is unknown whether these records were taken: looks them up, and sends those that are missing. */
  async #reconcile(records: readonly number[], reason: string, isEarlier = false): Promise<void> {
    if (this.#roundsLeft === 0) {
      this.#unknown(records, reason);
      return;
    }
    this.#roundsLeft -= 1;
    if (this.#options.kind.isUpsert) {
      // What they are now is what they will be: the API updates a purchase that it has.
      await this.#sendMore(records, reason);
      return;
    }
    const traceable = new Map<number, Fields>();
    const others: number[] = [];
    for (const record of records) {
      const fields = recordOf(this.#chunk, record);
      if (fields['movement_id'] === undefined) others.push(record);
      else traceable.set(record, fields);
    }
    const reading = await this.#lookUp(traceable);
    if ('missing' in reading) await this.#sendMore(reading.missing, reason);
    else this.#unknown([...traceable.keys()], `${reason}; and they can't be looked up: ${reading.reason}`);
    if (this.#options.resendUncertain) await this.#sendMore(others, reason);
    else this.#unknown(others, `${reason}; without movement_id they can't be looked up`, isEarlier);
  }

  /** Settles the records that are stored; returns those that are not, having looked more than once. */
  async #lookUp(
    records: ReadonlyMap<number, Fields>,
  ): Promise<{ readonly missing: readonly number[] } | Extract<ReadBack, { reason: string }>> {
    const { caller, wait } = this.#options;
    const missing = new Map(records);
    for (const delayMs of [0, ...secondLooksMs]) {
      if (missing.size === 0) break;
      if (delayMs > 0 && (await wait(delayMs, 'look-up')) === 'interrupted') return { reason: 'interrupted' };
      const ids = Array.from(missing.values(), (fields) => String(fields['movement_id']));
      const reading = await readMovements((path) => caller.get(path, this.#chunk.index), ids);
      if ('reason' in reading) return reading;
      for (const [record, stored] of matchStored(missing, this.#unclaimed(reading.stored))) {
        this.#acceptStored(record, stored, records.get(record));
        missing.delete(record);
      }
    }
    return { missing: [...missing.keys()] };
  }

  #acceptStored(record: number, stored: StoredRequest, fields: Fields = {}): void {
    const { kind, isInline } = this.#options;
    if (typeof stored['file_id'] === 'string') this.#files.add(stored['file_id']);
    const co2eKg = stored.kgco2e ?? stored.co2e ?? undefined;
    // What happens to be calculated by now is no part of a sum.
    const emissions = isInline && co2eKg !== undefined ? emissionsOf(co2eKg, fields) : undefined;
    this.#outcome.accept(record, resultOf({ ...stored, co2e: co2eKg }, kind), emissions);
  }

  /** The stored shipments that no record of the chunk is known to be. */
  #unclaimed(stored: readonly StoredRequest[]): readonly StoredRequest[] {
    const claimed = new Set(Array.from(this.#outcome.results.values(), ({ id }) => id));
    return stored.filter(({ id }) => !claimed.has(id));
  }

  /** The first failure counts; one of an earlier attempt only where there is none of this one. */
  #fail(failure: Failure): void {
    if (this.#failure === undefined || this.#failure.isEarlier === true) this.#failure = failure;
  }

  #notSent(records: readonly number[], failure: Failure): void {
    this.#fail({ reason: failure.reason, fatal: failure.fatal });
    this.#outcome.refuse(records, Fate.notSent, unsent(failure.reason));
  }

  #unknown(records: readonly number[], reason: string, isEarlier = false): void {
    if (records.length === 0) return;
    this.#fail({ reason, isEarlier });
    this.#outcome.refuse(records, Fate.uncertain, uncertain(reason));
  }
}
