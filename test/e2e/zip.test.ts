import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { dcycleUpload, temporaryFolder } from '../support/command.ts';
import { startApi } from '../support/api-server.ts';
import { bookOf, zipOf } from '../support/workbooks.ts';

const csv = (...ids: readonly string[]): string =>
  `movement_id,distance_km,toc\n${ids.map((id) => `${id},12,van_diesel\n`).join('')}`;

const members = {
  'may/a.csv': csv('A-1', 'A-2'),
  'may/b.jsonl.gz': gzipSync(
    '{"movement_id":"A-2","distance_km":12,"toc":"van_diesel"}\n{"movement_id":"B-1","distance_km":"x","toc":"van_diesel"}\n',
  ),
  'c.xlsx': bookOf({
    Trips: [
      ['movement_id', 'distance_km', 'toc'],
      ['C-1', 12, 'van_diesel'],
    ],
  }),
  'manual.pdf': 'no table',
  '__MACOSX/._a.csv': 'nothing',
};

test('each table of an archive is an input, deduplicated and reported with the others', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'portal.zip'), zipOf(members));
  const { code, stdout, stderr } = await dcycleUpload(['requests', 'portal.zip', '--local', '--json'], { cwd });
  const summary = JSON.parse(stdout) as Record<string, unknown>;
  expect([code, stderr]).toEqual([1, expect.any(String)]);
  expect(summary).toMatchObject({
    inputs: [
      { path: 'portal.zip/may/a.csv', format: 'csv', rows: 2 },
      { path: 'portal.zip/may/b.jsonl.gz', format: 'jsonl', rows: 2 },
      { path: 'portal.zip/c.xlsx', format: 'xlsx', rows: 1 },
    ],
    rows: { read: 5, valid: 3, invalid: 1, duplicates: 1 },
  });
  expect(summary['warnings']).toContainEqual(expect.objectContaining({ code: 'FILE_LEFT_OUT' }));
  expect(readdirSync(cwd).toSorted()).toEqual([
    'portal.errors.csv',
    'portal.rejected.csv',
    'portal.results.csv',
    'portal.zip',
  ]);
  expect(readFileSync(join(cwd, 'portal.errors.csv'), 'utf8')).toContain('portal.zip/may/b.jsonl.gz,2,2,distance_km');
});

test('one table of an archive by its name, or the only one; uploads and standard input', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'portal.zip'), zipOf(members));
  const api = await startApi();
  const one = await dcycleUpload(['requests', 'portal.zip/may/a.csv', '--yes'], { cwd, env: api.env });
  expect([one.code, one.stderr]).toEqual([0, expect.any(String)]);
  expect(api.calls.flatMap(({ records }) => records)).toHaveLength(2);
  const piped = await dcycleUpload(['requests', '-', '--dry-run', '--json'], {
    cwd,
    stdin: zipOf({ 'a.csv': csv('A-1') }),
  });
  expect(JSON.parse(piped.stdout)).toMatchObject({ rows: { read: 1, valid: 1 } });
  const missing = await dcycleUpload(['requests', 'portal.zip/may/z.csv', '--dry-run'], { cwd });
  expect([missing.code, missing.stderr]).toEqual([
    3,
    expect.stringContaining('there is no file "may/z.csv" in portal.zip'),
  ]);
  const several = await dcycleUpload(['inspect', 'requests', 'portal.zip'], { cwd });
  expect([several.code, several.stderr]).toEqual([3, expect.stringContaining('name one: portal.zip/may/a.csv')]);
});

test('damaged, nested and empty archives', async () => {
  const cwd = temporaryFolder();
  const zip = zipOf({ 'a.csv': csv('A-1'), 'b.csv': csv('B-1') });
  const archives = {
    'cut.zip': zip.subarray(0, -30),
    'nested.zip': zipOf({ 'inner.zip': zip }),
    'empty.zip': zipOf({ '__MACOSX/x': 'y' }),
  };
  for (const [name, bytes] of Object.entries(archives)) {
    writeFileSync(join(cwd, name), bytes);
    const run = await dcycleUpload(['requests', name, '--dry-run'], { cwd });
    expect([run.code, run.stderr]).toEqual([3, expect.stringContaining(name)]);
  }
});

test.skipIf(process.platform === 'win32')('a named pipe is opened once, or its writer would be gone', async () => {
  const cwd = temporaryFolder();
  execFileSync('mkfifo', [join(cwd, 'pipe')]);
  const writer = spawn('sh', ['-c', 'printf "%s" "$0" > pipe', csv('A-1')], { cwd });
  const { code, stdout } = await dcycleUpload(['requests', 'pipe', '--dry-run', '--json'], { cwd });
  writer.kill();
  expect([code, (JSON.parse(stdout) as { rows: unknown }).rows]).toEqual([0, expect.objectContaining({ valid: 1 })]);
});
