const newline = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;

/** Line feeds in `bytes` from `start` up to `end`. */
export function countNewlines(bytes: Buffer, start: number, end: number): number {
  let count = 0;
  for (let at = bytes.indexOf(newline, start); at !== -1 && at < end; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
}

/** Where the line that holds `start` ends, after its line feed. */
export function lineEnd(bytes: Buffer, start: number): number {
  const at = bytes.indexOf(newline, start);
  return at === -1 ? bytes.length : at + 1;
}

/** Where the next line with something on it starts. */
export function skipBlankLines(bytes: Buffer, from: number): number {
  let start = from;
  for (let i = from; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (byte === newline) start = i + 1;
    else if (byte !== carriageReturn && byte !== space) break;
  }
  return start;
}
