import type { Arena } from '../columns/arena.ts';
import { type Batch, Verdict } from '../columns/batch.ts';
import { Fragments } from '../columns/fragments.ts';
import { jsonBytes } from '../columns/json-writer.ts';
import { unsent } from '../delivery/fate-issues.ts';
import { defect, RunError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { idCellOf } from './named-rows.ts';
import { Accounts, type AccountOptions } from './accounts.ts';
import { type ChunkLimits, maxChunkBytes } from './chunk.ts';
import { DryRunEnd } from './dry-run-end.ts';
import type { KnownOptions } from './known-rows.ts';
import { LocalEnd } from './local-end.ts';
import { createArena, defaultSizes, type FlowSizes } from './memory.ts';
import type { Plan, PlannedInput } from './plan.ts';
import { Position } from './position.ts';
import type { ReadingInput } from './reading-input.ts';
import { Refunds } from './refunds.ts';
import type { RunEnd, RunObserver } from './reported-rows.ts';
import type { Issue } from '../issues.ts';
import { type JudgeOptions, RowJudge } from './row-judge.ts';
import { asRunError } from './run-inputs.ts';
import type { RunResult } from './run-result.ts';
import type { RunTarget } from './run-target.ts';
import { RowOrder } from './row-order.ts';
import { firstInvalid, interruption, Stops } from './stop.ts';
import { type ChunkCounts, UploadEnd } from './upload-end.ts';

export interface RunOptions extends AccountOptions, JudgeOptions {
  readonly chunkRecords: number;
  readonly stopOnError: boolean;
  /** Aborts on SIGINT and SIGTERM, with its name: what is in flight is finished, nothing more is read or sent. */
  readonly interrupted: AbortSignal;
  /** What the ledger knows of records, and what follows from it. */
  readonly known?: KnownOptions | undefined;
  readonly sizes?: Partial<FlowSizes> | undefined;
}

/**
 * Reads all inputs to their ends and brings every row to its end: batches -> records -> duplicates -> destination -> observer.
 *
 * When sending has to stop, reading continues, so that the reports name every row that was not sent. Only a refused key, before
 * anything was accepted, and an interruption end the reading as well.
 */
export function run(
  plan: Plan,
  target: RunTarget,
  options: RunOptions,
  createObserver: (arena: Arena, fragments: Fragments) => RunObserver,
): Promise<RunResult> {
  return new Run(plan, target, options, createObserver).toEnd();
}

class Run {
  readonly #plan: Plan;
  readonly #target: RunTarget;
  readonly #options: RunOptions;
  readonly #sizes: FlowSizes;
  readonly #arena: Arena;
  readonly #observer: RunObserver;
  readonly #stops = new Stops();
  readonly #judge: RowJudge;
  readonly #refunds: Refunds;
  readonly #accounts: Accounts;
  readonly #chunks: ChunkCounts = { planned: 0, sent: 0, accepted: 0, failed: 0 };
  readonly #position: Position;
  readonly #end: RunEnd;

  constructor(
    plan: Plan,
    target: RunTarget,
    options: RunOptions,
    createObserver: (arena: Arena, fragments: Fragments) => RunObserver,
  ) {
    this.#plan = plan;
    this.#target = target;
    this.#options = options;
    this.#sizes = { ...defaultSizes, ...options.sizes };
    this.#arena = createArena(this.#sizes);
    const fragments = new Fragments(this.#arena);
    this.#observer = createObserver(this.#arena, fragments);
    this.#accounts = new Accounts(plan.inputs.length, options, this.#stops);
    this.#position = new Position(plan.inputs);
    const mergesTwins = plan.kind.isUpsert && target.mode !== 'local';
    this.#judge = new RowJudge(plan, options, { arena: this.#arena, sizes: this.#sizes }, mergesTwins);
    const canNet = target.mode !== 'upload';
    const refunds = canNet ? plan.refunds : 'refuse';
    this.#refunds = new Refunds(plan, { ...options, refunds, canNet, mergesTwins, sizes: this.#sizes });
    this.#end = this.#createEnd(fragments);
    for (const warning of plan.warnings) this.#accounts.warn(warning);
  }

  #createEnd(fragments: Fragments): RunEnd {
    const { stopOnError, interrupted, known, chunkRecords, dedupeKey } = this.#options;
    const target = this.#target;
    const [accounts, observer, stops, counts] = [this.#accounts, this.#observer, this.#stops, this.#chunks];
    if (target.mode === 'local') {
      const placeTextsOf = (input: number): Iterable<string> => this.#plan.inputs[input]?.placeTexts ?? [];
      const { inputs } = this.#plan;
      const nameOf = (input: number, row: number): string =>
        inputs.length > 1 ? `${inputs[input]?.path ?? ''}:${String(row)}` : String(row);
      const options = { accounts, observer, stops, stopOnError, placeTextsOf, nameOf };
      return new LocalEnd(target.destination, this.#arena, options);
    }
    const place = { arena: this.#arena, start: this.#arena.allocate(jsonBytes), fragments };
    const limits: ChunkLimits = { records: chunkRecords, bytes: maxChunkBytes, continueOnError: !stopOnError };
    const rows = {
      kind: this.#plan.kind,
      place,
      headers: this.#plan.inputs.map(({ input }) => input.table.columns.join('\n')),
      idCells: this.#plan.inputs.map(idCellOf),
      mayRepeat: dedupeKey === 'none',
    };
    if (target.mode === 'dry-run') {
      const asked = target.known?.((warning) => accounts.warn(warning));
      return new DryRunEnd({ ...rows, accounts, observer, counts, limits, known: asked });
    }
    return new UploadEnd({
      ...rows,
      destination: target.destination,
      accounts,
      stops,
      order: new RowOrder(observer, this.#judge.rereader.reread),
      counts,
      limits,
      stopOnError,
      interrupted,
      known,
      onSettled: () => this.#showProgress(),
    });
  }

  async toEnd(): Promise<RunResult> {
    let error: RunError | undefined;
    let unread: string | undefined;
    try {
      unread = await this.#readAll();
    } catch (failure) {
      error = asRunError(failure);
      unread = this.#position.describe();
      this.#stops.stop({ reason: 'the run ended early', exitCode: error.exitCode });
    }
    try {
      await this.#end.drain();
    } catch (failure) {
      error ??= asRunError(failure);
    }
    this.#judge.report(this.#accounts.warnings);
    // Also where nothing was left to do: the signal ends the process.
    this.#isInterrupted();
    this.#showProgress();
    error ??= this.#findImbalance(unread !== undefined) ?? this.#findOtherRun();
    const { ledger, emissions, warnings } = this.#accounts;
    const { implausible } = this.#judge.findings;
    const stop = this.#stops.first;
    const lastFailure = this.#end instanceof UploadEnd ? this.#end.lastFailure : undefined;
    return {
      ledger,
      chunks: this.#chunks,
      emissions,
      warnings,
      implausible,
      error: error ?? stop?.error,
      limit: stop?.limit,
      undelivered: stop?.reason ?? lastFailure,
      unread,
      heldBy: this.#end.heldBy,
      exitCode: this.#exitCode(error),
    };
  }

  /** Reads all inputs; how far, in words, where that is not to their ends. */
  async #readAll(): Promise<string | undefined> {
    const { limit, findings } = this.#judge;
    await this.#refunds.prepare();
    for (const [index, planned] of this.#plan.inputs.entries()) {
      if (limit.isReached) break;
      const reading = this.#begin(index, planned);
      while (await reading.reader.more()) {
        const isRefused =
          this.#stops.first?.exitCode === ExitCode.refused && this.#accounts.ledger.records.accepted === 0;
        if (this.#isInterrupted() || isRefused) return this.#position.describe();
        while (reading.reader.take()) {
          limit.take(reading.reader.batch);
          // Only what has to wait is awaited: most batches are worked on without a pause.
          const working = this.#work(reading);
          if (working !== undefined) await working;
          const draining = this.#observer.drained?.();
          if (draining !== undefined) await draining;
          if (limit.isReached) break;
        }
        this.#showProgress();
        if (limit.isReached) break;
      }
      findings.take(reading.records);
      this.#position.leave();
    }
    this.#judge.reportPart(this.#accounts.warnings);
    this.#isInterrupted();
    return undefined;
  }

  #begin(index: number, planned: PlannedInput): ReadingInput {
    const reading = this.#judge.begin(index, planned, planned.input.rows());
    const { reader, records } = reading;
    this.#position.enter(index);
    this.#accounts.input = index;
    this.#end.begin(index, records, reader.batch.capacity);
    return reading;
  }

  #isInterrupted(): boolean {
    this.#stops.stop(interruption(this.#options.interrupted));
    return this.#options.interrupted.aborted;
  }

  #work(reading: ReadingInput): Promise<void> | undefined {
    const { batch } = reading.reader;
    if (batch.blank > 0) {
      this.#accounts.warnings.add({ code: 'BLANK_ROWS', message: 'rows without any value were skipped' }, batch.blank);
    }
    this.#judge.judge(reading);
    const looking = this.#refunds.meet(reading);
    return looking === undefined ? this.#takeBatch(reading) : looking.then(() => this.#takeBatch(reading));
  }

  #takeBatch(reading: ReadingInput): Promise<void> | undefined {
    const { findings } = this.#judge;
    const { batch } = reading.reader;
    this.#refunds.settle(reading, findings);
    findings.remark(batch, reading.records);
    findings.doubt(batch, reading.plausibility);
    reading.ofAccount?.begin();
    const prepared = this.#end.prepare(batch);
    return prepared === undefined ? this.#takeRows(reading, 0) : prepared.then(() => this.#takeRows(reading, 0));
  }

  /** Brings the rows of a batch on their way, one by one, as what stops a run acts at a row. */
  #takeRows(reading: ReadingInput, from: number): Promise<void> | undefined {
    const { reader, records, index } = reading;
    const { batch } = reader;
    const counts = this.#accounts.ledger.input(index);
    for (let row = from; row < batch.rows; row += 1) {
      this.#position.pass(batch, row);
      const verdict = batch.verdicts[row];
      if (verdict === Verdict.elsewhere) {
        this.#accounts.ledger.elsewhere += 1;
        continue;
      }
      counts.read += 1;
      if (verdict !== Verdict.accepted && verdict !== Verdict.rejected) {
        this.#accounts.countRow(batch, row, records);
        const stopping = verdict === Verdict.invalid ? this.#stopOnError() : undefined;
        if (stopping !== undefined) return stopping.then(() => this.#takeRows(reading, row + 1));
        continue;
      }
      counts.valid += 1;
      const taken = this.#takeRecord(batch, row, reading);
      if (taken !== undefined) return taken.then(() => this.#takeRows(reading, row + 1));
    }
    return this.#end.finish(batch);
  }

  #takeRecord(batch: Batch, row: number, reading: ReadingInput): Promise<void> | undefined {
    const { records } = reading;
    const refusal = this.#warnOf(row, reading);
    if (refusal !== undefined) {
      this.#accounts.refuse(batch, row, Verdict.rejected, refusal, records);
      return this.#stopOnError();
    }
    const stop = this.#stops.first;
    const isKnown = stop !== undefined && this.#end instanceof UploadEnd && this.#end.knows(row);
    if (stop === undefined || isKnown) return this.#end.take(batch, row);
    if (this.#end instanceof UploadEnd) this.#end.dropUnsent();
    this.#accounts.refuse(batch, row, Verdict.notSent, unsent(stop.reason), records);
    return undefined;
  }

  /** At a row that is refused here; the rows before it are sent first. */
  #stopOnError(): Promise<void> | undefined {
    if (!this.#options.stopOnError || this.#stops.first !== undefined) return undefined;
    const stop = (): void => this.#stops.stop(firstInvalid);
    if (this.#end instanceof UploadEnd) return this.#end.sendCollected().then(stop);
    stop();
    return undefined;
  }

  /** @returns why the account would not take the record */
  #warnOf(row: number, { records, strangeNumbers, ofAccount }: ReadingInput): Issue | undefined {
    const { warnings } = this.#accounts;
    if (records.hasNotes) for (const note of records.notesOf(row)) warnings.add(note);
    for (const { values, value, warning } of strangeNumbers) if (values[row] === value) warnings.add(warning);
    const found = ofAccount?.at(row);
    for (const warning of found?.warnings ?? []) warnings.add(warning);
    return found?.refusal;
  }

  /** The ledger must balance; every row that was read must have an end. */
  #findImbalance(isCutShort: boolean): RunError | undefined {
    const given = this.#position.rowsRead;
    const { rows, elsewhere } = this.#accounts.ledger;
    const read = rows.read + elsewhere;
    const isComplete = read === given || isCutShort || this.#options.interrupted.aborted;
    const imbalance = isComplete
      ? this.#accounts.ledger.imbalance()
      : `${String(given)} rows given, but ${String(read)} read`;
    return imbalance === undefined ? undefined : defect(`the ledger does not balance: ${imbalance}`);
  }

  /** Another process sent the same records at the same time, and all of them. */
  #findOtherRun(): RunError | undefined {
    const other = this.#end instanceof UploadEnd ? this.#end.otherRun : undefined;
    if (other === undefined) return undefined;
    const message = `run ${other.slice(0, 8)} was sending the same records at the same time, and had all of them accepted`;
    return new RunError(ExitCode.inProgress, 'IN_PROGRESS', message, 'nothing is left to do');
  }

  #exitCode(error: RunError | undefined): ExitCode {
    const { records, rows } = this.#accounts.ledger;
    if (error !== undefined) {
      // "Nothing was sent" must be true of exit code 3.
      const hasSent = this.#target.mode === 'upload' && this.#chunks.sent > 0;
      return hasSent && error.exitCode === ExitCode.input ? ExitCode.incomplete : error.exitCode;
    }
    const stop = this.#stops.first;
    // --stop-on-error that came with the last row has stopped nothing.
    if (stop !== undefined && (stop.limit !== 'STOPPED' || records.notSent > 0)) {
      const hasSent = records.accepted + records.uncertain > 0;
      return hasSent && stop.exitCode === ExitCode.input ? ExitCode.incomplete : stop.exitCode;
    }
    if (records.notSent + records.uncertain > 0) return ExitCode.incomplete;
    return rows.invalid + rows.duplicates + records.rejected + records.storedTwice > 0
      ? ExitCode.rowsRejected
      : ExitCode.ok;
  }

  #showProgress(): void {
    this.#observer.progress({
      input: this.#position.input,
      bytesTaken: this.#position.bytesTaken,
      rows: this.#accounts.ledger.rows,
      records: this.#accounts.ledger.records,
      chunksInFlight: this.#end.inFlight,
      chunksParked: this.#end.parked ?? 0,
    });
  }
}
