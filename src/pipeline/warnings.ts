import type { Warning } from '../issues.ts';

export interface CountedWarning extends Warning {
  count: number;
}

/** Distinct warnings that are kept; more are counted under one heading. */
const limit = 100;

/** Counts warnings by code and message; bounded, however many different ones there are. */
export class WarningCounts {
  readonly #counts = new Map<string, CountedWarning>();

  add({ code, message }: Warning, count = 1): void {
    const known = this.#counts.get(`${code}\n${message}`);
    if (known !== undefined) {
      known.count += count;
    } else if (this.#counts.size < limit) {
      this.#counts.set(`${code}\n${message}`, { code, message, count });
    } else {
      this.#addMore(code, count);
    }
  }

  #addMore(code: Warning['code'], count: number): void {
    const key = `${code}\n`;
    const more = this.#counts.get(key) ?? { code, message: 'more of these', count: 0 };
    more.count += count;
    this.#counts.set(key, more);
  }

  get all(): readonly CountedWarning[] {
    return [...this.#counts.values()];
  }
}
