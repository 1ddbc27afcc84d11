import type { Arena } from '../columns/arena.ts';
import { type Batch, Verdict } from '../columns/batch.ts';
import type { Fragments } from '../columns/fragments.ts';
import { JsonWriter } from '../columns/json-writer.ts';
import {
  type Asked,
  type Decision,
  decideKnown,
  earlierVersions,
  type KnownRules,
  supersedes,
} from '../delivery/known.ts';
import { type Holder, isUndo } from '../delivery/holder.ts';
import { asOfRow, decideNamed, namedTwice, versionsOf } from '../delivery/decide-named.ts';
import type { NamedRecord, NamingRecord } from '../delivery/named-records.ts';
import type { Changes, Version } from '../delivery/versions.ts';
import type { Knowledge, KnownRecord, RecordMarks } from '../ledger/run-store.ts';
import type { Fields, RecordKind } from '../records/kind.ts';
import { namedIdsOf } from './named-rows.ts';
import type { Replacements } from './replacements.ts';
import type { RecordColumns } from './record-columns.ts';
import { RecordHashes } from './record-hashes.ts';

/** Where records are written as JSON. */
export interface JsonPlace {
  readonly arena: Arena;
  readonly start: number;
  readonly fragments: Fragments;
}

/** The ledger, and by what rules it decides. */
export interface KnownOptions {
  readonly ask: (marks: RecordMarks) => Promise<Knowledge>;
  readonly rules: KnownRules;
  /** Asks the account what records change of their earlier versions; by place in the list. */
  readonly changes?: ((versions: readonly Version[]) => Promise<readonly Changes[]>) | undefined;
  /** Finds out what is known of the stored records that rows name; none where the account is not asked. */
  readonly named?: ((records: readonly NamingRecord[]) => Promise<readonly NamedRecord[]>) | undefined;
  /** Rows whose earlier versions are deleted at the end. */
  readonly replacements?: Replacements | undefined;
}

export interface KnownRowsOptions {
  readonly kind: RecordKind;
  readonly place: JsonPlace;
  /** By input, the names of its columns. */
  readonly headers: readonly string[];
  /** By input, the cell of a row that names a stored record; -1 for none. */
  readonly idCells: readonly number[];
  readonly known: KnownOptions | undefined;
  /** Whether records that are alike may come more than once. */
  readonly mayRepeat: boolean;
}

const noRows: ReadonlyMap<string, number> = new Map();

/** The valid rows of a batch as the records that are sent, and what the ledger knows of these. */
export class KnownRows {
  readonly #options: KnownRowsOptions;
  readonly #occurrences = new Map<string, number>();
  readonly #decisions = new Map<number, Decision>();
  /** Stored records whose place a row takes, with the row. */
  readonly #namedBy = new Map<string, number>();
  /** Runs that keep records from being sent, each with how many. */
  readonly #held = new Map<string, { readonly holder: Holder; records: number }>();
  #writer: JsonWriter | undefined;
  #hashes: RecordHashes | undefined;
  /** By row of the batch: the number of its record in the hashes. */
  #recordOfRow = new Int32Array(0);
  /** Rows of the batch whose records are written: as many as there was room for. */
  #written = { from: 0, to: 0 };
  #position = 0;
  #input = 0;

  constructor(options: KnownRowsOptions) {
    this.#options = options;
  }

  begin(input: number, records: RecordColumns, capacity: number): void {
    const { kind, headers, place } = this.#options;
    const { arena, start, fragments } = place;
    this.#input = input;
    this.#writer = new JsonWriter(arena, start, fragments, records.sent, capacity);
    this.#hashes = new RecordHashes(kind, records, { arena, input, header: headers[input] ?? '', capacity });
    this.#recordOfRow = new Int32Array(capacity);
  }

  /** Writes and hashes the records of a batch, and decides what becomes of them; those that are left out are settled. */
  prepare(batch: Batch): Promise<void> | undefined {
    this.#decisions.clear();
    this.#hash(batch);
    const { known } = this.#options;
    const marks = this.#hashes?.marks;
    if (known === undefined || marks === undefined || marks.records === 0) return undefined;
    return this.#ask(batch, marks, known);
  }

