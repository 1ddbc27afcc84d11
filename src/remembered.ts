const most = 4096;

/**
 * What was made of values that come again, by their identity (texts by what they say). When there are too many, all are forgotten: a `WeakMap` would
 * keep those that never come again until the next full garbage collection, hundreds of megabytes of them.
 */
export class Remembered<K, V> {
  readonly #known = new Map<K, V>();
  readonly #create: (key: K) => V;

  constructor(create: (key: K) => V) {
    this.#create = create;
  }

  of(key: K): V {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const value = this.#create(key);
    if (this.#known.size >= most) this.#known.clear();
    this.#known.set(key, value);
    return value;
  }
}
