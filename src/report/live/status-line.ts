import type { Terminal } from '../terminal.ts';

/** One line that says how far a command is. */
export interface StatusLine {
  show(text: string): void;
  /** Takes it away. */
  end(): void;
}

const redrawEveryMs = 100;
const plainLineEveryMs = 10_000;

/**
 * A line that is drawn over and over on a terminal, and written now and then elsewhere.
 *
 * @param now in milliseconds
 */
export function createStatusLine({ live, err }: Pick<Terminal, 'live' | 'err'>, now: () => number): StatusLine {
  const everyMs = live === undefined ? plainLineEveryMs : redrawEveryMs;
  // What is over soon needs no line in a log.
  let nextAt = live === undefined ? now() + everyMs : 0;
  return {
    show(text) {
      if (now() < nextAt) return;
      nextAt = now() + everyMs;
      if (live === undefined) err(`${text}\n`);
      else live.draw((width) => [text.slice(0, Math.max(0, width))]);
    },
    end: () => live?.leave(),
  };
}
