import { isUtf8 } from 'node:buffer';
import type { SchemaElement } from 'hyparquet';
import { CellKind, errorCell, textCell } from '../cell-lines.ts';
import type { CellBuffer } from './cell-buffer.ts';

/** Values as the encoding PLAIN has them. */
export interface PlainValues {
  readonly bytes: Buffer;
  readonly view: DataView;
}

/** Writes the cell of a value, by where its bytes are; of nothing for an empty text. */
export type WriteCell = (from: PlainValues, at: number, length: number, to: CellBuffer) => void;

/** What a column's values are as cells, or in words what they are that cells can't be. */
export type ColumnMeaning = { readonly write: WriteCell } | { readonly unread: string };

/** A text is longer only where no table has one. */
const longestBinary = 64 * 1024;
/** Digits of a decimal: those of 256 bits are 77. */
const mostScale = 1000;
/** Whole numbers up to here are what a double holds. */
const mostExact = 2 ** 53;

/**
 * How the values of a column are written as cells. What they are is said by the logical type, or by the converted type of older files.
 *
 * @throws Error where the file says what can't be
 */
export function meaningOf(element: SchemaElement): ColumnMeaning {
  const { type, converted_type: converted, logical_type: logical, type_length: width = 0 } = element;
  if (logical?.type === 'NULL') return { write: () => {} };
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') return decimalMeaning(element);
  switch (type) {
    case 'BOOLEAN':
      return { write: writeBoolean };
    case 'INT32':
    case 'INT64':
      return { write: integerMeaning(element) };
    case 'INT96':
      return { write: writeInt96 };
    case 'FLOAT':
      return { write: ({ view }, at, _, to) => to.number(shortest(view.getFloat32(at, true))) };
    case 'DOUBLE':
      return { write: ({ view }, at, _, to) => to.number(view.getFloat64(at, true)) };
    case 'FIXED_LEN_BYTE_ARRAY':
      if (width <= 0) throw new Error(`values of ${String(width)} bytes`);
      if (converted === 'INTERVAL') return { unread: 'intervals' };
      if (logical?.type === 'UUID' && width === 16) return { write: writeUuid };
      if (logical?.type === 'FLOAT16' && width === 2) return { write: writeFloat16 };
      return { write: writeBinary };
    case 'BYTE_ARRAY':
      return byteArrayMeaning(element);
    default:
      return { unread: 'values of a type that is unknown' };
  }
}

function byteArrayMeaning({ converted_type: converted, logical_type: logical }: SchemaElement): ColumnMeaning {
  const name = logical?.type ?? converted;
  switch (name) {
    case 'STRING':
    case 'UTF8':
    case 'ENUM':
    case 'JSON':
      return { write: writeText };
    case undefined:
      return { write: writeBinary };
    default:
      return { unread: `values of type ${name}` };
  }
}

function integerMeaning(element: SchemaElement): WriteCell {
  const { type, converted_type: converted, logical_type: logical } = element;
  const isLong = type === 'INT64';
  if (logical?.type === 'DATE' || converted === 'DATE') return writeDate;
  if (logical?.type === 'TIMESTAMP') return timestampWriter(ticksOf[logical.unit], logical.isAdjustedToUTC);
  if (logical?.type === 'TIME') return timeWriter(ticksOf[logical.unit], isLong);
  // Of these, the specification says that they are in UTC.
  if (converted === 'TIMESTAMP_MILLIS') return timestampWriter(ticksOf.MILLIS, true);
  if (converted === 'TIMESTAMP_MICROS') return timestampWriter(ticksOf.MICROS, true);
  if (converted === 'TIME_MILLIS') return timeWriter(ticksOf.MILLIS, isLong);
  if (converted === 'TIME_MICROS') return timeWriter(ticksOf.MICROS, isLong);
  const isUnsigned = logical?.type === 'INTEGER' ? !logical.isSigned : converted?.startsWith('UINT') === true;
  if (isLong) return isUnsigned ? writeUint64 : writeInt64;
  return isUnsigned
    ? ({ view }, at, _, to) => to.number(view.getUint32(at, true))
    : ({ view }, at, _, to) => to.number(view.getInt32(at, true));
}

