import { describer, type RunsAround } from './describe-known.ts';
import { knownInBatch } from './known-in-batch.ts';
import { KnownRecords } from './known-records.ts';
import type { Account, Knowledge, LedgerView } from './run-store.ts';

/** A ledger that is only read, and where its index is. */
interface Shown extends RunsAround {
  readonly directory: string;
  readonly gap: LedgerView['gap'];
  /** Makes errors of the ledger of what goes wrong. */
  guard<T>(work: () => T): Promise<T>;
}

/** What a ledger knows of an account, read from a database that was opened for this alone. */
export function viewOf(account: Account, shown: Shown): LedgerView {
  const { database, directory, gap, guard } = shown;
  let records: KnownRecords | undefined;
  return {
    gap,
    known: (marks) =>
      guard((): Knowledge => {
        const known = (records ??= KnownRecords.open(database, directory));
        return database.read(() => {
          const position = known.refresh();
          const describe = describer(known, shown);
          return { position, found: knownInBatch(marks, { records: known, account, isOwn: () => false, describe }) };
        });
      }),
    close: () =>
      guard(() => {
        records?.close();
        database.close();
      }),
  };
}

/** Of a ledger that is not there. */
export const emptyView = (gap: LedgerView['gap']): LedgerView => ({
  gap,
  known: () => Promise.resolve({ position: 0, found: new Map() }),
  close: () => Promise.resolve(),
});
