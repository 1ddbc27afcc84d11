import type { Arena } from '../columns/arena.ts';
import { type Batch, Verdict } from '../columns/batch.ts';
import { Dictionary } from '../columns/dictionary.ts';
import type { RowRule } from '../mapping/row-rule.ts';
import type { RecordColumns } from './record-columns.ts';

interface PlacedRule {
  readonly rule: RowRule;
  readonly cell: number;
  readonly isMet: Dictionary<boolean>;
}

/** Where a rule finds its cell in an input with these columns. */
function cellOfRule({ column }: RowRule, columns: readonly string[], records: RecordColumns): number | undefined {
  const at = columns.indexOf(column);
  return at === -1 ? records.cellsOf(column)[0] : at;
}

/** The rules of the user, applied to the rows of one input. */
export class RowRules {
  readonly #rules: readonly PlacedRule[];
  readonly #arena: Arena;

  constructor(rules: readonly RowRule[], columns: readonly string[], records: RecordColumns, arena: Arena) {
    this.#arena = arena;
    this.#rules = rules.flatMap((rule) => {
      const cell = cellOfRule(rule, columns, records);
      const values = new Set(rule.values);
      const isMet = new Dictionary<boolean>((text) => ({ value: values.has(text.trim().toLowerCase()) }));
      return cell === undefined ? [] : [{ rule, cell, isMet }];
    });
  }

  /** Skips rows; `skipped` sees each with the rule. Rows that could not be read have no cells. */
  apply(batch: Batch, skipped: (row: number, rule: RowRule) => void): void {
    const { starts, ends, tags, width } = batch;
    for (const { rule, cell, isMet } of this.#rules) {
      isMet.trim();
      for (let row = 0; row < batch.rows; row += 1) {
        if (batch.verdicts[row] === Verdict.skipped || batch.malformed.has(row)) continue;
        const index = row * width + cell;
        const id = isMet.find(this.#arena, starts[index] ?? 0, ends[index] ?? 0, tags[index] ?? 0);
        if ((isMet.values[id] === true) === (rule.kind === 'where')) continue;
        batch.issues.delete(row);
        batch.settle(row, Verdict.skipped);
        skipped(row, rule);
      }
    }
  }
}
