import { type Batch, Verdict } from '../columns/batch.ts';
import { cellText } from '../columns/column.ts';
import { readData } from '../embedded.ts';
import { normaliseName } from '../mapping/names.ts';
import { lazily } from '../mapping/vocabulary.ts';
import { NumberColumn } from '../columns/number-column.ts';
import type { Fields } from '../records/kind.ts';
import { amountOf, type Bought, matchRefunds, refundKey } from './match-refunds.ts';
import { createArena, type FlowSizes } from './memory.ts';
import type { Plan } from './plan.ts';
import type { ReadingInput } from './reading-input.ts';
import type { RecordColumns } from './record-columns.ts';
import { type JudgeOptions, RowJudge } from './row-judge.ts';

/** How inputs are looked at for refunds. */
export interface RefundSearch extends JudgeOptions {
  /** Whether equal records become one where they go. */
  readonly mergesTwins: boolean;
  readonly sizes: FlowSizes;
  readonly interrupted: AbortSignal;
}

/** A refund, with the purchase that it takes back or the refund that it repeats; neither where nothing fits. */
export interface FoundRefund {
  readonly refund: Bought;
  readonly purchase?: Bought | undefined;
  readonly repeats?: Bought | undefined;
}

/** Refunds of one key with the purchases that have it. */
interface Group {
  readonly refunds: Bought[];
  readonly purchases: Bought[];
  /** By date and what tells equal records apart: of equal refunds, the first counts. */
  readonly firsts: Map<string, Bought>;
}

/** Whether a row is a purchase with a negative quantity, of which nothing else is wrong. */
export function isRefund(batch: Batch, row: number, records: RecordColumns): boolean {
  const issues = batch.issues.get(row);
  return issues?.length === 1 && issues[0]?.field === 'quantity' && quantityOf(records, row) < 0;
}

export function quantityOf(records: RecordColumns, row: number): number {
  const column = records.column('quantity');
  return column instanceof NumberColumn ? (column.values[row] ?? Number.NaN) : Number.NaN;
}

/**
 * Finds the refunds of all inputs, as far as these can be read again, and the purchases that they take back. In two passes, so that
 * what is kept in memory grows with the refunds and not with the rows: the second one knows of which purchases it has to take note.
 */
export async function findRefunds(plan: Plan, search: RefundSearch): Promise<readonly FoundRefund[]> {
  const groups = new Map<string, Group>();
  const repeated: FoundRefund[] = [];
  const amounts = new Set<number>();
  await readRows(plan, search, (reading) => {
    const { batch } = reading.reader;
    for (const [row] of batch.issues) {
      if (!isRefund(batch, row, reading.records)) continue;
      const record = reading.records.fields(row);
      amounts.add(amountOf(quantityOf(reading.records, row)));
      const group = groupOf(groups, refundKey(plan.kind, record) + reading.payerOf(row));
      const refund = boughtAt(reading, row, record);
      const telling = JSON.stringify([refund.date, ...reading.tellingOf(row)]);
      const repeats = search.dedupeKey === 'none' ? undefined : group.firsts.get(telling);
      if (repeats !== undefined) {
        repeated.push({ refund, repeats });
        continue;
      }
      group.firsts.set(telling, refund);
      group.refunds.push(refund);
    }
  });
  await readRows(plan, search, (reading) => {
    const { batch } = reading.reader;
    for (let row = 0; row < batch.rows; row += 1) {
      if (batch.verdicts[row] !== Verdict.accepted) continue;
      if (!amounts.has(amountOf(quantityOf(reading.records, row)))) continue;
      const record = reading.records.fields(row);
      groups.get(refundKey(plan.kind, record) + reading.payerOf(row))?.purchases.push(boughtAt(reading, row, record));
    }
  });
  const matched = [...groups.values()].flatMap(({ refunds, purchases }) => {
    const purchaseOf = matchRefunds(refunds, purchases);
    return refunds.map((refund) => ({ refund, purchase: purchaseOf.get(refund) }));
  });
  return [...matched, ...repeated];
}

function groupOf(groups: Map<string, Group>, key: string): Group {
  const known = groups.get(key);
  if (known !== undefined) return known;
  const group = { refunds: [], purchases: [], firsts: new Map<string, Bought>() };
  groups.set(key, group);
  return group;
}

const boughtAt = ({ index: input, reader: { batch } }: ReadingInput, row: number, record: Fields): Bought => ({
  input,
  row: batch.firstRow + row,
  line: batch.lines[row] ?? 0,
  date: String(record['date'] ?? ''),
});

const payerWords = lazily(() => {
  const { payers } = readData<{ readonly payers: { readonly words: string } }>('returns.json');
  return new Set(payers.words.split(' '));
});

/** Whether a column names the card or the driver that paid. */
const namesPayer = (column: string): boolean =>
  normaliseName(column)
    .split(' ')
    .some((word) => payerWords().has(word));

/** A row as it is read again, with what tells it from others in columns that are not mapped. */
interface ReadAgain extends ReadingInput {
  readonly tellingOf: (row: number) => readonly string[];
  readonly payerOf: (row: number) => string;
}

/** Reads and judges rows as the run does, also those that are not in its sample; nothing comes of them. */
async function readRows(
  plan: Plan,
  { sizes, interrupted, mergesTwins, ...options }: RefundSearch,
  use: (reading: ReadAgain) => void,
): Promise<void> {
  const arena = createArena(sizes);
  const judge = new RowJudge(plan, { ...options, sample: undefined }, { arena, sizes }, mergesTwins);
  for (const [index, planned] of plan.inputs.entries()) {
    const reading = judge.begin(index, planned, planned.input.rowsAgain());
    const { reader } = reading;
    const { batch } = reader;
    const { telling } = planned.conventions;
    const tellingOf = (row: number): string[] => telling.map((column) => cellText(batch, row, column, arena));
    const payers = telling.filter((column) => namesPayer(planned.input.table.columns[column] ?? ''));
    const payerOf = (row: number): string =>
      JSON.stringify(payers.map((column) => cellText(batch, row, column, arena).trim()));
    while (!judge.limit.isReached && !interrupted.aborted && (await reader.more())) {
      while (!judge.limit.isReached && reader.take()) {
        judge.limit.take(batch);
        judge.judge(reading);
        use({ ...reading, tellingOf, payerOf });
      }
    }
  }
}
