/** Lines of bytes: LF, CRLF, or CR alone end one. */

const lf = 0x0a;
const cr = 0x0d;

/** Line ends from `start` up to `end`. */
export function countLines(bytes: Buffer, end: number, start = 0): number {
  let count = 0;
  for (let at = start; at < end; at += 1) {
    if (bytes[at] === lf || (bytes[at] === cr && bytes[at + 1] !== lf)) count += 1;
  }
  return count;
}

/** Where the line that holds `start` ends, after its line end. */
export function lineEnd(bytes: Buffer, start: number): number {
  for (let at = start; at < bytes.length; at += 1) {
    if (bytes[at] === lf) return at + 1;
    if (bytes[at] === cr) return bytes[at + 1] === lf ? at + 2 : at + 1;
  }
  return bytes.length;
}

/** Where the next line with something other than spaces on it starts. */
export function skipBlankLines(bytes: Buffer, from: number): number {
  let start = from;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === lf || byte === cr) start = at + 1;
    else if (![0x20, 0x09, 0x0b, 0x0c].includes(byte)) break;
  }
  return start;
}
