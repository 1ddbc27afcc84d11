/** Calls of unknown outcome, one after the other, after which no new chunk is begun. */
const unknownUntilHeld = 3;

/** Chunks that may be parked beyond those in flight. */
const parkedBeyond = 3;

export interface GateOptions {
  /** Chunks in flight at most. */
  readonly concurrency: number;
  readonly now: () => number;
}

/**
 * Lets chunks begin. None may while three calls in a row have ended without anybody knowing what they did, or too many chunks
 * wait to be looked up; and none any more once nothing came of that for as long as records take to be seen.
 */
export class Gate {
  readonly #options: GateOptions;
  readonly #waiting: (() => void)[] = [];
  #inFlight = 0;
  #parked = 0;
  #unknownInARow = 0;
  #heldSince = 0;
  #stopped: string | undefined;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Why no chunk may begin any more. */
  get stopped(): string | undefined {
    return this.#stopped;
  }

  get parked(): number {
    return this.#parked;
  }

  get hasInFlight(): boolean {
    return this.#inFlight > 0;
  }

  /** Whether a chunk may begin as things are. */
  get isOpen(): boolean {
    return this.#stopped === undefined && !this.#isHeld;
  }

  get #isHeld(): boolean {
    return this.#unknownInARow >= unknownUntilHeld || this.#parked + this.#inFlight >= this.#most;
  }

  get #most(): number {
    return this.#options.concurrency + parkedBeyond;
  }

  /** Waits for the turn of a chunk; why it may not begin, or nothing. */
  async enter(): Promise<string | undefined> {
    while (this.#stopped === undefined && this.#isHeld) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    if (this.#stopped === undefined) this.#inFlight += 1;
    return this.#stopped;
  }

  leave(): void {
    this.#inFlight -= 1;
    this.#wake();
  }

  park(): void {
    this.#parked += 1;
  }

  unpark(): void {
    this.#parked -= 1;
    this.#wake();
  }

  /** It is known what a call did, or what one did that was in doubt. */
  known(): void {
    this.#unknownInARow = 0;
    this.#wake();
  }

  /** A call has ended, and it is unknown what it did. */
  unknown(): void {
    this.#unknownInARow += 1;
    if (this.#unknownInARow === unknownUntilHeld) this.#heldSince = this.#options.now();
  }

  /** A look-up did not tell what calls did, as long as this after they ended. */
  unresolved(settleMs: number, reason: string): void {
    const isOver = this.#options.now() >= this.#heldSince + settleMs;
    if (this.#unknownInARow < unknownUntilHeld || !isOver) return;
    this.#stopped ??= `${String(this.#unknownInARow)} calls in a row had no clear answer; the last: ${reason}`;
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
