import { clip, quote } from '../../src/issues.ts';
import { isSound, unsound } from './csv.ts';
import { lineEnd } from './lines.ts';
import { mebibyte, Refusal, type Table, type UncountedRow } from './row.ts';

type JsonObject = Readonly<Record<string, unknown>>;
type ParsedLine =
  { readonly text: string; readonly object: JsonObject } | { readonly text: string; readonly malformed: string };

/** Any 16 digits in a row may be a number that a JavaScript number can't hold: it is read as the text it is. */
const longDigits = /\d{16}/;
const keepDigits = (line: string): string =>
  longDigits.test(line)
    ? line.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
        !token.startsWith('"') && longDigits.test(token) ? `"${token}"` : token,
      )
    : line;

function problemOf(line: string): string {
  try {
    JSON.parse(line);
    return 'a number is damaged';
  } catch (error) {
    return (error as Error).message;
  }
}

function parseLine(text: string): ParsedLine {
  let value: unknown;
  try {
    value = JSON.parse(keepDigits(text));
  } catch {
    const advice = /[:[,]\s*-?(?:NaN|Infinity)\s*[,\]}]/.test(text)
      ? 'JSON has no NaN or Infinity: write null, as to_json of pandas does'
      : 'check its quotes, commas and braces';
    return { text, malformed: `is not JSON (${problemOf(text)}); ${advice}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { text, malformed: 'must hold a JSON object, {"field": "value", …}' };
  }
  const object = value as JsonObject;
  // A line that could not be read is as text in a rejected file, where it may have been fixed.
  return typeof object['_raw'] === 'string' && object['_codes'] === 'MALFORMED_ROW'
    ? parseLine(object['_raw'])
    : { text, object };
}

function* linesOf(bytes: Buffer): Generator<{ text: string; bytes: Buffer; offset: number; line: number }> {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = lineEnd(bytes, start);
    const text = bytes.toString('utf8', start, end).trim();
    if (text !== '' && text !== '\u001a') yield { text, bytes: bytes.subarray(start, end), offset: start, line };
    start = end;
  }
}

export function readJsonLines(bytes: Buffer, table: Table): { readonly rows: UncountedRow[]; readonly blank: number } {
  const rows = [...linesOf(bytes)].map(({ text, bytes: own, offset, line }): UncountedRow => {
    const parsed = parseSound(text, own, table);
    const place = { line, offset, text: parsed.text };
    if ('malformed' in parsed) return { ...place, cells: [], malformed: parsed.malformed };
    const row = project(parsed.object, table);
    const texts = [...row.cells, ...(row.extra ?? []).map((each) => each.text)];
    // A file in UTF-8 can't hold half of a surrogate pair.
    return texts.some((each) => /\p{Surrogate}/u.test(each))
      ? {
          ...place,
          cells: [],
          malformed: 'holds half of a character (such as \\ud83d alone), which no file or API can hold',
        }
      : { ...place, ...row };
  });
  return { rows, blank: 0 };
}

function parseSound(text: string, bytes: Buffer, table: Table): ParsedLine {
  if (bytes.length > mebibyte) {
    return { text: clip(text), malformed: 'is longer than 1 MiB; is a line end missing?' };
  }
  if (!isSound(bytes, table)) return { text, malformed: unsound(table) };
  const parsed = parseLine(text);
  if (!('object' in parsed)) return parsed;
  if (levelsOf(text) > 100) return { text: clip(text), malformed: 'has values in over 100 levels' };
  const doubtful = doubtfulKey(parsed.text);
  return doubtful === undefined ? parsed : { text: parsed.text, malformed: doubtful };
}

/** A key that an object has twice, with two values. */
function doubtfulKey(text: string): string | undefined {
  const found: Record<string, string> = Object.create(null) as Record<string, string>;
  let [level, from, isText] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (isText && sign === '\\') at += 1;
    else if (sign === '"') isText = !isText;
    if (isText) continue;
    if ('[{'.includes(sign)) level += 1;
    if (level === 1 && sign === '{') from = at + 1;
    const isEnd = (level === 1 && sign === ',') || (level === 1 && sign === '}');
    if (isEnd) {
      const [, key = '""', value = ''] = /^\s*("(?:[^"\\]|\\.)*")\s*:\s*(.*?)\s*$/s.exec(text.slice(from, at)) ?? [];
      const name = JSON.parse(key) as string;
      const plain = value.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
      if (found[name] !== undefined && found[name] !== plain) {
        return `has ${quote(name)} twice, as ${clip(found[name], 60)} and as ${clip(plain, 60)}; which one is right?`;
      }
      found[name] = plain;
      from = at + 1;
    }
    if (']}'.includes(sign)) level -= 1;
  }
  return undefined;
}

/** How deep objects and arrays are in each other. */
function levelsOf(text: string): number {
  let [level, most] = [0, 0];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{\]}]/g)) {
    if (token === '{' || token === '[') level += 1;
    else if (token === '}' || token === ']') level -= 1;
    most = Math.max(most, level);
  }
  return most;
}

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};
const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** The values of an object by the table's columns, and those of other keys. */
function project(object: JsonObject, { columns }: Table): Pick<UncountedRow, 'cells' | 'extra' | 'nested' | 'numbers'> {
  const indicesOf = (test: (value: unknown) => boolean): readonly number[] =>
    columns.flatMap((column, index) => (test(object[column]) ? [index] : []));
  const extra = Object.entries(object)
    .filter(([key]) => !columns.includes(key))
    .map(([key, value]) => ({
      key,
      text: textOf(value),
      isNested: isNested(value),
      isNumber: typeof value === 'number',
    }));
  return {
    cells: columns.map((column) => textOf(object[column])),
    numbers: indicesOf((value) => typeof value === 'number'),
    nested: indicesOf(isNested),
    ...(extra.length > 0 ? { extra } : {}),
  };
}

/** The columns are the keys of all objects of the sample. */
export function detectJsonLines(sample: Buffer, { isDecoded }: { readonly isDecoded: boolean }): Table {
  const columns = new Set<string>();
  let rows = 0;
  for (const { text } of linesOf(sample)) {
    rows += 1;
    const parsed = parseLine(text);
    if ('object' in parsed) for (const key of Object.keys(parsed.object)) columns.add(key);
  }
  if (rows === 0) throw new Refusal('INPUT_EMPTY');
  if (columns.size === 0) throw new Refusal('INPUT_NOT_JSONL');
  return {
    format: 'jsonl',
    columns: [...columns],
    delimiter: ',',
    lineEnd: '\n',
    isDecoded,
    isOwnOutput: columns.has('_row'),
    headerEnd: 0,
    titledLine: undefined,
  };
}
