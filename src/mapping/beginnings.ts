/**
 * The first three letters of some words, looked up in bytes: a text is made of a cell only where it may begin with one of
 * the words. Words are written as `normaliseName` gives them, with three letters or more.
 */
export class Beginnings {
  readonly #firsts = new Uint8Array(256);
  readonly #codes = new Set<number>();

  constructor(words: Iterable<string>) {
    for (const word of words) {
      const [first = '', second = '', third = ''] = word;
      this.#firsts[first.charCodeAt(0)] = 1;
      this.#firsts[first.toUpperCase().charCodeAt(0)] = 1;
      this.#codes.add(codeOf(first.charCodeAt(0), second.charCodeAt(0), third.charCodeAt(0)));
    }
  }

  /** Whether one of the words may begin at this place of a text in UTF-8. Accents among the letters are let through. */
  fit(bytes: Uint8Array, at: number, end: number): boolean {
    if (at + 2 >= end) return false;
    const [first, second, third] = [bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0];
    if (this.#firsts[first] === 0) return mayBeFolded(first);
    return second >= 0x80 || third >= 0x80 || this.#codes.has(codeOf(first, second, third));
  }
}

/** Three letters without case as one number. */
const codeOf = (a: number, b: number, c: number): number => ((a | 0x20) << 16) | ((b | 0x20) << 8) | c | 0x20;

/** First bytes of marks beyond ASCII (`«`, `¡`; `“`, `—`, `•`), and of letters with accents, which a word may begin with. */
const mayBeFolded = (byte: number): boolean => byte === 0xc2 || byte === 0xe2 || (byte >= 0xc3 && byte <= 0xc5);

export const isAsciiMark = (byte: number): boolean =>
  byte < 0x30 || (byte > 0x39 && byte < 0x41) || (byte > 0x5a && byte < 0x61) || (byte > 0x7a && byte < 0x80);
