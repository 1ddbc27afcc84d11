import type { Issue } from '../issues.ts';
import { Remembered } from '../remembered.ts';

/** Issues with the same code, field and reason. */
export interface Cause {
  readonly code: Issue['code'];
  readonly cause: string;
  readonly hint: string | undefined;
  /** Options with which such rows are read, or left out. */
  readonly fix: readonly string[];
  count: number;
  /** Lines of the first examples; with the file where there are several. */
  readonly lines: string[];
}

/** Causes that one command fixes. */
const fixedAtOnce = 10;

/** Options with which the rows of the weightiest causes (the first) are read, or left out; each once. */
export const optionsThatFix = (causes: readonly Pick<Cause, 'fix'>[]): readonly string[] => {
  const fixes = new Map(causes.slice(0, fixedAtOnce).map(({ fix }) => [fix.join('\n'), fix]));
  return [...fixes.values()].flat();
};

const distinctCauses = 500;
const examples = 3;

/** Groups issues by cause. Its cost does not grow with the number of issues. */
export class Causes {
  readonly #causes = new Map<string, Cause>();
  readonly #codes = new Map<Issue['code'], number>();
  /** Rows with the same text share the issue. */
  readonly #known = new Remembered((issue: Issue) => this.#find(issue));

  add(issue: Issue, line: string): void {
    this.#codes.set(issue.code, (this.#codes.get(issue.code) ?? 0) + 1);
    const cause = this.#known.of(issue);
    cause.count += 1;
    if (cause.lines.length < examples) cause.lines.push(line);
  }

  #find({ code, hint, message, cause: text = message, fix = [] }: Issue): Cause {
    const key = `${code}\n${text}`;
    const own = this.#causes.get(key);
    if (own !== undefined) return own;
    const isFull = this.#causes.size >= distinctCauses;
    const name = isFull ? `${code}\n` : key;
    const known = this.#causes.get(name);
    if (known !== undefined) return known;
    const cause: Cause = {
      code,
      cause: isFull ? 'other causes' : text,
      hint: isFull ? undefined : hint,
      fix: isFull ? [] : fix,
      count: 0,
      lines: [],
    };
    this.#causes.set(name, cause);
    return cause;
  }

  /** The most frequent first. */
  get all(): readonly Cause[] {
    return [...this.#causes.values()].toSorted((a, b) => b.count - a.count);
  }

  get byCode(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#codes);
  }
}
