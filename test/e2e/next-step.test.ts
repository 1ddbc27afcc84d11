import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dcycleUpload, fixture, folderWith, temporaryFolder } from '../support/command.ts';
import { legs } from '../support/legs.ts';
import { onlyRunIn, privateState } from '../support/runs.ts';
import { listAll, newAccount } from '../support/serve.ts';

/** The arguments of the command that the last line says. */
function nextIn(text: string): readonly string[] {
  const command = /: dcycle-upload (.*)$/.exec(text.trimEnd())?.[1];
  if (command === undefined) throw new Error(`no command in the last line: ${text}`);
  return command.split(' ');
}

test('from the template to the emissions, each command says the next', async () => {
  const account = await newAccount();
  const options = { cwd: temporaryFolder(), env: { ...account.env, ...privateState() } };
  const run = async (args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await dcycleUpload(args, options);
    expect({ args, code, stderr }).toMatchObject({ code: 0 });
    return stderr + stdout;
  };
  const template = await run(['template', 'requests', '--out', 'legs.csv']);
  expect(template).toBe('wrote legs.csv; fill it in and check it: dcycle-upload requests legs.csv --dry-run\n');
  const checked = await run(nextIn(template));
  expect(checked).toMatch(/3 of 3 rows valid; to upload, run: dcycle-upload requests legs\.csv\n$/);
  const uploaded = await run(nextIn(checked));
  expect(uploaded).toMatch(/3 of 3 rows accepted; for the emissions, run: dcycle-upload results [\da-f-]{36}\n$/);
  const results = await run([...nextIn(uploaded), '--wait', '60']);
  expect(results).toMatch(/3 of 3 rows accepted\n$/);
  const [, id = ''] = nextIn(uploaded);
  expect(nextIn(await run(['runs', 'show', id]))).toEqual(['results', id.slice(0, 8)]);
});

test('what the account has from elsewhere is not sent by resume either; the last line has the command that helps', async () => {
  const account = await newAccount();
  const cwd = folderWith({ 'a.csv': legs(3) });
  const on = (state: object) => (args: readonly string[]) =>
    dcycleUpload(args, { cwd, env: { ...account.env, ...state } });
  expect((await on(privateState())(['requests', 'a.csv'])).code).toBe(0);
  const state = privateState();
  const run = on(state);
  const helps = ['requests', 'a.csv', '--yes', '--verify'];
  const first = await run(['requests', 'a.csv', '--yes']);
  expect({ code: first.code, next: nextIn(first.stderr) }).toEqual({ code: 2, next: helps });
  const id = onlyRunIn(state);
  const resumed = await run(['resume', id]);
  expect({ code: resumed.code, next: nextIn(resumed.stderr) }).toEqual({ code: 2, next: helps });
  expect((await run(helps)).code).toBe(0);
  expect(await listAll(account, '/v1/logistics/requests')).toHaveLength(3);
});

test('inspect says whether a run can start, and how', async () => {
  const cwd = folderWith({ 'a.csv': readFileSync(fixture('shipments.csv')), 'bad.csv': 'Colour,Taste\nred,sweet\n' });
  const inspect = (...args: string[]) => dcycleUpload(['inspect', ...args], { cwd });
  const good = await inspect('--decimal', '.', 'requests', 'a.csv');
  expect(good.stdout).toMatch(
    /\na run can start; to check every row, run: dcycle-upload requests a\.csv --decimal \. --dry-run\n$/,
  );
  const saved = await inspect('requests', 'a.csv', '--save-map', 'map.json');
  expect(nextIn(saved.stdout)).toEqual(['requests', 'a.csv', '--map', 'map.json', '--dry-run']);
  expect(readFileSync(join(cwd, 'map.json'), 'utf8')).toContain('"fields"');
  const bad = await inspect('requests', 'bad.csv');
  expect(bad.code).toBe(2);
  expect(bad.stdout).toMatch(/\na run can't start: \d problems?, see above\n$/);
});
