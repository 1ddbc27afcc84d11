import { type Batch, Verdict } from '../columns/batch.ts';
import { uncertain as inDoubt, unsent } from '../delivery/fate-issues.ts';
import { acceptedStatus, wasAccepted } from '../delivery/known.ts';
import type { Holder } from '../delivery/holder.ts';
import { type Chunk, type Destination, Fate, type Outcome, recordOf } from '../destinations/destination.ts';
import { ExitCode } from '../exit-codes.ts';
import type { Issue } from '../issues.ts';
import { Entry, type KnownRecord } from '../ledger/run-store.ts';
import type { Accounts } from './accounts.ts';
import { ChunkBuilder, type ChunkLimits } from './chunk.ts';
import { Delivery } from './delivery.ts';
import { KnownRows, type KnownRowsOptions } from './known-rows.ts';
import type { RecordColumns } from './record-columns.ts';
import type { RunEnd } from './reported-rows.ts';
import type { RowOrder } from './row-order.ts';
import { StoredSums } from './stored-sums.ts';
import { firstRejected, interruption, type Stops, tooManyFailures } from './stop.ts';

export interface ChunkCounts {
  planned: number;
  sent: number;
  accepted: number;
  failed: number;
}

export interface UploadOptions extends KnownRowsOptions {
  readonly destination: Destination;
  readonly accounts: Accounts;
  readonly stops: Stops;
  readonly order: RowOrder;
  readonly counts: ChunkCounts;
  readonly limits: ChunkLimits;
  readonly stopOnError: boolean;
  readonly interrupted: AbortSignal;
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
  readonly #rows: KnownRows;
  #otherRun: string | undefined;
  #input = 0;
  #records: RecordColumns | undefined;
  /** Chunks that come before the first call, and are shown first; nothing once that was made. */
  #shown: Chunk[] | undefined = [];
  #lastFailure: string | undefined;
  #failuresInARow = 0;

  constructor(options: UploadOptions) {
    this.#options = options;
    this.#builder = new ChunkBuilder(options.place.arena, options.limits);
    this.#delivery = new Delivery(options.destination, (chunk, outcome) => this.#settle(chunk, outcome));
    this.#sums = new StoredSums(options.accounts);
    this.#rows = new KnownRows(options);
  }

  get inFlight(): number {
    return this.#delivery.inFlight;
  }

  get parked(): number {
    return this.#delivery.parked;
  }

  /** Why the last chunk that failed did. */
  get lastFailure(): string | undefined {
    return this.#lastFailure;
  }

  /** The run that must find out first what became of records, where no other is open. */
  get heldBy(): Holder | undefined {
    const { notSent, uncertain } = this.#options.accounts.ledger.records;
    return this.#rows.heldBy(notSent + uncertain);
  }

  /** The run that was sending all these records at the same time, where nothing of this one's own was left. */
  get otherRun(): string | undefined {
    const { accepted, acceptedBefore, rejected, notSent, uncertain } = this.#options.accounts.ledger.records;
    return accepted === acceptedBefore && rejected + notSent + uncertain === 0 ? this.#otherRun : undefined;
  }

  begin(input: number, records: RecordColumns, capacity: number): void {
    this.#input = input;
    this.#records = records;
    this.#rows.begin(input, records, capacity);
  }

  prepare(batch: Batch): Promise<void> | undefined {
    this.#options.order.open(this.#input, batch);
    return this.#rows.prepare(batch);
  }

  take(batch: Batch, row: number): Promise<void> | undefined {
    const decision = this.#rows.decisionOf(row);
    if (decision?.kind === 'accepted') return this.#takeAccepted(batch, row, decision.known);
    if (decision?.kind === 'open') {
      const verdict = decision.fate === 'uncertain' ? Verdict.uncertain : Verdict.notSent;
      const { holder } = decision;
      if (holder !== undefined) this.#rows.hold(holder);
      if (this.#records !== undefined) {
        this.#options.accounts.refuse(batch, row, verdict, decision.issue, this.#records);
      }
      return undefined;
    }
    if (decision?.kind === 'send' && decision.warning !== undefined) this.#options.accounts.warn(decision.warning);
    const isOfOther = decision?.kind === 'wait' || decision?.kind === 'ask';
    const earlier = isOfOther || decision?.kind === 'earlier' ? decision.known : undefined;
    return this.#add(batch, row, earlier);
  }

