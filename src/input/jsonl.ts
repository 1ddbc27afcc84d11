import { errorMessage, inputError } from '../errors.ts';
import { clip, quote } from '../issues.ts';
import { maxRecordBytes } from './blocks.ts';
import { countLines, lineEnd } from './lines.ts';
import type { DetectOptions, ExtraValue, Row, RowBatch, RowFormat, Table } from './row.ts';
import { isSound, unsound } from './sound.ts';

/** JSON Lines: one object a line. */
export const jsonl: RowFormat = { detect, readRows };

type JsonObject = Readonly<Record<string, unknown>>;

/** Any 16 digits in a row may be a number that a JavaScript number can't hold. */
const longDigits = /\d{16}/;
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Ids such as 26830007899150601093463 keep their digits: long numbers are read as the text they are. */
const keepDigits = (line: string): string =>
  longDigits.test(line)
    ? line.replace(stringOrNumber, (token) => (!token.startsWith('"') && longDigits.test(token) ? `"${token}"` : token))
    : line;

/** The parser's own words and position, for the line as it stands. */
function jsonError(line: string): string {
  try {
    JSON.parse(line);
    return 'a number is damaged';
  } catch (error) {
    return errorMessage(error);
  }
}

/** A line, and the object on it or why there is none. */
type ParsedLine =
  { readonly text: string; readonly object: JsonObject } | { readonly text: string; readonly malformed: string };

/** Python's own json writes values that JSON does not have; they stand before a comma or a bracket. */
const adviceFor = (text: string): string | undefined =>
  /[:[,]\s*-?(?:NaN|Infinity)\s*[,\]}]/.test(text)
    ? 'JSON has no NaN or Infinity: write null, as to_json of pandas does'
    : undefined;

function parseLine(text: string): ParsedLine {
  let value: unknown;
  try {
    value = JSON.parse(keepDigits(text));
  } catch {
    const advice = adviceFor(text) ?? 'check its quotes, commas and braces';
    return { text, malformed: `is not JSON (${jsonError(text)}); ${advice}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { text, malformed: 'must hold a JSON object, {"field": "value", …}' };
  }
  const object = value as JsonObject;
  // A line that could not be read stands as text in a rejected file, where it may have been mended.
  const { _raw: raw, _codes: codes } = object;
  return typeof raw === 'string' && codes === 'MALFORMED_ROW' ? parseLine(raw) : { text, object };
}

function toText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null;

function* lines(bytes: Buffer): Generator<{ text: string; bytes: Buffer; start: number; line: number }> {
  let line = 0;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = lineEnd(bytes, start);
    const text = bytes.toString('utf8', start, end).trim();
    if (text !== '' && text !== '\u001a') yield { text, bytes: bytes.subarray(start, end), start, line };
    start = end;
  }
}

function readRows(bytes: Buffer, _final: boolean, table: Table, limit = Number.POSITIVE_INFINITY): RowBatch {
  const rows: Row[] = [];
  const known = new Set(table.columns);
  const allSound = isSound(bytes, table);
  for (const { text, bytes: own, start, line } of lines(bytes)) {
    const parsed = parseSound(text, own, allSound || isSound(own, table), table);
    const position = { line, offset: start, text: parsed.text };
    if ('malformed' in parsed) rows.push({ ...position, cells: [], malformed: parsed.malformed });
    else rows.push({ ...position, ...project(parsed.object, table, known) });
    if (rows.length >= limit) break;
  }
  return { rows, consumed: bytes.length, lines: countLines(bytes, 0, bytes.length), blank: 0 };
}

function parseSound(text: string, { length }: Buffer, isTextSound: boolean, table: Table): ParsedLine {
  if (length > maxRecordBytes) return { text: clip(text), malformed: 'is longer than 1 MiB; is a line end missing?' };
  return isTextSound ? parseLine(text) : { text, malformed: unsound(table) };
}

function project(
  object: JsonObject,
  table: Table,
  known: ReadonlySet<string>,
): Pick<Row, 'cells' | 'extra' | 'nested' | 'numbers'> {
  const cells = table.columns.map((column) => toText(object[column]));
  const numbers = table.columns.flatMap((column, index) => (typeof object[column] === 'number' ? [index] : []));
  const nested = table.columns.flatMap((column, index) => (isNested(object[column]) ? [index] : []));
  const extra = Object.keys(object).flatMap((key): ExtraValue[] => {
    const value = object[key];
    if (known.has(key)) return [];
    return [{ key, text: toText(value), isNested: isNested(value), isNumber: typeof value === 'number' }];
  });
  return { cells, numbers, ...(extra.length > 0 ? { extra } : {}), ...(nested.length > 0 ? { nested } : {}) };
}

function detect(sample: Buffer, { path, whole, isDecoded }: DetectOptions): Table {
  const columns = new Set<string>();
  let first: string | undefined;
  let rows = 0;
  for (const { text } of lines(sample)) {
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
