import { inputError } from '../errors.ts';
import { quote } from '../issues.ts';
import { adviceFor, parseLine } from './jsonl-lenient.ts';
import { JsonlTokeniser } from './jsonl-tokeniser.ts';
import { lineEnd } from './lines.ts';
import type { DetectOptions, RowFormat, Table } from './table.ts';

/** JSON Lines: one object a line. */
export const jsonl: RowFormat = {
  detect,
  createTokeniser: (table, workspace) => new JsonlTokeniser(table, workspace),
};

function* lines(bytes: Buffer): Generator<string> {
  for (let start = 0; start < bytes.length;) {
    const end = lineEnd(bytes, start);
    const text = bytes.toString('utf8', start, end).trim();
    if (text !== '' && text !== '\u001a') yield text;
    start = end;
  }
}

function detect(sample: Buffer, { path, whole, isDecoded }: DetectOptions): Table {
  const columns = new Set<string>();
  let first: string | undefined;
  let rows = 0;
  for (const text of lines(sample)) {
    rows += 1;
    first ??= text;
    const parsed = parseLine(text);
    if ('object' in parsed) for (const key of Object.keys(parsed.object)) columns.add(key);
  }
  if (rows === 0) throw inputError('INPUT_EMPTY', `${path} has no rows`);
  if (columns.size === 0) {
    throw inputError(
      'INPUT_NOT_JSONL',
      `${path} holds no JSON objects in ${whole ? 'its' : 'the first'} ${String(rows)} lines; the first is ${quote(first ?? '')}`,
      adviceFor(first ?? '') ?? 'each line must be an object like {"movement_id": "M-1", "distance_km": 12}',
    );
  }
  return {
    format: 'jsonl',
    columns: [...columns],
    delimiter: ',',
    lineEnd: '\n',
    isDecoded,
    isOwnOutput: columns.has('_row'),
    header: { bytes: 0, lines: 0, line: 0, hasTitles: false },
  };
}
