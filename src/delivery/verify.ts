import type { Fields, RecordKind } from '../records/kind.ts';
import { isPending } from './calculated.ts';
import { changedFields, compareStored, differingFields, type FieldChange, fold } from './compare-stored.ts';
import { type Candidate, type Finding, pairStored } from './pair-stored.ts';
import { isSameLeg } from './same-leg.ts';
import { type Get, groupsOf, pageSize, readFiltered, readPage, type StoredRecord, walkList } from './read-stored.ts';

/** A record of a file that is looked for in the account. */
export interface SoughtRecord {
  /** Index of the input. */
  readonly input: number;
  readonly row: number;
  readonly line: number;
  /** As it would be sent. */
  readonly json: string;
}

/**
 * What the account has of a record:
 *
 * - `there`: once, with every value
 * - `otherwise`: once, and some value is written otherwise
 * - `no emissions`: once; it is not calculated yet, or can't be
 * - `missing`: not
 * - `twice`: more often than the file: the same again, or another version of it
 * - `different`: with other values
 * - `unknown`: that can't be told
 */
export type VerifyVerdict = 'there' | 'otherwise' | 'no emissions' | 'missing' | 'twice' | 'different' | 'unknown';

export interface Verified {
  readonly sought: SoughtRecord;
  readonly movementId: string | undefined;
  readonly verdict: VerifyVerdict;
  /** Of the stored records: several, where it is there twice. */
  readonly ids: readonly string[];
  /** Fields that are different. */
  readonly fields: readonly string[];
  /** With their values: of the account, and of the file. */
  readonly changes: readonly FieldChange[];
  /** Why it is not known, or has no emissions. */
  readonly why: string | undefined;
}

export interface VerifierOptions {
  readonly kind: RecordKind;
  readonly get: Get;
  /** The ledger's ids of records, where it knows them: by these, records without a movement are found. */
  readonly idsOf?: ((contents: readonly string[]) => Promise<readonly (string | undefined)[]>) | undefined;
  /** Is told of every record; those of one movement one after the other. */
  readonly onVerified: (verified: Verified) => void;
  /** Is told how far the reading of the account is: of how many pages or questions. */
  readonly onProgress: (done: number, of: number, what: 'pages' | 'questions') => void;
}

/** Records that are looked for at a time: their texts are in memory. */
export const soughtAtOnce = 100_000;

/** Stored records without a movement that are held at a time. */
const mostNameless = 200_000;

/** Times that a list which changes meanwhile is read. */
const attempts = 3;

/** Compares the records of a file with those of an account. Nothing is sent. */
export class Verifier {
  readonly #options: VerifierOptions;
  /** Ids of stored records that belong to a record already. */
  readonly #paired = new Set<string>();
  /** The ledger's ids of records that are looked for. */
  readonly #ids = new Map<Sought, string>();
  /** What was found of the records of one movement, until all of them are known. */
  readonly #found = new Map<Sought, Verified>();
  #hasFilter = true;

  constructor(options: VerifierOptions) {
    this.#options = options;
  }

  /** Looks for records, at most `soughtAtOnce`. */
  async verify(records: readonly SoughtRecord[]): Promise<void> {
    if (records.length === 0) return;
    const groups = groupBy(records, this.#options.kind);
    const stored = await this.#read(groups);
    await this.#readIds(groups);
    for (const [key, group] of groups) {
      if (typeof stored === 'string') for (const sought of group) this.#find(sought, 'unknown', { why: stored });
      else this.#judge(group, stored.get(key) ?? []);
      for (const verified of this.#found.values()) this.#options.onVerified(verified);
      this.#found.clear();
    }
  }

  /** What the ledger says of records that nothing else names. */
  async #readIds(groups: Groups): Promise<void> {
    this.#ids.clear();
    const unnamed = [...groups.values()].flat().filter(({ movementId }) => movementId === undefined);
    const ids = (await this.#options.idsOf?.(unnamed.map(({ record }) => record.json))) ?? [];
    for (const [place, sought] of unnamed.entries()) {
      const id = ids[place];
      if (id !== undefined) this.#ids.set(sought, id);
    }
  }

  /** What the account has of these movements; a text says why that is not known. */
  async #read(groups: Groups): Promise<ReadonlyMap<string, readonly StoredRecord[]> | string> {
    const { kind, get } = this.#options;
    const questions = this.#questionsOf(groups);
    if (questions !== undefined) {
      const total = await readTotal(get, kind.listPath);
      if (typeof total === 'string') return total;
      if (questions.length <= Math.ceil(total / pageSize)) {
        const stored = await this.#ask(questions);
        if (stored !== undefined) return stored;
      }
    }
    return this.#readAll(groups);
  }

  /** The movements in lists of a length that a query bears; none where some record has none, or the API does not filter. */
  #questionsOf(groups: Groups): readonly (readonly string[])[] | undefined {
    if (!this.#hasFilter) return undefined;
    const movements: string[] = [];
    for (const group of groups.values()) {
      for (const { movementId } of group) {
        if (movementId === undefined) return undefined;
        movements.push(movementId);
      }
    }
    return groupsOf(movements, undefined);
  }

  async #ask(
    questions: readonly (readonly string[])[],
  ): Promise<ReadonlyMap<string, readonly StoredRecord[]> | undefined> {
    const { kind, get, onProgress } = this.#options;
    const stored = new Map<string, StoredRecord[]>();
    for (const [index, movements] of questions.entries()) {
      onProgress(index, questions.length, 'questions');
      const reading = await readFiltered(get, kind.listPath, movements);
      if ('reason' in reading) {
        this.#hasFilter = false;
        return undefined;
      }
      for (const each of reading.stored) add(stored, groupOfStored(each, kind), each);
    }
    return stored;
  }

