import type { Warning } from '../../src/issues.ts';

/** What is strange about rows: as often as there are rows, in words that name the first five. */
export class Findings {
  readonly #paths: readonly string[];
  readonly #found = new Map<string, { readonly warning: Warning; readonly rows: string[] }>();

  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  add(warning: Warning, input: number, row: number): void {
    const key = `${warning.code} ${warning.message}`;
    const found = this.#found.get(key) ?? { warning, rows: [] };
    found.rows.push(this.#paths.length === 1 ? String(row) : `${this.#paths[input] ?? ''}:${String(row)}`);
    this.#found.set(key, found);
  }

  all(): readonly Warning[] {
    return [...this.#found.values()].flatMap(({ warning, rows }) => {
      const list = `${rows.slice(0, 5).join(', ')}${rows.length > 5 ? ', …' : ''}`;
      const message = `${warning.message} (${rows.length === 1 ? 'row' : 'rows'} ${list})`;
      return rows.map(() => ({ ...warning, message }));
    });
  }
}
