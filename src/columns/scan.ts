/**
 * Finds bytes four at a time. A byte of `word - lanes` has its upper bit set where the word's byte was lower than that of
 * `lanes` (or comes after such a byte, which is why only the first counts) or was above 0x7f, which `~word` excludes.
 */
const upperBits = 0x80808080 | 0;
const ones = 0x01010101;

/** Repeats a byte four times. */
export const lanesOf = (byte: number): number => Math.imul(byte, ones);

const firstByteOf = (found: number): number => (31 - Math.clz32(found & -found)) >> 3;

/** Where the first byte from `at` on is that is below a byte up to 0x80, or equals another one. There must be one. */
export function findBelowOrEqual(view: DataView, at: number, below: number, equal: number): number {
  for (let i = at; ; i += 4) {
    const word = view.getInt32(i, true);
    const other = word ^ equal;
    const found = (((word - below) & ~word) | ((other - ones) & ~other)) & upperBits;
    if (found !== 0) return i + firstByteOf(found);
  }
}

/** Where the first byte from `at` on is that equals a byte. There must be one. */
export function findEqual(view: DataView, at: number, equal: number): number {
  for (let i = at; ; i += 4) {
    const word = view.getInt32(i, true) ^ equal;
    const found = (word - ones) & ~word & upperBits;
    if (found !== 0) return i + firstByteOf(found);
  }
}

/** Keeps the first 0 to 3 bytes of a little-endian word. */
const masks = Int32Array.of(0, 0xff, 0xffff, 0xffffff);

/** The four bytes at a position, those from `end` on as zero. Up to three bytes after `end` are read. */
export const wordAt = (view: DataView, at: number, end: number): number => {
  const word = view.getInt32(at, true);
  return end - at >= 4 ? word : word & (masks[end - at] ?? 0);
};

/** A 32-bit hash of a range, not cryptographic. */
export function hashBytes(view: DataView, start: number, end: number, seed = 0): number {
  let hash = seed ^ (end - start);
  for (let i = start; i < end; i += 4) hash = mix(hash, wordAt(view, i, end));
  return hash;
}

export function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
