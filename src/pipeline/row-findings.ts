import type { WarningCode } from '../codes/warning-codes.ts';
import type { WarningCounts } from './warnings.ts';

/** Rows that are named in a warning. */
const named = 5;

interface Finding {
  readonly code: WarningCode;
  readonly message: string;
  readonly rows: string[];
  count: number;
}

/** What is strange or was decided about rows: one warning for each kind, which names the first of its rows. */
export class RowFindings {
  readonly #findings = new Map<string, Finding>();
  readonly #hasSeveral: boolean;

  /** @param hasSeveral whether there are several inputs, so that a row is named with its file */
  constructor(hasSeveral: boolean) {
    this.#hasSeveral = hasSeveral;
  }

  add(code: WarningCode, message: string, place: { readonly path: string; readonly row: number }): void {
    const key = `${code}\n${message}`;
    const finding = this.#findings.get(key) ?? { code, message, rows: [], count: 0 };
    finding.count += 1;
    if (finding.rows.length < named) {
      finding.rows.push(this.#hasSeveral ? `${place.path}:${String(place.row)}` : String(place.row));
    }
    this.#findings.set(key, finding);
  }

  /** Adds what was found to the warnings of a run, when all rows have been read. */
  report(warnings: WarningCounts): void {
    for (const { code, message, rows, count } of this.#findings.values()) {
      const more = count > rows.length ? ', …' : '';
      warnings.add({ code, message: `${message} (${count === 1 ? 'row' : 'rows'} ${rows.join(', ')}${more})` }, count);
    }
  }
}
