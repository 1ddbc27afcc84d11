import type { WarningCode } from '../codes/warning-codes.ts';
import type { Arena } from '../columns/arena.ts';
import { type Batch, Verdict } from '../columns/batch.ts';
import type { Table } from '../input/table.ts';
import { describeRule, type RowRule } from '../mapping/row-rule.ts';
import type { Warning } from '../issues.ts';
import { isOfFile, messageOfFile, type Plausibility, type PlausibilityRule } from './plausibility.ts';
import type { RecordColumns } from './record-columns.ts';
import type { ReadingInput } from './reading-input.ts';
import { skipTrailingNotes } from './trailing-notes.ts';
import type { WarningCounts } from './warnings.ts';

/** Rows that are named in a warning. */
const named = 5;

interface Finding {
  readonly code: WarningCode;
  readonly message: string;
  /** Findings of one rule are said as one where it doubts over half of the rows. */
  readonly rule: PlausibilityRule | undefined;
  readonly rows: string[];
  count: number;
}

/** What is strange or was decided about rows: one warning for each kind, which names the first of its rows. */
export class RowFindings {
  readonly #findings = new Map<string, Finding>();
  readonly #taken: Warning[] = [];
  readonly #ofFile: { readonly message: string; readonly rows: number }[] = [];
  /** Valid rows so far, and those of them that are hardly true. */
  #records = 0;
  implausible = 0;
  readonly #hasSeveral: boolean;
  /** Rules that have left out no row yet. */
  readonly #unmet: Set<RowRule>;
  #now: { readonly batch: Batch; readonly path: string } | undefined;

  /** @param hasSeveral whether there are several inputs, so that a row is named with its file */
  constructor(hasSeveral: boolean, rules: readonly RowRule[]) {
    this.#hasSeveral = hasSeveral;
    this.#unmet = new Set(rules.filter(({ kind }) => kind !== 'organization'));
  }

  /** Names rows of this batch from now on. */
  enter(batch: Batch, path: string): void {
    this.#now = { batch, path };
  }

  add(code: WarningCode, message: string, row: number, rule?: PlausibilityRule): void {
    if (this.#now === undefined) return;
    const { batch, path } = this.#now;
    const key = `${code}\n${message}`;
    const finding = this.#findings.get(key) ?? { code, message, rule, rows: [], count: 0 };
    finding.count += 1;
    const name = String(batch.firstRow + row);
    if (finding.rows.length < named) finding.rows.push(this.#hasSeveral ? `${path}:${name}` : name);
    this.#findings.set(key, finding);
  }

  /** Leaves out rows of other accounts, headers that are repeated, rows that are totals of others, and those of the user's rules. */
  skip(batch: Batch, { headers, totals, rules }: Pick<ReadingInput, 'headers' | 'totals' | 'rules'>): void {
    rules.leaveOthers(batch);
    headers.settle(batch, (row) => this.add('ROWS_SKIPPED', 'rows that repeat the header were skipped', row));
    totals.settle(batch, (row) => this.add('ROWS_SKIPPED', 'rows that are totals were skipped', row));
    rules.apply(batch, (row, rule) => {
      this.#unmet.delete(rule);
      this.add('ROWS_SKIPPED', `rows were skipped by ${describeRule(rule)}`, row);
    });
  }

  /** Leaves out the remarks under a table. */
  skipNotes(batch: Batch, arena: Arena, table: Table): void {
    skipTrailingNotes(batch, arena, table, (row) => {
      this.add('ROWS_SKIPPED', 'remarks below the table were skipped', row);
    });
  }

  /** Notes texts that were taken for no value: each once, however many rows have it. */
  take({ taken }: RecordColumns): void {
    for (const message of taken) this.#taken.push({ code: 'ABSENT_VALUE', message });
  }

  /** Notes numbers that are valid and strange. */
  remark(batch: Batch, records: RecordColumns): void {
    for (const { row, code, message } of records.remarks()) {
      if (batch.verdicts[row] === Verdict.accepted) this.add(code, message, row);
    }
  }

  /** Notes rows that are valid and hardly true. */
  doubt(batch: Batch, { doubts }: Plausibility): void {
    for (let row = 0; row < batch.rows; row += 1) if (batch.verdicts[row] === Verdict.accepted) this.#records += 1;
    for (const [row, found] of doubts) {
      if (batch.verdicts[row] !== Verdict.accepted) continue;
      this.implausible += 1;
      for (const { rule, text } of found) this.add('IMPLAUSIBLE', text, row, rule);
    }
  }

  /** What one rule doubts in over half of the rows is said once, of the file. */
  #joinDoubts(): void {
    const findings = [...this.#findings];
    for (const rule of new Set(findings.flatMap(([, each]) => each.rule ?? []))) {
      const ofRule = findings.filter(([, each]) => each.rule === rule);
      const rows = ofRule.reduce((sum, [, { count }]) => sum + count, 0);
      const [first] = ofRule.toSorted(([, a], [, b]) => b.count - a.count);
      if (first === undefined || !isOfFile(rows, this.#records)) continue;
      for (const [key] of ofRule) this.#findings.delete(key);
      this.#ofFile.push({ message: messageOfFile({ rule, text: first[1].message }, rows, this.#records), rows });
    }
  }

  /** Adds what was found to the warnings of a run, when all rows have been read. */
  report(warnings: WarningCounts): void {
    this.#joinDoubts();
    for (const { message, rows } of this.#ofFile) warnings.add({ code: 'IMPLAUSIBLE', message }, rows);
    for (const { code, message, rows, count } of this.#findings.values()) {
      const more = count > rows.length ? ', …' : '';
      warnings.add({ code, message: `${message} (${count === 1 ? 'row' : 'rows'} ${rows.join(', ')}${more})` }, count);
    }
    for (const warning of this.#taken) warnings.add(warning);
    for (const rule of this.#unmet) {
      warnings.add({ code: 'RULE_UNUSED', message: `no row is left out by ${describeRule(rule)}` });
    }
  }
}
