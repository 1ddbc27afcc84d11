import { type RunError, RunError as RunFailure } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import type { OpenRun } from '../ledger/run-store.ts';
import type { Fields, RecordKind } from '../records/kind.ts';
import { type Chunk, type Failure, hasKey, marksOf, recordOf } from '../destinations/destination.ts';
import type { Caller } from './caller.ts';
import { fold } from './compare-stored.ts';
import { pairStored } from './pair-stored.ts';
import { readMovements, readPage, type StoredRecord } from './read-stored.ts';

export interface PreflightOptions {
  readonly kind: RecordKind;
  readonly caller: Caller;
  readonly run: Pick<OpenRun, 'known'>;
  readonly host: string;
  readonly owned: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Whether an account that has these records already stops the run: not for a run that is resumed. */
  readonly asksFirst: boolean;
}

/** Movements that are looked up before the first call of an upload of which the ledger knows nothing. */
const movementsAsked = 100;

/** Looks at the API before the first call that sends anything. */
export class Preflight {
  readonly #options: PreflightOptions;
  #first: Promise<Failure | undefined> | undefined;

  constructor(options: PreflightOptions) {
    this.#options = options;
  }

  /** Why nothing may be sent; the same for each chunk. */
  check(chunk: Chunk, records: readonly number[]): Promise<Failure | undefined> {
    this.#first ??= this.#look(chunk, records);
    return this.#first;
  }

  async #look(chunk: Chunk, records: readonly number[]): Promise<Failure | undefined> {
    const error = (await this.#findUnreadable()) ?? (await this.#findStored(chunk, records));
    return error === undefined ? undefined : { reason: error.message, fatal: error };
  }

  /** An address that answers otherwise than the API does: a redirect, a sign-in page, another service. */
  async #findUnreadable(): Promise<RunError | undefined> {
    const { kind, caller, host } = this.#options;
    const answer = await caller.get(`${kind.listPath}?page=1&size=1`);
    if (answer.kind === 'refused') return answer.error;
    if (answer.kind === 'read') {
      return readPage(answer.body) === undefined
        ? notTheApi(`${host} answers, but not as the Logistics API does`)
        : undefined;
    }
    const isElsewhere = answer.status !== undefined && answer.status >= 300 && answer.status < 500;
    const mayPass = answer.status === 408 || answer.status === 425 || answer.status === 429;
    if (isElsewhere && !mayPass) {
      return notTheApi(`${host} does not answer as the Logistics API does (${answer.reason})`);
    }
    return unavailable('the API can’t be read', answer.reason);
  }

  /** Records of an upload of which the ledger knows nothing, and which the account has, or may have. */
  async #findStored(chunk: Chunk, records: readonly number[]): Promise<RunError | undefined> {
    const { asksFirst, run, kind } = this.#options;
    if (!asksFirst || kind.isUpsert || (await run.known(marksOf(chunk, records))).found.size > 0) return undefined;
    const there = await findThere(chunk, records.slice(0, movementsAsked), this.#options);
    if (there.unread !== undefined) return unavailable('the account can’t be asked what it has', there.unread);
    const rowOf = (record: number): string => String(chunk.rows[record] ?? 0);
    const [stored] = there.stored;
    if (stored !== undefined) {
      const [record, { id }] = stored;
      return alreadyStored('has', `row ${rowOf(record)} (id ${id})`);
    }
    const [open] = there.open;
    return open === undefined ? undefined : alreadyStored('may have', `row ${rowOf(open[0])} (${open[1]})`);
  }
}

const notTheApi = (message: string): RunError =>
  new RunFailure(ExitCode.usage, 'NOT_THE_API', `${message}; nothing was sent`, 'check --base-url (DCYCLE_BASE_URL)');

const unavailable = (what: string, reason: string): RunError =>
  new RunFailure(
    ExitCode.incomplete,
    'API_UNAVAILABLE',
    `${what}, and nothing was sent (${reason})`,
    'try again later; dcycle-upload doctor looks at the connection',
  );

const alreadyStored = (verb: 'has' | 'may have', first: string): RunError =>
  new RunFailure(
    ExitCode.usage,
    'ALREADY_STORED',
    `the account ${verb} records of this upload that this machine knows nothing of, the first in ${first}; nothing was sent`,
    '--verify asks the account for each record and sends what is missing; --again sends all of them',
  );

/** What the account has of records already, from any sender; what is in neither map is not there, or has no movement. */
export interface There {
  readonly stored: ReadonlyMap<number, StoredRecord>;
  /** Record to why it can't be told whether it is there. */
  readonly open: ReadonlyMap<number, string>;
  /** Why nothing could be read; all records with a movement are open then. */
  readonly unread: string | undefined;
}

const sentByGone = 'a run that was lost sent it, and without movement_id it can’t be looked up';
const notAsked = 'without movement_id it can’t be looked up';

export interface FindOptions extends Pick<PreflightOptions, 'kind' | 'caller' | 'owned'> {
  /** The user wants to be sure of each: what can't be looked up is open, unless sending it again changes nothing. */
  readonly asksForEach?: boolean;
}

/** Looks up by their movements which of these records the account has. */
export async function findThere(
  chunk: Chunk,
  records: readonly number[],
  { kind, caller, owned, asksForEach }: FindOptions,
): Promise<There> {
  const stored = new Map<number, StoredRecord>();
  const open = new Map<number, string>();
  const groups = new Map<string, Map<number, Fields>>();
  const movementIds = new Set<string>();
  for (const record of records) {
    const fields = recordOf(chunk, record);
    if (fields['movement_id'] === undefined) {
      if (chunk.earlier.get(record)?.isGone === true) open.set(record, sentByGone);
      else if (asksForEach === true && !(kind.isUpsert && hasKey(chunk, record))) open.set(record, notAsked);
      continue;
    }
    const movement = String(fields['movement_id']);
    movementIds.add(movement);
    const group = groups.get(fold(movement)) ?? new Map<number, Fields>();
    groups.set(fold(movement), group);
    group.set(record, fields);
  }
  if (groups.size === 0) return { stored, open, unread: undefined };
  const question = { movementIds: [...movementIds], always: undefined, since: 0 };
  const reading = await readMovements((path) => caller.get(path, chunk.index), kind.listPath, question);
  if ('reason' in reading) {
    for (const group of groups.values()) for (const record of group.keys()) open.set(record, reading.reason);
    return { stored, open, unread: reading.reason };
  }
  const foreign = await owned(reading.stored.map(({ id }) => id));
  const free = new Map(reading.stored.filter(({ id }) => !foreign.has(id)).map((each) => [each.id, each]));
  for (const [movement, group] of groups) {
    const candidates = [...free.values()]
      .filter(({ movement_id: id }) => fold(String(id ?? '')) === movement)
      .map((fields) => ({ id: fields.id, fields, mayBeOlder: false }));
    for (const [record, finding] of pairStored(group, candidates)) {
      const found = finding.kind === 'stored' ? free.get(finding.candidate.id) : undefined;
      if (found !== undefined) stored.set(record, found);
      else if (finding.kind === 'open') open.set(record, finding.why);
    }
  }
  return { stored, open, unread: undefined };
}
