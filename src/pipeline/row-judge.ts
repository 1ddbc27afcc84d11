import type { Arena } from '../columns/arena.ts';
import { createPlace, type Place } from '../input/batch-reader.ts';
import type { TextSource } from '../input/blocks.ts';
import { Deduplicator } from './deduplicate.ts';
import type { FlowSizes } from './memory.ts';
import type { Plan, PlannedInput } from './plan.ts';
import type { Bounds } from './plausibility.ts';
import { createReadingInput, type ReadingInput } from './reading-input.ts';
import { Rereader } from './rereader.ts';
import { RowFindings } from './row-findings.ts';
import { RowLimit } from './row-limit.ts';
import { RowSample, type SampleOptions } from './row-sample.ts';
import { expectedRows, ownReasonsOf } from './run-inputs.ts';
import type { HubCheck, VehicleCheck } from './strange-values.ts';
import type { WarningCounts } from './warnings.ts';

/** What decides of rows, whatever becomes of the records. */
export interface JudgeOptions {
  /** The duplicate key; `undefined` takes the kind's own rule, `none` looks for no duplicates. */
  readonly dedupeKey: readonly string[] | 'none' | undefined;
  /** Rows that are read at most, of all inputs together. */
  readonly rowLimit?: number | undefined;
  readonly sample?: SampleOptions | undefined;
  readonly vehicles?: VehicleCheck | undefined;
  readonly hubs?: HubCheck | undefined;
  /** What is known of plausible values. */
  readonly bounds: Bounds;
  /** Refuses rows that are not plausible. */
  readonly isStrict: boolean;
}

/** Reads inputs, one after the other, and decides of each row whether it is a valid record, refused, skipped or a duplicate. */
export class RowJudge {
  readonly rereader: Rereader;
  readonly findings: RowFindings;
  readonly limit: RowLimit;
  readonly #plan: Plan;
  readonly #options: JudgeOptions;
  readonly #arena: Arena;
  readonly #sizes: FlowSizes;
  readonly #place: Place;
  readonly #sample: RowSample | undefined;
  readonly #deduplicator: Deduplicator | undefined;

  /** @param mergesTwins whether equal records become one where they go */
  constructor(
    plan: Plan,
    options: JudgeOptions,
    { arena, sizes }: { readonly arena: Arena; readonly sizes: FlowSizes },
    mergesTwins: boolean,
  ) {
    const hasSeveral = plan.inputs.length > 1;
    const { dedupeKey, rowLimit, sample } = options;
    this.#plan = plan;
    this.#options = options;
    this.#arena = arena;
    this.#sizes = sizes;
    this.#place = createPlace(arena, sizes.blockBytes);
    this.rereader = new Rereader(plan, this.#keyFields, arena, sizes);
    this.limit = new RowLimit(rowLimit);
    this.#sample = sample === undefined ? undefined : new RowSample(sample);
    this.findings = new RowFindings(hasSeveral, plan.rowRules);
    this.#deduplicator =
      dedupeKey === 'none'
        ? undefined
        : new Deduplicator({
            kind: plan.kind,
            keyFields: dedupeKey,
            inputs: (index) => this.rereader.rowsOf(index),
            hasSeveral,
            expected: expectedRows(plan.inputs),
            hashMask: sizes.hashMask,
            mergesTwins,
            remark: ({ code, message }, row) => this.findings.add(code, message, row),
          });
  }

  get #keyFields(): readonly string[] | undefined {
    const { dedupeKey } = this.#options;
    return dedupeKey === 'none' ? undefined : dedupeKey;
  }

  /** Only some rows are looked at. */
  get #isPart(): boolean {
    return this.limit.isSet || this.#sample !== undefined;
  }

  /** @param rows the text of the rows of the input */
  begin(
    index: number,
    planned: PlannedInput,
    rows: { readonly source: TextSource; readonly offset: number },
  ): ReadingInput {
    const reading = createReadingInput(planned, index, {
      plan: this.#plan,
      place: this.#place,
      arena: this.#arena,
      sizes: this.#sizes,
      keyFields: this.#keyFields,
      isPart: this.#isPart,
      options: this.#options,
    });
    reading.reader.begin(rows.source, rows.offset);
    return reading;
  }

  /** Decides of the rows of the batch that was read last. */
  judge(reading: ReadingInput): void {
    const { planned, index, reader, records, hashes, headers, totals, plausibility } = reading;
    const { batch } = reader;
    headers.note(batch);
    records.read(batch, () => totals.note(batch, reader.isLast, headers));
    this.findings.enter(batch, planned.path);
    this.findings.skip(batch, reading);
    if (reader.isLast && !this.limit.isCut) this.findings.skipNotes(batch, this.#arena, planned.input.table);
    this.#sample?.skip(batch);
    plausibility.check(batch);
    this.#deduplicator?.mark(batch, {
      input: index,
      arena: this.#arena,
      records,
      hashes,
      telling: planned.conventions.telling,
      ownReasons: ownReasonsOf(planned, this.#arena),
    });
  }

  /** Says that only some rows were looked at. */
  reportPart(warnings: WarningCounts): void {
    if (this.limit.isReached) warnings.add(this.limit.warning);
    if (this.#sample !== undefined) warnings.add(this.#sample.warning);
  }

  /** Adds what was found to the warnings of a run, when all rows have been read. */
  report(warnings: WarningCounts): void {
    this.findings.report(warnings);
    this.#deduplicator?.report(warnings);
  }
}
