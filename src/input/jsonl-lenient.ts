import { type ExtraValue, type Malformed, Tag } from '../columns/batch.ts';
import { errorMessage } from '../errors.ts';
import { clip, quote } from '../issues.ts';
import type { Table } from './table.ts';
import { isSound, unsound } from './sound.ts';
import { maxRecordBytes } from './tokeniser.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** A cell of an object. */
export interface LenientCell {
  readonly text: string;
  readonly tag: Tag;
}

/** One line as JSON.parse reads it. */
export type LenientLine =
  | ({ readonly kind: 'malformed' } & Malformed)
  | {
      readonly kind: 'row';
      /** In the order of the table's columns. */
      readonly cells: readonly LenientCell[];
      /** Values under keys that the columns do not have. */
      readonly extras: readonly ExtraValue[];
      /** The object as it is written. */
      readonly text: string;
    };

/** Any 16 digits in a row may be a number that a JavaScript number can't hold. */
const longDigits = /\d{16}/;
const loneSurrogate = /\p{Surrogate}/u;
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Ids such as 26830007899150601093463 keep their digits: long numbers are read as the text they are. */
const keepDigits = (line: string): string =>
  longDigits.test(line)
    ? line.replace(stringOrNumber, (token) => (!token.startsWith('"') && longDigits.test(token) ? `"${token}"` : token))
    : line;

/** The parser's own words and position, for the line as it is. */
function jsonError(line: string): string {
  try {
    JSON.parse(line);
    return 'a number is damaged';
  } catch (error) {
    return errorMessage(error);
  }
}

/** Python's own json writes values that JSON does not have; they are before a comma or a bracket. */
export const adviceFor = (text: string): string | undefined =>
  /[:[,]\s*-?(?:NaN|Infinity)\s*[,\]}]/.test(text)
    ? 'JSON has no NaN or Infinity: write null, as to_json of pandas does'
    : undefined;

/** A line, and the object on it or why there is none. */
type ParsedLine = { readonly text: string; readonly object: JsonObject } | ({ readonly message: string } & Malformed);

/** The object on a line of JSON Lines. */
export function parseLine(text: string): ParsedLine {
  let value: unknown;
  try {
    value = JSON.parse(keepDigits(text));
  } catch {
    const advice = adviceFor(text) ?? 'check its quotes, commas and braces';
    return { text, message: `is not JSON (${jsonError(text)}); ${advice}`, cause: `is not JSON; ${advice}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { text, message: 'must hold a JSON object, {"field": "value", …}' };
  }
  const object = value as JsonObject;
  // A line that could not be read is a text in a rejected file, where it may have been fixed.
  const { _raw: raw, _codes: codes } = object;
  return typeof raw === 'string' && codes === 'MALFORMED_ROW' ? parseLine(raw) : { text, object };
}

/** The object of a line, undefined where the line is blank. */
export function readLineLeniently(bytes: Buffer, table: Table, known: ReadonlySet<string>): LenientLine | undefined {
  const text = bytes.toString().trim();
  if (text === '' || text === '\u001a') return undefined;
  if (bytes.length > maxRecordBytes) {
    return { kind: 'malformed', text: clip(text), message: 'is longer than 1 MiB; is a line end missing?' };
  }
  if (!isSound(bytes, table)) return { kind: 'malformed', text, message: unsound(table) };
  const parsed = parseLine(text);
  if ('message' in parsed) return { kind: 'malformed', ...parsed };
  const { object } = parsed;
  if (isDeep(parsed.text)) return { kind: 'malformed', text: clip(text), message: 'has values in over 100 levels' };
  const twice = keyTwice(parsed.text);
  if (twice !== undefined) return { kind: 'malformed', text: parsed.text, ...twice };
  // A column may have the name of something that every object inherits, such as `constructor`.
  const cells = table.columns.map((column) => cellOf(Object.hasOwn(object, column) ? object[column] : undefined));
  const extras = Object.keys(object).flatMap((key): ExtraValue[] =>
    known.has(key) ? [] : [{ key, ...cellOf(object[key]) }],
  );
  if (![...cells, ...extras].some((each) => loneSurrogate.test(each.text))) {
    return { kind: 'row', cells, extras, text: parsed.text };
  }
  const message = 'holds half of a character (such as \\ud83d alone), which no file or API can hold';
  return { kind: 'malformed', text: parsed.text, message };
}

const jsonToken = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/** Why an object is not certain that has a key twice, with different values: JSON.parse takes the last one. */
function keyTwice(text: string): Omit<Malformed, 'text'> | undefined {
  const members = new Map<string, string>();
  let level = 0;
  let key: string | undefined;
  let value = '';
  for (const [token] of text.matchAll(jsonToken)) {
    if (token === '}' || token === ']') level -= 1;
    if (level === 0 || (level === 1 && token === ',')) {
      const earlier = key === undefined ? undefined : members.get(key);
      if (key !== undefined && earlier !== undefined && earlier !== value) {
        const message = `has ${quote(key)} twice, as ${clip(earlier, 60)} and as ${clip(value, 60)}; which one is right?`;
        return { message, cause: `has ${quote(key)} twice, with different values` };
      }
      if (key !== undefined) members.set(key, value);
      key = undefined;
      value = '';
    } else if (key === undefined) key = JSON.parse(token) as string;
    else if (level > 1 || token !== ':') value += token;
    if (token === '{' || token === '[') level += 1;
  }
  return undefined;
}

/** Objects and arrays in each other, as no record has them; they can't be written again at any depth. */
const mostLevels = 100;

function isDeep(text: string): boolean {
  let level = 0;
  let inText = false;
  for (let at = 0; at < text.length && level <= mostLevels; at += 1) {
    const character = text[at];
    if (character === '"') inText = !inText;
    else if (character === '\\' && inText) at += 1;
    else if (!inText && (character === '{' || character === '[')) level += 1;
    else if (!inText && (character === '}' || character === ']')) level -= 1;
  }
  return level > mostLevels;
}

function cellOf(value: unknown): LenientCell {
  if (value === null || value === undefined) return { text: '', tag: Tag.text };
  if (typeof value === 'object') return { text: JSON.stringify(value), tag: Tag.nested };
  return { text: String(value), tag: typeof value === 'number' ? Tag.number : Tag.text };
}
