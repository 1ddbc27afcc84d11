import type { Encoding, SchemaElement } from 'hyparquet';
import { deltaBinaryUnpack } from 'hyparquet/src/delta.js';
import { byteStreamSplit } from 'hyparquet/src/encoding.js';
import type { PlainValues } from './cell-writers.ts';
import { Runs } from './runs.ts';

/** What a page may hold that has to be decoded at once. */
const most = { values: 8 * 1024 * 1024, bytes: 128 * 1024 * 1024 } as const;
const mostMiniblocks = 1024;

/** A page that takes more memory than there is for it. */
export class PageTooLarge extends Error {}

/** Bytes of a value, by the type of a column; 0 where each value says how long it is. */
export function widthOf({ type, type_length: width = 0 }: SchemaElement): number {
  switch (type) {
    case 'BOOLEAN':
      return 1;
    case 'INT32':
    case 'FLOAT':
      return 4;
    case 'INT64':
    case 'DOUBLE':
      return 8;
    case 'INT96':
      return 12;
    case 'FIXED_LEN_BYTE_ARRAY':
      return width;
    default:
      return 0;
  }
}

/** Values of bytes, as they are. */
export const valuesOf = (bytes: Buffer): PlainValues => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
});

/**
 * The values of a page in the encoding PLAIN, whatever encoding they are in: values of a fixed width one after the other (truth
 * values a byte each), others after their length in four bytes.
 *
 * @param countOf says how many there are
 * @throws PageTooLarge when there are too many, Error when there are fewer
 */
export function plainValues(
  bytes: Buffer,
  encoding: Encoding,
  countOf: () => number,
  element: SchemaElement,
): PlainValues {
  const { type } = element;
  if (encoding === 'PLAIN' && type !== 'BOOLEAN') return valuesOf(bytes);
  const count = countOf();
  if (count > most.values) throw new PageTooLarge();
  switch (encoding) {
    case 'PLAIN':
      return truths(new Runs(packed(bytes, count), 0, Number.POSITIVE_INFINITY, 1), count);
    case 'RLE':
      if (type === 'BOOLEAN') return truths(new Runs(bytes, 4, 4 + bytes.readUInt32LE(0), 1), count);
      break;
    case 'DELTA_BINARY_PACKED':
      return ofArray(
        unpack(readerOf(bytes), count, type === 'INT64' ? new BigInt64Array(count) : new Int32Array(count)),
      );
    case 'DELTA_LENGTH_BYTE_ARRAY':
      return deltaLengths(bytes, count);
    case 'DELTA_BYTE_ARRAY':
      return deltaBytes(bytes, count, widthOf(element) === 0);
    case 'BYTE_STREAM_SPLIT':
      return split(bytes, count, element);
    default:
  }
  throw new Error(`its encoding ${encoding} is not known`);
}

type Reader = Parameters<typeof deltaBinaryUnpack>[0];

const readerOf = (bytes: Buffer): Reader => ({ view: valuesOf(bytes).view, offset: 0 });

const ofArray = ({ buffer, byteOffset, byteLength }: Int32Array | BigInt64Array): PlainValues =>
  valuesOf(Buffer.from(buffer, byteOffset, byteLength));

/** Bits without the head of a run, as one. */
function packed(bytes: Buffer, count: number): Buffer {
  const groups = Math.ceil(count / 8);
  if (bytes.length < groups) throw new Error('a page has fewer values than it says');
  const head: number[] = [];
  let rest = groups * 2 + 1;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) head.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([...head, rest]), bytes.subarray(0, groups)]);
}

function truths(runs: Runs, count: number): PlainValues {
  const bytes = Buffer.alloc(count);
  runs.read(bytes, count);
  return valuesOf(bytes);
}

function unpack<A extends Int32Array | BigInt64Array>(reader: Reader, count: number, target: A): A {
  if (count === 0 && reader.offset >= reader.view.byteLength) return target;
  // hyparquet makes room for as many as the page claims.
  let at = reader.offset;
  while (reader.view.getUint8(at) >= 0x80) at += 1;
  if (reader.view.getUint8(at + 1) >= 0x80 && reader.view.getUint8(at + 2) >= mostMiniblocks / 0x80) {
    throw new Error('a block has too many parts');
  }
  deltaBinaryUnpack(reader, count, target);
  return target;
}

function deltaLengths(bytes: Buffer, count: number): PlainValues {
  const reader = readerOf(bytes);
  const lengths = unpack(reader, count, new Int32Array(count));
  return joined(new Int32Array(count), lengths, bytes.subarray(reader.offset), true);
}

function deltaBytes(bytes: Buffer, count: number, hasLengths: boolean): PlainValues {
  const reader = readerOf(bytes);
  const prefixes = unpack(reader, count, new Int32Array(count));
  const lengths = unpack(reader, count, new Int32Array(count));
  return joined(prefixes, lengths, bytes.subarray(reader.offset), hasLengths);
}

/** Values of which each begins as the one before does. */
function joined(prefixes: Int32Array, lengths: Int32Array, rest: Buffer, hasLengths: boolean): PlainValues {
  const head = hasLengths ? 4 : 0;
  let total = 0;
  for (const [index, length] of lengths.entries()) total += head + length + (prefixes[index] ?? 0);
  if (total > most.bytes) throw new PageTooLarge();
  const target = Buffer.alloc(Math.max(0, total));
  let at = 0;
  let from = 0;
  let last = 0;
  let lastLength = 0;
  for (const [index, length] of lengths.entries()) {
    const prefix = prefixes[index] ?? 0;
    if (length < 0 || prefix < 0 || prefix > lastLength || from + length > rest.length) {
      throw new Error('a text is longer than the page');
    }
    if (hasLengths) target.writeUInt32LE(prefix + length, at);
    target.copyWithin(at + head, last, last + prefix);
    rest.copy(target, at + head + prefix, from, from + length);
    last = at + head;
    lastLength = prefix + length;
    at = last + lastLength;
    from += length;
  }
  return valuesOf(target);
}

function split(bytes: Buffer, count: number, element: SchemaElement): PlainValues {
  const width = widthOf(element);
  if (element.type === undefined || count * width > bytes.length) {
    throw new Error('a page has fewer values than it says');
  }
  const values = byteStreamSplit(readerOf(bytes), count, element.type, width);
  if (!Array.isArray(values)) return valuesOf(Buffer.from(values.buffer, values.byteOffset, values.byteLength));
  return valuesOf(Buffer.concat(values as Uint8Array[]));
}
