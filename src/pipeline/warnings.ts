import type { Warning } from '../issues.ts';
import { Remembered } from '../remembered.ts';

export interface CountedWarning extends Warning {
  count: number;
}

/** Distinct warnings that are kept; more are counted under one heading. */
const limit = 100;

/** Counts warnings by code and message; bounded, however many different ones there are. */
export class WarningCounts {
  readonly #counts = new Map<string, CountedWarning>();
  /** Most warnings are the same object each time. */
  readonly #known = new Remembered((warning: Warning) => this.#find(warning));

  add(warning: Warning, count = 1): void {
    this.#known.of(warning).count += count;
  }

  #find({ code, message }: Warning): CountedWarning {
    const key = `${code}\n${message}`;
    const known = this.#counts.get(key);
    if (known !== undefined) return known;
    const isFull = this.#counts.size >= limit;
    const name = isFull ? `${code}\n` : key;
    const counted = this.#counts.get(name) ?? { code, message: isFull ? 'more of these' : message, count: 0 };
    this.#counts.set(name, counted);
    return counted;
  }

  get all(): readonly CountedWarning[] {
    return [...this.#counts.values()];
  }
}
