import type { Warning } from '../../src/issues.ts';
import type { Doubt } from './doubts.ts';

interface Found {
  readonly warning: Warning;
  readonly rule: Doubt['rule'] | undefined;
  readonly rows: string[];
}

/** What is strange about rows: as often as there are rows, in words that name the first five. */
export class Findings {
  readonly #paths: readonly string[];
  readonly #found = new Map<string, Found>();

  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  add(warning: Warning, input: number, row: number, rule?: Doubt['rule']): void {
    const key = `${warning.code} ${warning.message}`;
    const found = this.#found.get(key) ?? { warning, rule, rows: [] };
    found.rows.push(this.#paths.length === 1 ? String(row) : `${this.#paths[input] ?? ''}:${String(row)}`);
    this.#found.set(key, found);
  }

  /** @param valid how many valid rows there are: what a rule says of over half of them is said of the file */
  all(valid: number): readonly Warning[] {
    const found = [...this.#found.values()];
    const rules = [...new Set(found.flatMap(({ rule }) => rule ?? []))];
    const ofRule = (rule: Found['rule']): readonly Found[] => found.filter((each) => each.rule === rule);
    const countOf = (rule: Found['rule']): number => ofRule(rule).reduce((sum, { rows }) => sum + rows.length, 0);
    const ofFile = rules.filter((rule) => countOf(rule) >= 3 && countOf(rule) > valid / 2);
    const said = ofFile.flatMap((rule) => {
      const [most] = ofRule(rule).toSorted((a, b) => b.rows.length - a.rows.length);
      const rows = countOf(rule);
      const message = `in ${String(rows)} of ${String(valid)} rows ${most?.warning.message ?? ''}: check the unit and the decimal mark`;
      return Array.from({ length: rows }, () => ({ code: 'IMPLAUSIBLE', message }) as const);
    });
    const others = found.filter(({ rule }) => rule === undefined || !ofFile.includes(rule));
    return [...said, ...others.flatMap(wordsOf)];
  }
}

function wordsOf({ warning, rows }: Found): readonly Warning[] {
  const list = `${rows.slice(0, 5).join(', ')}${rows.length > 5 ? ', …' : ''}`;
  const message = `${warning.message} (${rows.length === 1 ? 'row' : 'rows'} ${list})`;
  return rows.map(() => ({ ...warning, message }));
}
