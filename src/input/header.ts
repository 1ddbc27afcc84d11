import { parseRecords } from './csv-records.ts';
import { lineEnd, skipBlankLines } from './lines.ts';

/** A record of the sample with the bytes it takes. */
export interface SampleRecord {
  readonly cells: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** Lines in which a header is looked for. */
const headerSearchRecords = 30;

class EnoughRecords extends Error {}

/** The first records from `from` on, at most `limit` with those that can't be read, which are left out. */
export function readFirstRecords(sample: Buffer, from: number, delimiter: string, limit: number): SampleRecord[] {
  const records: SampleRecord[] = [];
  let unread = 0;
  for (let start = from; start < sample.length && records.length + unread < limit; unread += 1) {
    try {
      const failure = parseRecords(sample, start, delimiter, (cells, first, end) => {
        records.push({ cells, start: skipBlankLines(sample, first), end });
        if (records.length + unread >= limit) throw new EnoughRecords();
      });
      if (failure === undefined) break;
      start = lineEnd(sample, failure.start);
    } catch (error) {
      if (error instanceof EnoughRecords) break;
      throw error;
    }
  }
  return records;
}

/** Whether cells are a header beyond doubt: two of them are names of known columns. */
export const isKnownHeader = (cells: readonly string[], isKnownColumn: (name: string) => boolean): boolean =>
  cells.filter((cell) => cell !== '' && isKnownColumn(cell)).length >= 2;

/**
 * The header of a sample: the first record with two known columns, or else the first line. `undefined` when that can't be
 * read.
 *
 * @param start where the first line with something on it starts
 */
export function findHeader(
  records: readonly SampleRecord[],
  start: number,
  isKnownColumn: (name: string) => boolean,
): SampleRecord | undefined {
  const candidates = records.slice(0, headerSearchRecords);
  return (
    candidates.find(({ cells }) => isKnownHeader(cells, isKnownColumn)) ??
    candidates.find((record) => record.start === start)
  );
}

/** Excel's first line `sep=;` names the delimiter. */
export function readSeparatorLine(sample: Buffer): { readonly delimiter: string; readonly end: number } | undefined {
  const end = lineEnd(sample, 0);
  if (end > 16) return undefined;
  const match = /^"?sep=([^\r\n])"?\s*$/i.exec(sample.toString('latin1', 0, end));
  return match?.[1] === undefined ? undefined : { delimiter: match[1], end };
}
