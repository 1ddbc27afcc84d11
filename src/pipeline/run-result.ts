import type { Holder } from '../delivery/holder.ts';
import type { RunError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { EmissionTotals } from './emissions.ts';
import type { Ledger } from './ledger.ts';
import type { Stop } from './stop.ts';
import type { ChunkCounts } from './upload-end.ts';
import type { WarningCounts } from './warnings.ts';

/** What came of a run. */
export interface RunResult {
  readonly ledger: Ledger;
  readonly chunks: ChunkCounts;
  readonly emissions: EmissionTotals;
  readonly warnings: WarningCounts;
  /** Valid rows that are hardly true; with `--strict` they are invalid. */
  readonly implausible: number;
  /** What ended the run before its end. */
  readonly error: RunError | undefined;
  /** The limit of the user's at which the run stopped. */
  readonly limit: Stop['limit'];
  /** Why records were not delivered: what stopped the sending, or the last failure. */
  readonly undelivered: string | undefined;
  /** The run that must find out first what became of all records that are open; or whose undo must end first. */
  readonly heldBy: Holder | undefined;
  /** How far the inputs were read, where that is not to their ends. */
  readonly unread: string | undefined;
  readonly exitCode: ExitCode;
}
