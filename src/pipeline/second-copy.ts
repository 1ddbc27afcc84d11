import { cellText } from '../columns/column.ts';
import { Verdict } from '../columns/batch.ts';
import type { Warning } from '../issues.ts';
import type { Rereading } from './deduplicate.ts';

/** Different rows in the same order that are more than a coincidence. */
const rowsOfCopy = 20;
/** Rows that may lie between two of a copy: refused ones, or ones that are its alone. */
const gap = 20;
/** Rows that are read ahead in all, to find out whether rows come a third time. */
const readAhead = 500_000;
/** Copies that are named. */
const named = 5;

/** A row, by its number and where it is. */
export interface CopiedRow {
  readonly input: number;
  readonly row: number;
  readonly offset: number;
}

/** Rows that follow their first versions at the same distance; `last` is the last of them that was met. */
interface Stretch {
  readonly from: Pair;
  last: Pair;
  count: number;
}

interface Pair {
  readonly now: CopiedRow;
  readonly first: CopiedRow;
}

/** First rows of what comes again and again: those from `from` to `to` of an input. */
interface Schedule {
  readonly input: number;
  from: number;
  to: number;
  last: Pair;
}

/**
 * Finds out whether rows that repeat earlier ones are a second copy of them: twenty different rows in the same order.
 *
 * A schedule repeats, too: the same purchases or deliveries, day after day. It is told from a copy by coming a
 * third time, with a column whose values are each row's own (a receipt, a time). One that is the same for all rows of a copy,
 * as the day of an export is, tells nothing.
 */
export class SecondCopies {
  readonly #inputs: (input: number) => Rereading;
  readonly #copies: Stretch[] = [];
  #rows = 0;
  readonly #schedules: Schedule[] = [];
  /** A pair from which on no copy begins, for so many rows. */
  #none: { readonly pair: Pair; readonly until: number } | undefined;
  #readAhead = readAhead;

  constructor(inputs: (input: number) => Rereading) {
    this.#inputs = inputs;
  }

  /** Whether `now`, which repeats `first`, is part of a copy. */
  has(now: CopiedRow, first: CopiedRow): boolean {
    const pair = { now, first };
    const copy = this.#copies.at(-1);
    if (copy !== undefined && follows(copy.last, pair, gap)) {
      copy.last = pair;
      copy.count += 1;
      this.#rows += 1;
      return true;
    }
    if (this.#isScheduled(pair)) return false;
    if (this.#none !== undefined && follows(this.#none.pair, pair, this.#none.until)) return false;
    const { isCopy, length, hasOwnValues } = this.#compare(pair);
    if (isCopy && hasOwnValues && this.#comesAgain(pair)) {
      this.#schedules.push({ input: first.input, from: first.row, to: first.row, last: pair });
      return false;
    }
    if (!isCopy) {
      this.#none = { pair, until: length };
      return false;
    }
    this.#copies.push({ from: pair, last: pair, count: 1 });
    this.#rows += 1;
    return true;
  }

  /** What is to be said of the copies that were found. */
  warning(fileOf: (input: number) => string): { readonly warning: Warning; readonly rows: number } | undefined {
    if (this.#rows === 0) return undefined;
    const range = (from: CopiedRow, to: CopiedRow): string =>
      `rows ${String(from.row)} to ${String(to.row)}${fileOf(from.input)}`;
    const copies = this.#copies
      .slice(0, named)
      .map(({ from, last }) => `${range(from.now, last.now)} repeat ${range(from.first, last.first)}`);
    const more = this.#copies.length > named ? ', …' : '';
    const message = `${copies.join(', ')}${more}, in the same order: a second copy, which is left out`;
    return { warning: { code: 'SECOND_COPY', message }, rows: this.#rows };
  }

  /** Whether a pair is of a schedule, or continues one: a row more or less in one of its rounds does not matter. */
  #isScheduled(pair: Pair): boolean {
    const { now, first } = pair;
    for (const schedule of this.#schedules) {
      const { input, from, to, last } = schedule;
      const isNext = now.row - last.now.row <= gap && Math.abs(first.row - last.first.row) <= gap;
      const isKnown = first.row >= from && first.row <= to;
      if (first.input !== input || !(isKnown || (isNext && now.input === last.now.input))) continue;
      schedule.from = Math.min(from, first.row);
      schedule.to = Math.max(to, first.row);
      schedule.last = pair;
      return true;
    }
    return false;
  }

  /** Whether the rows that begin here come a third time, within twice their distance from the first ones. */
  #comesAgain({ now, first }: Pair): boolean {
    if (now.input !== first.input) return false;
    const begin = this.#readAt(now.input, now.offset);
    let offset = begin?.next ?? 0;
    for (let row = now.row + 1; row <= now.row + 2 * (now.row - first.row) && this.#readAhead > 0; row += 1) {
      this.#readAhead -= 1;
      const here = this.#readAt(now.input, offset);
      if (here === undefined) return false;
      const third = { input: now.input, row, offset };
      if (here.key === begin?.key && this.#compare({ now: third, first: now }).isCopy) return true;
      offset = here.next;
    }
    return false;
  }

  /** Reads two runs of rows side by side, as long as they are equal and most of them differ from one another. */
  #compare({ now, first }: Pair): { isCopy: boolean; length: number; hasOwnValues: boolean } {
    const keys = new Set<string>();
    const own = new OwnValues();
    let [a, b] = [now.offset, first.offset];
    for (let length = 0; ; length += 1) {
      const left = this.#readAt(now.input, a);
      const right = this.#readAt(first.input, b);
      const isEnd = left === undefined || right === undefined || left.key !== right.key;
      if (isEnd || (length - keys.size) * 2 > keys.size) return { isCopy: false, length, hasOwnValues: false };
      if (left.key !== '') {
        keys.add(left.key);
        own.add(left.others, right.others);
      }
      if (keys.size === rowsOfCopy) return { isCopy: true, length, hasOwnValues: own.areThere };
      [a, b] = [left.next, right.next];
    }
  }

  /** A row as it is compared; the key is empty where the row is refused or skipped. */
  #readAt(input: number, offset: number): { key: string; others: readonly string[]; next: number } | undefined {
    const { reader, records, hashes, telling, arena } = this.#inputs(input);
    if (!reader.read(offset)) return undefined;
    const { batch, next } = reader;
    records.read(batch);
    hashes.compute(batch);
    const isRecord = batch.verdicts[0] === Verdict.accepted;
    const key = isRecord ? `${String(hashes.high[0])} ${String(hashes.low[0])}` : '';
    return { key, others: telling.map((column) => cellText(batch, 0, column, arena)), next };
  }
}

/** Whether a column differs between two runs of rows, and is not the same throughout each of them. */
class OwnValues {
  #begin: readonly [readonly string[], readonly string[]] | undefined;
  readonly #differing = new Set<number>();
  readonly #varying = new Set<number>();

  add(left: readonly string[], right: readonly string[]): void {
    const [a, b] = (this.#begin ??= [left, right]);
    for (const [at, text] of left.entries()) {
      if (text !== right[at]) this.#differing.add(at);
      if (text !== a[at] || right[at] !== b[at]) this.#varying.add(at);
    }
  }

  get areThere(): boolean {
    return [...this.#differing].some((at) => this.#varying.has(at));
  }
}

/** Whether a pair comes after another one at the same distance, at most so many rows on. */
function follows(last: Pair, { now, first }: Pair, most: number): boolean {
  const steps = now.row - last.now.row;
  const isSameRun = last.now.input === now.input && last.first.input === first.input;
  return isSameRun && steps > 0 && steps <= most && first.row - last.first.row === steps;
}
