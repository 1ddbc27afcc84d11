import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Chunk, type Destination, Fate, type Outcome } from '../../src/destinations/destination.ts';
import { createRecorded, hashOf, recordHash, type ResumableDestination } from '../../src/destinations/recorded.ts';
import { createStored } from '../../src/destinations/stored.ts';
import type { Fields } from '../../src/records/kind.ts';
import { type KnownRecord, RunFile } from '../../src/state/run-file.ts';
import { acceptedOutcome, chunkOf, fatesOf } from '../support/chunks.ts';

const records: readonly Fields[] = ['A', 'Bé', 'C', 'D'].map((id) => ({ movement_id: id, load: 2 }));

/** The record of a run, in a file of its own. */
function runFile(): RunFile {
  const folder = mkdtempSync(join(tmpdir(), 'dcycle-upload-test-'));
  const file = RunFile.create(join(folder, 'r.db'), {
    id: 'r',
    command: 'requests',
    args: ['requests', 'a.csv'],
    paths: ['a.csv'],
    options: {},
    workingDirectory: '/w',
    baseUrl: 'https://api.example.com/',
    organizationId: 'o',
    startedAt: '2026-01-01T00:00:00.000Z',
  });
  onTestFinished(() => {
    file.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return file;
}

/** A destination that comes to the same outcome each time, and what it was told. */
function fixed(outcome: Outcome) {
  const heard: (readonly KnownRecord[] | undefined)[] = [];
  const destination: ResumableDestination = {
    resultColumns: ['id', 'package_id', 'co2e_kg', 'status'],
    concurrency: 3,
    target: { baseUrl: 'https://api.example.com/', organizationId: 'o' },
    deliver: async (_chunk, known) => {
      heard.push(known);
      return outcome;
    },
    readStored: async () => new Map(),
    close: async () => {},
  };
  return { destination, heard };
}

const issue = { code: 'API_REJECTED', stage: 'api', message: 'no' } as const;

const mixed: Outcome = {
  state: 'partly',
  fates: Uint8Array.of(Fate.accepted, Fate.rejected, Fate.uncertain, Fate.notSent),
  issues: new Map([1, 2, 3].map((record) => [record, issue])),
  results: new Map([[0, { id: 'a', package_id: 'p', co2e_kg: 3, status: 'calculated' }]]),
  emissions: new Map(),
  files: ['f'],
};

const known: readonly KnownRecord[] = [
  { fate: 'accepted', id: 'a', packageId: 'p' },
  { fate: 'rejected' },
  { fate: 'uncertain' },
  { fate: 'not-sent' },
];

const other = (): Chunk => chunkOf(records.map((record) => ({ ...record, load: 3 })));

test('hashes are those of the JSON texts', () => {
  const texts = records.map((record) => JSON.stringify(record));
  expect(hashOf(chunkOf(records))).toBe(createHash('sha256').update(texts.join('')).digest('hex'));
  expect(recordHash(Buffer.from(texts[1] ?? ''))).toBe(
    createHash('sha256')
      .update(texts[1] ?? '')
      .digest('base64url')
      .slice(0, 22),
  );
  expect(recordHash(Buffer.from('abc'))).toBe('ungWv48Bz-pBQUDeXa4iI7');
});

describe('a run that is written down', () => {
  test('keeps a chunk and the fates of its records', async () => {
    const file = runFile();
    const { destination, heard } = fixed(mixed);
    const outcome = await createRecorded(destination, file).deliver(chunkOf(records));
    expect(heard).toEqual([undefined]);
    expect(outcome).toEqual({ ...mixed, failure: undefined });
    expect(file.chunk(0)).toEqual({
      chunk: {
        index: 0,
        records: 4,
        first: { input: 0, row: 1 },
        last: { input: 0, row: 4 },
        sha256: hashOf(chunkOf(records)),
        files: ['f'],
        state: 'partly',
      },
      known,
    });
    expect([...file.sent()]).toEqual([
      { row: 1, hash: recordHash(Buffer.from(JSON.stringify(records[0]))), isAccepted: true },
      { row: 3, hash: recordHash(Buffer.from(JSON.stringify(records[2]))), isAccepted: false },
    ]);
  });

  test('says what is known when it is gone on with', async () => {
    const file = runFile();
    await createRecorded(fixed(mixed).destination, file).deliver(chunkOf(records));
    const { destination, heard } = fixed({ ...acceptedOutcome(['a', 'b', 'c', 'd']), files: ['g', 'f'] });
    const outcome = await createRecorded(destination, file).deliver(chunkOf(records));
    expect(heard).toEqual([known]);
    expect(outcome.files).toEqual(['f', 'g']);
    expect(file.chunk(0)?.known.map(({ fate }) => fate)).toEqual(['accepted', 'accepted', 'accepted', 'accepted']);
  });

  test('sends nothing of a chunk that has changed', async () => {
    const file = runFile();
    await createRecorded(fixed(mixed).destination, file).deliver(chunkOf(records));
    const { destination, heard } = fixed(mixed);
    const outcome = await createRecorded(destination, file).deliver(other());
    expect(heard).toEqual([]);
    expect(outcome.state).toBe('not-sent');
    expect(fatesOf(outcome)).toEqual(['not-sent', 'not-sent', 'not-sent', 'not-sent']);
    expect(outcome.issues.get(3)?.message).toBe('not sent: the rows of chunk 1 are not those that this run has sent');
    expect(outcome.failure?.fatal?.code).toBe('INPUT_CHANGED');
    expect(file.chunk(0)?.known).toEqual(known);
  });

  test('ends where nothing can be written down', async () => {
    const file = runFile();
    const { destination } = fixed(acceptedOutcome(['a', 'b', 'c', 'd']));
    const failing = new Proxy(file, {
      get: (target, name) =>
        name === 'settle'
          ? () => {
              throw new Error('disk full');
            }
          : (Reflect.get(target, name, target) as () => void).bind(target),
    });
    const outcome = await createRecorded(destination, failing).deliver(chunkOf(records));
    expect(outcome.state).toBe('accepted');
    expect(outcome.failure).toMatchObject({
      reason: "the record of this run can't be written: disk full",
      fatal: { code: 'STATE_FAILED' },
    });
  });
});

describe('the results of a run', () => {
  const storedIn = (file: RunFile): Destination => createStored(file, fixed(mixed).destination);

  test('are what it came to', async () => {
    const file = runFile();
    await createRecorded(fixed(mixed).destination, file).deliver(chunkOf(records));
    const outcome = await storedIn(file).deliver(chunkOf(records));
    expect(outcome.fates).toEqual(mixed.fates);
    expect(outcome).toMatchObject({ state: 'partly', files: ['f'], failure: undefined });
    expect([...outcome.results]).toEqual([[0, { id: 'a', package_id: 'p', status: 'pending' }]]);
    expect([1, 2, 3].map((record) => outcome.issues.get(record)?.message)).toEqual([
      'the API rejected it when it was uploaded; why stands in the error report of that run',
      'sent, but nobody knows whether it was taken: the upload heard no answer',
      'not read back: the upload did not come to it',
    ]);
  });

  test('have nothing of a chunk that was not sent', async () => {
    const outcome = await storedIn(runFile()).deliver(chunkOf(records));
    expect(outcome.state).toBe('not-sent');
    expect(outcome.failure).toBeUndefined();
    expect(outcome.issues.get(0)?.message).toBe('not read back: the upload did not come to it');
  });

  test('can’t be put beside rows that have changed', async () => {
    const file = runFile();
    await createRecorded(fixed(mixed).destination, file).deliver(chunkOf(records));
    const outcome = await storedIn(file).deliver(other());
    expect(outcome.state).toBe('not-sent');
    expect(outcome.failure?.fatal?.code).toBe('INPUT_CHANGED');
    expect(outcome.issues.get(0)?.message).toBe('not read back: the rows of chunk 1 are not those that were uploaded');
  });
});
