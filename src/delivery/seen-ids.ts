import { hashKey } from '../columns/key-hash.ts';

/** Of the room for hashes, how much is used before there is more. */
const fullest = 0.6;

/**
 * Ids that were seen, as hashes of 64 bits in typed arrays: 13 to 27 bytes an id, where the texts of a million ids take 100 MB. Two ids with
 * one hash are taken for one: of ten million, with a probability of 3 in a million.
 */
export class SeenIds {
  #words = new Uint32Array(2 * 1024);
  size = 0;

  add(id: string): void {
    if ((this.size + 1) * 2 > this.#words.length * fullest) this.#grow();
    const { high, low } = hashKey(id);
    // Two zeros are an empty place.
    if (put(this.#words, high, low || 1)) this.size += 1;
  }

  has(id: string): boolean {
    const { high, low } = hashKey(id);
    return !placeOf(this.#words, high, low || 1).isFree;
  }

  #grow(): void {
    const old = this.#words;
    this.#words = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 2) {
      const [high = 0, low = 0] = [old[at], old[at + 1]];
      if (high !== 0 || low !== 0) put(this.#words, high, low);
    }
  }
}

/** Whether a hash is new. */
function put(words: Uint32Array, high: number, low: number): boolean {
  const { place, isFree } = placeOf(words, high, low);
  words[place * 2] = high;
  words[place * 2 + 1] = low;
  return isFree;
}

/** The place of a hash, or the free one where it would be; zeros are a free place. */
function placeOf(words: Uint32Array, high: number, low: number): { readonly place: number; readonly isFree: boolean } {
  const places = words.length / 2;
  for (let place = (high ^ low) & (places - 1); ; place = (place + 1) & (places - 1)) {
    const [a = 0, b = 0] = [words[place * 2], words[place * 2 + 1]];
    if (a === 0 && b === 0) return { place, isFree: true };
    if (a === high && b === low) return { place, isFree: false };
  }
}
