const newline = 0x0a;
const carriageReturn = 0x0d;
/** Space, tab, vertical tab and form feed: a line of nothing else, or of other white space, is blank. */
const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0b || byte === 0x0c;

/**
 * Bytes of the white space at a place that is not of ASCII, in UTF-8: U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F,
 * U+205F, U+3000, U+FEFF; 0 where there is none.
 */
export function wideSpaceAt(bytes: Uint8Array, at: number): 0 | 2 | 3 {
  const second = bytes[at + 1] ?? 0;
  const third = bytes[at + 2] ?? 0;
  switch (bytes[at]) {
    case 0xc2:
      return second === 0xa0 ? 2 : 0;
    case 0xe1:
      return second === 0x9a && third === 0x80 ? 3 : 0;
    case 0xe2:
      if (second === 0x81) return third === 0x9f ? 3 : 0;
      if (second !== 0x80) return 0;
      return (third >= 0x80 && third <= 0x8a) || third === 0xa8 || third === 0xa9 || third === 0xaf ? 3 : 0;
    case 0xe3:
      return second === 0x80 && third === 0x80 ? 3 : 0;
    case 0xef:
      return second === 0xbb && third === 0xbf ? 3 : 0;
    default:
      return 0;
  }
}

export const endsInWideSpace = (bytes: Uint8Array, end: number): boolean =>
  wideSpaceAt(bytes, end - 2) === 2 || wideSpaceAt(bytes, end - 3) === 3;

/** Line ends in `bytes` from `start` up to `end`: LF, CRLF, or CR alone, each one line. */
export function countLines(bytes: Buffer, start: number, end: number): number {
  const part = bytes.subarray(start, end);
  let count = 0;
  for (let at = part.indexOf(newline); at !== -1; at = part.indexOf(newline, at + 1)) count += 1;
  for (let at = part.indexOf(carriageReturn); at !== -1; at = part.indexOf(carriageReturn, at + 1)) {
    if (bytes[start + at + 1] !== newline) count += 1;
  }
  return count;
}

/** Where the line that holds `start` ends, after its line end. */
export function lineEnd(bytes: Buffer, start: number): number {
  const lf = bytes.indexOf(newline, start);
  const line = lf === -1 ? bytes.subarray(start) : bytes.subarray(start, lf);
  const cr = line.indexOf(carriageReturn);
  if (cr === -1 || start + cr + 1 === lf) return lf === -1 ? bytes.length : lf + 1;
  return start + cr + 1;
}

/** Where the last whole line of the bytes ends; 0 when there is none. A CR at the very end may be half a CRLF. */
export function lastLineEnd(bytes: Buffer): number {
  const lf = bytes.lastIndexOf(newline);
  if (lf !== -1) return lf + 1;
  return bytes.subarray(0, -1).lastIndexOf(carriageReturn) + 1;
}

/** Where the next line with something on it starts. */
export function skipBlankLines(bytes: Buffer, from: number): number {
  let start = from;
  for (let i = from; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (byte === newline || byte === carriageReturn) start = i + 1;
    else if (!isSpace(byte)) {
      const width = wideSpaceAt(bytes, i);
      if (width === 0) break;
      i += width - 1;
    }
  }
  return start;
}
