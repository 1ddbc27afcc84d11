import { type Batch, Verdict } from '../columns/batch.ts';
import { JsonWriter } from '../columns/json-writer.ts';
import { beingSent, type Decision, wasAccepted } from '../delivery/known.ts';
import type { Holder } from '../delivery/holder.ts';
import type { Accounts } from './accounts.ts';
import { type ChunkLimits, ChunkSizes } from './chunk.ts';
import { KnownRows, type KnownRowsOptions } from './known-rows.ts';
import type { RecordColumns } from './record-columns.ts';
import type { RunEnd, RunObserver } from './reported-rows.ts';
import type { ChunkCounts } from './upload-end.ts';

export interface DryRunOptions extends KnownRowsOptions {
  readonly accounts: Accounts;
  readonly observer: RunObserver;
  readonly counts: ChunkCounts;
  readonly limits: ChunkLimits;
}

/**
 * Nowhere: nothing leaves the machine, and the chunks are counted as an upload makes them. A record counts as accepted, unless the
 * ledger is asked and knows better.
 */
export class DryRunEnd implements RunEnd {
  readonly inFlight = 0;
  readonly #options: DryRunOptions;
  readonly #sizes: ChunkSizes;
  /** What the ledger knows, where it is asked. */
  readonly #rows: KnownRows | undefined;
  #input = 0;
  #records: RecordColumns | undefined;
  #writer: JsonWriter | undefined;

  constructor(options: DryRunOptions) {
    this.#options = options;
    this.#sizes = new ChunkSizes(options.limits);
    this.#rows = options.known === undefined ? undefined : new KnownRows(options);
  }

  /** The run that must find out first what became of records, where no other is open. */
  get heldBy(): Holder | undefined {
    const { notSent, uncertain } = this.#options.accounts.ledger.records;
    return this.#rows?.heldBy(notSent + uncertain);
  }

  begin(input: number, records: RecordColumns, capacity: number): void {
    const { arena, start, fragments } = this.#options.place;
    this.#input = input;
    this.#records = records;
    if (this.#rows === undefined) this.#writer = new JsonWriter(arena, start, fragments, records.sent, capacity);
    else this.#rows.begin(input, records, capacity);
  }

  prepare(batch: Batch): Promise<void> | undefined {
    this.#writer?.measure(batch);
    return this.#rows?.prepare(batch);
  }

  take(batch: Batch, row: number): undefined {
    const { accounts, counts } = this.#options;
    const decision = this.#rows?.decisionOf(row);
    if (decision?.kind === 'open') {
      this.#leaveOpen(batch, row, decision);
      return;
    }
    accounts.ledger.records.accepted += 1;
    if (decision?.kind === 'accepted') {
      accounts.ledger.records.acceptedBefore += 1;
      accounts.warn(wasAccepted(decision.known));
      return;
    }
    if (decision?.kind === 'wait') accounts.warn(beingSent(decision.known));
    if (decision?.kind === 'send' && decision.warning !== undefined) accounts.warn(decision.warning);
    const isFirst = this.#sizes.isEmpty;
    const beginsChunk = this.#sizes.add(this.#rows?.sizeOf(row) ?? this.#writer?.sizes[row] ?? 0);
    if (!isFirst && !beginsChunk) return;
    counts.planned += 1;
    counts.sent += 1;
    counts.accepted += 1;
  }

  #leaveOpen(batch: Batch, row: number, { fate, issue, holder }: Extract<Decision, { kind: 'open' }>): void {
    if (holder !== undefined) this.#rows?.hold(holder);
    const verdict = fate === 'uncertain' ? Verdict.uncertain : Verdict.notSent;
    if (this.#records !== undefined) this.#options.accounts.refuse(batch, row, verdict, issue, this.#records);
  }

  finish(batch: Batch): undefined {
    const records = this.#records;
    if (records !== undefined) this.#options.observer.rows({ input: this.#input, batch, records });
  }

  async drain(): Promise<void> {}
}
