import { type RunError, RunError as RunFailure } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import type { OpenRun } from '../ledger/run-store.ts';
import type { Fields, RecordKind } from '../records/kind.ts';
import { type Chunk, type Failure, isFresh, marksOf, recordOf } from '../destinations/destination.ts';
import type { Caller } from './caller.ts';
import { readPage } from './read-stored.ts';
import type { There } from './there.ts';

export interface PreflightOptions {
  readonly kind: RecordKind;
  readonly caller: Caller;
  readonly run: Pick<OpenRun, 'known'>;
  readonly host: string;
  readonly there: There;
  /** Whether an account that has these records already stops the run: not one that has stored something. */
  readonly asksFirst: boolean;
}

/** Movements that are looked up before the first call of an upload of which the ledger knows nothing. */
const movementsAsked = 100;

/** Records among which they are sought, whatever the size of the chunks: the others can wait no longer. */
const recordsSought = 5000;

/** Looks at the API before the first call that sends anything. */
export class Preflight {
  readonly #options: PreflightOptions;
  readonly #shown: Chunk[] = [];
  readonly #movements = new Set<string>();
  #records = 0;
  #first: Promise<Failure | undefined> | undefined;

  constructor(options: PreflightOptions) {
    this.#options = options;
  }

  /** Shows the next chunk before the first one is sent; whether further ones are wanted first. */
  show(chunk: Chunk): boolean {
    const { asksFirst, kind } = this.#options;
    if (!asksFirst || kind.isUpsert) return false;
    this.#shown.push(chunk);
    this.#records += chunk.records;
    for (let record = 0; record < chunk.records; record += 1) {
      const movement = Buffer.from(chunk.movements.subarray(record * 8, record * 8 + 8)).toString('latin1');
      if (movement !== noMovement) this.#movements.add(movement);
    }
    return this.#movements.size < movementsAsked && this.#records < recordsSought;
  }

  /** Why nothing may be sent; the same for each chunk. */
  check(): Promise<Failure | undefined> {
    this.#first ??= this.#look();
    return this.#first;
  }

  async #look(): Promise<Failure | undefined> {
    const error = (await this.#findUnreadable()) ?? (await this.#findStored());
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
  async #findStored(): Promise<RunError | undefined> {
    const asked = await this.#unknown();
    if (asked.size === 0) return undefined;
    const { stored, open, unread } = await this.#options.there.find(asked);
    if (unread !== undefined) return unavailable('the account can’t be asked what it has', unread);
    const [first] = stored;
    if (first !== undefined) {
      const [{ row }, { record }] = first;
      return alreadyStored('has', `row ${String(row)} (id ${record.id})`);
    }
    const [possible] = open;
    return possible === undefined
      ? undefined
      : alreadyStored('may have', `row ${String(possible[0].row)} (${possible[1]})`);
  }

  /** The records of the first movements that were shown, but those of which the ledger knows more than the movement. */
  async #unknown(): Promise<ReadonlyMap<{ readonly row: number }, Fields>> {
    const asked = new Map<{ readonly row: number }, Fields>();
    const movements = new Set<string>();
    for (const chunk of this.#shown.splice(0)) {
      const fresh = Array.from({ length: chunk.records }, (_, record) => record).filter((each) => isFresh(chunk, each));
      const { found } = await this.#options.run.known(marksOf(chunk, fresh));
      for (const [place, record] of fresh.entries()) {
        const isKnown = found.get(place)?.some(({ by }) => by !== 'movement') === true;
        const fields = recordOf(chunk, record);
        if (isKnown || fields['movement_id'] === undefined) continue;
        movements.add(String(fields['movement_id']));
        if (movements.size > movementsAsked) return asked;
        asked.set({ row: chunk.rows[record] ?? 0 }, fields);
      }
    }
    return asked;
  }
}

const noMovement = '\0'.repeat(8);

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
    'upload again with --verify, which asks the account for each record and sends what is missing, or with --again, which sends all',
  );
