import { type Chunk, hasKey, recordOf } from '../destinations/destination.ts';
import type { Fields, RecordKind } from '../records/kind.ts';
import type { Caller } from './caller.ts';
import type { Claims } from './claims.ts';
import { compareStored, fold } from './compare-stored.ts';
import { type Finding, pairStored } from './pair-stored.ts';
import type { FoundRecord } from './parking.ts';
import { type Reading, readMovements, readSince, type StoredRecord } from './read-stored.ts';

export interface ThereOptions {
  readonly kind: RecordKind;
  readonly caller: Caller;
  /** Of these ids, those that belong to records of the ledger. */
  readonly owned: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly claims: Claims;
}

/** What the account has of records, from any sender; what is in neither map is not there. */
export interface Found<Key> {
  readonly stored: ReadonlyMap<Key, FoundRecord>;
  /** Record to why it can't be told whether it is there. */
  readonly open: ReadonlyMap<Key, string>;
  /** Why nothing could be read; all records are open then. */
  readonly unread: string | undefined;
}

/** Looks up which records the account has before they are sent. */
export class There {
  readonly #options: ThereOptions;
  /** What was found to be a record written otherwise, which may also have been another one. */
  readonly #otherwise = new Set<string>();
  /** All that the account has. */
  #all: Promise<Reading> | undefined;

  constructor(options: ThereOptions) {
    this.#options = options;
  }

  /** Looks up records of a chunk; those that the API knows again by their key need no look-up. */
  async findIn(chunk: Chunk, records: readonly number[]): Promise<Found<number>> {
    const { kind } = this.#options;
    const named = new Map<number, Fields>();
    const nameless = new Map<number, Fields>();
    for (const record of records) {
      if (kind.isUpsert && hasKey(chunk, record)) continue;
      const fields = recordOf(chunk, record);
      (fields['movement_id'] === undefined ? nameless : named).set(record, fields);
    }
    const found = await this.find(named, chunk.index);
    const open = await this.#findNameless(nameless);
    return { ...found, open: new Map([...found.open, ...open]) };
  }

  /**
   * Looks up records of movements.
   *
   * @param chunk for the report of the calls
   */
  async find<Key>(records: ReadonlyMap<Key, Fields>, chunk = 0): Promise<Found<Key>> {
    if (records.size === 0) return nothing;
    const { kind, caller } = this.#options;
    const movementIds = [...new Set(Array.from(records.values(), ({ movement_id: id }) => String(id)))];
    const question = { movementIds, always: undefined, since: 0 };
    const reading = await readMovements((path) => caller.get(path, chunk), kind.listPath, question);
    if ('reason' in reading) {
      const { reason } = reading;
      return { stored: new Map(), open: new Map(Array.from(records.keys(), (key) => [key, reason])), unread: reason };
    }
    return this.#judge(records, reading.stored);
  }

  /**
   * Looks records without a movement up in all that the account has, which is read once. Nothing tells whether one that is there is the
   * one that is to be sent.
   *
   * @returns record to why it can't be told whether it is there
   */
  async #findNameless(records: ReadonlyMap<number, Fields>): Promise<ReadonlyMap<number, string>> {
    if (records.size === 0) return new Map();
    const { kind, caller } = this.#options;
    this.#all ??= readSince((path) => caller.get(path), kind.listPath, 0);
    const reading = await this.#all;
    if ('stored' in reading) return (await this.#judge(records, reading.stored)).open;
    const why = `without movement_id it can’t be looked up: ${reading.reason}`;
    return new Map(Array.from(records.keys(), (record) => [record, why]));
  }

  /** Says of records which of the stored ones they are. */
  async #judge<Key>(records: ReadonlyMap<Key, Fields>, stored: readonly StoredRecord[]): Promise<Found<Key>> {
    const asked = byMovement(records);
    const ofMovements = stored.filter((each) => asked.has(movementOf(each)));
    const foreign = await this.#options.owned(ofMovements.map(({ id }) => id));
    // From here on without a pause. What other chunks are sending takes its own first.
    const underWay = this.#options.claims.underWay();
    const rivals = byMovement(underWay.unknown);
    const isFree = ({ id }: StoredRecord): boolean => !foreign.has(id) && !underWay.ids.has(id);
    const found = { stored: new Map<Key, FoundRecord>(), open: new Map<Key, string>(), unread: undefined };
    for (const [movement, group] of asked) {
      const like = ofMovements.filter((each) => movementOf(each) === movement);
      const candidates = like
        .filter(isFree)
        .map((fields) => ({ id: fields.id, fields, mayBeOlder: movement === nameless }));
      const all = new Map<Key | object, Fields>(rivals.get(movement));
      for (const [key, fields] of group) all.set(key, fields);
      const findings = pairStored(all, candidates);
      for (const [key, fields] of group) this.#note(found, key, findings.get(key), { fields, like });
    }
    return found;
  }

  #note<Key>(
    found: { readonly stored: Map<Key, FoundRecord>; readonly open: Map<Key, string> },
    key: Key,
    finding: Finding | undefined,
    { fields, like }: { readonly fields: Fields; readonly like: readonly StoredRecord[] },
  ): void {
    if (finding?.kind === 'open') found.open.set(key, finding.why);
    else if (finding?.kind === 'stored') {
      const { id } = finding.candidate;
      const stored = like.find((each) => each.id === id);
      const { isLikeAnother } = finding;
      if (stored !== undefined) found.stored.set(key, { record: stored, surplus: [], isLikeAnother });
      this.#options.claims.claim(id);
      if (finding.as === 'otherwise') this.#otherwise.add(id);
    } else {
      const taken = like.find((each) => this.#otherwise.has(each.id) && compareStored(fields, each) !== 'contradicted');
      if (taken !== undefined) found.open.set(key, `it may be ${taken.id}, which was taken for another record`);
    }
  }
}

/** In the place of a movement, of records that have none. */
const nameless = '';

const movementOf = ({ movement_id: id }: StoredRecord | Fields): string => (hasName(id) ? fold(String(id)) : nameless);

const hasName = (id: unknown): boolean => id !== undefined && id !== null;

function byMovement<Key>(records: ReadonlyMap<Key, Fields>): ReadonlyMap<string, ReadonlyMap<Key, Fields>> {
  const groups = new Map<string, Map<Key, Fields>>();
  for (const [key, fields] of records) {
    const movement = movementOf(fields);
    const group = groups.get(movement) ?? new Map<Key, Fields>();
    groups.set(movement, group);
    group.set(key, fields);
  }
  return groups;
}

const nothing = { stored: new Map<never, never>(), open: new Map<never, never>(), unread: undefined };
