import { longestRetryAfterMs } from './retry.ts';
import type { Wait } from '../api/wait.ts';

/** What a call told of how busy the API is. */
export type Load = 'normal' | 'busy';

export interface ThrottleOptions {
  /** Calls that may be in flight at the same time. */
  readonly most: number;
  /** Calls that may begin in a minute, evenly; none: unlimited. */
  readonly callsPerMinute: number | undefined;
  readonly now: () => number;
  readonly wait: Wait;
}

/**
 * Lets calls begin: as many at once as the API bears, no faster than the user allows, and none while the API has asked to
 * wait, whichever call it was that was told so. The number at once is halved when the API is busy and grows by one with each
 * call that is answered (additive increase, multiplicative decrease).
 */
export class Throttle {
  readonly #options: ThrottleOptions;
  readonly #intervalMs: number;
  readonly #waiting: (() => void)[] = [];
  #limit: number;
  #active = 0;
  #nextAt = 0;
  #resumeAt = 0;
  #lastDecrease = -Infinity;

  constructor(options: ThrottleOptions) {
    this.#options = options;
    this.#limit = options.most;
    this.#intervalMs = options.callsPerMinute === undefined ? 0 : 60_000 / options.callsPerMinute;
  }

  /** Calls that may be in flight now. */
  get limit(): number {
    return this.#limit;
  }

  /** Waits for the turn of a call. `false` when the run is interrupted: the call may not be made. */
  async begin(): Promise<boolean> {
    const { now, wait } = this.#options;
    while (this.#active >= this.#limit) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    this.#active += 1;
    const turn = Math.max(now(), this.#nextAt);
    this.#nextAt = turn + this.#intervalMs;
    for (;;) {
      const delayMs = Math.max(turn, this.#resumeAt) - now();
      if (delayMs <= 0) return true;
      if ((await wait(delayMs, this.#resumeAt > turn ? 'retry-after' : 'rate')) === 'interrupted') {
        this.#free();
        return false;
      }
    }
  }

  /** A call that began has ended. `retryAfterMs` is how long the API asked to be left alone. */
  end(load: Load, retryAfterMs = 0): void {
    const now = this.#options.now();
    // A longer wait is for a later run: each call learns of it by itself and gives up.
    if (retryAfterMs <= longestRetryAfterMs) this.#resumeAt = Math.max(this.#resumeAt, now + retryAfterMs);
    if (load === 'normal') {
      this.#limit = Math.min(this.#options.most, this.#limit + 1);
    } else if (now > this.#lastDecrease + halveOnceInMs) {
      // Calls that were in flight together tell of the same moment: it counts once.
      this.#lastDecrease = now;
      this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    }
    this.#free();
  }

  #free(): void {
    this.#active -= 1;
    for (let free = this.#limit - this.#active; free > 0; free -= 1) this.#waiting.shift()?.();
  }
}

const halveOnceInMs = 1000;
