import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refuse, startApi } from '../support/api-server.ts';
import { dcycleUpload, folderWith, readErrors, summaryOf } from '../support/command.ts';
import { leg, legs, legsOf } from '../support/legs.ts';
import { bytesUnder, isBulk, privateState, startRun } from '../support/runs.ts';

const dated = ['--set', 'shipment_date=2026-01-05', '--set', 'load_unit=kg'];
const dryRun = ['requests', 'a.csv', ...dated, '--dry-run', '--json', '--errors', 'e.jsonl'];

test('a dry run shows what the ledger knows, and writes nothing', async () => {
  const api = await startApi();
  const env = { ...api.env, ...privateState() };
  const cwd = folderWith({ 'a.csv': legs(2) });
  const first = summaryOf(await dcycleUpload(dryRun, { cwd, env }));
  expect(first).toMatchObject({ exit_code: 0, records: { accepted: 2, accepted_before: 0 } });
  expect(first.warnings).toMatchObject([{ code: 'LEDGER_UNREAD', count: 1 }]);
  expect(readdirSync(env.XDG_STATE_HOME)).toEqual([]);

  const { id } = await startRun(['requests', 'a.csv', ...dated], { cwd, env });
  // A row is the same, one has another load, one has no identity and comes again, one is new.
  const nameless = 'load,origin,destination,category,toc\n5,Vigo,Lugo,road,van_diesel\n';
  writeFileSync(join(cwd, 'n.csv'), nameless);
  await startRun(['requests', 'n.csv', ...dated], { cwd, env });
  writeFileSync(join(cwd, 'a.csv'), legs(1) + leg(2).replace(/,\d+,/, ',77,') + leg(3));
  const before = bytesUnder(env.XDG_STATE_HOME);
  const calls = api.calls.length;
  const result = await dcycleUpload([...dryRun, 'n.csv'], { cwd, env: { ...env, DCYCLE_API_KEY: '' } });
  const summary = summaryOf(result);
  expect(summary.target).toEqual({
    host: new URL(api.env.DCYCLE_BASE_URL ?? '').host,
    organization_id: api.env.DCYCLE_ORG_ID,
  });
  expect(summary).toMatchObject({
    exit_code: 1,
    rows: { read: 4, valid: 2, duplicates: 2 },
    records: { accepted: 2, accepted_before: 1 },
    chunks: { planned: 1, sent: 0 },
    errors_by_code: { SUPERSEDES: 1, DUPLICATE: 1 },
    warnings: [{ code: 'ACCEPTED_BEFORE', count: 1, message: expect.stringContaining(id) }],
  });
  expect(readErrors(cwd, 'e.jsonl').map(({ code, message }) => [code, message])).toEqual([
    ['SUPERSEDES', expect.stringContaining(`accepted from a.csv, row 2, by run ${id.slice(0, 8)}`)],
    ['DUPLICATE', expect.stringContaining('accepted from n.csv, row 1')],
  ]);
  expect(bytesUnder(env.XDG_STATE_HOME)).toBe(before);
  expect(api.calls.length).toBe(calls);

  const upload = ['requests', 'a.csv', 'n.csv', ...dated, '--errors', 'e.jsonl'];
  const sent = await dcycleUpload(upload, { cwd, env });
  expect(readErrors(cwd, 'e.jsonl')[0]?.['message']).toMatch(/; this one has other values: load 2 -> 77$/);
  expect(sent.stderr).toMatch(
    /2 of 4 rows accepted; 1 changed row left out, 1 duplicate left out; to replace the earlier versions, run: .* --replace;/,
  );

  writeFileSync(join(cwd, 'a.csv'), legsOf([1, 3, 3]));
  const again = await dcycleUpload(['requests', 'a.csv', ...dated, '--dry-run'], { cwd, env });
  expect(again.stderr).toMatch(/2 of 3 rows valid; 1 duplicate left out; all of them were accepted before\n$/);

  const damaged = join(env.XDG_STATE_HOME, 'dcycle-upload', 'ledger', 'ledger.db');
  rmSync(damaged);
  const unread = summaryOf(await dcycleUpload(dryRun, { cwd, env }));
  expect(unread).toMatchObject({ exit_code: 1, records: { accepted: 2, accepted_before: 0 } });
  expect(unread.warnings).toMatchObject([
    { code: 'LEDGER_UNREAD', message: expect.stringContaining('its database is missing') },
  ]);
  expect(existsSync(damaged)).toBe(false);
});

test('a dry run names the run that must find out first', async () => {
  const api = await startApi((call, response, _index, forward) =>
    isBulk(call) ? refuse(response, 504, {}) : forward(),
  );
  const env = { ...api.env, ...privateState() };
  const cwd = folderWith({ 'a.csv': legs(2) });
  const { id } = await startRun(['requests', 'a.csv', '--settle', '0'], { cwd, env });
  const result = await dcycleUpload(['requests', 'a.csv', '--dry-run'], { cwd, env });
  expect(result.code).toBe(5);
  expect(result.stderr + result.stdout).toMatch(
    new RegExp(
      `0 of 2 rows valid; an upload would leave records open \\(2 records uncertain\\); to finish, run: dcycle-upload resume ${id}`,
    ),
  );
});
