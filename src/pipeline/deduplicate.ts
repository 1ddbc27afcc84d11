import type { Arena } from '../columns/arena.ts';
import { type Batch, Verdict } from '../columns/batch.ts';
import type { RowReader } from '../input/row-reader.ts';
import type { Issue } from '../issues.ts';
import { differingFields, duplicateKey } from '../records/duplicate-key.ts';
import type { Fields, RecordKind } from '../records/kind.ts';
import { conflictMark } from './conflict-mark.ts';
import type { KeyHashes } from './key-hashes.ts';
import { KeyTable, type RowPlace } from './key-table.ts';
import type { RecordColumns } from './record-columns.ts';
import { duplicateIssue, stillInConflict } from './row-issues.ts';

/** What is needed to read one row of an input again. */
export interface Rereading {
  readonly path: string;
  readonly reader: RowReader;
  readonly records: RecordColumns;
  readonly hashes: KeyHashes;
}

/** The input that is read now. */
export interface ReadInput {
  /** Index of the input. */
  readonly input: number;
  readonly arena: Arena;
  readonly records: RecordColumns;
  readonly hashes: KeyHashes;
  /** Why an earlier run refused a row, where the input is its rejected file. */
  readonly ownReasons: ((batch: Batch, row: number) => string) | undefined;
}

/** The input is no longer what it was when it was read first. */
export class InputChanged extends Error {}

/** First rows that were read again lately: a file that repeats one row does not read it again each time. */
const cacheSize = 512;

/** Bits of a hash that are used; all but in tests, which want collisions. */
const allBits = -1;

/** Finds, over all inputs of a run, rows with the duplicate key of an earlier row. */
export class Deduplicator {
  readonly #kind: RecordKind;
  readonly #keyFields: readonly string[] | undefined;
  readonly #inputs: (input: number) => Rereading;
  readonly #hasSeveral: boolean;
  readonly #mask: number;
  readonly #table: KeyTable;
  readonly #cache = new Map<string, Fields>();

  constructor(options: {
    readonly kind: RecordKind;
    /** The fields of the key; `undefined` takes the kind's own rule. */
    readonly keyFields: readonly string[] | undefined;
    readonly inputs: (input: number) => Rereading;
    readonly hasSeveral: boolean;
    /** About how many records there will be. */
    readonly expected: number;
    readonly hashMask?: number;
  }) {
    this.#kind = options.kind;
    this.#keyFields = options.keyFields;
    this.#inputs = options.inputs;
    this.#hasSeveral = options.hasSeveral;
    this.#mask = options.hashMask ?? allBits;
    this.#table = new KeyTable(options.expected);
  }

  /**
   * Notes the keys of a batch's valid records; those whose key an earlier row has become duplicates.
   *
   * @throws InputChanged when a first row can't be found again
   */
  mark(batch: Batch, now: ReadInput): void {
    const { hashes, input } = now;
    const table = this.#table;
    hashes.compute(batch);
    const { verdicts, offsets, lines, firstRow, rows } = batch;
    const mask = this.#mask;
    for (let row = 0; row < rows; row += 1) {
      if (verdicts[row] !== Verdict.accepted) continue;
      const high = (hashes.high[row] ?? 0) & mask;
      const low = (hashes.low[row] ?? 0) & mask;
      const old = now.ownReasons === undefined ? undefined : this.#oldConflict(batch, row, now);
      if (old !== undefined) {
        batch.settle(row, Verdict.duplicate, old);
        continue;
      }
      const offset = offsets[row] ?? 0;
      const line = lines[row] ?? 0;
      const found = table.findOrAdd(high, low, input, offset, firstRow + row, line);
      if (found === 0) continue;
      const issue = this.#issueOf(batch, row, now, found, high, low);
      if (issue === undefined) table.add(high, low, input, offset, firstRow + row, line);
      else batch.settle(row, Verdict.duplicate, issue);
    }
  }

  /** A row of a rejected file that still has the key for which it was refused. */
  #oldConflict(batch: Batch, row: number, now: ReadInput): Issue | undefined {
    const reasons = now.ownReasons?.(batch, row);
    if (reasons?.includes('[key ') !== true) return undefined;
    const mark = conflictMark(this.#kind, now.records.fields(row), this.#keyFields);
    return reasons.includes(mark) ? stillInConflict(mark) : undefined;
  }

  /** What is wrong with a record that an earlier one has the key of. */
  #issueOf(batch: Batch, row: number, now: ReadInput, found: number, high: number, low: number): Issue | undefined {
    let fields: Fields | undefined;
    for (let entry = found; entry !== 0; entry = this.#table.find(high, low, entry)) {
      const place = this.#table.placeOf(entry);
      if (this.#isSameLine(place, batch, row, now)) return duplicateIssue(this.#whereIs(place), [], '');
      fields ??= now.records.fields(row);
      const first = this.#recall(place, high, low);
      const key = duplicateKey(this.#kind, fields, this.#keyFields);
      // Equal hashes are not equal keys: only the keys decide.
      if (duplicateKey(this.#kind, first, this.#keyFields) !== key) continue;
      const mark = conflictMark(this.#kind, fields, this.#keyFields);
      return duplicateIssue(this.#whereIs(place), differingFields(this.#kind, first, fields), mark);
    }
    return undefined;
  }

  /** Equal bytes are an equal record, within one input: another may read the same bytes otherwise. */
  #isSameLine({ input, offset }: RowPlace, { rowStarts, rowEnds }: Batch, row: number, now: ReadInput): boolean {
    if (input !== now.input) return false;
    return this.#inputs(input).reader.isLine(offset, now.arena, rowStarts[row] ?? 0, rowEnds[row] ?? 0);
  }

  #recall(place: RowPlace, high: number, low: number): Fields {
    const name = `${String(place.input)}:${String(place.offset)}`;
    const cached = this.#cache.get(name);
    if (cached !== undefined) return cached;
    const { reader, records, hashes } = this.#inputs(place.input);
    const isThere = reader.read(place.offset);
    if (isThere) {
      records.read(reader.batch);
      hashes.compute(reader.batch);
    }
    const isSame =
      isThere &&
      reader.batch.verdicts[0] === Verdict.accepted &&
      ((hashes.high[0] ?? 0) & this.#mask) === high &&
      ((hashes.low[0] ?? 0) & this.#mask) === low;
    if (!isSame) throw new InputChanged(`row ${String(place.row)} (line ${String(place.line)}) is not there any more`);
    const fields = records.fields(0);
    if (this.#cache.size === cacheSize) this.#cache.delete(this.#cache.keys().next().value ?? '');
    this.#cache.set(name, fields);
    return fields;
  }

  #whereIs({ input, row, line }: RowPlace): string {
    const file = this.#hasSeveral ? ` of ${this.#inputs(input).path}` : '';
    return `row ${String(row)} (line ${String(line)})${file}`;
  }
}
