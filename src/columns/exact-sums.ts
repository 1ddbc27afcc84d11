/**
 * Sums of doubles that do not depend on the order in which numbers are added, nor on how they are split between tables: after
 * Demmel and Nguyen, "Parallel Reproducible Summation" (2015).
 *
 * A number is divided into a whole number, a multiple of 2^-30 and a multiple of 2^-60, each of which is added up without
 * rounding; what is below 2^-60 is left out, of each number in the same way. A sum is rounded once, when it is asked for. It is
 * exact for numbers from 2^-7 on, as these have no bits below 2^-60, while it is below 2^52.
 */
const parts = 3;
/** Adding and subtracting this rounds a number to a whole one; to a multiple of 2^-30; of 2^-60. */
const wholes = 1.5 * 2 ** 52;
const thirtieths = 1.5 * 2 ** 22;
const sixtieths = 1.5 * 2 ** -8;
/** The parts hold so many additions and more before what is too much for them has to be passed on. */
const carryAfter = 1 << 22;

/** A growing table of sums, by number. */
export class ExactSums {
  #parts: Float64Array = new Float64Array(parts * 8);
  #size = 0;
  #additions = 0;

  /** Makes room for sums; returns the number of the first. */
  allocate(count: number): number {
    const first = this.#size;
    this.#size += count;
    if (this.#size * parts > this.#parts.length) {
      const larger = new Float64Array(Math.max(this.#parts.length * 2, this.#size * parts));
      larger.set(this.#parts);
      this.#parts = larger;
    }
    return first;
  }

  add(sum: number, value: number): void {
    const table = this.#parts;
    const at = sum * parts;
    const whole = value + wholes - wholes;
    const rest = value - whole;
    const middle = rest + thirtieths - thirtieths;
    const low = rest - middle + sixtieths - sixtieths;
    table[at] = (table[at] ?? 0) + whole;
    table[at + 1] = (table[at + 1] ?? 0) + middle;
    table[at + 2] = (table[at + 2] ?? 0) + low;
    this.#count(1);
  }

  /**
   * Adds the numbers of some rows, each to a sum of its own: that with the number `groups[i] * stride + place`.
   *
   * @returns whether one of the numbers was NaN; these are left out
   */
  addEach(
    values: Float64Array,
    { rows, groups, count }: { readonly rows: Int32Array; readonly groups: Int32Array; readonly count: number },
    stride: number,
    place: number,
  ): boolean {
    const table = this.#parts;
    let hasNaN = false;
    for (let i = 0; i < count; i += 1) {
      const value = values[rows[i] ?? 0] ?? 0;
      const whole = value + wholes - wholes;
      const rest = value - whole;
      const middle = rest + thirtieths - thirtieths;
      const low = rest - middle + sixtieths - sixtieths;
      if (Number.isNaN(value)) {
        hasNaN = true;
        continue;
      }
      const at = ((groups[i] ?? 0) * stride + place) * parts;
      table[at] = (table[at] ?? 0) + whole;
      table[at + 1] = (table[at + 1] ?? 0) + middle;
      table[at + 2] = (table[at + 2] ?? 0) + low;
    }
    this.#count(count);
    return hasNaN;
  }

  /** Adds a sum of another table, whose carries have been passed on. */
  addSum(sum: number, other: ExactSums, from: number): void {
    for (let part = 0; part < parts; part += 1) {
      const at = sum * parts + part;
      this.#parts[at] = (this.#parts[at] ?? 0) + (other.#parts[from * parts + part] ?? 0);
    }
    this.#count(1);
  }

  /** The sum, rounded to the nearest double; infinite where it is too large for one. */
  valueOf(sum: number): number {
    const whole = this.#parts[sum * parts] ?? 0;
    if (!Number.isFinite(whole)) return whole;
    return Number(this.#exact(sum)) * 2 ** -60;
  }

  /** What a sum is more than another one, rounded once. */
  difference(sum: number, less: number): number {
    const whole = (this.#parts[sum * parts] ?? 0) - (this.#parts[less * parts] ?? 0);
    if (!Number.isFinite(whole)) return whole;
    return Number(this.#exact(sum) - this.#exact(less)) * 2 ** -60;
  }

  /** A sum in units of 2^-60. */
  #exact(sum: number): bigint {
    const [whole = 0, middle = 0, low = 0] = this.#parts.subarray(sum * parts, (sum + 1) * parts);
    return (BigInt(whole) << 60n) + (BigInt(middle * 2 ** 30) << 30n) + BigInt(low * 2 ** 60);
  }

  /** Forgets all sums. */
  clear(): void {
    this.#parts.fill(0);
    this.#size = 0;
    this.#additions = 0;
  }

  #count(additions: number): void {
    this.#additions += additions;
    if (this.#additions >= carryAfter) this.carry();
  }

  /** Passes on what has become too much for a part. */
  carry(): void {
    const table = this.#parts;
    this.#additions = 0;
    for (let at = 0; at < this.#size * parts; at += parts) {
      const middle = (table[at + 2] ?? 0) + thirtieths - thirtieths;
      table[at + 2] = (table[at + 2] ?? 0) - middle;
      const all = (table[at + 1] ?? 0) + middle;
      const whole = all + wholes - wholes;
      table[at + 1] = all - whole;
      table[at] = (table[at] ?? 0) + whole;
    }
  }
}
