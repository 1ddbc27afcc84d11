const windowMs = 10_000;
const sampleEveryMs = 500;

/** How fast a count has grown in the last ten seconds. */
export class RecentRate {
  readonly #samples: { readonly at: number; readonly value: number }[];

  constructor(at: number) {
    this.#samples = [{ at, value: 0 }];
  }

  /** Growth a second up to now. */
  perSecond(at: number, value: number): number {
    const last = this.#samples.at(-1);
    if (last === undefined || at - last.at >= sampleEveryMs) this.#samples.push({ at, value });
    // The oldest one may be older than the window: between it and the next lies the window's beginning.
    while ((this.#samples[1]?.at ?? at) < at - windowMs) this.#samples.shift();
    const [oldest] = this.#samples;
    if (oldest === undefined || at <= oldest.at) return 0;
    return (1000 * (value - oldest.value)) / (at - oldest.at);
  }
}