  #add(batch: Batch, row: number, earlier: KnownRecord | undefined): Promise<void> | undefined {
    const marks = this.#rows.marksOf(row);
    if (marks === undefined) return undefined;
    const { start, end } = this.#rows.write(batch, row);
    const chunk = this.#builder.add(start, end, { ...marks, earlier });
    batch.verdicts[row] = Verdict.pending;
    return chunk === undefined ? undefined : this.#take(chunk);
  }

  #takeAccepted(batch: Batch, row: number, known: KnownRecord): undefined {
    const { accounts, order } = this.#options;
    accounts.ledger.records.accepted += 1;
    accounts.ledger.records.acceptedBefore += 1;
    accounts.warn(wasAccepted(known));
    const { id, packageId } = known;
    const movementOf = (): unknown => this.#rows.fieldsOf(batch, row)['movement_id'];
    this.#options.known?.replacements?.accept(this.#input, batch.firstRow + row, id, movementOf);
    order.keep(batch.firstRow + row, { id, package_id: packageId, status: acceptedStatus(known) });
  }

  /** Whether something is known of a row that stays true when the run has stopped. */
  knows(row: number): boolean {
    const kind = this.#rows.decisionOf(row)?.kind;
    return kind !== undefined && kind !== 'send' && kind !== 'wait';
  }

  /** The run has stopped: what was collected is not sent. */
  dropUnsent(): void {
    for (const chunk of this.#shown ?? []) this.#drop(chunk);
    this.#shown = undefined;
    const unfinished = this.#builder.flush();
    if (unfinished !== undefined) this.#drop(unfinished);
  }

  finish(batch: Batch): Promise<void> | undefined {
    const { order } = this.#options;
    if (this.#records === undefined) return undefined;
    order.close(batch, this.#records);
    // What waits for slow calls must not take the memory.
    return order.isFull ? this.#sendShown().then(() => this.#delivery.until(() => !order.isFull)) : undefined;
  }

  /** Sends what was collected, as a chunk of its own. */
  async sendCollected(): Promise<void> {
    const collected = this.#builder.flush();
    if (collected !== undefined) await this.#take(collected);
    await this.#sendShown();
  }

  async drain(): Promise<void> {
    await this.sendCollected();
    await this.#delivery.drain();
  }

  /** Sends a chunk, unless others are wanted first. */
  async #take(chunk: Chunk): Promise<void> {
    this.#options.counts.planned += 1;
    if (this.#shown === undefined) return this.#send(chunk);
    this.#shown.push(chunk);
    if (this.#options.destination.preview?.(chunk) !== true) await this.#sendShown();
  }

  async #sendShown(): Promise<void> {
    const chunks = this.#shown ?? [];
    this.#shown = undefined;
    for (const chunk of chunks) await this.#send(chunk);
  }

  async #send(chunk: Chunk): Promise<void> {
    const { stops, interrupted, counts, onSettled } = this.#options;
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

  /** Says of the records of a chunk that they are not sent; what is known of an earlier attempt at them stays as it is. */
  #drop(chunk: Chunk): void {
    const { stops, accounts, order, known: options } = this.#options;
    const reason = stops.first?.reason ?? '';
    for (let record = 0; record < chunk.records; record += 1) {
      const known = chunk.earlier.get(record);
      const isOwn = known !== undefined && (known.runId === options?.rules.runId || known.isGone);
      if (!isOwn) this.#refuse(chunk, record, Verdict.notSent, unsent(reason));
      else if (known.entry === Entry.accepted) {
        accounts.ledger.records.accepted += 1;
        const result = { id: known.id, package_id: known.packageId, status: acceptedStatus(known) };
        order.settle(chunk, record, Verdict.accepted, undefined, result);
      } else {
        const issue = inDoubt(`an earlier attempt sent it and had no clear answer; ${reason}`);
        this.#refuse(chunk, record, Verdict.uncertain, issue);
      }
    }
    order.write();
  }

  #settle(chunk: Chunk, outcome: Outcome): void {
    const { accounts, counts, order, stops, stopOnError, onSettled } = this.#options;
    const { fates, issues, results, emissions, before, otherRun, failure } = outcome;
    this.#otherRun ??= otherRun;
    if (failure === undefined) counts.accepted += 1;
    else counts.failed += 1;
    for (let record = 0; record < chunk.records; record += 1) {
      const fate = (fates[record] ?? Fate.notSent) as Fate;
      const issue = issues.get(record);
      if (fate !== Fate.accepted && issue !== undefined) {
        if (issue.storedId !== undefined) this.#replace(chunk, record, issue.storedId);
        this.#refuse(chunk, record, verdictOf[fate], issue);
        continue;
      }
      accounts.ledger.records.accepted += 1;
      if (before?.has(record) === true) accounts.ledger.records.acceptedBefore += 1;
      if (issue !== undefined) accounts.ledger.records.storedTwice += 1;
      this.#replace(chunk, record, results.get(record)?.id);
      order.settle(chunk, record, Verdict.accepted, issue, results.get(record));
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
    if (failure?.stops === true) stops.stop({ reason: failure.reason, exitCode: ExitCode.incomplete });
    if (failure !== undefined) stops.stop(tooManyFailures(this.#failuresInARow, failure.reason));
    if (stopOnError && fates.includes(Fate.rejected)) stops.stop(firstRejected);
    accounts.checkErrors();
    order.write();
    onSettled();
  }

  /** A record is stored: what it takes the place of can be deleted. */
  #replace(chunk: Chunk, record: number, id: string | undefined): void {
    const [input = 0, row = 0] = [chunk.inputs[record], chunk.rows[record]];
    const movementOf = (): unknown => recordOf(chunk, record)['movement_id'];
    this.#options.known?.replacements?.accept(input, row, id, movementOf);
  }

  #refuse(chunk: Chunk, record: number, verdict: Verdict, issue: Issue): void {
    const { accounts, order } = this.#options;
    const { journeys } = accounts.options;
    accounts.countRefused(verdict);
    order.settle(chunk, record, verdict, issue, undefined);
    if (journeys === undefined) return;
    const fields = recordOf(chunk, record);
    const text = (name: string): string | undefined => (fields[name] === undefined ? undefined : String(fields[name]));
    journeys.miss({ id: text(journeys.idField), client: text('client'), input: chunk.inputs[record] ?? 0 });
  }
}
