import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { detectCsv, readCsv } from './csv.ts';
import { detectJsonLines, readJsonLines } from './json-lines.ts';
import { countLines } from './lines.ts';
import { mebibyte, Refusal, type Row, type Table } from './row.ts';

/** A file that a run is given. */
export interface GivenFile {
  /** As the command line names it; `-` is standard input. */
  readonly path: string;
  readonly bytes: Buffer;
}

export interface InputOptions {
  readonly format: 'csv' | 'jsonl' | undefined;
  readonly delimiter: string | undefined;
  readonly encoding: string | undefined;
  readonly isKnownColumn: (name: string) => boolean;
}

/** A file with its rows. */
export interface Input {
  readonly path: string;
  readonly encoding: string;
  readonly hasMark: boolean;
  /** The first byte that is not UTF-8, where the encoding was guessed from that. */
  readonly evidence: { readonly line: number; readonly byte: string } | undefined;
  readonly table: Table;
  readonly rows: readonly Row[];
  /** Its last line is complete. */
  readonly endsInLine: boolean;
  /** Rows without any value, which are skipped. */
  readonly blank: number;
  /** The rows of the first 1 MiB, which tell how numbers and dates are written. */
  readonly sampleRows: readonly Row[];
}

const marks: readonly (readonly [label: string, bytes: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

const startsWith = (bytes: Buffer, mark: readonly number[]): boolean =>
  bytes.subarray(0, mark.length).equals(Buffer.from(mark));

/** @throws Refusal for what is not a table */
export function readInput({ path, bytes: raw }: GivenFile, options: InputOptions): Input {
  const bytes = decompress(raw);
  const encoding = detectEncoding(bytes, options.encoding);
  const isDecoded = encoding.label !== 'utf-8';
  const decoded = isDecoded ? decode(bytes, encoding.label) : bytes;
  const isArray = mayBeArray(path, options.format) && isJsonArray(decoded);
  const marked = !isDecoded && encoding.hasMark && !isArray;
  const text = isArray ? arrayToLines(decoded) : decoded.subarray(marked ? 3 : 0);
  const sample = sampleOf(text);
  const isWhole = sample.length === text.length;
  if (isWhole && sample.every((byte) => byte <= 0x20)) throw new Refusal('INPUT_EMPTY');
  if (!isWhole && lastLineEnd(sample) === 0) throw new Refusal('INPUT_NOT_ROWS');
  const format = options.format ?? (isArray ? 'jsonl' : formatOf(path, sample));
  const table =
    format === 'csv' ? detectCsv(sample, { ...options, isWhole, isDecoded }) : detectJsonLines(sample, { isDecoded });
  const read = (part: Buffer) => (format === 'csv' ? readCsv(part, table) : readJsonLines(part, table));
  const { rows, blank } = read(text);
  return {
    path,
    encoding: encoding.label,
    hasMark: encoding.hasMark,
    evidence: encoding.evidence,
    table,
    rows: rows.map((row, index) => ({ ...row, row: index + 1 })),
    endsInLine: /[\r\n]$/.test(text.subarray(-1).toString('latin1')),
    blank,
    sampleRows: (isWhole ? rows : read(sample).rows).map((row, index) => ({ ...row, row: index + 1 })),
  };
}

function decompress(bytes: Buffer): Buffer {
  if (!startsWith(bytes, [0x1f, 0x8b])) return bytes;
  try {
    return gunzipSync(bytes);
  } catch {
    throw new Refusal('INPUT_DAMAGED');
  }
}

/** The first 1 MiB, cut after a line. */
function sampleOf(text: Buffer): Buffer {
  if (text.length <= mebibyte) return text;
  const start = text.subarray(0, mebibyte);
  const end = lastLineEnd(start);
  return end > 0 ? start.subarray(0, end) : start;
}

/** A CR at the very end may be half a CRLF. */
function lastLineEnd(bytes: Buffer): number {
  const lf = bytes.lastIndexOf(0x0a);
  return lf !== -1 ? lf + 1 : bytes.subarray(0, -1).lastIndexOf(0x0d) + 1;
}

interface Encoding {
  readonly label: string;
  readonly hasMark: boolean;
  readonly evidence?: { readonly line: number; readonly byte: string };
}

function detectEncoding(bytes: Buffer, requested: string | undefined): Encoding {
  const mark = marks.find(([, start]) => startsWith(bytes, start))?.[0];
  if (requested !== undefined) {
    const label = labelOf(requested);
    return { label, hasMark: mark === label };
  }
  if (mark !== undefined) return { label: mark, hasMark: true };
  const head = bytes.subarray(0, mebibyte);
  refuseBinary(head);
  const complete = head.length < bytes.length ? withoutPartialCharacter(head) : head;
  if (isUtf8(complete)) return { label: 'utf-8', hasMark: false };
  const at = firstInvalid(complete);
  const byte = (complete[at] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  return { label: 'windows-1252', hasMark: false, evidence: { line: 1 + countLines(complete, at), byte: `0x${byte}` } };
}

function labelOf(text: string): string {
  try {
    return new TextDecoder(text).encoding;
  } catch {
    throw new Refusal('ENCODING_UNKNOWN');
  }
}

function refuseBinary(head: Buffer): void {
  const controls = head.subarray(0, 4096).filter((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x1b)).length;
  const isFull = controls > 4 && controls * 50 > Math.min(head.length, 4096);
  // The archives and workbooks of the corpus are cut off.
  if (startsWith(head, [0x50, 0x4b])) throw new Refusal('INPUT_DAMAGED');
  const texts = head.toString('latin1').split(/[\r\n]+/);
  const withNul = texts.filter((text) => text.includes('\0'));
  if (withNul.includes(texts[0] ?? '') || withNul.length > texts.length / 2 || isFull) {
    throw new Refusal('INPUT_NOT_TEXT');
  }
}

function withoutPartialCharacter(head: Buffer): Buffer {
  for (let back = 1; back <= 3; back += 1) {
    const byte = head[head.length - back] ?? 0;
    if (byte < 0x80) return head;
    if (byte >= 0xc0) return head.subarray(0, head.length - back);
  }
  return head;
}

function firstInvalid(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    const length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    if (!isUtf8(bytes.subarray(at, at + length))) break;
    at += length;
  }
  return at;
}

/** As a stream, as Node 20 decodes windows-1252 wrongly in one go. */
function decode(bytes: Buffer, label: string): Buffer {
  const decoder = new TextDecoder(label);
  return Buffer.from(decoder.decode(bytes, { stream: true }) + decoder.decode());
}

const extensions: Readonly<Record<string, 'csv' | 'jsonl'>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'jsonl',
};

const namedFormat = (path: string): 'csv' | 'jsonl' | undefined =>
  extensions[/\.([a-z]+)(?:\.gz)?$/i.exec(path)?.[1]?.toLowerCase() ?? ''];

const formatOf = (path: string, sample: Buffer): 'csv' | 'jsonl' =>
  namedFormat(path) ?? (sample.find((byte) => byte > 0x20) === 0x7b ? 'jsonl' : 'csv');

const mayBeArray = (path: string, format: string | undefined): boolean =>
  format === undefined ? namedFormat(path) !== 'csv' : format !== 'csv';

const isJsonArray = (bytes: Buffer): boolean =>
  bytes.subarray(startsWith(bytes, [0xef, 0xbb, 0xbf]) ? 3 : 0).find((byte) => byte > 0x20) === 0x5b;

/** The elements of an array, each on a line of its own: the one on which it starts, or else the next that is free. */
function arrayToLines(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  let out = '';
  let depth = 0;
  let isInElement = false;
  let hasWritten = false;
  let linesRead = 0;
  let linesWritten = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (depth === 0) {
      if (character === '[') depth = 1;
    } else if (character === '\n' || character === '\r') {
      if (isInElement) out += ' ';
    } else if (depth === 1 && /[,\]}]/.test(character)) {
      isInElement = false;
      if (character !== ',') depth = 0;
    } else if (isInElement || character > ' ') {
      if (!isInElement) {
        isInElement = true;
        const ends = Math.max(hasWritten ? 1 : 0, linesRead - linesWritten);
        out += '\n'.repeat(ends);
        linesWritten += ends;
        hasWritten = true;
      }
      const string = character === '"' ? stringAt(text, at) : undefined;
      if (string === undefined) {
        out += character;
        if (/[[{]/.test(character)) depth += 1;
        else if (/[\]}]/.test(character)) depth -= 1;
      } else {
        out += string.replace(/[\r\n]/g, ' ');
        linesRead += string.split('\n').length - 1;
        at += string.length - 1;
      }
    }
    if (text.charAt(at) === '\n') linesRead += 1;
  }
  return Buffer.from(`${out}\n`, 'latin1');
}

/** A string of JSON with its quotes, or the rest of the text where it does not end. */
const stringAt = (text: string, at: number): string => {
  let end = at + 1;
  while (end < text.length && text.charAt(end) !== '"') end += text.charAt(end) === '\\' ? 2 : 1;
  return text.slice(at, end + 1);
};
