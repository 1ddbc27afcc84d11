import type {
  Accepted,
  Chunk,
  Destination,
  Fate,
  NotAccepted,
  Outcome,
  ResultValue,
  ValidRow,
} from '../destinations/destination.ts';
import { unsent } from '../destinations/fates.ts';
import { asRunError as asPlainRunError, defect, inputError, type RunError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import type { PlacedRow } from '../input/input.ts';
import type { Issue, Warning } from '../issues.ts';
import { differingFields } from '../records/duplicate-key.ts';
import type { Fields } from '../records/kind.ts';
import { ChunkBuilder, maxChunkBytes } from './chunk.ts';
import { conflictMark } from './conflict-mark.ts';
import { Deduplicator, type FirstRow, InputChanged } from './dedupe.ts';
import { Delivery } from './delivery.ts';
import type { EmissionDetails } from './emission-details.ts';
import { EmissionTotals } from './emissions.ts';
import type { Journeys } from './journeys.ts';
import { Ledger } from './ledger.ts';
import type { Plan } from './plan.ts';
import { bytesTaken, type Progress } from './progress.ts';
import { interpretRow, readRecords, type ReadRow } from './read-records.ts';
import { duplicateIssue, stillInConflict } from './row-issues.ts';
import { firstRejected, interruption, type MaxErrors, type Stop, tooManyErrors, tooManyFailures } from './stop.ts';
import { WarningCounts } from './warnings.ts';

/** A row on its way to a report. */
export interface ReportedRow {
  /** Index of the input. */
  readonly input: number;
  readonly row: PlacedRow;
  readonly movementId: string | undefined;
}

/** Sees what happens to the rows, in an order that does not depend on timing. */
export interface RunObserver {
  /** A row is not accepted: malformed, invalid, duplicate, rejected, not sent or uncertain. */
  refused(row: ReportedRow, issues: readonly Issue[]): void;
  accepted(row: ReportedRow, result: readonly ResultValue[]): void;
  progress(progress: Progress): void;
}

export interface RunOptions {
  readonly chunkRecords: number;
  /** The duplicate key; `undefined` takes the kind's own rule, `none` looks for no duplicates. */
  readonly dedupeKey: readonly string[] | 'none' | undefined;
  readonly stopOnError: boolean;
  readonly maxErrors: MaxErrors | undefined;
  /** Aborts on SIGINT and SIGTERM, with its name: what is in flight is finished, nothing more is read or sent. */
  readonly interrupted: AbortSignal;
  /** What else is strange about a valid record; it refuses nothing. */
  readonly recordWarnings: (record: Fields) => readonly Warning[];
  /** Why a valid record is not even offered to the destination. */
  readonly refusal?: ((record: Fields) => Issue | undefined) | undefined;
  /** What became of a valid record in an earlier run, which need not be sent again. */
  readonly sentBefore?: ((row: ValidRow) => Fate | undefined) | undefined;
  /** Sums the legs of each shipment or package. */
  readonly journeys?: Journeys | undefined;
  /** Collects what a report page says beyond the totals. */
  readonly details?: EmissionDetails | undefined;
}

export interface ChunkCounts {
  planned: number;
  sent: number;
  accepted: number;
  failed: number;
}

export interface RunResult {
  readonly ledger: Ledger;
  readonly chunks: ChunkCounts;
  readonly emissions: EmissionTotals;
  readonly warnings: WarningCounts;
  /** What ended the run before its end. */
  readonly error: RunError | undefined;
  /** Why records were not delivered: what stopped the sending, or the last failure. */
  readonly undelivered: string | undefined;
  /** How far the inputs were read, where that is not to their ends. */
  readonly unread: string | undefined;
  readonly exitCode: ExitCode;
}

/**
 * Reads all inputs to their ends and brings every row to its fate: rows -> records -> chunks -> outcomes -> observer.
 *
 * When sending has to stop, reading goes on, so that the reports name every row that was not sent. Only a refused key,
 * before anything was accepted, and an interruption end the reading as well.
 */
export async function run(
  plan: Plan,
  destination: Destination,
  options: RunOptions,
  observer: RunObserver,
): Promise<RunResult> {
  return new Run(plan, destination, options, observer).toEnd();
}

class Run {
  readonly #plan: Plan;
  readonly #destination: Destination;
  readonly #options: RunOptions;
  readonly #observer: RunObserver;
  readonly #ledger: Ledger;
  readonly #chunks: ChunkCounts = { planned: 0, sent: 0, accepted: 0, failed: 0 };
  readonly #emissions = new EmissionTotals();
  readonly #warnings = new WarningCounts();
  readonly #deduplicator: Deduplicator | undefined;
  readonly #builder: ChunkBuilder;
  readonly #delivery: Delivery;
  #stop: Stop | undefined;
  #error: RunError | undefined;
  #failuresInARow = 0;
  #lastFailure: string | undefined;
  #input = 0;
  #offset = 0;
  #lastRow: PlacedRow | undefined;
  #unread: string | undefined;

  constructor(plan: Plan, destination: Destination, options: RunOptions, observer: RunObserver) {
    this.#plan = plan;
    this.#destination = destination;
    this.#options = options;
    this.#observer = observer;
    this.#ledger = new Ledger(plan.inputs.length);
    this.#builder = new ChunkBuilder({
      records: options.chunkRecords,
      bytes: maxChunkBytes,
      continueOnError: !options.stopOnError,
    });
    this.#delivery = new Delivery(destination, (chunk, outcome) => this.#settle(chunk, outcome));
    this.#deduplicator =
      options.dedupeKey === 'none'
        ? undefined
        : new Deduplicator(plan.kind, options.dedupeKey, (place) => this.#readAgain(place.input, place.offset));
    for (const warning of plan.warnings) this.#warnings.add(warning);
  }

  async toEnd(): Promise<RunResult> {
    try {
      await this.#readAll();
    } catch (error) {
      this.#error = asRunError(error);
      this.#unread = this.#readUntil();
      this.#stop ??= { reason: 'the run ended early', exitCode: this.#error.exitCode };
    }
    try {
      await this.#send(this.#builder.flush());
      await this.#delivery.drain();
    } catch (error) {
      this.#error ??= asRunError(error);
    }
    this.#showProgress();
    this.#error ??= this.#findImbalance();
    return {
      ledger: this.#ledger,
      chunks: this.#chunks,
      emissions: this.#emissions,
      warnings: this.#warnings,
      error: this.#error ?? this.#stop?.error,
      undelivered: this.#stop?.reason ?? this.#lastFailure,
      unread: this.#unread,
      exitCode: this.#exitCode(),
    };
  }

  async #readAll(): Promise<void> {
    for (const [index, { input, reader }] of this.#plan.inputs.entries()) {
      this.#input = index;
      this.#offset = 0;
      for await (const { rows, blank } of input.rows()) {
        const isRefused = this.#stop?.exitCode === ExitCode.refused && this.#ledger.records.accepted === 0;
        if (this.#isInterrupted() || isRefused) {
          this.#unread = this.#readUntil();
          return;
        }
        if (blank > 0) {
          this.#warnings.add({ code: 'BLANK_ROWS', message: 'rows without any value were skipped' }, blank);
        }
        for (const read of readRecords(rows, reader, this.#destination.takesBytes)) {
          const chunk = this.#take(index, read);
          if (chunk !== undefined) await this.#send(chunk);
        }
        this.#lastRow = rows.at(-1) ?? this.#lastRow;
        this.#showProgress();
      }
      this.#lastRow = undefined;
      this.#offset = Infinity;
    }
    this.#isInterrupted();
  }

  /** How far the inputs have been read, in words. */
  #readUntil(): string {
    const { inputs } = this.#plan;
    const path = inputs[this.#input]?.path ?? '';
    const place =
      this.#lastRow === undefined
        ? 'not read'
        : `read up to row ${String(this.#lastRow.row)} (line ${String(this.#lastRow.line)})`;
    return `${path} was ${place}; what follows was neither read nor sent`;
  }

  #isInterrupted(): boolean {
    this.#stop ??= interruption(this.#options.interrupted);
    return this.#options.interrupted.aborted;
  }

  /** Finds the fate of a row that was read; returns the chunk that is full now, if one is. */
  #take(input: number, read: ReadRow): Chunk | undefined {
    const duplicate = 'record' in read ? this.#findDuplicate(input, read) : undefined;
    const counts = this.#ledger.input(input);
    counts.read += 1;
    this.#offset = read.row.offset;
    if ('issues' in read) {
      counts.invalid += 1;
      const { movementId } = read;
      if (movementId !== undefined) this.#options.journeys?.miss({ movement_id: movementId });
      this.#observer.refused({ input, row: read.row, movementId }, read.issues);
      this.#checkErrors();
      return undefined;
    }
    const valid: ValidRow = { input, row: read.row, record: read.record, json: read.json };
    if (duplicate !== undefined) {
      counts.duplicates += 1;
      this.#observer.refused(reportedRow(valid), [duplicate]);
      return undefined;
    }
    counts.valid += 1;
    for (const note of read.notes) this.#warnings.add(note);
    for (const warning of this.#options.recordWarnings(read.record)) this.#warnings.add(warning);
    const issue = this.#options.refusal?.(read.record);
    if (issue !== undefined) {
      this.#refuse(valid, { fate: 'rejected', issue });
      this.#checkErrors();
      return undefined;
    }
    const earlier = this.#options.sentBefore?.(valid);
    if (earlier !== undefined) {
      this.#receive(valid, earlier);
      return undefined;
    }
    if (this.#stop === undefined) return this.#builder.add(valid);
    const unfinished = this.#builder.flush();
    for (const row of [...(unfinished?.rows ?? []), valid]) this.#refuse(row, unsent(this.#stop.reason));
    return undefined;
  }

  /** What is wrong with a record that an earlier one has the key of. */
  #findDuplicate(input: number, { row, record }: Extract<ReadRow, { record: Fields }>): Issue | undefined {
    const { dedupeKey } = this.#options;
    if (this.#deduplicator === undefined || dedupeKey === 'none') return undefined;
    const { kind, inputs } = this.#plan;
    const mark = (): string => conflictMark(kind, record, dedupeKey);
    const reasons = inputs[input]?.input.ownReasons(row) ?? '';
    if (reasons.includes('[key ') && reasons.includes(mark())) return stillInConflict(mark());
    const first = this.#deduplicator.offer(record, { input, offset: row.offset, row: row.row, line: row.line });
    if (first === undefined) return undefined;
    return duplicateIssue(this.#whereIs(first), differingFields(kind, first.record, record), mark());
  }

  #whereIs({ place: { input, row, line } }: FirstRow): string {
    const { inputs } = this.#plan;
    const file = inputs.length === 1 ? '' : ` of ${inputs[input]?.path ?? ''}`;
    return `row ${String(row)} (line ${String(line)})${file}`;
  }

  #readAgain(index: number, offset: number): Fields | undefined {
    const planned = this.#plan.inputs[index];
    const row = planned?.input.rowAt(offset);
    if (planned === undefined || row === undefined) return undefined;
    const read = interpretRow(row, planned.reader);
    return 'record' in read ? read.record : undefined;
  }

  async #send(chunk: Chunk | undefined): Promise<void> {
    if (chunk === undefined) return;
    this.#chunks.planned += 1;
    this.#stop ??= interruption(this.#options.interrupted);
    if (this.#stop !== undefined) {
      for (const row of chunk.rows) this.#refuse(row, unsent(this.#stop.reason));
      return;
    }
    this.#chunks.sent += 1;
    const taken = this.#delivery.send(chunk);
    this.#showProgress();
    await taken;
  }

  #settle({ rows }: Chunk, { fates, failure }: Outcome): void {
    if (failure === undefined) this.#chunks.accepted += 1;
    else this.#chunks.failed += 1;
    for (const [index, row] of rows.entries()) {
      const fate = fates[index];
      if (fate !== undefined) this.#receive(row, fate);
    }
    this.#lastFailure = failure?.reason ?? this.#lastFailure;
    const isAnswered = fates.some(({ fate }) => fate === 'accepted' || fate === 'rejected');
    if (failure === undefined || isAnswered) this.#failuresInARow = 0;
    // No call was made for it: a resumed run has to come to the chunks behind it.
    else if (failure.isEarlier !== true) this.#failuresInARow += 1;
    if (failure?.fatal !== undefined) {
      this.#stop ??= { reason: failure.reason, exitCode: failure.fatal.exitCode, error: failure.fatal };
    }
    if (failure !== undefined) this.#stop ??= tooManyFailures(this.#failuresInARow, failure.reason);
    if (this.#options.stopOnError && fates.some(({ fate }) => fate === 'rejected')) this.#stop ??= firstRejected;
    this.#checkErrors();
    this.#showProgress();
  }

  #receive(row: ValidRow, fate: Fate): void {
    if (fate.fate === 'accepted') this.#accept(row, fate);
    else this.#refuse(row, fate);
  }

  #accept(row: ValidRow, { result, emissions, warnings }: Accepted): void {
    this.#ledger.records.accepted += 1;
    this.#options.details?.add(row.record, emissions);
    if (emissions !== undefined) {
      this.#emissions.add(emissions, row.record);
      this.#options.journeys?.add(emissions, row.record);
    }
    for (const warning of warnings ?? []) this.#warnings.add(warning);
    this.#observer.accepted(reportedRow(row), result);
  }

  #refuse(row: ValidRow, { fate, issue }: NotAccepted): void {
    const { records } = this.#ledger;
    if (fate === 'rejected') records.rejected += 1;
    else if (fate === 'not-sent') records.notSent += 1;
    else records.uncertain += 1;
    this.#options.journeys?.miss(row.record);
    this.#observer.refused(reportedRow(row), [issue]);
  }

  #checkErrors(): void {
    const { read, invalid } = this.#ledger.rows;
    this.#stop ??= tooManyErrors(this.#options.maxErrors, read, invalid + this.#ledger.records.rejected);
  }

  /** The ledger must balance, and hold as many rows as the inputs say they gave. */
  #findImbalance(): RunError | undefined {
    const { read } = this.#ledger.rows;
    const given = this.#plan.inputs.reduce((sum, { input }) => sum + input.rowsRead, 0);
    // Where reading ended early, the rest of a block was not looked at.
    const isComplete = read === given || this.#unread !== undefined || this.#options.interrupted.aborted;
    const imbalance = isComplete ? this.#ledger.imbalance() : `${String(given)} rows given, but ${String(read)} read`;
    return imbalance === undefined ? undefined : defect(`the ledger does not balance: ${imbalance}`);
  }

  #exitCode(): ExitCode {
    const { records, rows } = this.#ledger;
    if (this.#error !== undefined) {
      // "Nothing was sent" must be true of exit code 3.
      const hasSent = this.#destination.mode === 'upload' && this.#chunks.sent > 0;
      return hasSent && this.#error.exitCode === ExitCode.input ? ExitCode.incomplete : this.#error.exitCode;
    }
    // --stop-on-error that came with the last record has stopped nothing.
    if (this.#stop !== undefined && (this.#stop !== firstRejected || records.notSent > 0)) {
      const hasSent = records.accepted + records.uncertain > 0;
      return hasSent && this.#stop.exitCode === ExitCode.input ? ExitCode.incomplete : this.#stop.exitCode;
    }
    if (records.notSent + records.uncertain > 0) return ExitCode.incomplete;
    return rows.invalid + rows.duplicates + records.rejected > 0 ? ExitCode.rowsRejected : ExitCode.ok;
  }

  #showProgress(): void {
    this.#observer.progress({
      input: this.#input,
      bytesTaken: bytesTaken(this.#plan.inputs, this.#input, this.#offset),
      rows: this.#ledger.rows,
      records: this.#ledger.records,
      chunksInFlight: this.#delivery.inFlight,
    });
  }
}

const movementIdOf = (record: Fields): string | undefined => {
  const id = record['movement_id'];
  return id === undefined ? undefined : String(id);
};

const reportedRow = ({ input, row, record }: ValidRow): ReportedRow => ({
  input,
  row,
  movementId: movementIdOf(record),
});

function asRunError(error: unknown): RunError {
  if (!(error instanceof InputChanged)) return asPlainRunError(error);
  const message = `the input changed while it was read: ${error.message}`;
  return inputError('INPUT_CHANGED', message, 'run again when nothing writes to it');
}
