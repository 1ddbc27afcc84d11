import { bodyOf, type Chunk, Fate, isFresh, marksOf, type Outcome } from '../destinations/destination.ts';
import { Entry } from '../ledger/run-store.ts';
import type { Judgement } from './answers.ts';
import { LoggedCall } from './call-log.ts';
import type { Posted } from './caller.ts';
import type { ChunkCallOptions } from './chunk-options.ts';
import { ChunkState } from './chunk-state.ts';
import { isBlind, leaveMissing, leaveUnsent } from './after-doubt.ts';
import { type AfterDoubt, type InDoubt, rejectOnly, setMissing, settleDoubt, settleRest } from './doubt.ts';
import { rejected, unsent } from './fate-issues.ts';
import { awaitOthers } from './other-runs.ts';
import type { Found } from './there.ts';
import { resultOf, traceReply } from './trace-reply.ts';

/** Calls that one chunk may cost beyond the first, to find the records for which it is refused. */
const maxExtraCalls = 100;

/** How sending continues where something was found out. */
interface Going {
  /** Times that records may still be sent again. */
  readonly rounds: number;
  /** What the ledger knew when it was decided to send them. */
  readonly position: number;
}

/**
 * Brings the records of one chunk to their fates, in as many calls as it takes. Made for one chunk; its records are numbered
 * from 0.
 */
export class ChunkCall {
  readonly #options: ChunkCallOptions;
  readonly #state: ChunkState;
  readonly #chunk: Chunk;
  readonly #onParked: () => void;
  #callsLeft = maxExtraCalls;
  /** Times that it is halved although nothing else shows that the API is well: enough to reach a single record. */
  #halvingsLeft: number;
  #sending = 0;
  #isInFlight = false;
  #isParked = false;
  /** Whether the API has accepted others since it failed with records of this chunk. */
  #isWell = false;
  #wasAssumed = false;

  constructor(chunk: Chunk, options: ChunkCallOptions, onParked: () => void) {
    this.#chunk = chunk;
    this.#options = options;
    this.#onParked = onParked;
    this.#halvingsLeft = Math.ceil(Math.log2(chunk.records));
    this.#state = new ChunkState(chunk, options.kind, options.apiVersion);
  }