  /** Reads all pages, and keeps what may be one of these records. */
  async #readAll(groups: Groups): Promise<ReadonlyMap<string, readonly StoredRecord[]> | string> {
    const { kind, get, onProgress } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      const stored = new Map<string, StoredRecord[]>();
      let [pages, nameless] = [0, 0];
      const failure = await walkList(
        get,
        `${kind.listPath}?`,
        ({ items, total }) => {
          for (const each of items) {
            const key = groupOfStored(each, kind);
            if (!groups.has(key)) continue;
            if (key === noGroup) nameless += 1;
            add(stored, key, each);
          }
          pages += 1;
          onProgress(pages, Math.ceil(total / pageSize), 'pages');
          return nameless > mostNameless;
        },
        Number.POSITIVE_INFINITY,
      );
      if (nameless > mostNameless) return 'the account has too many records without movement_id';
      if (failure === undefined) return stored;
      if (!failure.isTorn || attempt === attempts) return failure.reason;
    }
  }

  #find(
    sought: Sought,
    verdict: VerifyVerdict,
    { ids = [], changes = [], why }: Partial<Pick<Verified, 'ids' | 'changes' | 'why'>> = {},
  ): void {
    const { record, movementId } = sought;
    const fields = changes.map(({ name }) => name);
    this.#found.set(sought, { sought: record, movementId, verdict, ids, fields, changes, why });
  }

  /** Finds of a record what the account has under the id that the ledger knows. */
  #judgeById(sought: Sought, stored: ReadonlyMap<string, StoredRecord>): boolean {
    const own = stored.get(this.#ids.get(sought) ?? '');
    if (own === undefined || this.#paired.has(own.id)) return false;
    const fields = JSON.parse(sought.record.json) as Fields;
    const likeness = compareStored(fields, own);
    if (likeness === 'contradicted') {
      this.#paired.add(own.id);
      this.#find(sought, 'different', { ids: [own.id], changes: changedFields(fields, own) });
    } else {
      const as = likeness === 'equal' ? 'equal' : 'otherwise';
      this.#findStored(sought, { id: own.id, surplus: [], as }, own);
    }
    return true;
  }

  /** Pairs the records of one movement with the stored ones, as delivery does. */
  #judge(all: readonly Sought[], stored: readonly StoredRecord[]): void {
    const byOwnId = new Map(this.#ids.size === 0 ? [] : stored.map((each) => [each.id, each]));
    const group = all.filter((sought) => !this.#judgeById(sought, byOwnId));
    const free = stored.filter(({ id }) => !this.#paired.has(id));
    const byId = new Map(free.map((each) => [each.id, each]));
    const candidates = free.map((fields): Candidate => ({ id: fields.id, fields, mayBeOlder: false }));
    const fieldsOf = new Map(group.map((sought) => [sought, JSON.parse(sought.record.json) as Fields]));
    const missing: Sought[] = [];
    for (const [sought, finding] of pairStored(fieldsOf, candidates)) {
      if (finding.kind === 'missing') missing.push(sought);
      else if (finding.kind === 'open') this.#find(sought, 'unknown', { why: finding.why });
      else {
        const { id } = finding.candidate;
        this.#findStored(sought, { ...finding, id }, byId.get(id));
      }
    }
    for (const sought of missing) {
      const left = free.filter(({ id }) => !this.#paired.has(id));
      const fields = fieldsOf.get(sought) ?? {};
      const other = this.#otherVersion(fields, left, missing.length);
      if (other === undefined) this.#find(sought, 'missing');
      else {
        this.#paired.add(other.id);
        this.#find(sought, 'different', { ids: [other.id], changes: differences(fields, other) });
      }
    }
    this.#findVersions(all, stored);
  }

  /** What is left when each record has its own: another version of a record, where it is of the same leg. */
  #findVersions(group: readonly Sought[], stored: readonly StoredRecord[]): void {
    const left = stored.filter(({ id }) => !this.#paired.has(id));
    if (left.length === 0) return;
    const byId = new Map(stored.map((each) => [each.id, each]));
    const records = group.map((sought) => {
      const found = this.#found.get(sought);
      return { sought, found, fields: JSON.parse(sought.record.json) as Fields, own: byId.get(found?.ids[0] ?? '') };
    });
    const open = records.filter(({ found }) => found?.verdict === 'unknown');
    for (const other of left) {
      // It may be one of which nothing tells whether it is.
      if (open.some(({ fields }) => compareStored(fields, other) !== 'contradicted')) continue;
      const { sought, fields } =
        records.find((each) => each.own !== undefined && isSameLeg(this.#options.kind, each.fields, other, each.own)) ??
        {};
      if (sought !== undefined && fields !== undefined) this.#addVersion(sought, fields, other);
    }
  }

  /** The account has a record, and another version of it. */
  #addVersion(sought: Sought, fields: Fields, other: StoredRecord): void {
    const found = this.#found.get(sought);
    if (found === undefined) return;
    this.#paired.add(other.id);
    const ids = [...found.ids, other.id];
    const changes = found.changes.length > 0 ? found.changes : changedFields(fields, other);
    const verdict = found.verdict === 'different' ? 'different' : 'twice';
    const why = [...new Set([...(found.why === undefined ? [] : [found.why]), anotherVersion])].join('; ');
    this.#find(sought, verdict, { ids, changes, why });
  }

  #findStored(
    sought: Sought,
    {
      id,
      surplus,
      as,
    }: Pick<Extract<Finding, { readonly kind: 'stored' }>, 'surplus' | 'as'> & { readonly id: string },
    stored: StoredRecord | undefined,
  ): void {
    const ids = [id, ...surplus];
    for (const each of ids) this.#paired.add(each);
    const lacksEmissions = stored !== undefined && (stored.kgco2e ?? stored.co2e ?? undefined) === undefined;
    if (surplus.length > 0) this.#find(sought, 'twice', { ids });
    else if (lacksEmissions && this.#options.kind.isTransport) {
      this.#find(sought, 'no emissions', { ids, why: isPending(stored) ? 'not calculated yet' : reasonOf(stored) });
    } else this.#find(sought, as === 'otherwise' ? 'otherwise' : 'there', { ids });
  }

  /** A stored record that is another version of one that is not there: the same leg, or the only one that is left of both. */
  #otherVersion(record: Fields, left: readonly StoredRecord[], missing: number): StoredRecord | undefined {
    const { kind } = this.#options;
    const sameLeg = left.filter((stored) => {
      const differing = new Set(differingFields(record, stored));
      return kind.identity.fields.every((field) => !differing.has(field));
    });
    if (sameLeg.length === 1) return sameLeg[0];
    if (sameLeg.length > 1) return sameLeg.find((each) => isSameLeg(kind, record, each));
    return left.length === 1 && missing === 1 && hasGroup(record, kind) ? left[0] : undefined;
  }
}

const anotherVersion = 'the account has another version of it, too';

/** The values in which a stored record is not the one of the file. */
function differences(fields: Fields, stored: StoredRecord): readonly FieldChange[] {
  const names = new Set(differingFields(fields, stored));
  return changedFields(fields, stored).filter(({ name }) => names.has(name));
}

const reasonOf = ({ error_messages: errors }: StoredRecord): string =>
  Array.isArray(errors) && errors.length > 0 ? errors.map(String).join('; ') : 'the API gives no reason';

async function readTotal(get: Get, listPath: string): Promise<number | string> {
  const answer = await get(`${listPath}?page=1&size=1`);
  if (answer.kind !== 'read') return answer.kind === 'refused' ? answer.error.message : answer.reason;
  return readPage(answer.body)?.total ?? 'the list of stored records can’t be read';
}

/** A record that is looked for, with the movement by which it is. */
interface Sought {
  readonly record: SoughtRecord;
  readonly movementId: string | undefined;
}

type Groups = ReadonlyMap<string, readonly Sought[]>;

/** Of records that nothing groups. */
const noGroup = '';

const text = (value: unknown): string => (value === undefined || value === null ? '' : fold(String(value)));

/** What a record and the stored one have in common, whatever else is different: the movement; of purchases, the plate. */
const groupOfFields = (fields: Fields | StoredRecord, { isTransport }: RecordKind): string =>
  text(isTransport ? fields['movement_id'] : fields['vehicle_license_plate']);

const groupOfStored = (stored: StoredRecord, kind: RecordKind): string => groupOfFields(stored, kind);

const hasGroup = (fields: Fields, kind: RecordKind): boolean => groupOfFields(fields, kind) !== noGroup;

function groupBy(records: readonly SoughtRecord[], kind: RecordKind): Groups {
  const groups = new Map<string, Sought[]>();
  for (const record of records) {
    const fields = JSON.parse(record.json) as Fields;
    const movement = fields['movement_id'];
    add(groups, groupOfFields(fields, kind), {
      record,
      movementId: movement === undefined ? undefined : String(movement),
    });
  }
  return groups;
}

function add<Value>(groups: Map<string, Value[]>, key: string, value: Value): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}
