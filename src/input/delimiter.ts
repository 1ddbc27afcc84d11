import { parseRecords } from './csv-records.ts';

/** The delimiters that are recognised, the likelier first. */
const candidates = [',', ';', '\t', '|'] as const;

const sampleRecords = 200;

class EnoughRecords extends Error {}

/**
 * The delimiter under which the rows of a sample agree best on a number of cells of two or more; a comma where none
 * makes more than one column.
 */
export function detectDelimiter(sample: Buffer): string {
  let best: { delimiter: string; score: number } = { delimiter: ',', score: 0 };
  for (const delimiter of candidates) {
    const score = consistency(sample, delimiter);
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** Share of rows with as many cells as the header, plus a little for every column; 0 when there is only one column. */
function consistency(sample: Buffer, delimiter: string): number {
  const widths: number[] = [];
  try {
    parseRecords(sample, 0, delimiter, (cells) => {
      widths.push(cells.length);
      if (widths.length === sampleRecords) throw new EnoughRecords();
    });
  } catch (error) {
    if (!(error instanceof EnoughRecords)) throw error;
  }
  const [header = 0] = widths;
  if (header < 2) return 0;
  const agreeing = widths.filter((width) => width === header).length;
  return agreeing / widths.length + Math.min(header, 50) / 1000;
}
