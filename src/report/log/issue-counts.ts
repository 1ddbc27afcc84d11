import type { Issue } from '../../issues.ts';

/** Issues with the same code, stage and field. */
export interface CountedIssue extends Pick<Issue, 'code' | 'stage'> {
  readonly field: string | null;
  count: number;
}

/** Counts what is wrong with rows, without a word that could quote one; there are as many kinds as codes and fields. */
export class IssueCounts {
  readonly #counts = new Map<string, CountedIssue>();

  add(issues: readonly Issue[]): void {
    for (const { code, stage, field = null } of issues) {
      const key = `${code} ${stage} ${String(field)}`;
      const known = this.#counts.get(key);
      if (known === undefined) this.#counts.set(key, { code, stage, field, count: 1 });
      else known.count += 1;
    }
  }

  /** The most frequent first. */
  get all(): readonly CountedIssue[] {
    return [...this.#counts.values()].toSorted((a, b) => b.count - a.count);
  }
}
