import { type Chunk, hasKey, recordOf } from '../destinations/destination.ts';
import type { Fields, RecordKind } from '../records/kind.ts';
import type { Caller } from './caller.ts';
import { fold } from './compare-stored.ts';
import { pairStored } from './pair-stored.ts';
import { readMovements, type StoredRecord } from './read-stored.ts';

export interface ThereOptions {
  readonly kind: RecordKind;
  readonly caller: Caller;
  /** Of these ids, those that belong to records of the ledger. */
  readonly owned: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
}

/** What the account has of records, from any sender; what is in neither map is not there. */
export interface Found<Key> {
  readonly stored: ReadonlyMap<Key, StoredRecord>;
  /** Record to why it can't be told whether it is there. */
  readonly open: ReadonlyMap<Key, string>;
  /** Why nothing could be read; all records are open then. */
  readonly unread: string | undefined;
}

const sentByGone = 'a run that was lost sent it, and without movement_id it can’t be looked up';
const notAsked = 'without movement_id it can’t be looked up';

/** Looks up which records the account has before they are sent. */
export class There {
  readonly #options: ThereOptions;

  constructor(options: ThereOptions) {
    this.#options = options;
  }

  /**
   * Looks up records of a chunk.
   *
   * @param asksForEach what can't be looked up is open, unless sending it again changes nothing
   */
  async findIn(chunk: Chunk, records: readonly number[], asksForEach: boolean): Promise<Found<number>> {
    const { kind } = this.#options;
    const named = new Map<number, Fields>();
    const open = new Map<number, string>();
    for (const record of records) {
      const fields = recordOf(chunk, record);
      if (fields['movement_id'] !== undefined) named.set(record, fields);
      else if (chunk.earlier.get(record)?.isGone === true) open.set(record, sentByGone);
      else if (asksForEach && !(kind.isUpsert && hasKey(chunk, record))) open.set(record, notAsked);
    }
    const found = await this.find(named, chunk.index);
    return { ...found, open: new Map([...open, ...found.open]) };
  }

  /**
   * Looks up records of movements.
   *
   * @param chunk for the report of the calls
   */
  async find<Key>(records: ReadonlyMap<Key, Fields>, chunk = 0): Promise<Found<Key>> {
    const { kind, caller, owned } = this.#options;
    const stored = new Map<Key, StoredRecord>();
    const open = new Map<Key, string>();
    const groups = new Map<string, Map<Key, Fields>>();
    const movementIds = new Set<string>();
    for (const [key, fields] of records) {
      const movement = String(fields['movement_id']);
      movementIds.add(movement);
      const group = groups.get(fold(movement)) ?? new Map<Key, Fields>();
      groups.set(fold(movement), group);
      group.set(key, fields);
    }
    if (groups.size === 0) return { stored, open, unread: undefined };
    const question = { movementIds: [...movementIds], always: undefined, since: 0 };
    const reading = await readMovements((path) => caller.get(path, chunk), kind.listPath, question);
    if ('reason' in reading) {
      for (const key of records.keys()) open.set(key, reading.reason);
      return { stored, open, unread: reading.reason };
    }
    const foreign = await owned(reading.stored.map(({ id }) => id));
    const free = new Map(reading.stored.filter(({ id }) => !foreign.has(id)).map((each) => [each.id, each]));
    for (const [movement, group] of groups) {
      const candidates = [...free.values()]
        .filter(({ movement_id: id }) => fold(String(id ?? '')) === movement)
        .map((fields) => ({ id: fields.id, fields, mayBeOlder: false }));
      for (const [key, finding] of pairStored(group, candidates)) {
        const found = finding.kind === 'stored' ? free.get(finding.candidate.id) : undefined;
        if (found !== undefined) stored.set(key, found);
        else if (finding.kind === 'open') open.set(key, finding.why);
      }
    }
    return { stored, open, unread: undefined };
  }
}