const writeDate: WriteCell = ({ view }, at, _, to) => day(view.getInt32(at, true), to);

const writeBoolean: WriteCell = ({ bytes }, at, _, to) =>
  to.text(CellKind.boolean + (bytes[at] === 1 ? 'true' : 'false'));

const writeInt64: WriteCell = ({ view }, at, _, to) => {
  const value = view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
  if (Math.abs(value) < mostExact) to.number(value);
  else to.text(exactCell(String(view.getBigInt64(at, true))));
};

const writeUint64: WriteCell = ({ view }, at, _, to) => {
  const value = view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
  if (value < mostExact) to.number(value);
  else to.text(exactCell(String(view.getBigUint64(at, true))));
};

/** The cell of a number by its digits. Long ones are texts, as the digits of an id may not change. */
const exactCell = (digits: string): string => (/\d{16}/.test(digits) ? CellKind.text : CellKind.number) + digits;

function decimalMeaning({ type, scale = 0, logical_type: logical }: SchemaElement): ColumnMeaning {
  const places = logical?.type === 'DECIMAL' ? logical.scale : scale;
  if (!(places >= 0 && places <= mostScale)) throw new Error(`a decimal with ${String(places)} places`);
  const write = (unscaled: bigint, to: CellBuffer): void => to.text(exactCell(decimalText(unscaled, places)));
  switch (type) {
    case 'INT32':
      return { write: ({ view }, at, _, to) => write(BigInt(view.getInt32(at, true)), to) };
    case 'INT64':
      return { write: ({ view }, at, _, to) => write(view.getBigInt64(at, true), to) };
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      return { write: ({ bytes }, at, length, to) => write(bigEndian(bytes, at, length), to) };
    default:
      throw new Error(`a decimal of type ${String(type)}`);
  }
}

/** A number of the two's complement of some bytes, of which the first weighs most. */
function bigEndian(bytes: Buffer, at: number, length: number): bigint {
  if (length === 0) return 0n;
  if (length > mostScale) throw new Error('a decimal is too long');
  return BigInt.asIntN(8 * length, BigInt(`0x${bytes.toString('hex', at, at + length)}`));
}

/** A decimal by its shortest digits, as numbers of workbooks are: `1.50` is 1.5. */
function decimalText(unscaled: bigint, places: number): string {
  const sign = unscaled < 0n ? '-' : '';
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(places + 1, '0');
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '');
  return sign + digits.slice(0, digits.length - places) + (places > 0 && fraction !== '' ? `.${fraction}` : '');
}

/** The double with the fewest digits that is the same single: 0.1, and not 0.10000000149011612. */
function shortest(single: number): number {
  if (Number.isInteger(single) && Math.abs(single) <= 2 ** 24) return single;
  for (let digits = 6; digits < 9; digits += 1) {
    const value = Number(single.toPrecision(digits));
    if (Math.fround(value) === single) return value;
  }
  return Number.isFinite(single) ? Number(single.toPrecision(9)) : single;
}

const writeFloat16: WriteCell = ({ view }, at, _, to) => {
  const bits = view.getUint16(at, true);
  const sign = bits >> 15 === 1 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / 1024;
  if (exponent === 0x1f) to.number(fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN);
  else to.number(exponent === 0 ? sign * 2 ** -14 * fraction : sign * 2 ** (exponent - 15) * (1 + fraction));
};

const writeUuid: WriteCell = ({ bytes }, at, _, to) => {
  const hex = bytes.toString('hex', at, at + 16);
  to.text(`${CellKind.text}${hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`);
};

const textKind = CellKind.text.charCodeAt(0);

