import type { Outcome } from '../destinations/destination.ts';
import type { RecordKind } from '../records/kind.ts';
import { Database, type DatabaseKind } from './database.ts';

/** What a run was started with and came to. Holds no secret and nothing of a record. */
export interface RunRecord {
  readonly id: string;
  readonly command: RecordKind['name'];
  /** The command's name, options and files. */
  readonly args: readonly string[];
  /** As they were given; relative ones are relative to `workingDirectory`. */
  readonly paths: readonly string[];
  /** The options of the command line, as the command reads them. */
  readonly options: object;
  readonly workingDirectory: string;
  readonly baseUrl: string;
  readonly organizationId: string;
  readonly startedAt: string;
  /** `null` while it runs, and for one that was killed. */
  readonly finishedAt: string | null;
  readonly exitCode: number | null;
  /** Counts of records, once it has finished. */
  readonly records: RecordCounts | null;
}

export interface RecordCounts {
  readonly accepted: number;
  readonly rejected: number;
  readonly not_sent: number;
  readonly uncertain: number;
}

/** The first or last row of a chunk: index of the input, and number of the row from 1. */
export interface RowPlace {
  readonly input: number;
  readonly row: number;
}

/** A chunk that was sent. */
export interface ChunkRecord {
  readonly index: number;
  readonly records: number;
  readonly first: RowPlace;
  readonly last: RowPlace;
  /** SHA-256 of its records' bytes, hexadecimal. */
  readonly sha256: string;
  /** Ids of the batches in which the API keeps its records, where it gives them. */
  readonly files: readonly string[];
  /** `sent` until its outcome is known. */
  readonly state: 'sent' | Outcome['state'];
}

/** A record of a chunk: where it stands, and a hash of its bytes. */
export interface RecordMark {
  readonly row: number;
  readonly hash: string;
}

/** A record that was sent: accepted, or its fate is unknown. */
export interface SentMark extends RecordMark {
  readonly isAccepted: boolean;
}

/** What is known of one record of a chunk that was sent. */
export type KnownRecord =
  | { readonly fate: 'accepted'; readonly id: string; readonly packageId: string | undefined }
  | { readonly fate: 'rejected' | 'not-sent' | 'uncertain' };

const runDatabase: DatabaseKind = {
  // "DCYR"
  applicationId: 0x44435952,
  version: 1,
  name: 'record of a run of dcycle-upload',
  schema: `
    CREATE TABLE run (
      id TEXT NOT NULL,
      command TEXT NOT NULL,
      args TEXT NOT NULL,
      paths TEXT NOT NULL,
      options TEXT NOT NULL,
      working_directory TEXT NOT NULL,
      base_url TEXT NOT NULL,
      organization_id TEXT NOT NULL,
      started_at TEXT NOT NULL,
      finished_at TEXT,
      exit_code INTEGER,
      records TEXT
    );
    CREATE TABLE chunks (
      position INTEGER PRIMARY KEY,
      records INTEGER NOT NULL,
      first_input INTEGER NOT NULL,
      first_row INTEGER NOT NULL,
      last_input INTEGER NOT NULL,
      last_row INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      state TEXT NOT NULL,
      rows TEXT NOT NULL,
      hashes TEXT NOT NULL,
      files TEXT,
      fates TEXT,
      ids TEXT,
      packages TEXT
    );
  `,
};

interface RunRow {
  readonly id: string;
  readonly command: RunRecord['command'];
  readonly args: string;
  readonly paths: string;
  readonly options: string;
  readonly working_directory: string;
  readonly base_url: string;
  readonly organization_id: string;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly exit_code: number | null;
  readonly records: string | null;
}

interface ChunkRow {
  readonly position: number;
  readonly records: number;
  readonly first_input: number;
  readonly first_row: number;
  readonly last_input: number;
  readonly last_row: number;
  readonly sha256: string;
  readonly state: ChunkRecord['state'];
  readonly files: string | null;
  readonly fates: string | null;
  readonly ids: string | null;
  readonly packages: string | null;
}

/** Fates as they are kept: one letter a record. */
const letters = { accepted: 'A', rejected: 'R', 'not-sent': 'N', uncertain: 'U' } as const;
const fateOf: Readonly<Record<string, KnownRecord['fate']>> = {
  A: 'accepted',
  R: 'rejected',
  N: 'not-sent',
  U: 'uncertain',
};

/**
 * The record of one run: an SQLite file of its own, locked while somebody works on it, so that one that is not locked and
 * not finished was killed. What a chunk is is on the disk before it is sent, what became of it before the next one is told.
 */
