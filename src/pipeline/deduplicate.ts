import type { Arena } from '../columns/arena.ts';
import { type Batch, Verdict } from '../columns/batch.ts';
import type { RowReader } from '../input/row-reader.ts';
import { cellText } from '../columns/column.ts';
import type { Issue, Warning } from '../issues.ts';
import { differingFields, duplicateKey } from '../records/duplicate-key.ts';
import type { Fields, RecordKind } from '../records/kind.ts';
import { conflictMark } from './conflict-mark.ts';
import { hashKey } from '../columns/key-hash.ts';
import type { KeyHashes } from './key-hashes.ts';
import { KeyTable, type RowPlace } from './key-table.ts';
import type { RecordColumns } from './record-columns.ts';
import { copyIssue, duplicateIssue, sameKeyIssue, stillInConflict } from './row-issues.ts';
import { type CopiedRow, SecondCopies } from './second-copy.ts';
import type { WarningCounts } from './warnings.ts';

/** What is needed to read one row of an input again. */
export interface Rereading {
  readonly path: string;
  readonly reader: RowReader;
  readonly records: RecordColumns;
  readonly hashes: KeyHashes;
  readonly arena: Arena;
  readonly columns: readonly string[];
  /** Columns that tell equal records apart. */
  readonly telling: readonly number[];
}

/** The input that is read now. */
export interface ReadInput {
  /** Index of the input. */
  readonly input: number;
  readonly arena: Arena;
  readonly records: RecordColumns;
  readonly hashes: KeyHashes;
  readonly telling: readonly number[];
  /** Why an earlier run refused a row, where the input is its rejected file. */
  readonly ownReasons: ((batch: Batch, row: number) => string) | undefined;
}

/** The input is no longer what it was when it was read first. */
export class InputChanged extends Error {}

/** First rows that were read again lately: a file that repeats one row does not read it again each time. */
const cacheSize = 512;

/** A record with its key, and what is in the columns that tell equal records apart. */
interface Recalled {
  readonly key: string;
  readonly fields: Fields;
  readonly others: ReadonlyMap<number, string>;
}

/**
 * What a record is to an earlier one with its key: the same, another leg of its shipment, or equal in all that is mapped and
 * told apart by other columns. `differing` are fields, or these columns; of the same record, those that are in conflict.
 */
