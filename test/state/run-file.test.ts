import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { RunFile } from '../../src/state/run-file.ts';

const run = {
  id: 'r',
  command: 'requests',
  args: ['requests', 'a.csv'],
  paths: ['a.csv'],
  options: { chunkSize: 2 },
  workingDirectory: '/w',
  baseUrl: 'https://api.example.com/',
  organizationId: 'o',
  startedAt: '2026-01-01T00:00:00.000Z',
} as const;

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dcycle-upload-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'r.db');
}

test('a file that was closed can be opened again at once', () => {
  const path = newPath();
  RunFile.create(path, run).close();
  for (let time = 0; time < 5; time += 1) {
    const file = RunFile.open(path);
    expect(file.run).toEqual({ ...run, finishedAt: null, exitCode: null, records: null });
    expect(file.chunks()).toEqual([]);
    file.close();
  }
  expect(readdirSync(join(path, '..'))).toEqual(['r.db']);
});

test('one that is open is in use', () => {
  const path = newPath();
  const file = RunFile.create(path, run);
  expect(() => RunFile.open(path)).toThrow('in use');
  file.close();
});

const marks = (records: number) => Array.from({ length: records }, (_, row) => ({ row, hash: `h${String(row)}` }));

test('knows each record of a chunk again', () => {
  const path = newPath();
  const file = RunFile.create(path, run);
  const place = { input: 0, row: 1 };
  file.begin({ index: 0, records: 4, first: place, last: { input: 1, row: 2 }, sha256: 'x' }, marks(4));
  file.begin({ index: 1, records: 2, first: place, last: place, sha256: 'y' }, marks(2));
  const known = [
    { fate: 'accepted', id: 'a', packageId: undefined },
    { fate: 'rejected' },
    { fate: 'accepted', id: 'b', packageId: 'p' },
    { fate: 'not-sent' },
  ] as const;
  file.settle(0, { state: 'partly', files: ['f', 'g'] }, known);
  file.close();
  const again = RunFile.open(path);
  expect([...again.sent()]).toEqual([
    { row: 0, hash: 'h0', isAccepted: true },
    { row: 2, hash: 'h2', isAccepted: true },
    // It was on its way when the run ended.
    { row: 0, hash: 'h0', isAccepted: false },
    { row: 1, hash: 'h1', isAccepted: false },
  ]);
  expect(again.chunk(0)).toEqual({
    chunk: {
      index: 0,
      records: 4,
      first: place,
      last: { input: 1, row: 2 },
      sha256: 'x',
      files: ['f', 'g'],
      state: 'partly',
    },
    known,
  });
  // It was on its way when the run ended.
  expect(again.chunk(1)?.known).toEqual([{ fate: 'uncertain' }, { fate: 'uncertain' }]);
  expect(again.chunk(1)?.chunk.state).toBe('sent');
  expect(again.chunk(2)).toBeUndefined();
  again.close();
});
