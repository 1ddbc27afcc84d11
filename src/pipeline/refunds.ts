import type { Arena } from '../columns/arena.ts';
import { type Batch, Tag, Verdict } from '../columns/batch.ts';
import type { Issue } from '../issues.ts';
import { findRefunds, type FoundRefund, isRefund, quantityOf, type RefundSearch } from './find-refunds.ts';
import type { FoundAt } from './match-refunds.ts';
import type { Plan, PlannedInput } from './plan.ts';
import type { ReadingInput } from './reading-input.ts';
import type { RowFindings } from './row-findings.ts';
import { refundIssue } from './row-issues.ts';

export interface RefundOptions extends RefundSearch {
  /** `net` leaves a refund out with its purchase; else it is refused, in words that name its purchase. */
  readonly refunds: 'net' | 'refuse';
  /** Whether `net` could be asked for. */
  readonly canNet: boolean;
}

/**
 * Purchases that were taken back: negative quantities. Which purchase a refund takes back is found by reading the inputs again,
 * which happens in runs with refunds alone.
 */
export class Refunds {
  readonly #plan: Plan;
  readonly #options: RefundOptions;
  /** By input and row. */
  readonly #found = new Map<string, FoundRefund>();
  /** Purchases that are left out. */
  readonly #netted = new Set<string>();
  #hasLooked = false;

  constructor(plan: Plan, options: RefundOptions) {
    this.#plan = plan;
    this.#options = options;
  }

  /** Finds the refunds before rows are read, as the purchases that are left out for them may be the first rows. */
  async prepare(): Promise<void> {
    if (this.#options.refunds !== 'net') return;
    let isNeeded = false;
    for (const planned of this.#plan.inputs) {
      const maybe = negativesOf(planned);
      // Also where one was found: what passes by only once is copied by this, and is read twice more.
      await planned.input.survey((batch, { arena }) => {
        isNeeded ||= maybe(batch, arena);
      });
    }
    if (isNeeded) await this.#look();
  }

  /** Looks for purchases when the first refund was read; `undefined` where there is nothing to wait for. */
  meet({ reader: { batch }, records }: ReadingInput): Promise<void> | undefined {
    if (this.#hasLooked) return undefined;
    for (const row of batch.issues.keys()) if (isRefund(batch, row, records)) return this.#look();
    return undefined;
  }

  /** Gives the refunds of a batch, and the purchases that they take back, their ends. */
  settle(reading: ReadingInput, findings: RowFindings): void {
    if (!this.#hasLooked) return;
    const { batch } = reading.reader;
    const { records, index } = reading;
    for (let row = 0; row < batch.rows; row += 1) {
      const name = nameOf({ input: index, row: batch.firstRow + row });
      if (batch.verdicts[row] === Verdict.accepted && this.#netted.has(name)) skip(batch, row, findings);
      if (!isRefund(batch, row, records)) continue;
      const found = this.#found.get(name);
      if (found?.purchase !== undefined && this.#options.refunds === 'net') skip(batch, row, findings);
      else batch.settle(row, Verdict.invalid, this.#issueOf(reading, row, found));
    }
  }

  #issueOf({ records }: ReadingInput, row: number, found: FoundRefund | undefined): Issue {
    const unit = records.column('quantity_unit')?.valueOf(row);
    return refundIssue({
      quantity: quantityOf(records, row),
      unit: typeof unit === 'string' ? unit : '',
      purchase: this.#whereIs(found?.purchase),
      repeats: this.#whereIs(found?.repeats),
      canNet: this.#options.canNet,
    });
  }

  #whereIs(place: FoundAt | undefined): string | undefined {
    const { inputs } = this.#plan;
    if (place === undefined) return undefined;
    const of = inputs.length > 1 ? ` of ${inputs[place.input]?.path ?? ''}` : '';
    return `row ${String(place.row)} (line ${String(place.line)})${of}`;
  }

  async #look(): Promise<void> {
    this.#hasLooked = true;
    for (const found of await findRefunds(this.#plan, this.#options)) {
      this.#found.set(nameOf(found.refund), found);
      if (found.purchase !== undefined && this.#options.refunds === 'net') this.#netted.add(nameOf(found.purchase));
    }
  }
}

const nameOf = ({ input, row }: Pick<FoundAt, 'input' | 'row'>): string => `${String(input)}:${String(row)}`;

function skip(batch: Batch, row: number, findings: RowFindings): void {
  batch.issues.delete(row);
  batch.settle(row, Verdict.skipped);
  findings.add('ROWS_SKIPPED', 'refunds and the purchases that they take back were skipped by --refunds net', row);
}

/** What tells of a batch whether a quantity of it may be negative: a look at the bytes of its cells. */
function negativesOf({ mapping: { sources } }: PlannedInput): (batch: Batch, arena: Arena) => boolean {
  const source = sources.find(({ field }) => field === 'quantity');
  return ({ rows, width, starts, ends, tags, extras }, { bytes }) => {
    if (extras.size > 0) return true;
    for (let row = 0; row < rows; row += 1) {
      for (const cell of source?.columns ?? []) {
        const index = row * width + cell;
        if (tags[index] === Tag.jsonEscaped) return true;
        const end = ends[index] ?? 0;
        for (let at = starts[index] ?? 0; at < end; at += 1) {
          const byte = bytes[at] ?? 0;
          // A minus before or after, a parenthesis, or a minus of Unicode.
          if (byte === 0x2d || byte === 0x28 || byte >= 0x80) return true;
        }
      }
    }
    return false;
  };
}
