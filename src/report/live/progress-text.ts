import type { WaitReason } from '../../api/wait.ts';
import type { Calculation } from '../../delivery/awaited.ts';
import type { CallEvent } from '../../delivery/caller.ts';
import { printable } from '../../issues.ts';
import type { Progress } from '../../pipeline/progress.ts';
import type { RunTarget } from '../../pipeline/run-target.ts';
import { cutText } from '../tables/cut-text.ts';
import { count, plural } from '../format.ts';
import { textWidth } from '../tables/text-width.ts';

/** Everything that is told of a run while it is in progress. */
export interface Snapshot {
  readonly progress: Progress;
  readonly mode: RunTarget['mode'];
  readonly paths: readonly string[];
  readonly elapsedMs: number;
  /** Share of the bytes that are read; `undefined` when one of the inputs is a stream. */
  readonly share: number | undefined;
  /** Rows whose outcome is known, in the last seconds. */
  readonly rowsPerSecond: number;
  readonly retries: number;
  readonly calculation: Calculation | undefined;
  readonly waits: readonly { readonly reason: WaitReason; readonly leftMs: number }[];
}

/** A piece of a line. Where the width does not suffice, the one with the highest rank goes first. */
interface Part {
  readonly text: string;
  readonly rank: number;
}

const separator = ' · ';

/** The lines of a snapshot, none of them wider. */
export function progressLines(snapshot: Snapshot, width: number): readonly string[] {
  const waiting = waitText(snapshot.waits);
  return [
    fit(readingParts(snapshot), width),
    fit(deliveryParts(snapshot), width),
    ...(waiting === undefined ? [] : [cutText(waiting, width)]),
  ].filter((line) => line !== '');
}

/** The same as one line of any width, for logs. */
export function progressSentence(snapshot: Snapshot): string {
  const list = (parts: readonly Part[]): string => parts.map(({ text }) => text).join(', ');
  const parts = [list(readingParts(snapshot)), list(deliveryParts(snapshot)), waitText(snapshot.waits) ?? ''].filter(
    (text) => text !== '',
  );
  return `progress: ${parts.join('; ')}`;
}

function fit(parts: readonly Part[], width: number): string {
  const text = parts.map((part) => part.text).join(separator);
  if (parts.length <= 1 || textWidth(text) <= width) return cutText(text, width);
  const last = Math.max(...parts.map(({ rank }) => rank));
  return fit(
    parts.filter(({ rank }) => rank < last),
    width,
  );
}

function readingParts({ progress, paths, share, elapsedMs, rowsPerSecond }: Snapshot): readonly Part[] {
  const { input, rows } = progress;
  const parts: Part[] = [];
  if (share !== undefined) parts.push({ text: `${(share * 100).toFixed(0)} % read`, rank: 2 });
  parts.push({ text: plural(rows.read, 'row'), rank: 0 });
  if (rowsPerSecond > 0) parts.push({ text: `${count(rowsPerSecond)} rows/s`, rank: 4 });
  parts.push({ text: duration(Math.floor(elapsedMs / 1000)), rank: 1 });
  const left = secondsLeft(rows.read, settledRows(progress), share, rowsPerSecond);
  if (left !== undefined && elapsedMs > 2000) parts.push({ text: `ETA ${duration(left)}`, rank: 3 });
  const path = paths[input];
  if (paths.length > 1 && path !== undefined) {
    const place = `${String(input + 1)} of ${String(paths.length)}`;
    parts.push({ text: `${place}: ${cutText(printable(path), longestPath, 'end')}`, rank: 5 });
  }
  return parts;
}

const longestPath = 40;

/** Rows that have met their fate: what was read, but for valid records that are on their way. */
export function settledRows({ rows, records }: Progress): number {
  const { accepted, rejected, notSent, uncertain } = records;
  return rows.read - rows.valid + accepted + rejected + notSent + uncertain;
}

/** By the rows that the inputs will have, if those to come are as long as those that were read. */
function secondsLeft(
  read: number,
  settled: number,
  share: number | undefined,
  rowsPerSecond: number,
): number | undefined {
  if (share === undefined || share === 0 || rowsPerSecond <= 0) return undefined;
  const left = read / share - settled;
  return left <= 0 ? undefined : left / rowsPerSecond;
}

const acceptedNames = { upload: 'accepted', local: 'calculated', 'dry-run': 'valid' } as const;

function deliveryParts({ progress, mode, retries, calculation }: Snapshot): readonly Part[] {
  const { rows, records, chunksInFlight, chunksParked } = progress;
  const parts: Part[] = [{ text: `${count(records.accepted)} ${acceptedNames[mode]}`, rank: 0 }];
  const add = (value: number, text: string, rank: number): void => {
    if (value > 0) parts.push({ text, rank });
  };
  const rejected = rows.invalid + records.rejected;
  add(rejected, `${count(rejected)} rejected`, 1);
  add(rows.duplicates, plural(rows.duplicates, 'duplicate'), 7);
  add(records.uncertain, `${count(records.uncertain)} uncertain`, 4);
  add(records.notSent, `${count(records.notSent)} not sent`, 5);
  if (mode === 'upload') add(chunksInFlight, `${plural(chunksInFlight, 'chunk')} in flight`, 3);
  add(chunksParked, `${plural(chunksParked, 'chunk')} parked`, 3);
  if (calculation !== undefined) {
    const { records: all, calculated } = calculation;
    add(all, `${count(calculated)} of ${count(all)} calculated by the API`, 2);
  }
  add(retries, plural(retries, 'retry', 'retries'), 6);
  return parts;
}

/** What is waited for: the API's own wish first, as it holds for all calls. */
function waitText(waits: Snapshot['waits']): string | undefined {
  const left = (reason: WaitReason): readonly number[] =>
    waits.filter((wait) => wait.reason === reason).map(({ leftMs }) => leftMs / 1000);
  const asked = left('retry-after');
  if (asked.length > 0) return `waiting ${duration(Math.max(...asked))}, as the API asked (Retry-After)`;
  const soonest = (reason: WaitReason, text: (seconds: string) => string): string | undefined => {
    const all = left(reason);
    return all.length === 0 ? undefined : text(duration(Math.min(...all)));
  };
  return (
    soonest('backoff', (seconds) => `a call failed; trying again in ${seconds}`) ??
    soonest('look-up', (seconds) => `looking again in ${seconds} for what may be stored`) ??
    soonest('other run', (seconds) => `another run sends the same records; looking again in ${seconds}`) ??
    soonest('rate', (seconds) => `next call in ${seconds} (--rate)`) ??
    soonest('calculation', (seconds) => `the API is calculating; looking again in ${seconds}`)
  );
}

/** `12 s`, `2 min 05 s`, `3 h 20 min`. */
function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${String(whole)} s`;
  const pair = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${String(minutes)} min ${pair(whole % 60)} s`;
  return `${String(Math.floor(minutes / 60))} h ${pair(minutes % 60)} min`;
}

/** A call as `--verbose` shows it. */
export function callText({ method, chunk, attempt, records, bytes, durationMs, result, retryInMs }: CallEvent): string {
  const retry = retryInMs === undefined ? '' : `; again in ${(retryInMs / 1000).toFixed(1)} s`;
  const size = method === 'GET' ? 'look-up' : `${count(records)} records, ${count(bytes)} bytes`;
  return `call: chunk ${String(chunk + 1)}, try ${String(attempt)}, ${size}: ${result} after ${count(durationMs)} ms${retry}`;
}
