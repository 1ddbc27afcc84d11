/** A 64-bit hash as two unsigned 32-bit halves. */
export interface KeyHash {
  readonly high: number;
  readonly low: number;
}

/**
 * Hashes a text: two multiplicative 32-bit streams over its UTF-16 units, each finished with the avalanche steps of
 * MurmurHash3. Not cryptographic; callers that rely on equality must compare the texts.
 */
export function hashKey(text: string): KeyHash {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x5bd1e995) + (low >>> 15);
  }
  return { high: finish(high ^ text.length), low: finish(low ^ high) };
}

function finish(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
