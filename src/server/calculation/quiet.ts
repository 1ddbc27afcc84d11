/**
 * Knows whether calls are being answered, so that work that can wait does: what is worked on between two parts of a call's
 * body holds the call up.
 */
export class Quiet {
  #calls = 0;
  #resume: (() => void) | undefined;

  callBegins(): void {
    this.#calls += 1;
  }

  callEnds(): void {
    this.#calls -= 1;
    if (this.#calls === 0) this.#resume?.();
  }

  /** Waits until no call is under way, but no longer than this: a server that is always busy must get on, too. */
  async wait(longestMs: number): Promise<void> {
    if (this.#calls === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#resume = resolve;
      timer = setTimeout(resolve, longestMs);
    });
    clearTimeout(timer);
    this.#resume = undefined;
  }
}
