import type { RunError } from '../errors.ts';
import type { RecordKind } from '../records/kind.ts';
import type { Caller } from './caller.ts';

/** Ids in one call: its answer says the same of all of them, and the ledger is written before and after it. */
export const batchSize = 500;

/** Parts that a batch is divided into where it is refused. */
const parts = 10;

/** Failures in a row beyond which no call is made: the API is not well. */
const mostFailures = 3;

export interface RemoverOptions {
  readonly kind: Pick<RecordKind, 'listPath' | 'idsName'>;
  readonly caller: Pick<Caller, 'remove'>;
  /** Calls at a time, where records are deleted one by one. */
  readonly concurrency: number;
}

/** What became of ids that were to be deleted. */
export interface Removed {
  /** They are not there any more. */
  readonly gone: ReadonlySet<string>;
  /** Of these it is unknown; all others have been left alone. */
  readonly unknown: ReadonlySet<string>;
}

/**
 * Deletes records by their ids: in batches, and in smaller ones down to single calls where a batch is refused. A batch's 404 says that
 * the API does not have one of its ids, and that none was deleted; only a single call's 404 says that a record is gone.
 */
export class Remover {
  readonly #options: RemoverOptions;
  #hasBatches = true;
  #failures = 0;
  /** Why the last call that failed did so. */
  reason: string | undefined;
  /** The API refuses the key or the organisation: no call can succeed. */
  error: RunError | undefined;

  constructor(options: RemoverOptions) {
    this.#options = options;
  }

  /** Whether nothing more is tried. */
  get isStopped(): boolean {
    return this.error !== undefined || this.#failures >= mostFailures;
  }

  /** @param ids distinct ones, as many as go into one batch */
  async remove(ids: readonly string[]): Promise<Removed> {
    const removed = { gone: new Set<string>(), unknown: new Set<string>() };
    await this.#removeAll(ids, removed);
    return removed;
  }

  async #removeAll(ids: readonly string[], removed: Sets): Promise<void> {
    if (ids.length === 0 || this.isStopped) return;
    if (ids.length === 1 || !this.#hasBatches) return this.#singly(ids, removed);
    const { kind, caller } = this.#options;
    const answer = await caller.remove({
      path: `${kind.listPath}/batch-delete`,
      body: Buffer.from(JSON.stringify({ [kind.idsName]: ids })),
      records: ids.length,
    });
    switch (answer.kind) {
      case 'gone':
        this.#failures = 0;
        for (const id of ids) setGone(id, removed);
        return;
      case 'refused':
        this.error = answer.error;
        return;
      case 'no call':
        this.#hasBatches = false;
        return this.#singly(ids, removed);
      case 'failed':
        // One of its records may be the reason, where the API answers at all.
        if (answer.status === undefined || (answer.status >= 300 && answer.status !== 500)) {
          this.#fail(answer.reason, ids, removed);
          return;
        }
        this.reason = answer.reason;
        for (const id of ids) removed.unknown.add(id);
        break;
      case 'not taken':
        this.reason = answer.reason;
        break;
      case 'unknown':
    }
    const size = Math.ceil(ids.length / parts);
    if (size === 1) return this.#singly(ids, removed);
    for (let start = 0; start < ids.length; start += size) {
      await this.#removeAll(ids.slice(start, start + size), removed);
    }
  }

  async #singly(ids: readonly string[], removed: Sets): Promise<void> {
    const left = [...ids];
    const work = async (): Promise<void> => {
      for (let id = left.shift(); id !== undefined && !this.isStopped; id = left.shift()) await this.#one(id, removed);
    };
    await Promise.all(Array.from({ length: Math.min(this.#options.concurrency, ids.length) }, work));
  }

  async #one(id: string, removed: Sets): Promise<void> {
    const { kind, caller } = this.#options;
    const answer = await caller.remove({ path: `${kind.listPath}/${encodeURIComponent(id)}`, records: 1 });
    if (answer.kind === 'gone' || answer.kind === 'unknown') {
      this.#failures = 0;
      setGone(id, removed);
    } else if (answer.kind === 'refused') this.error = answer.error;
    else this.#fail(answer.reason, answer.kind === 'failed' ? [id] : [], removed);
  }

  #fail(reason: string, ids: readonly string[], removed: Sets): void {
    this.reason = reason;
    this.#failures += 1;
    for (const id of ids) removed.unknown.add(id);
  }
}

function setGone(id: string, { gone, unknown }: Sets): void {
  gone.add(id);
  unknown.delete(id);
}

interface Sets {
  readonly gone: Set<string>;
  readonly unknown: Set<string>;
}
