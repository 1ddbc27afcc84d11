import type { CallEvent } from '../destinations/api-calls.ts';
import type { Progress } from '../pipeline/run.ts';
import { count } from './format.ts';
import type { Terminal } from './terminal.ts';

/** Shows where a run stands while it goes on. */
export interface ProgressView {
  update(progress: Progress): void;
  /** A line of its own, above the progress. */
  call(event: CallEvent): void;
  stop(): void;
}

export interface ProgressOptions {
  readonly terminal: Terminal;
  readonly isShown: boolean;
  readonly isVerbose: boolean;
  /** Bytes of all inputs; `undefined` when one of them is a stream. */
  readonly totalBytes: number | undefined;
  readonly now: () => number;
}

const plainLineEveryMs = 30_000;
const redrawEveryMs = 100;

/** A live line on a terminal, a plain line every 30 s elsewhere, nothing when it is not wanted. */
export async function createProgress(options: ProgressOptions): Promise<ProgressView> {
  const { terminal, isShown, isVerbose, now } = options;
  const describe = createDescription(options);
  const callLine = (event: CallEvent): void => {
    if (isVerbose) terminal.err(`${describeCall(event)}\n`);
  };
  if (!isShown) return { update: () => {}, call: callLine, stop: () => {} };
  let last = now();
  if (!terminal.errIsTerminal) {
    return {
      update(progress) {
        if (now() - last < plainLineEveryMs) return;
        last = now();
        terminal.err(`${describe(progress)}\n`);
      },
      call: callLine,
      stop: () => {},
    };
  }
  const { default: ora } = await import('ora');
  const spinner = ora({
    text: 'reading',
    stream: terminal.stderr,
    color: terminal.errStyle.level > 0 ? 'cyan' : false,
    discardStdin: false,
  }).start();
  return {
    update(progress) {
      if (now() - last < redrawEveryMs) return;
      last = now();
      spinner.text = describe(progress);
    },
    call(event) {
      if (!isVerbose) return;
      spinner.clear();
      callLine(event);
    },
    stop: () => spinner.stop(),
  };
}

function createDescription({ totalBytes, now }: ProgressOptions): (progress: Progress) => string {
  const started = now();
  return ({ rowsRead, bytesRead, chunksSent, chunksInFlight, records }) => {
    const seconds = Math.max(0.001, (now() - started) / 1000);
    const parts = [`${count(rowsRead)} rows`, `${count(Math.round(rowsRead / seconds))} rows/s`];
    if (chunksSent > 0) parts.push(`${count(chunksSent)} chunks`);
    if (chunksInFlight > 0) parts.push(`${count(chunksInFlight)} in flight`);
    if (records.rejected > 0) parts.push(`${count(records.rejected)} rejected`);
    if (totalBytes !== undefined && totalBytes > 0) {
      const share = Math.min(1, bytesRead / totalBytes);
      parts.push(`${(share * 100).toFixed(0)} % read`);
      if (seconds > 2 && share > 0 && share < 1) parts.push(`ETA ${describeSeconds((seconds * (1 - share)) / share)}`);
    }
    return parts.join(' · ');
  };
}

function describeSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${String(whole)} s`;
  return `${String(Math.floor(whole / 60))} min ${String(whole % 60).padStart(2, '0')} s`;
}

function describeCall({ method, chunk, attempt, records, bytes, durationMs, result, retryInMs }: CallEvent): string {
  const retry = retryInMs === undefined ? '' : `; again in ${(retryInMs / 1000).toFixed(1)} s`;
  const size = method === 'GET' ? 'look-up' : `${count(records)} records, ${count(bytes)} bytes`;
  return `call: chunk ${String(chunk + 1)}, try ${String(attempt)}, ${size}: ${result} after ${count(durationMs)} ms${retry}`;
}
