import type { Chunk, Destination, Outcome } from '../destinations/destination.ts';

/** Bodies of all chunks that are not settled, those that are parked included: their rows are read again when they are reported. */
const maxQueueBytes = 24 * 1024 * 1024;

interface Entry {
  readonly chunk: Chunk;
  outcome: Outcome | undefined;
}

/**
 * Keeps up to `concurrency` chunks in flight and settles them in the order in which they were sent, so that what is
 * written does not depend on which call was faster. A chunk that can only wait steps aside for the others, and is settled when its
 * time has come.
 */
export class Delivery {
  readonly #destination: Destination;
  readonly #settle: (chunk: Chunk, outcome: Outcome) => void;
  readonly #queue: Entry[] = [];
  readonly #parked = new Set<Entry>();
  #active = 0;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(destination: Destination, settle: (chunk: Chunk, outcome: Outcome) => void) {
    this.#destination = destination;
    this.#settle = settle;
  }

  get inFlight(): number {
    return this.#active;
  }

  get parked(): number {
    return this.#parked.size;
  }

  /** Hands a chunk over; returns as soon as the next one may come. */
  async send(chunk: Chunk): Promise<void> {
    const entry: Entry = { chunk, outcome: undefined };
    this.#queue.push(entry);
    this.#active += 1;
    void this.#deliver(entry);
    const { concurrency } = this.#destination;
    // Settled chunks that wait for a slower one before them are held in memory: no more than one round of them.
    await this.until(() => {
      let bytes = 0;
      for (const { chunk: held } of [...this.#queue, ...this.#parked]) bytes += held.body.length;
      return this.#active < concurrency && this.#queue.length < 2 * concurrency && bytes < maxQueueBytes;
    });
  }

  /** Waits until every chunk is settled. */
  async drain(): Promise<void> {
    this.#destination.end?.();
    await this.until(() => this.#active === 0 && this.#parked.size === 0);
  }

  async #deliver(entry: Entry): Promise<void> {
    try {
      entry.outcome = await this.#destination.deliver(entry.chunk, () => this.#park(entry));
      if (this.#parked.delete(entry)) this.#settle(entry.chunk, entry.outcome);
      else this.#active -= 1;
      this.#settleInOrder();
    } catch (error) {
      if (entry.outcome === undefined && !this.#parked.delete(entry)) this.#active -= 1;
      this.#failure ??= { error };
    }
    this.#wake();
  }

  #settleInOrder(): void {
    for (let head = this.#queue[0]; head?.outcome !== undefined; head = this.#queue[0]) {
      this.#queue.shift();
      this.#settle(head.chunk, head.outcome);
    }
  }

  #park(entry: Entry): void {
    const place = this.#queue.indexOf(entry);
    if (place === -1) return;
    this.#queue.splice(place, 1);
    this.#parked.add(entry);
    this.#active -= 1;
    // Those after it need not wait for it.
    try {
      this.#settleInOrder();
    } catch (error) {
      this.#failure ??= { error };
    }
    this.#wake();
  }

  /** Waits until something holds that settling brings about. */
  async until(isReached: () => boolean): Promise<void> {
    while (this.#failure === undefined && !isReached()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
