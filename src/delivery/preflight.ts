import { type RunError, RunError as RunFailure } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import type { OpenRun } from '../ledger/run-store.ts';
import type { Fields, RecordKind } from '../records/kind.ts';
import { type Chunk, type Failure, marksOf, recordOf } from '../destinations/destination.ts';
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
    return new RunFailure(
      ExitCode.incomplete,
      'API_UNAVAILABLE',
      `the API can't be read, and nothing was sent (${answer.reason})`,
      'try again later; dcycle-upload doctor looks at the connection',
    );
  }

  /** Records of an upload of which the ledger knows nothing, and which the account has. */
  async #findStored(chunk: Chunk, records: readonly number[]): Promise<RunError | undefined> {
    const { asksFirst, run, kind } = this.#options;
    if (!asksFirst || kind.isUpsert || (await run.known(marksOf(chunk, records))).found.size > 0) return undefined;
    const there = await findThere(chunk, records.slice(0, movementsAsked), this.#options);
    const [first] = there;
    if (first === undefined) return undefined;
    const [record, { id }] = first;
    return new RunFailure(
      ExitCode.usage,
      'ALREADY_STORED',
      `the account has records of this upload that this machine knows nothing of, the first in row ${String(chunk.rows[record] ?? 0)} (id ${id}); nothing was sent`,
      '--verify asks the account for each record and sends what is missing; --again sends all of them',
    );
  }
}

const notTheApi = (message: string): RunError =>
  new RunFailure(ExitCode.usage, 'NOT_THE_API', `${message}; nothing was sent`, 'check --base-url (DCYCLE_BASE_URL)');

/** Which of these records the account has already, from any sender; what can't be looked up is not found. */
export async function findThere(
  chunk: Chunk,
  records: readonly number[],
  { kind, caller, owned }: Pick<PreflightOptions, 'kind' | 'caller' | 'owned'>,
): Promise<ReadonlyMap<number, StoredRecord>> {
  const groups = new Map<string, Map<number, Fields>>();
  for (const record of records) {
    const fields = recordOf(chunk, record);
    const movement = fields['movement_id'];
    if (movement === undefined) continue;
    const group = groups.get(String(movement)) ?? new Map<number, Fields>();
    groups.set(String(movement), group);
    group.set(record, fields);
  }
  const there = new Map<number, StoredRecord>();
  if (groups.size === 0) return there;
  const question = { movementIds: [...groups.keys()], always: undefined, since: 0 };
  const reading = await readMovements((path) => caller.get(path, chunk.index), kind.listPath, question);
  if ('reason' in reading) return there;
  const foreign = await owned(reading.stored.map(({ id }) => id));
  const free = reading.stored.filter(({ id }) => !foreign.has(id));
  for (const [movement, group] of groups) {
    const candidates = free
      .filter(({ movement_id: id }) => fold(String(id ?? '')) === fold(movement))
      .map((fields) => ({ id: fields.id, fields, mayBeOlder: false }));
    for (const [record, finding] of pairStored(group, candidates)) {
      const stored = finding.kind === 'stored' ? free.find(({ id }) => id === finding.candidate.id) : undefined;
      if (stored !== undefined) there.set(record, stored);
    }
  }
  return there;
}