  #hash(batch: Batch): void {
    const hashes = this.#hashes;
    if (hashes === undefined) return;
    hashes.clear();
    this.#written = { from: 0, to: 0 };
    for (let row = 0; row < batch.rows; row += 1) {
      if (batch.verdicts[row] !== Verdict.accepted) continue;
      const { start, end } = this.write(batch, row);
      this.#recordOfRow[row] = hashes.add(batch, row, this.#options.place.arena.buffer.subarray(start, end));
    }
  }

  async #ask(batch: Batch, marks: RecordMarks, options: KnownOptions): Promise<void> {
    const { position, found } = await options.ask(marks);
    this.#position = position;
    const ids = namedIdsOf(batch, this.#options.idCells[this.#input] ?? -1, this.#options.place.arena);
    const named = await this.#findNamed(batch, ids, options);
    if (found.size === 0 && named.size === 0) return;
    const superseding = new Map<number, KnownRecord>();
    const rowOfId = named.size === 0 ? noRows : this.#versionsIn(batch, found);
    for (let row = 0; row < batch.rows; row += 1) {
      if (batch.verdicts[row] !== Verdict.accepted) continue;
      const record = this.#recordOfRow[row] ?? 0;
      const known = found.get(record) ?? [];
      const stored = named.get(row);
      const own = stored && asOfRow(known, stored, rowOfId.get(stored.id));
      if (known.length === 0 && own === undefined) continue;
      const asked = { ...this.#askedOf(record), replacedId: ids.get(row) };
      const decision = this.#decide(batch, row, { known, own, asked }, options);
      if (decision.kind === 'superseding') superseding.set(row, decision.known);
      else if (decision.kind === 'duplicate') batch.settle(row, Verdict.duplicate, decision.issue);
      else this.#decisions.set(row, decision);
    }
    if (superseding.size > 0) await this.#leaveOut(batch, superseding, options.changes);
  }

  /** By the id of a stored record: the row of the batch of which the ledger has it as a version. */
  #versionsIn(batch: Batch, found: Knowledge['found']): ReadonlyMap<string, number> {
    const rows = new Map<string, number>();
    for (let row = 0; row < batch.rows; row += 1) {
      if (batch.verdicts[row] !== Verdict.accepted) continue;
      for (const { id } of versionsOf(found.get(this.#recordOfRow[row] ?? 0) ?? [])) {
        if (id !== undefined) rows.set(id, batch.firstRow + row);
      }
    }
    return rows;
  }

  /** What is known of the stored records that rows name. */
  async #findNamed(
    batch: Batch,
    ids: ReadonlyMap<number, string>,
    { named }: KnownOptions,
  ): Promise<ReadonlyMap<number, NamedRecord>> {
    if (named === undefined || ids.size === 0) return new Map();
    const rows = [...ids.keys()];
    const records = Array.from(ids, ([row, id]) => ({ id, fields: this.fieldsOf(batch, row) }));
    return new Map((await named(records)).flatMap((each, place) => [[rows[place] ?? 0, each]]));
  }

  #decide(
    batch: Batch,
    row: number,
    { known, own, asked }: { known: readonly KnownRecord[]; own: NamedRecord | undefined; asked: Asked },
    { rules, replacements }: KnownOptions,
  ): Decision {
    const number = batch.firstRow + row;
    if (own === undefined) {
      const decision = decideKnown(known, rules, asked);
      replacements?.expect(this.#input, number, earlierVersions(known, decision, rules));
      return decision;
    }
    const { decision, earlier } = decideNamed(known, own, rules, asked);
    const first = this.#namedBy.get(own.id);
    if (first !== undefined) return { kind: 'duplicate', issue: namedTwice(own.id, first) };
    if (own.kind !== 'gone' && own.kind !== 'other') this.#namedBy.set(own.id, number);
    const versions = earlierVersions(known, decision, rules).filter(({ id }) => id !== own.id);
    replacements?.expect(this.#input, number, [...earlier, ...versions]);
    return decision;
  }

  /** Leaves rows out of which the account has an earlier version, and says what they change. */
  async #leaveOut(
    batch: Batch,
    superseding: ReadonlyMap<number, KnownRecord>,
    changes: KnownOptions['changes'],
  ): Promise<void> {
    const versions = Array.from(superseding, ([row, { id }]) => ({ id, fields: this.fieldsOf(batch, row) }));
    const found = await changes?.(versions);
    for (const [place, [row, known]] of [...superseding].entries()) {
      batch.settle(row, Verdict.duplicate, supersedes(known, found?.[place]));
    }
  }

  /** The record of a row. */
  fieldsOf(batch: Batch, row: number): Fields {
    const { start, end } = this.write(batch, row);
    return JSON.parse(this.#options.place.arena.text(start, end)) as Fields;
  }

  #askedOf(record: number): Asked {
    const hasIdentity = this.#hashes?.hasIdentity[record] === 1;
    if (!this.#options.mayRepeat) return { hasIdentity, occurrence: 0 };
    const content = Buffer.from(this.#hashes?.contents.subarray(record * 16, record * 16 + 16) ?? []).toString(
      'latin1',
    );
    const occurrence = this.#occurrences.get(content) ?? 0;
    this.#occurrences.set(content, occurrence + 1);
    return { hasIdentity, occurrence };
  }

  /** Writes the record of a row, and those after it, where it is not among those that had room together; where it is then. */
  write(batch: Batch, row: number): { readonly start: number; readonly end: number } {
    const { from, to } = this.#written;
    if (row < from || row >= to) this.#written = { from: row, to: this.#writer?.write(batch, row) ?? 0 };
    return { start: this.#writer?.starts[row] ?? 0, end: this.#writer?.ends[row] ?? 0 };
  }

  /** Bytes of a row's record. */
  sizeOf(row: number): number {
    return (this.#writer?.ends[row] ?? 0) - (this.#writer?.starts[row] ?? 0);
  }

  /** What becomes of a row that is not left out, where something is known of it. */
  decisionOf(row: number): Decision | undefined {
    return this.#decisions.get(row);
  }

  /** A record is left to another run, which must find out first. */
  hold(holder: Holder): void {
    const held = this.#held.get(holder.runId) ?? { holder, records: 0 };
    held.records += 1;
    this.#held.set(holder.runId, held);
  }

  /** A run whose undo must end first; else the one that must find out first, where none is open but those that were left to others. */
  heldBy(open: number): Holder | undefined {
    const all = [...this.#held.values()];
    const undone = all.find(({ holder }) => isUndo(holder));
    const held = all.reduce((sum, { records }) => sum + records, 0);
    return (undone ?? (held === open ? all[0] : undefined))?.holder;
  }

  /** Hashes and places of the batch's records, which of them a row is, and what the ledger knew when it was asked. */
  marksOf(
    row: number,
  ): { readonly hashes: RecordHashes; readonly record: number; readonly position: number } | undefined {
    const hashes = this.#hashes;
    return hashes && { hashes, record: this.#recordOfRow[row] ?? 0, position: this.#position };
  }
}
