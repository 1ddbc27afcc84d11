import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Summary } from '../../src/report/summary.ts';
import { startApi } from '../support/api-server.ts';
import { dcycleUpload, temporaryFolder } from '../support/command.ts';

const head = 'movement_id,distance_km,toc,load_value,load_unit\n';
const row = (id: string): string => `${id},12.5,van_diesel,100,kg\n`;

/** Writes a file of which the last change is long ago. */
function write(cwd: string, name: string, text: string): void {
  writeFileSync(join(cwd, 'exports', name), text);
  utimesSync(join(cwd, 'exports', name), 1, 1);
}

function folderOfExports(): string {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'exports'));
  write(cwd, 'm2.csv', head + row('B-1') + row('B-2'));
  write(cwd, 'm10.csv', head + row('C-1'));
  write(cwd, 'manual.pdf', 'no table');
  write(cwd, 'm11.csv.part', head);
  return cwd;
}

const summaryOf = (text: string): Summary => JSON.parse(text) as Summary;

test('a folder that gets a file every night sends what is new, once', async () => {
  const cwd = folderOfExports();
  const api = await startApi();
  const night = async (): Promise<Summary> => {
    const { stdout } = await dcycleUpload(['requests', 'exports/', '--since-last', '--json'], { cwd, env: api.env });
    return summaryOf(stdout);
  };
  const first = await night();
  expect(first).toMatchObject({
    exit_code: 0,
    inputs: [{ path: 'exports/m2.csv' }, { path: 'exports/m10.csv' }],
    records: { accepted: 3 },
  });
  expect(first.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(['FILE_LEFT_OUT', 'FILE_UNFINISHED']));
  // The next night; a copy of an earlier file under another name is nothing new either.
  write(cwd, 'm11.csv', head + row('D-1') + `${row('D-2').replace('12.5', 'far')}`);
  write(cwd, 'm10 (copy).csv', head + row('C-1'));
  expect(await night()).toMatchObject({
    exit_code: 1,
    rows: { read: 6, valid: 4, invalid: 1, duplicates: 1 },
    records: { accepted: 4, accepted_before: 3 },
    files: { errors: 'exports.errors.csv', rejected: 'exports.rejected.csv' },
  });
  expect(api.calls.flatMap(({ records }) => records)).toHaveLength(4);
  expect(readFileSync(join(cwd, 'exports.errors.csv'), 'utf8')).toContain('exports/m11.csv,2,3,distance_km');
  // A run is resumed with the files that it had.
  write(cwd, 'm12.csv', head + row('E-1'));
  const resumed = await dcycleUpload(['resume', first.run_id, '--json'], { cwd, env: api.env });
  expect(summaryOf(resumed.stdout)).toMatchObject({ rows: { read: 3 } });
  expect(api.calls.flatMap(({ records }) => records)).toHaveLength(4);
});

test('its own reports in the folder, and an empty folder, are nothing to read', async () => {
  const cwd = folderOfExports();
  // A mapping file that `map` has written there is none of the inputs, and a file without rows does not hinder it.
  write(cwd, 'm0.csv', head);
  const columns = head.trim().split(',');
  write(cwd, 'm.mapping.json', JSON.stringify({ kind: 'requests', columns, fields: {} }));
  const local = ['requests', 'exports', '--local', '--out', 'exports/all.csv', '--json'];
  expect(summaryOf((await dcycleUpload(local, { cwd })).stdout).rows.read).toBe(3);
  // A file is known for a report by what is in it, too.
  const again = await dcycleUpload(['requests', 'exports/*.csv', '--local'], { cwd });
  expect(again.stdout).toContain('exports/m10.csv');
  expect(again.stdout).toContain('"exports/all.csv" (reports of this tool');
  expect(readdirSync(cwd).toSorted()).toEqual(['exports', 'exports.results.csv']);
  for (const name of readdirSync(join(cwd, 'exports'))) rmSync(join(cwd, 'exports', name));
  const none = await dcycleUpload(['requests', 'exports', '--dry-run'], { cwd });
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('the folder exports holds no table')]);
});
