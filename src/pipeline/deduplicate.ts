import type { Arena } from '../columns/arena.ts';
import { type Batch, Verdict } from '../columns/batch.ts';
import type { RowReader } from '../input/row-reader.ts';
import { cellText } from '../columns/column.ts';
import type { Issue, Warning } from '../issues.ts';
import { differingFields, duplicateKey } from '../records/duplicate-key.ts';
import type { Fields, RecordKind } from '../records/kind.ts';
import { conflictMark } from './conflict-mark.ts';
import type { KeyHashes } from './key-hashes.ts';
import { KeyTable, type RowPlace } from './key-table.ts';
import type { RecordColumns } from './record-columns.ts';
import { duplicateIssue, sameKeyIssue, stillInConflict } from './row-issues.ts';
import { SecondCopies } from './second-copy.ts';

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

/** A row that was read again: its record, and what is in the columns that tell equal records apart. */
interface Recalled {
  readonly fields: Fields;
  readonly others: readonly string[];
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
    let own: Recalled | undefined;
    let twin: { readonly place: RowPlace; readonly columns: readonly string[] } | undefined;
    for (let entry = found; entry !== 0; entry = this.#table.find(high, low, entry)) {
      const place = this.#table.placeOf(entry);
      if (this.#isSameLine(place, batch, row, now)) return duplicateIssue(this.#whereIs(place), [], '');
      own ??= { fields: now.records.fields(row), others: othersOf(batch, row, now.telling, now.arena) };
      const first = this.#recall(place, high, low);
      const { fields } = own;
      const key = duplicateKey(this.#kind, fields, this.#keyFields);
      // Equal hashes are not equal keys: only the keys decide.
      if (duplicateKey(this.#kind, first.fields, this.#keyFields) !== key) continue;
      const differing = differingFields(this.#kind, first.fields, fields);
      if (differing.length === 0) {
        const columns = this.#tellingColumns(place, now, first, own);
        if (columns.length === 0) return duplicateIssue(this.#whereIs(place), [], '');
        twin = { place, columns };
      } else if (this.#keyFields !== undefined || !isOtherLeg(this.#kind, first.fields, fields)) {
        const mark = conflictMark(this.#kind, fields, this.#keyFields);
        return duplicateIssue(this.#whereIs(place), differing, mark);
      }
    }
    return twin === undefined ? undefined : this.#issueOfTwin(batch, row, now, twin.place, twin.columns);
  }

  /** The columns in which two equal records differ, where nothing else identifies them. */
  #tellingColumns(place: RowPlace, now: ReadInput, first: Recalled, own: Recalled): readonly string[] {
    const { needs } = this.#kind.defaultKey;
    const isIdentified = this.#keyFields !== undefined || (needs !== undefined && own.fields[needs] !== undefined);
    const columns = this.#inputs(place.input).columns;
    const ownColumns = this.#inputs(now.input).columns;
    if (isIdentified || columns.join('\n') !== ownColumns.join('\n')) return [];
    return now.telling.flatMap((column, at) => (first.others[at] === own.others[at] ? [] : [ownColumns[column] ?? '']));
  }

  /** What becomes of a record that is equal to an earlier one, while other columns say that it is another. */
  #issueOfTwin(
    batch: Batch,
    row: number,
    now: ReadInput,
    place: RowPlace,
    columns: readonly string[],
  ): Issue | undefined {
    const here = { input: now.input, row: batch.firstRow + row, offset: batch.offsets[row] ?? 0 };
    const copy = this.#copies.find(here, place);
    if (copy?.isNew === true) {
      const message = `the rows from here on repeat those from ${this.#whereIs(place)} on, in the same order: a second copy`;
      this.#remark({ code: 'SECOND_COPY', message }, row);
    }
    if (copy !== undefined) return duplicateIssue(this.#whereIs(place), [], '');
    if (this.#mergesTwins) return sameKeyIssue(this.#whereIs(place), columns);
    const message = `rows are equal but for ${columns.join(', ')}, and were taken as records of their own`;
    this.#remark({ code: 'EQUAL_RECORDS', message }, row);
    return undefined;
  }

  /** Equal bytes are an equal record, within one input: another may read the same bytes otherwise. */
  #isSameLine({ input, offset }: RowPlace, { rowStarts, rowEnds }: Batch, row: number, now: ReadInput): boolean {
    if (input !== now.input) return false;
    return this.#inputs(input).reader.isLine(offset, now.arena, rowStarts[row] ?? 0, rowEnds[row] ?? 0);
  }

  #recall(place: RowPlace, high: number, low: number): Recalled {
    const name = `${String(place.input)}:${String(place.offset)}`;
    const cached = this.#cache.get(name);
    if (cached !== undefined) return cached;
    const { reader, records, hashes, telling, arena } = this.#inputs(place.input);
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
    const recalled = { fields: records.fields(0), others: othersOf(reader.batch, 0, telling, arena) };
    if (this.#cache.size === cacheSize) this.#cache.delete(this.#cache.keys().next().value ?? '');
    this.#cache.set(name, recalled);
    return recalled;
  }

  #whereIs({ input, row, line }: RowPlace): string {
    const file = this.#hasSeveral ? ` of ${this.#inputs(input).path}` : '';
    return `row ${String(row)} (line ${String(line)})${file}`;
  }
}

const othersOf = (batch: Batch, row: number, columns: readonly number[], arena: Arena): readonly string[] =>
  columns.map((column) => cellText(batch, row, column, arena));

const legNames = ['movement_stretch', 'movement_stage', 'package_key', 'origin', 'destination'] as const;
const ofLeg = ['distance_km', 'category', 'toc', 'vehicle_license_plate'] as const;

/**
 * Whether two rows of one shipment that name no stretch, stage, package or places are two of its legs: they carry the same load, and
 * differ in distance, category or vehicle.
 */
function isOtherLeg({ isTransport }: RecordKind, a: Fields, b: Fields): boolean {
  const isNamed = legNames.some((field) => a[field] !== undefined || b[field] !== undefined);
  const isSameLoad = a['load'] === b['load'] && a['load_unit'] === b['load_unit'];
  return isTransport && !isNamed && isSameLoad && ofLeg.some((field) => a[field] !== b[field]);
}