interface Relation {
  readonly is: 'same' | 'leg' | 'twin';
  readonly differing: readonly string[];
}

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
  /** Records that have the key of an earlier one and are not the same, under the hash of the key and of what tells them apart. */
  readonly #apart = new KeyTable();
  readonly #cache = new Map<string, Recalled>();
  readonly #copies: SecondCopies;
  readonly #mergesTwins: boolean;
  readonly #remark: (warning: Warning, row: number) => void;

  constructor(options: {
    readonly kind: RecordKind;
    /** The fields of the key; `undefined` takes the kind's own rule. */
    readonly keyFields: readonly string[] | undefined;
    readonly inputs: (input: number) => Rereading;
    readonly hasSeveral: boolean;
    /** About how many records there will be. */
    readonly expected: number;
    readonly hashMask?: number;
    /** Where the records go, equal ones become one: the second of two can't be sent. */
    readonly mergesTwins?: boolean;
    /** Sees what is to be said of rows of the batch. */
    readonly remark?: (warning: Warning, row: number) => void;
  }) {
    this.#kind = options.kind;
    this.#keyFields = options.keyFields;
    this.#inputs = options.inputs;
    this.#hasSeveral = options.hasSeveral;
    this.#mask = options.hashMask ?? allBits;
    this.#table = new KeyTable(options.expected);
    this.#copies = new SecondCopies(options.inputs);
    this.#mergesTwins = options.mergesTwins ?? false;
    this.#remark = options.remark ?? (() => {});
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
      if (issue !== undefined) batch.settle(row, Verdict.duplicate, issue);
    }
  }

  /** A row of a rejected file that still has the key for which it was refused. */
  #oldConflict(batch: Batch, row: number, now: ReadInput): Issue | undefined {
    const reasons = now.ownReasons?.(batch, row);
    if (reasons?.includes('[key ') !== true) return undefined;
    const mark = conflictMark(this.#kind, now.records.fields(row), this.#keyFields);
    return reasons.includes(mark) ? stillInConflict(mark) : undefined;
  }

  /** What is wrong with a record that an earlier one has the key of; what is another record in spite of it is noted. */
  #issueOf(batch: Batch, row: number, now: ReadInput, found: number, high: number, low: number): Issue | undefined {
    const fields = now.records.fields(row);
    const key = duplicateKey(this.#kind, fields, this.#keyFields);
    const own = { key, fields, others: othersOf(batch, row, now.telling, now.arena) };
    const place = { input: now.input, offset: batch.offsets[row] ?? 0, row: batch.firstRow + row };
    const line = batch.lines[row] ?? 0;
    let first: RowPlace | undefined;
    let relation: Relation | undefined;
    for (let entry = found; entry !== 0 && relation === undefined; entry = this.#table.find(high, low, entry)) {
      first = this.#table.placeOf(entry);
      if (this.#isSameLine(first, batch, row, now)) return duplicateIssue(this.#whereIs(first), [], '');
      relation = this.#relationTo(own, now, first, this.#recall(first, { high, low }));
    }
    if (first === undefined || relation === undefined) {
      this.#table.add(high, low, place.input, place.offset, place.row, line);
      return undefined;
    }
    if (relation.is === 'same') return this.#issueOfSame(first, relation, own);

    const apart = this.#hashApart(own, relation);
    for (let entry = this.#apart.find(...apart); entry !== 0; entry = this.#apart.find(...apart, entry)) {
      const earlier = this.#apart.placeOf(entry);
      const again = this.#relationTo(own, now, earlier, this.#recall(earlier));
      if (again?.is === 'same') return this.#issueOfSame(earlier, again, own);
    }
    const issue = relation.is === 'twin' ? this.#issueOfTwin(row, place, first, relation.differing) : undefined;
    if (issue === undefined) this.#apart.add(...apart, place.input, place.offset, place.row, line);
    return issue;
  }

  /** What a record is to an earlier one; `undefined` if their keys differ, as equal hashes are not equal keys. */
  #relationTo(own: Recalled, now: ReadInput, place: RowPlace, earlier: Recalled): Relation | undefined {
    if (earlier.key !== own.key) return undefined;
    const differing = differingFields(this.#kind, earlier.fields, own.fields);
    if (differing.length === 0) {
      const columns = this.#tellingColumns(place, now, earlier, own);
      return columns.length === 0 ? { is: 'same', differing } : { is: 'twin', differing: columns };
    }
    const isLeg = this.#keyFields === undefined && isOtherLeg(this.#kind, earlier.fields, own.fields, differing);
    return { is: isLeg ? 'leg' : 'same', differing };
  }

  #issueOfSame(place: RowPlace, { differing }: Relation, own: Recalled): Issue {
    const mark = differing.length === 0 ? '' : conflictMark(this.#kind, own.fields, this.#keyFields);
    return duplicateIssue(this.#whereIs(place), differing, mark);
  }

  /** The hash of a record's key with what tells it from others that have the key. */
  #hashApart({ key, fields, others }: Recalled, { is }: Relation): readonly [high: number, low: number] {
    const telling = is === 'leg' ? [duplicateKey(this.#kind, fields, ofLeg)] : [...others.values()];
    const { high, low } = hashKey(JSON.stringify([key, ...telling]));
    return [high & this.#mask, low & this.#mask];
  }

  /** The columns in which two equal records differ, where nothing else identifies them. */
  #tellingColumns(place: RowPlace, now: ReadInput, earlier: Recalled, own: Recalled): readonly string[] {
    const { needs } = this.#kind.defaultKey;
    const isIdentified = this.#keyFields !== undefined || (needs !== undefined && own.fields[needs] !== undefined);
    const { columns } = this.#inputs(place.input);
    const ownColumns = this.#inputs(now.input).columns;
    if (isIdentified || columns.join('\n') !== ownColumns.join('\n')) return [];
    // What counts rows in one of two inputs tells nothing between them.
    return [...own.others].flatMap(([column, text]) => {
      const other = earlier.others.get(column);
      return other === undefined || other === text ? [] : [ownColumns[column] ?? ''];
    });
  }

  /** What becomes of a record that is equal to an earlier one, while other columns say that it is another. */
  #issueOfTwin(row: number, now: CopiedRow, first: RowPlace, columns: readonly string[]): Issue | undefined {
    if (this.#copies.has(now, first)) return copyIssue(this.#whereIs(first), columns);
    if (this.#mergesTwins) return sameKeyIssue(this.#whereIs(first), columns);
    const message = `rows are equal but for ${columns.join(', ')}, and were taken as records of their own`;
    this.#remark({ code: 'EQUAL_RECORDS', message }, row);
    return undefined;
  }

  /** Adds what was found to the warnings of a run, when all rows have been read. */
  report(warnings: WarningCounts): void {
    const copies = this.#copies.warning((input) => this.#ofFile(input));
    if (copies !== undefined) warnings.add(copies.warning, copies.rows);
  }

  /** Equal bytes are an equal record, within one input: another may read the same bytes otherwise. */
  #isSameLine({ input, offset }: RowPlace, { rowStarts, rowEnds }: Batch, row: number, now: ReadInput): boolean {
    if (input !== now.input) return false;
    return this.#inputs(input).reader.isLine(offset, now.arena, rowStarts[row] ?? 0, rowEnds[row] ?? 0);
  }

  /** @param expected the hash of its key, where the table that has the place is one of these */
  #recall(place: RowPlace, expected?: { readonly high: number; readonly low: number }): Recalled {
    const name = `${String(place.input)}:${String(place.offset)}`;
    const cached = this.#cache.get(name);
    if (cached !== undefined) return cached;
    const { reader, records, hashes, telling, arena } = this.#inputs(place.input);
    const isThere = reader.read(place.offset);
    if (isThere) {
      records.read(reader.batch);
      hashes.compute(reader.batch);
    }
    const hasHash =
      expected === undefined ||
      (((hashes.high[0] ?? 0) & this.#mask) === expected.high && ((hashes.low[0] ?? 0) & this.#mask) === expected.low);
    if (!isThere || reader.batch.verdicts[0] !== Verdict.accepted || !hasHash) {
      throw new InputChanged(`row ${String(place.row)} (line ${String(place.line)}) is not there any more`);
    }
    const fields = records.fields(0);
    const key = duplicateKey(this.#kind, fields, this.#keyFields);
    const recalled = { key, fields, others: othersOf(reader.batch, 0, telling, arena) };
    if (this.#cache.size === cacheSize) this.#cache.delete(this.#cache.keys().next().value ?? '');
    this.#cache.set(name, recalled);
    return recalled;
  }

  #whereIs({ input, row, line }: RowPlace): string {
    return `row ${String(row)} (line ${String(line)})${this.#ofFile(input)}`;
  }

  #ofFile(input: number): string {
    return this.#hasSeveral ? ` of ${this.#inputs(input).path}` : '';
  }
}

const othersOf = (batch: Batch, row: number, columns: readonly number[], arena: Arena): ReadonlyMap<number, string> =>
  new Map(columns.map((column) => [column, cellText(batch, row, column, arena)]));

const legNames = ['movement_stretch', 'movement_stage', 'package_key', 'origin', 'destination'] as const;
const ofLoad: readonly string[] = ['load', 'load_unit'];
const ofLeg: readonly string[] = ['distance_km', 'category', 'toc', 'vehicle_license_plate'];

/**
 * Whether two rows of one shipment that name no stretch, stage, package or places are two of its legs: they carry the same load, and
 * differ in distance, category or vehicle.
 */
function isOtherLeg({ isTransport }: RecordKind, a: Fields, b: Fields, differing: readonly string[]): boolean {
  const isNamed = legNames.some((field) => a[field] !== undefined || b[field] !== undefined);
  const differsIn = (fields: readonly string[]): boolean => fields.some((field) => differing.includes(field));
  return isTransport && !isNamed && !differsIn(ofLoad) && differsIn(ofLeg);
}
