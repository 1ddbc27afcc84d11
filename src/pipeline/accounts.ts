import { type Batch, Verdict } from '../columns/batch.ts';
import type { Issue, Warning } from '../issues.ts';
import type { EmissionDetails } from './emission-details.ts';
import { EmissionTotals } from './emissions.ts';
import type { JourneyLeg, Journeys } from './journeys.ts';
import { Ledger } from './ledger.ts';
import type { RecordColumns } from './record-columns.ts';
import { type MaxErrors, type Stops, tooManyErrors } from './stop.ts';
import { WarningCounts } from './warnings.ts';

/** What sums are asked for in addition to the totals. */
export interface AccountOptions {
  readonly maxErrors: MaxErrors | undefined;
  /** Sums the legs of each shipment or package. */
  readonly journeys?: Journeys | undefined;
  /** Collects what a report page says beyond the totals. */
  readonly details?: EmissionDetails | undefined;
}

/** Counts what becomes of rows and records, wherever that is decided. */
export class Accounts {
  readonly ledger: Ledger;
  readonly emissions = new EmissionTotals();
  readonly warnings = new WarningCounts();
  readonly options: AccountOptions;
  /** The input that is read, from 0. */
  input = 0;
  readonly #stops: Stops;

  constructor(inputs: number, options: AccountOptions, stops: Stops) {
    this.ledger = new Ledger(inputs);
    this.options = options;
    this.#stops = stops;
  }

  /** Counts a row that is not a valid record of its own. */
  countRow(batch: Batch, row: number, records: RecordColumns): void {
    const counts = this.ledger.input(this.input);
    switch (batch.verdicts[row]) {
      case Verdict.invalid:
        counts.invalid += 1;
        this.#missInvalid(batch, row, records);
        this.checkErrors();
        break;
      case Verdict.duplicate:
        counts.duplicates += 1;
        if (batch.issues.get(row)?.[0]?.code !== 'DUPLICATE') this.#missInvalid(batch, row, records);
        break;
      default:
        counts.skipped += 1;
    }
  }

  /** Gives a valid record an end other than being accepted. */
  refuse(batch: Batch, row: number, verdict: Verdict, issue: Issue, records: RecordColumns): void {
    batch.settle(row, verdict, issue);
    this.countRefused(verdict);
    this.checkErrors();
    const { journeys } = this.options;
    journeys?.miss(this.legOf(records, row, journeys));
  }

  countRefused(verdict: Verdict): void {
    const { records } = this.ledger;
    if (verdict === Verdict.rejected) records.rejected += 1;
    else if (verdict === Verdict.notSent) records.notSent += 1;
    else records.uncertain += 1;
  }

  /** A row that is read as a leg of its shipment or package. */
  legOf(records: RecordColumns, row: number, { idField }: Journeys): JourneyLeg {
    return { id: textOf(records, row, idField), client: textOf(records, row, 'client'), input: this.input };
  }

  warn(warning: Warning): void {
    this.warnings.add(warning);
  }

  /** Stops the run at too many rejected rows. */
  checkErrors(): void {
    if (this.options.maxErrors === undefined) return;
    const { read, invalid } = this.ledger.rows;
    this.#stops.stop(tooManyErrors(this.options.maxErrors, read, invalid + this.ledger.records.rejected));
  }

  #missInvalid(batch: Batch, row: number, records: RecordColumns): void {
    const { journeys } = this.options;
    // Of a row that is not a record, nothing else is known than its shipment.
    if (journeys === undefined || batch.malformed.has(row)) return;
    const id = textOf(records, row, journeys.idField);
    if (id === undefined && textOf(records, row, 'movement_id') === undefined) return;
    journeys.miss({ id, client: undefined, input: this.input });
  }
}

export function textOf(records: RecordColumns, row: number, field: string): string | undefined {
  const value = records.column(field)?.valueOf(row);
  return value === undefined ? undefined : String(value);
}
