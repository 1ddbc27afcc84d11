import type { Batch } from '../columns/batch.ts';
import { JsonWriter } from '../columns/json-writer.ts';
import type { Accounts } from './accounts.ts';
import { type ChunkLimits, ChunkSizes } from './chunk.ts';
import type { RecordColumns } from './record-columns.ts';
import type { RunEnd, RunObserver } from './reported-rows.ts';
import type { ChunkCounts, JsonPlace } from './upload-end.ts';

/** Nowhere: every record counts as accepted, nothing leaves the machine; the chunks are counted as an upload makes them. */
export class DryRunEnd implements RunEnd {
  readonly inFlight = 0;
  readonly #accounts: Accounts;
  readonly #observer: RunObserver;
  readonly #counts: ChunkCounts;
  readonly #place: JsonPlace;
  readonly #sizes: ChunkSizes;
  #input = 0;
  #records: RecordColumns | undefined;
  #writer: JsonWriter | undefined;

  constructor(accounts: Accounts, observer: RunObserver, counts: ChunkCounts, place: JsonPlace, limits: ChunkLimits) {
    this.#accounts = accounts;
    this.#observer = observer;
    this.#counts = counts;
    this.#place = place;
    this.#sizes = new ChunkSizes(limits);
  }

  begin(input: number, records: RecordColumns, capacity: number): void {
    const { arena, start, fragments } = this.#place;
    this.#input = input;
    this.#records = records;
    this.#writer = new JsonWriter(arena, start, fragments, records.sent, capacity);
  }

  prepare(batch: Batch): undefined {
    this.#writer?.measure(batch);
  }

  take(_batch: Batch, row: number): undefined {
    this.#accounts.ledger.records.accepted += 1;
    const isFirst = this.#sizes.isEmpty;
    const beginsChunk = this.#sizes.add(this.#writer?.sizes[row] ?? 0);
    if (!isFirst && !beginsChunk) return;
    this.#counts.planned += 1;
    this.#counts.sent += 1;
    this.#counts.accepted += 1;
  }

  finish(batch: Batch): undefined {
    const records = this.#records;
    if (records !== undefined) this.#observer.rows({ input: this.#input, batch, records });
  }

  async drain(): Promise<void> {}
}
