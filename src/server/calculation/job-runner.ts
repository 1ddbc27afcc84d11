import { errorMessage } from '../../errors.ts';
import { maxBulkRecords } from '../../records/limits.ts';
import type { ShipmentRequest } from '../../records/request.ts';
import type { Database } from '../../state/database.ts';
import { movementIdOf } from '../admit.ts';
import { hubAddresses } from '../store/hubs.ts';
import { advanceJob, finishJob, type Job, type JobError, nextJob, startJob } from '../store/jobs.ts';
import { completeRequests, type PendingRequest, pendingRequests } from '../store/requests.ts';
import type { Calculations } from './calculations.ts';
import type { Outcome } from './outcome.ts';
import type { Quiet } from './quiet.ts';
import { withAddresses } from './with-addresses.ts';

/** So many shipments are calculated and written at a time: a few milliseconds, in which no call is answered. */
const sliceSize = 500;

/** A slice waits for calls to be answered, but no longer than this. */
const longestWaitMs = 200;

export interface JobRunnerOptions {
  readonly database: Database;
  readonly calculations: Calculations;
  readonly quiet: Quiet;
  readonly now: () => string;
  /** Told of a job that broke down. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Works on the jobs of the database, the oldest first, slice by slice: the results of a slice and the counts of its job
 * are one transaction. What a killed server left unfinished is found here again.
 */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  #work: Promise<void> | undefined;
  #isAwake = false;
  #isStopping = false;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  /** Says that there may be work. */
  wake(): void {
    this.#isAwake = true;
    this.#work ??= this.#run();
  }

  /** Finishes the slice at hand; the rest is for the next start. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#work;
  }

  async #run(): Promise<void> {
    try {
      while (this.#isAwake) {
        this.#isAwake = false;
        // Answers before work: the sender of the job is answered first.
        await new Promise((resolve) => setImmediate(resolve));
        for (let job = this.#next(); job !== undefined; job = this.#next()) await this.#runJob(job);
      }
    } catch (error) {
      // The database can't be written: the job stays as it is, and the next call wakes it again.
      this.#options.onFailure(error);
    } finally {
      this.#work = undefined;
    }
  }

  #next(): Job | undefined {
    return this.#isStopping ? undefined : nextJob(this.#options.database);
  }

  async #runJob(job: Job): Promise<void> {
    const { database, calculations, quiet, now, onFailure } = this.#options;
    startJob(database, job, now());
    try {
      const addresses = hubAddresses(database, job.organization);
      for (let after = -1; !this.#isStopping;) {
        await quiet.wait(longestWaitMs);
        const requests = pendingRequests(database, job, after, sliceSize);
        after = requests.at(-1)?.index ?? after;
        if (requests.length === 0) {
          finishJob(database, job, 'COMPLETED', now());
          return;
        }
        const outcomes = await calculations.shipments(
          requests.map(({ record }) => withAddresses(record, addresses) as ShipmentRequest),
        );
        database.repeatableTransaction(() => this.#settle(job, requests, outcomes));
      }
    } catch (error) {
      if (this.#isStopping) return;
      onFailure(error);
      database.transaction(() => this.#giveUp(job, errorMessage(error)));
    }
  }

  #settle(job: Job, requests: readonly PendingRequest[], outcomes: readonly Outcome[]): void {
    const { database, now } = this.#options;
    const settled = requests.flatMap((request, place) => {
      const outcome = outcomes[place];
      return outcome === undefined ? [] : [{ ...request, outcome }];
    });
    const there = completeRequests(database, settled, now());
    const errors: JobError[] = [];
    for (const { seq, id, index, record, outcome } of settled) {
      if (outcome.ok || !there.has(seq)) continue;
      const { code, message: error } = outcome;
      const movement = movementIdOf(record);
      errors.push({ index, stage: 'calculation', code, error, movement_id: movement, request_id: id });
    }
    advanceJob(database, job, there.size - errors.length, errors);
  }

  /** Ends a job whose calculation broke down: nothing of it waits any longer. */
  #giveUp(job: Job, message: string): void {
    const { database, now } = this.#options;
    const requests = pendingRequests(database, job, -1, maxBulkRecords);
    const outcome = { ok: false, code: 'CALCULATION_FAILED', message } as const;
    this.#settle(
      job,
      requests,
      requests.map(() => outcome),
    );
    finishJob(database, job, 'FAILED', now());
  }
}
