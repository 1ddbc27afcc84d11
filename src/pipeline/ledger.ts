import { defect } from '../errors.ts';

/** What became of the rows of one input. */
export interface RowCounts {
  read: number;
  valid: number;
  invalid: number;
  /** `DUPLICATE` and `CONFLICT` rows. */
  duplicates: number;
  /** Rows that were left out by a rule. */
  skipped: number;
}

/** What became of the valid records. */
export interface RecordCounts {
  accepted: number;
  /** Those of them that earlier runs brought. */
  acceptedBefore: number;
  /** Those of them that the API has more than once. */
  storedTwice: number;
  rejected: number;
  notSent: number;
  uncertain: number;
}

/**
 * Accounts for every row that was read.
 *
 * Reading, the fate of rows and the fate of records are counted where each happens, by different hands, so the sums
 * prove something: a row that got lost on the way leaves them unequal.
 */
export class Ledger {
  readonly inputs: readonly RowCounts[];
  /** Rows of other accounts, which are none of this run's. */
  elsewhere = 0;
  readonly records: RecordCounts = {
    accepted: 0,
    acceptedBefore: 0,
    storedTwice: 0,
    rejected: 0,
    notSent: 0,
    uncertain: 0,
  };

  constructor(inputs: number) {
    this.inputs = Array.from({ length: inputs }, () => ({ read: 0, valid: 0, invalid: 0, duplicates: 0, skipped: 0 }));
  }

  /** The counts of an input. */
  input(index: number): RowCounts {
    const counts = this.inputs[index];
    if (counts === undefined) throw defect(`the ledger has no input ${String(index)}`);
    return counts;
  }

  /** The counts of all inputs together. */
  get rows(): RowCounts {
    const sum: RowCounts = { read: 0, valid: 0, invalid: 0, duplicates: 0, skipped: 0 };
    for (const { read, valid, invalid, duplicates, skipped } of this.inputs) {
      sum.read += read;
      sum.valid += valid;
      sum.invalid += invalid;
      sum.duplicates += duplicates;
      sum.skipped += skipped;
    }
    return sum;
  }

  /** What does not add up; `undefined` when all does. */
  imbalance(): string | undefined {
    const { read, valid, invalid, duplicates, skipped } = this.rows;
    const { accepted, rejected, notSent, uncertain } = this.records;
    if (read !== valid + invalid + duplicates + skipped) {
      return (
        `${String(read)} rows read, but ${String(valid)} valid + ${String(invalid)} invalid + ` +
        `${String(duplicates)} duplicates + ${String(skipped)} skipped`
      );
    }
    if (valid !== accepted + rejected + notSent + uncertain) {
      return (
        `${String(valid)} valid rows, but ${String(accepted)} accepted + ${String(rejected)} rejected + ` +
        `${String(notSent)} not sent + ${String(uncertain)} uncertain`
      );
    }
    return undefined;
  }
}