const writeText: WriteCell = ({ bytes }, at, length, to) => {
  if (length === 0) return;
  to.reserve(length + 1);
  const target = to.bytes;
  const start = to.end + 1;
  target[to.end] = textKind;
  let isPlain = true;
  for (let i = 0; i < length; i += 1) {
    const byte = bytes[at + i] ?? 0;
    if (byte < 0x20 || byte >= 0x80) isPlain = false;
    target[start + i] = byte;
  }
  if (isPlain) {
    to.end = start + length;
    return;
  }
  const part = bytes.subarray(at, at + length);
  // The row is refused where the cell is used; a replacement character in an id would be another id.
  to.text(isUtf8(part) ? textCell(part.toString()) : errorCell(part.toString('latin1')));
};

/** Bytes that nothing is said of: writers of old leave out that they are texts. */
const writeBinary: WriteCell = (from, at, length, to) => {
  const isText = length <= longestBinary && isUtf8(from.bytes.subarray(at, at + length));
  if (isText) writeText(from, at, length, to);
  else to.text(errorCell(`${String(length)} bytes`));
};

/** Parts of a second. */
const ticksOf = { MILLIS: 1000, MICROS: 1_000_000, NANOS: 1_000_000_000 } as const;
type Ticks = (typeof ticksOf)[keyof typeof ticksOf];

const secondsOfDay = 86_400;
const dash = 0x2d;
const colon = 0x3a;

/** The cell of a day, by the days since 1970. */
function day(days: number, to: CellBuffer): void {
  const date = new Date(days * secondsOfDay * 1000);
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) {
    // No calendar has it: readers of dates say so.
    to.text(`${CellKind.date}day ${String(days)}`);
    return;
  }
  to.text(CellKind.date);
  to.digits(year, 4);
  to.byte(dash);
  to.digits(date.getUTCMonth() + 1, 2);
  to.byte(dash);
  to.digits(date.getUTCDate(), 2);
}

/** Hours, minutes and seconds, with the parts of a second where there are some. */
function clock(seconds: number, part: number, ticks: Ticks, to: CellBuffer): void {
  to.digits(Math.floor(seconds / 3600), 2);
  to.byte(colon);
  to.digits(Math.floor(seconds / 60) % 60, 2);
  to.byte(colon);
  to.digits(seconds % 60, 2);
  if (part === 0) return;
  const digits = String(ticks + part).slice(1);
  to.text(`.${digits.replace(/0+$/, '')}`);
}

const timestampWriter =
  (ticks: Ticks, isUtc: boolean): WriteCell =>
  ({ view }, at, _, to) => {
    timestamp(view.getBigInt64(at, true), ticks, to);
    if (isUtc) to.text('Z');
  };

function timestamp(value: bigint, ticks: Ticks, to: CellBuffer): void {
  const perDay = BigInt(secondsOfDay) * BigInt(ticks);
  const days = value / perDay - (value % perDay < 0n ? 1n : 0n);
  const rest = Number(value - days * perDay);
  day(Number(days), to);
  to.text('T');
  clock(Math.floor(rest / ticks), rest % ticks, ticks, to);
}

const timeWriter =
  (ticks: Ticks, isLong: boolean): WriteCell =>
  ({ view }, at, _, to) => {
    const value = isLong ? Number(view.getBigInt64(at, true)) : view.getInt32(at, true);
    to.text(CellKind.text);
    if (value >= 0 && value <= secondsOfDay * ticks) clock(Math.floor(value / ticks), value % ticks, ticks, to);
    else to.text(String(value));
  };

const julianDayOf1970 = 2_440_588;

/** Nanoseconds of a day and its Julian number, as Impala, Hive and Spark write timestamps; none says which time zone. */
const writeInt96: WriteCell = ({ view }, at, _, to) => {
  const nanoseconds = Number(view.getBigInt64(at, true));
  const days = view.getUint32(at + 8, true) - julianDayOf1970;
  const extra = Math.floor(nanoseconds / (secondsOfDay * ticksOf.NANOS));
  const rest = nanoseconds - extra * secondsOfDay * ticksOf.NANOS;
  day(days + extra, to);
  to.text('T');
  clock(Math.floor(rest / ticksOf.NANOS), rest % ticksOf.NANOS, ticksOf.NANOS, to);
};
