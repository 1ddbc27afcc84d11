import type { Readable } from 'node:stream';
import type { ApiClient, ApiClientOptions } from '../api/client.ts';
import type { FlowSizes } from '../pipeline/memory.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { RunStore } from '../ledger/run-store.ts';
import type { Questions } from '../report/questions.ts';
import type { Terminal } from '../report/terminal.ts';

/** The world a command runs in; tests give another one. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly stdin: Readable;
  /** Asks the user; without a terminal, no one can be asked. */
  readonly questions: Questions | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly interrupted: AbortSignal;
  readonly now: () => Date;
  /** Waits; ends early, with an error, when the signal aborts. `undefined` takes the time of this machine. */
  readonly sleep?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
  /** Makes the client of the API. `undefined` takes the network. */
  readonly createClient?: ((options: ApiClientOptions) => ApiClient) | undefined;
  /** Opens the ledger in a state directory. `undefined` takes SQLite. */
  readonly openRunStore?: ((directory: string) => RunStore) | undefined;
  readonly random: () => number;
  readonly createRunId: () => string;
  /** The command's own arguments: its name, options and files. */
  readonly args: readonly string[];
  /** What a run works on at a time; tests vary it, and nothing else depends on it. */
  readonly sizes?: Partial<FlowSizes> | undefined;
  readonly pid: number;
  /** Of Node.js. */
  readonly nodeVersion: string;
  /** Takes what `--json` prints of a command that may have failed, for `--on-failure`. */
  readonly failed: (document: object) => void;
  /** Continues in another working directory, that of a run that is resumed. */
  readonly changeDirectory: (path: string) => void;
}

/** Runs a command in the world that its options choose, and ends the program with its exit code. */
export type Perform = (
  options: { readonly color: boolean },
  command: (context: CommandContext) => ExitCode | Promise<ExitCode>,
) => Promise<void>;
