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
    const [high, low] = hash64(id);
    if (put(this.#words, high, low)) this.size += 1;
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

/** Whether a hash is new; zeros are an empty place. */
function put(words: Uint32Array, high: number, low: number): boolean {
  const places = words.length / 2;
  for (let place = (high ^ low) & (places - 1); ; place = (place + 1) & (places - 1)) {
    const [a = 0, b = 0] = [words[place * 2], words[place * 2 + 1]];
    if (a === high && b === low) return false;
    if (a !== 0 || b !== 0) continue;
    words[place * 2] = high;
    words[place * 2 + 1] = low;
    return true;
  }
}

/** Two streams over the units of a text, each with the last steps of MurmurHash3; never two zeros. */
function hash64(text: string): readonly [number, number] {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x5bd1e995) + (low >>> 15);
  }
  return [finish(high ^ text.length), finish(low ^ high) || 1];
}

function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
