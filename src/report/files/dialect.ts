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

/** Makes the function that turns text into bytes; a byte order mark goes before the first. */
export function createEncoder({ encoding, hasMark }: Dialect): (text: string) => Buffer {
  const encode = encoderOf(encoding);
  let isFirst = hasMark;
  return (text) => {
    const bytes = encode(isFirst ? `\ufeff${text}` : text);
    isFirst = false;
    return bytes;
  };
}

function encoderOf(label: string): (text: string) => Buffer {
  if (label === 'utf-16le') return (text) => Buffer.from(text, 'utf16le');
  if (label === 'utf-16be') return (text) => Buffer.from(text, 'utf16le').swap16();
  const table = label === 'utf-8' ? undefined : singleByteTable(label);
  if (table === undefined) return (text) => Buffer.from(text);
  // What the encoding lacks can only be of our own messages: the input's characters all came out of it.
  const substitute = 0x3f;
  return (text) => Buffer.from(Array.from(text, (character) => table.get(character) ?? substitute));
}
