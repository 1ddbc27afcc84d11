import { isUtf8 } from 'node:buffer';
import { inputError, usageError } from '../errors.ts';
import { quote } from '../issues.ts';
import { countLines } from './lines.ts';

/** How the bytes of an input become text. */
export interface Encoding {
  /** The WHATWG name: `utf-8`, `windows-1252`, `utf-16le`, ... */
  readonly label: string;
  /** Whether the input begins with a byte order mark. */
  readonly hasMark: boolean;
  /** Why this one. */
  readonly reason: 'option' | 'byte order mark' | 'valid UTF-8' | 'not UTF-8' | 'workbook' | 'Parquet';
  /** The first line that is not UTF-8, where that is the reason. */
  readonly evidence?: { readonly line: number; readonly bytes: string };
}

const marks = [
  { label: 'utf-8', bytes: Buffer.from([0xef, 0xbb, 0xbf]) },
  { label: 'utf-16le', bytes: Buffer.from([0xff, 0xfe]) },
  { label: 'utf-16be', bytes: Buffer.from([0xfe, 0xff]) },
] as const;

/** The byte order mark of UTF-8. */
export const utf8Mark = marks[0].bytes;
export const utf8MarkBytes = utf8Mark.length;

/** The character that a decoder puts where it can't decode. */
export const replacementCharacter = '\ufffd';

/**
 * Decides how an input is decoded: as asked, by its byte order mark, as UTF-8 if it is that, else as windows-1252.
 *
 * @param sample the first bytes of the input
 * @param isWhole whether nothing follows
 * @throws RunError (exit 2) for an unknown label, (exit 3) for what is not text
 */
export function detectEncoding(path: string, sample: Buffer, isWhole: boolean, requested?: string): Encoding {
  const mark = marks.find(({ bytes }) => sample.subarray(0, bytes.length).equals(bytes));
  if (requested !== undefined) {
    const label = readLabel(requested);
    return { label, hasMark: mark?.label === label, reason: 'option' };
  }
  if (mark !== undefined) return { label: mark.label, hasMark: true, reason: 'byte order mark' };
  refuseBinary(path, sample);
  const complete = isWhole ? sample : withoutPartialCharacter(sample);
  if (isUtf8(complete)) return { label: 'utf-8', hasMark: false, reason: 'valid UTF-8' };
  return { label: 'windows-1252', hasMark: false, reason: 'not UTF-8', evidence: findInvalid(complete) };
}

function readLabel(text: string): string {
  try {
    return new TextDecoder(text).encoding;
  } catch {
    throw usageError(
      'ENCODING_UNKNOWN',
      `there is no encoding ${quote(text)}`,
      'use a WHATWG label such as utf-8, windows-1252, iso-8859-15, utf-16le',
    );
  }
}

function refuseBinary(path: string, sample: Buffer): void {
  if (sample.subarray(0, 2).toString('latin1') === 'PK') {
    throw inputError('INPUT_NOT_TEXT', `${path} is a ZIP file or an Excel workbook`, 'save the sheet as "CSV UTF-8"');
  }
  if (isFullOfNul(sample)) {
    const isWide = sample.length > 3 && (sample[0] === 0) !== (sample[1] === 0);
    throw inputError(
      'INPUT_NOT_TEXT',
      `${path} is not a text file: it contains NUL bytes`,
      isWide
        ? `it looks like UTF-16 without a byte order mark: --encoding ${sample[0] === 0 ? 'utf-16be' : 'utf-16le'}`
        : 'if it is UTF-16 text, say so: --encoding utf-16le',
    );
  }
  const controls = sample.subarray(0, 4096).filter((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x1b)).length;
  if (controls > 4 && controls * 50 > Math.min(sample.length, 4096)) {
    throw inputError('INPUT_NOT_TEXT', `${path} is not a text file: it is full of control characters`);
  }
}

/** Whether NUL bytes are in the first line, or in over half of all: a few damaged rows are refused alone. */
function isFullOfNul(sample: Buffer): boolean {
  if (!sample.includes(0)) return false;
  const lines = sample.toString('latin1').split(/[\r\n]+/);
  const damaged = lines.filter((line) => line.includes('\0')).length;
  return lines[0]?.includes('\0') === true || damaged * 2 > lines.length;
}

/** Up to three bytes at the end may belong to a character that the sample cuts. */
function withoutPartialCharacter(sample: Buffer): Buffer {
  for (let back = 1; back <= 3 && back <= sample.length; back += 1) {
    const byte = sample[sample.length - back] ?? 0;
    if (byte < 0x80) return sample;
    if (byte >= 0xc0) return sample.subarray(0, sample.length - back);
  }
  return sample;
}

/** The first line with bytes that are not UTF-8, and the first of them. */
function findInvalid(sample: Buffer): { line: number; bytes: string } {
  const at = firstInvalid(sample);
  const byte = (sample[at] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  return { line: 1 + countLines(sample, 0, at), bytes: `byte 0x${byte}` };
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

/**
 * Decodes a stream to UTF-8. What can't be decoded becomes U+FFFD, which the row readers refuse at its line.
 *
 * The decoder must be used as a stream: Node 20 decodes windows-1252 wrongly in one go (0x80 becomes U+0080).
 */
export async function* decode(chunks: AsyncIterable<Buffer>, label: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(label);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}
