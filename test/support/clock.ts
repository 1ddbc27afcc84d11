import type { Wait } from '../../src/api/wait.ts';

/** Time that passes only while everybody waits. */
export class Clock {
  #now = Date.UTC(2026, 0, 15, 3);
  readonly #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  readonly now = (): number => this.#now;

  readonly wait: Wait = async (delayMs) => {
    await this.sleep(delayMs);
    return 'waited';
  };

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#sleepers.push({ at: this.#now + ms, wake: resolve });
    });
  }

  /** Lets time pass until something has come to its end. */
  async until<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const ending = work.finally(() => {
      isOver = true;
    });
    // Its failure is that of the caller, below.
    ending.catch(() => {});
    for (let idle = 0; ;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isOver) return ending;
      idle += 1;
      if (idle < 3) continue;
      idle = 0;
      this.#sleepers.sort((a, b) => a.at - b.at);
      const next = this.#sleepers.shift();
      if (next === undefined) throw new Error('nobody waits for time, and nothing happens');
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
  }
}
