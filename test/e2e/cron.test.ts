import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Api, startApi } from '../support/api-server.ts';
import { bin, dcycleUpload, folderWith, readText } from '../support/command.ts';
import { legs } from '../support/legs.ts';
import { movements, movementsIn, privateState } from '../support/runs.ts';

/** As cron starts a command: no terminal, hardly an environment, standard input closed, output to files. */
async function fromCron(
  command: string,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<number | null> {
  const child = spawn('/bin/sh', ['-c', `${process.execPath} ${bin} ${command} <&- >out.txt 2>err.txt`], {
    cwd,
    env,
    stdio: 'ignore',
    detached: true,
  });
  return new Promise((resolve) => child.on('close', resolve));
}

const envOf = (api: Api): Record<string, string> => ({ ...api.env, ...privateState() });

test('uploads without terminal, HOME, PATH and standard input; the output has no control characters', async () => {
  const api = await startApi();
  const cwd = folderWith({ 'a.csv': legs(20) });
  expect(await fromCron('requests a.csv --chunk-size 5', { cwd, env: envOf(api) })).toBe(0);
  expect(await movementsIn(api)).toEqual(movements(1, 20));
  const [out, err] = [readText(cwd, 'out.txt'), readText(cwd, 'err.txt')];
  expect(err).toBe('');
  expect(out).toContain('20 of 20 rows accepted');
  expect(out.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});

test('a start while the last one is still running ends with 6, and sends nothing', async () => {
  const cwd = folderWith({ 'a.csv': legs(4) });
  let second: number | null | undefined;
  const api = await startApi(async (_call, _response, index, forward) => {
    if (index === 0) second = await fromCron('requests a.csv', { cwd, env });
    return forward();
  });
  const env = envOf(api);
  const first = await dcycleUpload(['requests', 'a.csv', '--json'], { cwd, env });
  expect(first.code).toBe(0);
  expect(second).toBe(6);
  expect(readText(cwd, 'err.txt')).toMatch(
    /the same upload is in progress: run .*\n→ wait for its end; nothing was sent/,
  );
  expect(api.calls).toHaveLength(1);
});

describe('a user without a home, as in some containers,', () => {
  const nobody = 54_321;
  const run = (args: readonly string[], env: Readonly<Record<string, string>>, cwd: string) =>
    spawnSync(process.execPath, [bin, ...args], { cwd, env, uid: nobody, gid: nobody, encoding: 'utf8' });
  // Takes root, and a checkout that others may read.
  const maySwitch = process.getuid?.() === 0 && run(['--version'], {}, '/').status === 0;
  const openFolder = (): string => {
    const cwd = folderWith({ 'a.csv': legs(2) });
    spawnSync('chown', ['-R', String(nobody), cwd]);
    return cwd;
  };

  test.runIf(maySwitch)('is told which variables to set before anything is sent', () => {
    const env = { DCYCLE_API_KEY: 'k', DCYCLE_ORG_ID: 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa' };
    const result = run(['requests', 'a.csv', '--base-url', 'http://127.0.0.1:1'], env, openFolder());
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(
      /^error: the state directory .* can't be written: .*\n→ .*XDG_STATE_HOME chooses another place\n$/,
    );
  });

  test.runIf(maySwitch)('can check and calculate all the same', () => {
    const cwd = openFolder();
    for (const where of ['--dry-run', '--local']) expect(run(['requests', 'a.csv', where], {}, cwd).status).toBe(0);
    expect(readdirSync(cwd)).toContain('a.results.csv');
  });
});
