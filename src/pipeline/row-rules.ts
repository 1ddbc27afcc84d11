import type { Arena } from '../columns/arena.ts';
import { type Batch, isLeftOut, Verdict } from '../columns/batch.ts';
import { Dictionary } from '../columns/dictionary.ts';
import { foldCell, type RowRule } from '../mapping/row-rule.ts';
import type { RecordColumns } from './record-columns.ts';

interface PlacedRule {
  readonly rule: RowRule;
  readonly values: ReadonlySet<string>;
  /** `undefined`: the input has no such column; JSON may have it as a key of some rows. */
  readonly cell: number | undefined;
  readonly isMet: Dictionary<boolean>;
}

/** Where a rule finds its cell in an input with these columns. */
function cellOfRule({ column }: RowRule, columns: readonly string[], records: RecordColumns): number | undefined {
  const at = columns.indexOf(column);
  return at === -1 ? records.cellsOf(column)[0] : at;
}

/** The rules of the user, and which rows are of the account, applied to the rows of one input. */
export class RowRules {
  readonly #account: PlacedRule | undefined;
  readonly #rules: readonly PlacedRule[];
  readonly #arena: Arena;

  constructor(rules: readonly RowRule[], columns: readonly string[], records: RecordColumns, arena: Arena) {
    this.#arena = arena;
    const placed = rules.map((rule): PlacedRule => {
      const values = new Set(rule.values);
      const isMet = new Dictionary<boolean>((text) => ({ value: values.has(foldCell(text)) }));
      return { rule, values, cell: cellOfRule(rule, columns, records), isMet };
    });
    this.#account = placed.find(({ rule }) => rule.kind === 'organization');
    this.#rules = placed.filter(({ rule, cell }) => rule.kind !== 'organization' && cell !== undefined);
  }

  /** Leaves rows of other accounts to their runs: before anything is said of them. */
  leaveOthers(batch: Batch): void {
    if (this.#account === undefined) return;
    const { rule } = this.#account;
    this.#account.isMet.trim();
    for (let row = 0; row < batch.rows; row += 1) {
      if (batch.malformed.has(row) ? rule.takesUnread : this.#meets(batch, row, this.#account)) continue;
      batch.issues.delete(row);
      batch.settle(row, Verdict.elsewhere);
    }
  }

  /** Skips rows; `skipped` sees each with the rule. Rows that could not be read have no cells. */
  apply(batch: Batch, skipped: (row: number, rule: RowRule) => void): void {
    for (const placed of this.#rules) {
      const { rule, isMet } = placed;
      isMet.trim();
      for (let row = 0; row < batch.rows; row += 1) {
        if (isLeftOut(batch.verdicts[row]) || batch.malformed.has(row)) continue;
        if (this.#meets(batch, row, placed) === (rule.kind === 'where')) continue;
        batch.issues.delete(row);
        batch.settle(row, Verdict.skipped);
        skipped(row, rule);
      }
    }
  }

  #meets(batch: Batch, row: number, { rule, values, cell, isMet }: PlacedRule): boolean {
    if (cell === undefined) return values.has(foldCell(batch.extraText(row, rule.column)));
    const { starts, ends, tags, width } = batch;
    const index = row * width + cell;
    return isMet.values[isMet.find(this.#arena, starts[index] ?? 0, ends[index] ?? 0, tags[index] ?? 0)] === true;
  }
}
