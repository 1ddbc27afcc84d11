const newline = 0x0a;
const carriageReturn = 0x0d;
/** Space, tab, vertical tab and form feed: a line of nothing else is blank. */
const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0b || byte === 0x0c;

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
    else if (!isSpace(byte)) break;
  }
  return start;
}
