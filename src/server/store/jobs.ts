import type { Database } from '../../state/database.ts';
import type { BatchFile } from './files.ts';
import type { FilterValues } from './filters.ts';
import { type Listing, type Page, type PageQuery, readOne, readPage } from './listing.ts';
import type { Organization } from './organizations.ts';

export const jobStatuses = ['PENDING', 'RUNNING', 'COMPLETED', 'FAILED'] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** Of the entries of one job, this many are kept; the counts are always whole. */
const maxJobErrors = 100;

/** A record of a batch that failed, at its place (from 0) in the batch. */
export interface JobError {
  readonly index: number;
  readonly stage: 'sync' | 'calculation';
  readonly code: string | null;
  readonly error: string;
  readonly movement_id: string | null;
  readonly request_id: string | null;
}

/** A job as the server works on it. */
export interface Job {
  readonly seq: number;
  readonly organization: number;
  /** The shipments it is about. */
  readonly file: number;
}

interface JobRow {
  readonly seq: number;
  readonly id: string;
  readonly file_id: string;
  readonly status: JobStatus;
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

/** Makes a job; those of its records that failed already are its first entries. */
export function insertJob(
  database: Database,
  organization: Organization,
  job: { id: string; file: BatchFile; total: number; errors: readonly JobError[]; now: string },
): Job {
  const { id, file, total, errors, now } = job;
  const row = database.get<Job>(
    `INSERT INTO jobs (id, organization, file, status, total, failed, created_at)
     VALUES (?, ?, ?, 'PENDING', ?, ?, ?) RETURNING seq, organization, file`,
    id,
    organization.seq,
    file.seq,
    total,
    errors.length,
    now,
  );
  const inserted = row ?? { seq: 0, organization: organization.seq, file: file.seq };
  insertErrors(database, inserted, errors);
  return inserted;
}

/** Keeps what there is room for. */
function insertErrors(database: Database, job: Job, errors: readonly JobError[]): void {
  if (errors.length === 0) return;
  const kept =
    database.get<{ kept: number }>('SELECT count(*) AS kept FROM job_errors WHERE job = ?', job.seq)?.kept ?? 0;
  for (const { index, stage, code, error, movement_id: movementId, request_id: requestId } of errors.slice(
    0,
    Math.max(0, maxJobErrors - kept),
  )) {
    database.run(
      `INSERT INTO job_errors (job, position, stage, code, error, movement_id, request_id)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      job.seq,
      index,
      stage,
      code,
      error,
      movementId,
      requestId,
    );
  }
}

/** The oldest job with work left. */
export const nextJob = (database: Database): Job | undefined =>
  database.get<Job>(
    `SELECT seq, organization, file FROM jobs WHERE status IN ('PENDING', 'RUNNING') ORDER BY seq LIMIT 1`,
  );

export const countUnfinishedJobs = (database: Database): number =>
  database.get<{ jobs: number }>(`SELECT count(*) AS jobs FROM jobs WHERE status IN ('PENDING', 'RUNNING')`)?.jobs ?? 0;

export const startJob = (database: Database, { seq }: Job, now: string): void => {
  database.run(`UPDATE jobs SET status = 'RUNNING', started_at = coalesce(started_at, ?) WHERE seq = ?`, now, seq);
};

/** Adds to a job's counts and entries. */
export function advanceJob(database: Database, job: Job, succeeded: number, errors: readonly JobError[]): void {
  database.run(
    'UPDATE jobs SET succeeded = succeeded + ?, failed = failed + ? WHERE seq = ?',
    succeeded,
    errors.length,
    job.seq,
  );
  insertErrors(database, job, errors);
}

export const finishJob = (database: Database, { seq }: Job, status: 'COMPLETED' | 'FAILED', now: string): void => {
  database.run('UPDATE jobs SET status = ?, finished_at = ? WHERE seq = ?', status, now, seq);
};

const listing: Listing = {
  table: 'jobs',
  columns: `jobs.seq, jobs.id, files.id AS file_id, jobs.status, total, succeeded, failed, jobs.created_at,
  started_at, finished_at`,
  joins: 'JOIN files ON files.seq = jobs.file',
  order: 'newest first',
  filters: {
    status: { column: 'jobs.status', is: 'one of' },
    file_id: { column: 'files.id', is: 'one of' },
  },
};

/** The newest jobs first. */
export const listJobs = (
  database: Database,
  organization: Organization,
  query: PageQuery & FilterValues,
): Page<ReturnType<typeof jobReply>> =>
  readPage(database, listing, organization, query, (row: JobRow) => jobReply(database, row));

export const findJob = (
  database: Database,
  organization: Organization,
  id: string,
): ReturnType<typeof jobReply> | undefined =>
  readOne(database, listing, organization, id, (row: JobRow) => jobReply(database, row));

const jobReply = (database: Database, row: JobRow) => ({
  id: row.id,
  file_id: row.file_id,
  status: row.status,
  total_records: row.total,
  success_count: row.succeeded,
  failure_count: row.failed,
  errors: database
    .all<JobError>(
      `SELECT position AS "index", stage, code, error, movement_id, request_id FROM job_errors
       WHERE job = ? ORDER BY seq`,
      row.seq,
    )
    .map(({ index, stage, code, error, movement_id, request_id }) => ({
      index,
      stage,
      code,
      error,
      movement_id,
      request_id,
    })),
  created_at: row.created_at,
  started_at: row.started_at,
  finished_at: row.finished_at,
});