export class RunFile {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  /** @throws RunError (exit 2) where it can't be written */
  static create(path: string, run: Omit<RunRecord, 'finishedAt' | 'exitCode' | 'records'>): RunFile {
    const database = Database.open(path, runDatabase);
    database.run(
      `INSERT INTO run (id, command, args, paths, options, working_directory, base_url, organization_id, started_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      run.id,
      run.command,
      JSON.stringify(run.args),
      JSON.stringify(run.paths),
      JSON.stringify(run.options),
      run.workingDirectory,
      run.baseUrl,
      run.organizationId,
      run.startedAt,
    );
    return new RunFile(database);
  }

  /** @throws RunError (exit 2): DATABASE_IN_USE while another process works on it, else DATABASE_UNUSABLE */
  static open(path: string): RunFile {
    return new RunFile(Database.open(path, runDatabase));
  }

  /** What the run was started with; `undefined` where it was killed before that was written. */
  get run(): RunRecord | undefined {
    const row = this.#database.get<RunRow>(
      `SELECT id, command, args, paths, options, working_directory, base_url, organization_id, started_at, finished_at,
         exit_code, records FROM run`,
    );
    if (row === undefined) return undefined;
    return {
      id: row.id,
      command: row.command,
      args: JSON.parse(row.args) as string[],
      paths: JSON.parse(row.paths) as string[],
      options: JSON.parse(row.options) as object,
      workingDirectory: row.working_directory,
      baseUrl: row.base_url,
      organizationId: row.organization_id,
      startedAt: row.started_at,
      finishedAt: row.finished_at,
      exitCode: row.exit_code,
      records: row.records === null ? null : (JSON.parse(row.records) as RecordCounts),
    };
  }

  chunks(): readonly ChunkRecord[] {
    return this.#database
      .all<ChunkRow>(
        `SELECT position, records, first_input, first_row, last_input, last_row, sha256, state, files FROM chunks
         ORDER BY position`,
      )
      .map(recordOf);
  }

  /** A chunk that was sent, and what is known of its records in their order. */
  chunk(index: number): { readonly chunk: ChunkRecord; readonly known: readonly KnownRecord[] } | undefined {
    const row = this.#database.get<ChunkRow>(
      `SELECT position, records, first_input, first_row, last_input, last_row, sha256, state, files, fates, ids, packages
       FROM chunks WHERE position = ?`,
      index,
    );
    return row === undefined ? undefined : { chunk: recordOf(row), known: knownOf(row) };
  }

  /** The records that the API has, or may have, chunk by chunk. */
  *sent(): Generator<SentMark> {
    for (const { index } of this.chunks()) {
      const row = this.#database.get<{ rows: string; hashes: string; fates: string | null }>(
        'SELECT rows, hashes, fates FROM chunks WHERE position = ?',
        index,
      );
      const rows = row?.rows.split(' ') ?? [];
      const hashes = row?.hashes.split(' ') ?? [];
      for (const [place, hash] of hashes.entries()) {
        // Of a chunk that was on its way when the run was killed, nothing is known.
        const letter = row?.fates?.[place] ?? letters.uncertain;
        const isAccepted = letter === letters.accepted;
        if (isAccepted || letter === letters.uncertain) yield { row: Number(rows[place]), hash, isAccepted };
      }
    }
  }

  /** Writes a chunk down that is about to be sent, for the first time. */
  begin(
    { index, records, first, last, sha256 }: Omit<ChunkRecord, 'state' | 'files'>,
    marks: readonly RecordMark[],
  ): void {
    this.#database.run(
      `INSERT INTO chunks (position, records, first_input, first_row, last_input, last_row, sha256, rows, hashes, state)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'sent')`,
      index,
      records,
      first.input,
      first.row,
      last.input,
      last.row,
      sha256,
      marks.map(({ row }) => row).join(' '),
      marks.map(({ hash }) => hash).join(' '),
    );
  }

  /** Writes down that what was not accepted of a chunk is about to be sent again: until it is settled, its fate is unknown. */
  beginAgain(index: number): void {
    this.#database.run(
      `UPDATE chunks SET state = 'sent', fates = replace(replace(fates, 'N', 'U'), 'R', 'U')
       WHERE position = ? AND (fates LIKE '%N%' OR fates LIKE '%R%')`,
      index,
    );
  }

  /** Writes down what became of a chunk. */
  settle(
    index: number,
    { state, files }: { readonly state: Outcome['state']; readonly files: readonly string[] },
    known: readonly KnownRecord[],
  ): void {
    const accepted = known.flatMap((record) => (record.fate === 'accepted' ? [record] : []));
    const hasPackages = accepted.some(({ packageId }) => packageId !== undefined);
    this.#database.run(
      'UPDATE chunks SET state = ?, files = ?, fates = ?, ids = ?, packages = ? WHERE position = ?',
      state,
      files.join(' '),
      known.map(({ fate }) => letters[fate]).join(''),
      accepted.map(({ id }) => id).join(' '),
      hasPackages ? accepted.map(({ packageId = '' }) => packageId).join(' ') : null,
      index,
    );
  }

  /** Says that the run works (again). */
  reopen(): void {
    this.#database.run('UPDATE run SET finished_at = NULL, exit_code = NULL');
  }

  finish(finishedAt: string, exitCode: number, records: RecordCounts): void {
    this.#database.run(
      'UPDATE run SET finished_at = ?, exit_code = ?, records = ?',
      finishedAt,
      exitCode,
      JSON.stringify(records),
    );
  }

  close(): void {
    this.#database.close();
  }
}

const recordOf = (row: ChunkRow): ChunkRecord => ({
  index: row.position,
  records: row.records,
  first: { input: row.first_input, row: row.first_row },
  last: { input: row.last_input, row: row.last_row },
  sha256: row.sha256,
  files: (row.files ?? '').split(' ').filter((file) => file !== ''),
  state: row.state,
});

/** Of a chunk that was on its way when the run was killed, nothing is known. */
function knownOf({ records, fates, ids, packages }: ChunkRow): readonly KnownRecord[] {
  if (fates === null) return Array.from({ length: records }, () => ({ fate: 'uncertain' }) as const);
  const acceptedIds = (ids ?? '').split(' ');
  const packageIds = packages?.split(' ') ?? [];
  let accepted = 0;
  return Array.from(fates, (letter): KnownRecord => {
    const fate = fateOf[letter] ?? 'uncertain';
    if (fate !== 'accepted') return { fate };
    const place = accepted;
    accepted += 1;
    const packageId = packageIds[place];
    return { fate, id: acceptedIds[place] ?? '', packageId: packageId === '' ? undefined : packageId };
  });
}
