/** The exit codes of every command. README.md and docs/errors.md explain each to users. */
export const ExitCode = {
  /** Every record was accepted (or is valid, in a dry run). */
  ok: 0,
  /** Finished, but some rows were rejected. */
  rowsRejected: 1,
  /** Usage or configuration; nothing was sent. */
  usage: 2,
  /** The input can't be read; nothing was sent. */
  input: 3,
  /** The API refused the credentials or the organisation. */
  refused: 4,
  /** Delivery is incomplete: network, time-outs, 429, 5xx, uncertain chunks. */
  incomplete: 5,
  /** An identical run is in progress. */
  inProgress: 6,
  /** Stopped early, at --max-errors or --stop-on-error. */
  stopped: 7,
  /** The API has not calculated everything yet. */
  unfinished: 8,
  /** A defect of this tool. */
  defect: 70,
  /** Interrupted by SIGINT. */
  sigint: 130,
  /** Interrupted by SIGTERM. */
  sigterm: 143,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
