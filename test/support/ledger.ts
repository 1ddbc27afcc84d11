import { createHash } from 'node:crypto';
import { type Account, Entry, type NewRun, type RecordMarks, type Settlement } from '../../src/ledger/run-store.ts';

export const account: Account = {
  kind: 'requests',
  baseUrl: 'https://api.example.com/',
  organizationId: '00000000-0000-4000-8000-000000000001',
};

export const newRun = (id: string, changed: Partial<NewRun> = {}): NewRun => ({
  id,
  account,
  args: ['requests', 'a.csv'],
  paths: ['a.csv'],
  options: { chunkSize: 2 },
  workingDirectory: '/w',
  startedAt: '2026-01-01T00:00:00.000Z',
  ...changed,
});

/** A record by the texts of its hashes; an empty text is not a hash. */
export interface Mark {
  readonly content: string;
  readonly key?: string;
  readonly cells?: string;
  readonly movement?: string;
  readonly row?: number;
}

export function marksOf(records: readonly (string | Mark)[]): RecordMarks {
  const marks = records.map((record) => (typeof record === 'string' ? { content: record } : record));
  const hashes = (size: number, texts: readonly string[]): Uint8Array =>
    Buffer.concat(texts.map((text) => (text === '' ? Buffer.alloc(size) : hashOf(text).subarray(0, size))));
  return {
    records: marks.length,
    contents: hashes(
      16,
      marks.map(({ content }) => content),
    ),
    keys: hashes(
      16,
      marks.map(({ key = '' }) => key),
    ),
    cells: hashes(
      8,
      marks.map(({ cells = '' }) => cells),
    ),
    movements: hashes(
      8,
      marks.map(({ movement = '' }) => movement),
    ),
    inputs: new Uint16Array(marks.length),
    rows: Uint32Array.from(marks, ({ row }, place) => row ?? place + 1),
    lines: Uint32Array.from(marks, ({ row }, place) => (row ?? place + 1) + 1),
  };
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** What became of records, a letter each: s(ending), A(ccepted), R(ejected), N(ot stored), U(ncertain). */
export function settlementOf(letters: string, ids: readonly (string | undefined)[] = []): Settlement {
  const entries = { s: Entry.sending, A: Entry.accepted, R: Entry.rejected, N: Entry.notStored, U: Entry.uncertain };
  const all = [...letters].map((letter) => entries[letter as keyof typeof entries]);
  return {
    endedAt: 1000,
    entries: Uint8Array.from(all),
    ids: all.map((entry, place) => (entry === Entry.accepted ? (ids[place] ?? `id-${String(place)}`) : undefined)),
    packageIds: all.map(() => undefined),
    files: [],
  };
}

export const intentOf = (marks: RecordMarks, position: number) =>
  ({ marks, apiVersion: 'v2', idempotencyKey: 'key', startedAt: Date.UTC(2026, 0, 1), position }) as const;
