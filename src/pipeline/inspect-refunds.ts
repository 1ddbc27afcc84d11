import type { RecordKind } from '../records/kind.ts';
import type { InspectedRow } from './inspect.ts';
import { type Bought, matchRefunds, refundKey } from './match-refunds.ts';
import { refundIssue } from './row-issues.ts';

/**
 * Refunds among the rows of a sample, as a run takes them: left out with their purchases, or refused in words that name these.
 *
 * @param refunds which rows are purchases with a negative quantity, with all that is mapped
 */
export function settleSampledRefunds(
  kind: RecordKind,
  rows: readonly InspectedRow[],
  refunds: readonly Required<Pick<InspectedRow, 'line' | 'record'>>[],
  isNet: boolean,
): readonly InspectedRow[] {
  if (refunds.length === 0) return rows;
  const groups = new Map<string, { refunds: Bought[]; purchases: Bought[] }>();
  for (const { line, record } of refunds) {
    const key = refundKey(kind, record);
    const group = groups.get(key) ?? { refunds: [], purchases: [] };
    group.refunds.push(boughtOn(line, record['date']));
    groups.set(key, group);
  }
  for (const { line, record } of rows) {
    if (record !== undefined) groups.get(refundKey(kind, record))?.purchases.push(boughtOn(line, record['date']));
  }
  const purchaseOf = new Map(
    [...groups.values()].flatMap((group) =>
      [...matchRefunds(group.refunds, group.purchases)].map(([refund, { line }]) => [refund.line, line] as const),
    ),
  );
  const netted = new Set(isNet ? [...purchaseOf].flat() : []);
  const issueOf = new Map(
    refunds.map(({ line, record: { quantity, quantity_unit: unit = '' } }) => {
      const purchase = purchaseOf.get(line);
      const where = purchase === undefined ? undefined : `line ${String(purchase)}`;
      const known = {
        quantity: Number(quantity),
        unit: String(unit),
        purchase: where,
        repeats: undefined,
        canNet: true,
      };
      return [line, refundIssue(known)] as const;
    }),
  );
  return rows.flatMap((row) => {
    const issue = issueOf.get(row.line);
    if (netted.has(row.line)) return [];
    return issue === undefined ? [row] : [{ ...row, issues: [issue] }];
  });
}

const boughtOn = (line: number, date: unknown): Bought => ({ input: 0, row: line, line, date: String(date) });
