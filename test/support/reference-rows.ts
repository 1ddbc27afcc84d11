import { readRecordLeniently } from '../../src/input/csv-lenient.ts';
import { readLineLeniently } from '../../src/input/jsonl-lenient.ts';
import { countLines, lineEnd } from '../../src/input/lines.ts';
import type { Table } from '../../src/input/table.ts';

/** A row as the lenient reader of a format has it. */
export interface ReferenceRow {
  readonly offset: number;
  readonly line: number;
  readonly cells: readonly string[];
  readonly malformed?: string;
  readonly text?: string;
}

export interface Reference {
  readonly rows: readonly ReferenceRow[];
  readonly blank: number;
}

/** Reads CSV one record at a time, each with csv-parse, from all that is left. */
export function referenceOfCsv(bytes: Buffer, table: Table): Reference {
  const rows: ReferenceRow[] = [];
  let line = 1 + table.header.lines;
  let blank = 0;
  for (let at = 0; at < bytes.length;) {
    const rest = bytes.subarray(at);
    const read = readRecordLeniently(rest, table, true);
    if (read.kind === 'open') throw new Error('nothing is open at the end');
    if (read.kind === 'blank') blank += 1;
    if (read.kind === 'row' || read.kind === 'malformed') {
      const place = { offset: at + read.start, line: line + countLines(rest, 0, read.start) };
      rows.push(
        read.kind === 'row'
          ? { ...place, cells: read.cells }
          : { ...place, cells: [], malformed: read.message, text: read.text },
      );
    }
    line += countLines(rest, 0, read.end);
    at += read.end;
  }
  return { rows, blank };
}

/** Reads JSON Lines a line at a time, each with JSON.parse. */
export function referenceOfJsonl(bytes: Buffer, table: Table): { readonly rows: readonly unknown[] } {
  const known = new Set(table.columns);
  const rows = [];
  let line = 1;
  for (let at = 0; at < bytes.length; line += 1) {
    const end = lineEnd(bytes, at);
    const read = readLineLeniently(bytes.subarray(at, end), table, known);
    if (read?.kind === 'malformed') {
      rows.push({ offset: at, line, cells: [], tags: [], extras: [], malformed: read.message, text: read.text });
    } else if (read !== undefined) {
      const { cells, extras, text } = read;
      rows.push({
        offset: at,
        line,
        cells: cells.map((cell) => cell.text),
        tags: cells.map(({ tag }) => tag),
        extras,
        written: text,
      });
    }
    at = end;
  }
  return { rows };
}
