import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startApi } from '../support/api-server.ts';
import { dcycleUpload, folderWith, readErrors, summaryOf } from '../support/command.ts';
import { legHeader, legs, legsOf } from '../support/legs.ts';
import { movements, movementsIn, onlyRunIn, privateState } from '../support/runs.ts';
import { mountSmallDisk } from '../support/small-disk.ts';

/** What happens on disks that are really full. */

const roomKb = 20_000;

test.for([100, 180, 260])(
  'a state directory of %i kB that fills up ends the sending; with room again, the run is resumed',
  async (kilobytes, { skip }) => {
    const disk = mountSmallDisk(kilobytes);
    if (disk === undefined) return skip('no disk can be mounted here');
    const api = await startApi();
    const cwd = folderWith({ 'a.csv': legs(6000) });
    const env = { ...api.env, XDG_STATE_HOME: disk.folder };
    const full = await dcycleUpload(['requests', 'a.csv', '--chunk-size', '300', '--json'], { cwd, env });
    expect(full.code).toBe(5);
    const { error, records, rows } = summaryOf(full);
    expect(error).toMatchObject({ code: 'STATE_FAILED', hint: expect.stringMatching(/^make room .* resume/) });
    // What was accepted is said, also where it could not be written down.
    expect(await movementsIn(api)).toHaveLength(records.accepted);
    expect(records.not_sent).toBe(rows.valid - records.accepted);

    disk.resize(roomKb);
    const run = onlyRunIn({ XDG_STATE_HOME: disk.folder });
    const resumed = await dcycleUpload(['resume', run, '--timeout', '1', '--settle', '1', '--json'], { cwd, env });
    expect(resumed.code).toBe(0);
    expect(summaryOf(resumed).records.accepted).toBe(6000);
    expect(await movementsIn(api)).toEqual(movements(1, 6000));
  },
);

test('where a run can not be written down from the start, nothing is sent', async ({ skip }) => {
  const disk = mountSmallDisk(8);
  if (disk === undefined) return skip('no disk can be mounted here');
  const api = await startApi();
  const cwd = folderWith({ 'a.csv': legs(3) });
  const env = { ...api.env, XDG_STATE_HOME: disk.folder };
  const result = await dcycleUpload(['requests', 'a.csv', '--json'], { cwd, env });
  expect(result.code).toBe(2);
  expect(result.stderr).toMatch(/make room .* run it again/);
  expect(api.calls).toEqual([]);
});

test('reports for which there is no room end the run, which is resumed without sending anything twice', async ({
  skip,
}) => {
  const disk = mountSmallDisk(64);
  if (disk === undefined) return skip('no disk can be mounted here');
  const api = await startApi();
  const wrong = Array.from({ length: 2000 }, (_, i) => `X-${String(i)},Madrid,Sevilla,much,van_diesel\n`).join('');
  const cwd = folderWith({ 'a.csv': legsOf([1, 2, 3, 4]) + wrong + legsOf([5, 6]).slice(legHeader.length) });
  const state = privateState();
  const env = { ...api.env, ...state };
  const args = ['requests', 'a.csv', '--chunk-size', '2', '--errors', join(disk.folder, 'e.jsonl'), '--json'];
  const full = await dcycleUpload(args, { cwd, env });
  expect(full.code).toBe(5);
  expect(summaryOf(full).error).toMatchObject({ code: 'OUTPUT_FAILED', hint: expect.stringContaining('make room') });
  expect(await movementsIn(api)).toHaveLength(summaryOf(full).records.accepted);
  // Neither half a report nor a temporary file is left.
  expect(readdirSync(disk.folder)).toEqual([]);

  disk.resize(roomKb);
  const resumed = await dcycleUpload(['resume', onlyRunIn(state), '--json'], { cwd, env });
  expect(resumed.code).toBe(1);
  expect(await movementsIn(api)).toEqual(movements(1, 6));
  expect(readErrors(disk.folder, 'e.jsonl')).toHaveLength(2000);
});

test('standard input that finds no room for its copy ends the run before anything is sent', async ({ skip }) => {
  const disk = mountSmallDisk(64);
  if (disk === undefined) return skip('no disk can be mounted here');
  const cwd = folderWith({});
  const args = ['requests', '-', '--format', 'csv', '--dry-run', '--json'];
  const result = await dcycleUpload(args, { cwd, env: { TMPDIR: disk.folder }, stdin: legs(60_000) });
  expect(summaryOf(result).error).toMatchObject({ code: 'TEMPORARY_FULL', hint: expect.stringContaining('TMPDIR') });
  expect(result.code).toBe(summaryOf(result).exit_code);
  expect(readdirSync(disk.folder)).toEqual([]);
});