  async deliver(): Promise<Outcome> {
    const { settleRounds, gate, run, sends } = this.#options;
    const fresh: number[] = [];
    const doubts = new Map<number, number[]>();
    const ofOthers: number[] = [];
    for (let record = 0; record < this.#chunk.records; record += 1) {
      const known = this.#chunk.earlier.get(record);
      if (known === undefined || isFresh(this.#chunk, record)) fresh.push(record);
      else if (known.runId !== run.run.id) ofOthers.push(record);
      else if (known.entry === Entry.accepted) this.#acceptEarlier(record);
      else doubts.set(known.call, [...(doubts.get(known.call) ?? []), record]);
    }
    const going: Going = { rounds: settleRounds, position: this.#chunk.position };
    if (!sends) leaveUnsent(this.#state, [...fresh, ...ofOthers]);
    await Promise.all([
      ...Array.from(doubts, ([call, records]) => this.#takeUp(call, records, going)),
      ...(sends ? [this.#enter(fresh, going), this.#sendAfterOthers(ofOthers, going)] : []),
    ]);
    if (this.#isInFlight) gate.leave();
    if (this.#isParked) gate.unpark();
    return this.#state.close();
  }

  /** Sends the records that were not sent yet, when it is the turn of the chunk. */
  async #enter(fresh: readonly number[], going: Going): Promise<void> {
    if (fresh.length === 0) return;
    const { gate, preflight, verify } = this.#options;
    const stopped = await gate.enter();
    if (stopped !== undefined) {
      this.#state.notSent(fresh, { reason: stopped, stops: true });
      return;
    }
    this.#isInFlight = true;
    const failure = await preflight();
    if (failure !== undefined) this.#state.notSent(fresh, failure);
    else await this.#send(this.#settleThere(await verify(this.#chunk, fresh), fresh), going);
  }

  /** Settles what the account has already, or may have; the records that are to be sent. */
  #settleThere({ stored, open }: Found<number>, records: readonly number[]): readonly number[] {
    const { assume } = this.#options;
    for (const [record, found] of stored) {
      this.#state.acceptStored(record, found);
      this.#state.outcome.countAsBefore(record);
    }
    for (const [record, why] of open) {
      if (assume === 'stored') this.#state.outcome.accept(record, { status: 'assumed to be stored' });
      else if (assume === undefined) this.#state.unverified(record, why);
    }
    return records.filter((record) => this.#state.outcome.fateOf(record) === undefined);
  }

  /** A record that this run had accepted in an earlier attempt. */
  #acceptEarlier(record: number): void {
    const { kind, parking, earlierCalls } = this.#options;
    const known = this.#chunk.earlier.get(record);
    const call = known === undefined ? undefined : earlierCalls.get(known.call)?.call;
    for (const file of call?.files ?? []) this.#state.files.add(file);
    this.#state.outcome.accept(record, resultOf({ id: known?.id, package_id: known?.packageId }, kind));
    if (known?.id === undefined || call === undefined) return;
    const [movementId, startedAt] = [this.#state.movementOf(record), call.startedAt];
    // It may have been found long after the end of its call: it does not show by how much clocks differ.
    parking.controls.add({ id: known.id, movementId, startedAt, storedBy: undefined });
  }

  /** Finds out what became of records that an earlier attempt sent. */
  async #takeUp(number: number, records: readonly number[], going: Going): Promise<void> {
    const earlier = this.#options.earlierCalls.get(number);
    if (earlier === undefined) return;
    const { call, log } = earlier;
    const places = new Map(records.map((record) => [record, this.#chunk.earlier.get(record)?.record ?? 0]));
    log.meet(places.values());
    await this.#find(
      {
        records,
        log,
        places,
        reason: 'an earlier attempt sent it and had no clear answer',
        startedAt: call.startedAt,
        endedAt: call.endedAt ?? call.startedAt + this.#options.timeoutMs,
        settlesSoon: false,
        isEarlier: true,
        after: call.endedAt === undefined ? 'send again' : 'send in halves if blind',
        isLast: !this.#options.sends,
      },
      // To resume a run is to send what it did not bring, in addition to the rounds of this attempt.
      { ...going, rounds: going.rounds + 1 },
    );
  }

  /** Sends what other runs were sending, as far as they have not brought it. */
  async #sendAfterOthers(records: readonly number[], going: Going): Promise<void> {
    if (records.length === 0) return;
    this.#park();
    for await (const free of awaitOthers(this.#state, records, this.#options)) {
      await this.#send(free.records, { ...going, position: free.position });
    }
  }

  /** Sends records in one call, and does what the answer asks for. */
  async #send(records: readonly number[], going: Going): Promise<void> {
    if (records.length === 0) return;
    if (this.#state.failure?.fatal !== undefined) {
      this.#state.notSent(records, this.#state.failure);
      return;
    }
    const { kind, apiVersion, run, caller, claims, now } = this.#options;
    const idempotencyKey = this.#options.createKey();
    const marks = marksOf(this.#chunk, records);
    const intent = { marks, apiVersion, idempotencyKey, startedAt: now(), position: going.position };
    const begun = await this.#state.attempt(() => run.begin(intent));
    if (begun === undefined) {
      this.#state.notSent(records, this.#state.failure ?? { reason: 'the ledger can’t be written' });
      return;
    }
    if ('taken' in begun) {
      const free = records.filter((_, index) => !begun.taken.has(index));
      const taken = records.filter((_, index) => begun.taken.has(index));
      await Promise.all([this.#send(free, going), this.#sendAfterOthers(taken, going)]);
      return;
    }
    const log = new LoggedCall(run, { number: begun.call, entries: new Uint8Array(records.length) });
    const end = claims.begin(this.#state, records);
    this.#sending += 1;
    const posted = await caller.post({
      path: kind.bulkPath(apiVersion),
      body: bodyOf(this.#chunk, records),
      idempotencyKey,
      chunk: this.#chunk.index,
      records: records.length,
    });
    this.#sending -= 1;
    await this.#obey(posted, records, log, going);
    end();
  }

  async #obey(posted: Posted, records: readonly number[], log: LoggedCall, going: Going): Promise<void> {
    const { judgement, endedAt } = posted;
    const { gate, parking } = this.#options;
    log.endedAt = endedAt;
    if (judgement.means === 'answered') parking.answered(endedAt - posted.startedAt);
    if (judgement.means !== 'unknown' && judgement.means !== 'never begun') gate.known();
    switch (judgement.remedy) {
      case 'believe':
        return this.#believe(posted, records, log, going);
      case 'stop':
      case 'give up':
      case 'try again': {
        const reason = judgement.error?.message ?? judgement.reason;
        this.#state.notSent(records, { reason, fatal: judgement.error, stops: judgement.endsRun });
        await this.#state.write(log, records);
        return;
      }
      case 'take out':
        return this.#takeOut(records, judgement, log, going);
      case 'look up':
        return this.#doubt(posted, records, log, going);
    }
  }

  async #believe(posted: Posted, records: readonly number[], log: LoggedCall, going: Going): Promise<void> {
    const { reply, status } = posted.judgement;
    if (reply === undefined) return;
    const file = reply.file_id ?? undefined;
    if (file !== undefined) log.addFile(file);
    const fault = await traceReply(reply, this.#chunk, records, this.#state.outcome, this.#options);
    if (fault !== undefined) return this.#doubt(posted, records, log, going, `HTTP ${String(status)}, but ${fault}`);
    if (file !== undefined) this.#state.files.add(file);
    await this.#state.write(log, records);
    this.#addControl(records, posted);
    await settleRest(this.#state, { ...posted, records, log }, this.#options);
    await this.#settleRefused(records, log, going);
  }

  /** Looks up what an earlier call may have stored and the API does not take any more: sent again, it would never end. */
  async #settleRefused(records: readonly number[], log: LoggedCall, going: Going): Promise<void> {
    await Promise.all(
      records.map(async (record, place) => {
        const before = this.#state.refusedAfter(record);
        if (before === undefined) return;
        const call = { log, places: new Map([[record, place]]), settlesSoon: false };
        await this.#find({ ...before, ...call, records: [record], after: 'take apart', isLast: true }, going);
      }),
    );
  }

  /** The last accepted record of a call shows whether a list is up to date. */
  #addControl(records: readonly number[], { startedAt, endedAt }: Posted): void {
    const { results } = this.#state.outcome;
    const last = records.findLast((record) => results.get(record)?.id !== undefined) ?? -1;
    const id = results.get(last)?.id;
    if (id === undefined) return;
    this.#options.parking.controls.add({ id, movementId: this.#state.movementOf(last), startedAt, storedBy: endedAt });
  }

  /** It is unknown what became of these records: they are looked up when that can be told. */
  async #doubt(
    { judgement, startedAt, endedAt }: Posted,
    records: readonly number[],
    log: LoggedCall,
    going: Going,
    reason = judgement.reason,
  ): Promise<void> {
    const { status, means, settlesSoon } = judgement;
    const isTaken = status !== undefined && status >= 200 && status < 300;
    if (means === 'unknown' || isTaken) this.#options.gate.unknown();
    if (!(await this.#state.writeAll(log, records, Entry.uncertain))) {
      this.#state.unknown(records, reason);
      return;
    }
    const places = new Map(records.map((record, index) => [record, index]));
    const ofServer = settlesSoon ? 'take apart if well' : 'send again';
    const ofRecords = means === 'refused by handler' ? 'take apart' : ofServer;
    const after = isTaken ? 'nothing' : ofRecords;
    const isEnough = after === 'take apart if well' && this.#isResumed && going.rounds <= 0;
    const isLast = records.length === 1 && (isEnough || this.#isTakenApart(after));
    await this.#find({ records, log, places, reason, startedAt, endedAt, settlesSoon, after, isLast }, going);
  }

  /** Waits for the look-up of records of one call, and continues with what it says. */
  async #find(doubt: InDoubt, going: Going): Promise<void> {
    this.#park();
    const { records, isWell, isAssumed } = await settleDoubt(this.#state, doubt, this.#options);
    this.#isWell ||= isWell;
    if (records.length === 0) await this.#state.writeLog(doubt.log);
    else if (!this.#options.sends) await leaveMissing(this.#state, doubt, records);
    else if (doubt.isLast || this.#isTakenApart(doubt.after)) await this.#takeApart(records, doubt, going);
    else await this.#sendMissing(records, isAssumed, doubt, going);
  }

  /** An earlier attempt came to no end: this one has to find the records for which the API fails. */
  get #isResumed(): boolean {
    return this.#options.earlierCalls.size > 0;
  }

  #isTakenApart(after: AfterDoubt): boolean {
    return after === 'take apart' || (after === 'take apart if well' && this.#isWell);
  }

  /** Finds the record for which a call was refused, in what is not stored of it. */
  async #takeApart(missing: readonly number[], doubt: InDoubt, going: Going): Promise<void> {
    const [only] = missing;
    if (doubt.records.length === 1 && only !== undefined) {
      await rejectOnly(this.#state, doubt, only);
      return;
    }
    setMissing(doubt, missing, Entry.notStored);
    if (await this.#state.writeLog(doubt.log)) await this.#halve(missing, doubt.reason, going);
    else this.#state.notSent(missing, this.#state.failure ?? { reason: doubt.reason });
  }

  /** Sends what is not stored again, as often as that may be. */
  async #sendMissing(missing: readonly number[], isAssumed: boolean, doubt: InDoubt, going: Going): Promise<void> {
    const mayRepeat = going.rounds > 0 && doubt.after !== 'nothing';
    const mayAssume = isAssumed && !this.#wasAssumed;
    if (mayRepeat || mayAssume) {
      this.#wasAssumed ||= isAssumed;
      const next = { ...going, rounds: going.rounds - 1 };
      if (isBlind(doubt, this.#options.parking)) return this.#takeApart(missing, doubt, next);
      setMissing(doubt, missing, Entry.notStored);
      if (await this.#state.writeLog(doubt.log)) await this.#send(missing, next);
      else this.#state.unknown(missing, doubt.reason);
      return;
    }
    const mayHalve =
      doubt.after === 'take apart if well' &&
      doubt.records.length > 1 &&
      (this.#options.settleRounds > 0 || this.#isResumed);
    if (mayHalve && this.#halvingsLeft-- > 0) return this.#takeApart(missing, doubt, going);
    const why =
      doubt.after === 'nothing'
        ? 'it was not found, and it is not sent again in the same run, as the API said that it took it'
        : 'it was not found, and was sent as often as it may be';
    setMissing(doubt, missing, Entry.uncertain);
    this.#state.unknown(missing, `${doubt.reason}; ${why}`);
    await this.#state.writeLog(doubt.log);
  }

  /** A call was refused as a whole: takes out the records that are the reason and sends the others. */
  async #takeOut(
    records: readonly number[],
    { records: named, reason }: Judgement,
    log: LoggedCall,
    going: Going,
  ): Promise<void> {
    const isNamed = named.size > 0 && [...named.keys()].every((place) => records[place] !== undefined);
    if (!isNamed) {
      if (records.length === 1) this.#state.refuse(records, Fate.rejected, rejected(reason));
      await this.#state.writeRefused(log, records);
      if (records.length > 1) await this.#halve(records, reason, going);
      else await this.#settleRefused(records, log, going);
      return;
    }
    const rest: number[] = [];
    for (const [place, record] of records.entries()) {
      const message = named.get(place);
      if (message === undefined) rest.push(record);
      else this.#state.refuse([record], Fate.rejected, rejected(this.#options.redact(message)));
    }
    await this.#state.writeRefused(log, records);
    if (this.#options.continueOnError) await this.#sendMore(rest, reason, going);
    else this.#stopBefore(rest);
    await this.#settleRefused(records, log, going);
  }

  /** Sends both halves of records that the API does not take together. */
  async #halve(records: readonly number[], reason: string, going: Going): Promise<void> {
    const middle = Math.ceil(records.length / 2);
    await this.#sendMore(records.slice(0, middle), reason, going);
    const isStopped = !this.#options.continueOnError && this.#state.outcome.has(Fate.rejected);
    const rest = records.slice(middle);
    if (isStopped) this.#stopBefore(rest);
    else await this.#sendMore(rest, reason, going);
  }

  #stopBefore(records: readonly number[]): void {
    this.#state.refuse(records, Fate.notSent, unsent('an earlier record was rejected (--stop-on-error)'));
  }

  async #sendMore(records: readonly number[], reason: string, going: Going): Promise<void> {
    if (records.length === 0) return;
    if (this.#callsLeft === 0) {
      const limit = String(maxExtraCalls);
      this.#state.notSent(records, {
        reason: `the chunk was refused (${reason}), also after ${limit} calls with parts of it`,
      });
      return;
    }
    this.#callsLeft -= 1;
    await this.#send(records, going);
  }

  /** Nothing is left to do for the chunk but to wait: others may be sent meanwhile. */
  #park(): void {
    if (this.#isParked || this.#sending > 0) return;
    this.#isParked = true;
    const { gate } = this.#options;
    gate.park();
    if (this.#isInFlight) gate.leave();
    this.#isInFlight = false;
    this.#onParked();
  }
}
