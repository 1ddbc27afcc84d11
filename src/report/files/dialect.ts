import { formats } from '../../input/formats.ts';
import type { PlannedInput } from '../../pipeline/plan.ts';

/** How a CSV file is written: as the input is, so that its user's programs read it. */
export interface Dialect {
  readonly delimiter: string;
  readonly lineEnd: string;
  readonly decimal: '.' | ',';
  /** WHATWG label. */
  readonly encoding: string;
  readonly hasMark: boolean;
}

/** RFC 4180 as most programs write it. */
export const plainDialect: Dialect = { delimiter: ',', lineEnd: '\n', decimal: '.', encoding: 'utf-8', hasMark: false };

/** The dialect of the first input; of several, what they have in common, and UTF-8 where their encodings differ. */
export function dialectOf(inputs: readonly PlannedInput[]): Dialect {
  const [first] = inputs;
  if (first === undefined || !formats[first.input.table.format].hasDelimiter) return plainDialect;
  const { table, encoding } = first.input;
  const isShared = inputs.every(({ input }) => input.encoding.label === encoding.label);
  return {
    delimiter: table.delimiter,
    lineEnd: table.lineEnd,
    decimal: first.conventions.decimal,
    encoding: isShared && canEncode(encoding.label) ? encoding.label : 'utf-8',
    hasMark: encoding.hasMark,
  };
}

const unicode: ReadonlySet<string> = new Set(['utf-8', 'utf-16le', 'utf-16be']);

/** Encodings with more than one byte a character, other than Unicode's, can be read but not written. */
const canEncode = (label: string): boolean => unicode.has(label) || singleByteTable(label) !== undefined;

/** Byte by character of an encoding with one byte a character; `undefined` when it is not one. */
function singleByteTable(label: string): ReadonlyMap<string, number> | undefined {
  const table = new Map<string, number>();
  for (let byte = 0; byte < 256; byte += 1) {
    // A fresh decoder for each byte, used as a stream: Node 20 decodes windows-1252 wrongly in one go.
    const character = new TextDecoder(label).decode(Uint8Array.of(byte), { stream: true });
    if (character.length === 1 && character !== '\ufffd') table.set(character, byte);
  }
  return table.size > 200 ? table : undefined;
}

/** Turns text into the bytes of a file. */
export interface Encoder {
  text(text: string): Uint8Array;
  /** UTF-8 bytes that are whole characters, as the file has them; they may be used until the next call. */
  utf8(bytes: Uint8Array, start: number, end: number): Uint8Array;
  /** What comes at the end of the file. */
  end?(): Uint8Array;
}

/** Makes what turns text into bytes; a byte order mark goes before the first. */
export function createEncoder({ encoding, hasMark }: Dialect): Encoder {
  const encoder = encoderOf(encoding);
  let isFirst = hasMark;
  const withMark = (bytes: Uint8Array): Uint8Array => {
    if (!isFirst) return bytes;
    isFirst = false;
    return Buffer.concat([encoder.text('\ufeff'), bytes]);
  };
  return {
    text: (text) => withMark(encoder.text(text)),
    utf8: (bytes, start, end) => withMark(encoder.utf8(bytes, start, end)),
  };
}

/** UTF-8 as it is. */
export const utf8Encoder: Encoder = {
  text: (text) => Buffer.from(text),
  utf8: (bytes, start, end) => bytes.subarray(start, end),
};

function encoderOf(label: string): Encoder {
  if (label === 'utf-16le') return ofText((text) => Buffer.from(text, 'utf16le'));
  if (label === 'utf-16be') return ofText((text) => Buffer.from(text, 'utf16le').swap16());
  const table = label === 'utf-8' ? undefined : singleByteTable(label);
  return table === undefined ? utf8Encoder : ofTable(table);
}

const ofText = (encode: (text: string) => Buffer): Encoder => ({
  text: encode,
  utf8: (bytes, start, end) => encode(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString()),
});

/** What an encoding lacks can only be of our own messages: the input's characters all came out of it. */
const substitute = 0x3f;

/** Bytes of UTF-8 become one byte a character, without a text between them. */
function ofTable(table: ReadonlyMap<string, number>): Encoder {
  const byteOf = new Uint8Array(0x10000).fill(substitute);
  for (const [character, byte] of table) byteOf[character.charCodeAt(0)] = byte;
  let encoded = new Uint8Array(0);
  const utf8 = (bytes: Uint8Array, start: number, end: number): Uint8Array => {
    if (encoded.length < end - start) encoded = new Uint8Array(end - start);
    let length = 0;
    for (let i = start; i < end; length += 1) {
      const first = bytes[i] ?? 0;
      if (first < 0x80) {
        encoded[length] = first;
        i += 1;
      } else if (first < 0xe0) {
        encoded[length] = byteOf[((first & 0x1f) << 6) | ((bytes[i + 1] ?? 0) & 0x3f)] ?? substitute;
        i += 2;
      } else if (first < 0xf0) {
        const rest = (((bytes[i + 1] ?? 0) & 0x3f) << 6) | ((bytes[i + 2] ?? 0) & 0x3f);
        encoded[length] = byteOf[((first & 0x0f) << 12) | rest] ?? substitute;
        i += 3;
      } else {
        encoded[length] = substitute;
        i += 4;
      }
    }
    return encoded.subarray(0, length);
  };
  return {
    text: (text) => {
      const bytes = Buffer.from(text);
      return Uint8Array.from(utf8(bytes, 0, bytes.length));
    },
    utf8,
  };
}
