interface Timer {
  readonly atMs: number;
  readonly act: () => void;
}

/** Turns of the event loop without work under way after which a program counts as waiting for time to pass. */
const idleTurns = 8;

/** What the program asked of the system and has not got yet: files, compression, hashes. */
const isWork = (resource: string): boolean => /^(?:FS|FileHandle|ZLIB|HASH)/i.test(resource);

/** Real milliseconds without a timer after which nothing can happen any more; a module may have to be loaded. */
const stuckMs = 30_000;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Time that passes only while the program has nothing else to do, and then at once. Files are real; one that is slow enough
 * lets time pass meanwhile, which is a legal course of events too.
 */
export class VirtualClock {
  #nowMs: number;
  /** In the order in which they end; those of the same moment in the order in which they were set. */
  readonly #timers: Timer[] = [];

  constructor(start: Date) {
    this.#nowMs = start.getTime();
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  readonly now = (): Date => new Date(this.#nowMs);

  /** Acts once so many milliseconds have passed; returns what takes it back. */
  after(ms: number, act: () => void): () => void {
    const timer = { atMs: this.#nowMs + Math.max(0, ms), act };
    const place = this.#timers.findIndex(({ atMs }) => atMs > timer.atMs);
    this.#timers.splice(place === -1 ? this.#timers.length : place, 0, timer);
    return () => {
      const now = this.#timers.indexOf(timer);
      if (now !== -1) this.#timers.splice(now, 1);
    };
  }

  /** Waits; ends early, with an error, when the signal aborts. */
  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        takeBack();
        reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
      };
      const takeBack = this.after(ms, () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      });
      if (signal?.aborted === true) stop();
      else signal?.addEventListener('abort', stop, { once: true });
    });

  /** Lets time pass until some work has come to its end. */
  async until<Result>(work: Promise<Result>): Promise<Result> {
    let isDone = false;
    const end = (): void => {
      isDone = true;
    };
    work.then(end, end);
    for (let movedMs = performance.now(); ;) {
      await rest(() => isDone);
      if (isDone) return work;
      if (this.#next()) movedMs = performance.now();
      else if (performance.now() - movedMs > stuckMs) throw new Error('the program waits for what never happens');
    }
  }

  /** Lets so many milliseconds pass, whatever the program does. */
  async pass(ms: number): Promise<void> {
    await this.until(this.sleep(ms));
  }

  /** Lets everything happen that is still to happen. */
  async settle(): Promise<void> {
    await rest(() => false);
    while (this.#next()) await rest(() => false);
  }

  #next(): boolean {
    const timer = this.#timers.shift();
    if (timer === undefined) return false;
    this.#nowMs = Math.max(this.#nowMs, timer.atMs);
    timer.act();
    return true;
  }
}

/** Waits until the program waits. */
async function rest(isDone: () => boolean): Promise<void> {
  for (let idle = 0; idle < idleTurns && !isDone(); idle += 1) {
    await turn();
    if (process.getActiveResourcesInfo().some(isWork)) idle = 0;
  }
}
