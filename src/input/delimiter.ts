import { isKnownHeader, readFirstRecords } from './header.ts';

/** The delimiters that are recognised, the likelier first. */
const candidates = [',', ';', '\t', '|'] as const;

const sampleRecords = 200;
/** Where a delimiter that divides the rows is found. */
const headBytes = 64 * 1024;

/** A delimiter and why it was taken. */
export interface DetectedDelimiter {
  readonly delimiter: string;
  /** Records looked at, and how many of them have the most frequent number of cells. */
  readonly records: number;
  readonly agreeing: number;
  readonly cells: number;
}

/**
 * The delimiter under which the records of a sample agree best on a number of cells of two or more; a comma where none
 * makes more than one column. A delimiter that makes a header of known columns goes before all others.
 */
export function detectDelimiter(
  sample: Buffer,
  from: number,
  isKnownColumn: (name: string) => boolean,
): DetectedDelimiter {
  let best: (DetectedDelimiter & { readonly score: number }) | undefined;
  const head = sample.subarray(from, from + headBytes);
  for (const delimiter of candidates) {
    // One that is not there makes a single column. Looking for its records would cost more than all the rest.
    if (best !== undefined && !head.includes(delimiter)) continue;
    const records = readFirstRecords(sample, from, delimiter, sampleRecords);
    const { cells, agreeing } = mostFrequentWidth(records.map((record) => record.cells.length));
    const hasHeader = records.some((record) => isKnownHeader(record.cells, isKnownColumn));
    const score = cells < 2 ? 0 : (hasHeader ? 1 : 0) + agreeing / records.length + Math.min(cells, 50) / 1000;
    if (best === undefined || score > best.score) best = { delimiter, records: records.length, agreeing, cells, score };
  }
  const { delimiter = ',', records = 0, agreeing = 0, cells = 0 } = best ?? {};
  return { delimiter, records, agreeing, cells };
}

/** The number of cells, of two or more, that most records have. */
function mostFrequentWidth(widths: readonly number[]): { cells: number; agreeing: number } {
  const counts = new Map<number, number>();
  for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1);
  let best = { cells: 1, agreeing: 0 };
  for (const [cells, agreeing] of counts) {
    if (cells >= 2 && agreeing > best.agreeing) best = { cells, agreeing };
  }
  return best;
}
