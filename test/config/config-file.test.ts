import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SettingsDocument } from '../../src/report/settings-document.ts';
import { maxBulkRecords } from '../../src/records/limits.ts';
import { changeConfigFile, readConfigFile } from '../../src/config/config-file.ts';
import { settings } from '../../src/config/settings.ts';
import { didYouMean } from '../../src/mapping/names.ts';
import { dcycleUpload, temporaryFolder } from '../support/command.ts';
import { schemaErrors } from '../support/schemas.ts';

const secret = 'sk_live_SECRET';

/** A configuration directory, and where its file is. */
function place(content?: string | Buffer, mode = 0o600): { readonly home: string; readonly path: string } {
  const home = temporaryFolder();
  const path = join(home, 'dcycle-upload', 'config.json');
  mkdirSync(join(home, 'dcycle-upload'));
  if (content !== undefined) writeFileSync(path, content, { mode });
  return { home, path };
}

/** Reads a configuration file; what is wrong is said the same way by every command, as the next test shows. */
async function failureOf(content: string | Buffer, mode?: number): Promise<{ message: string; hint: string }> {
  const { path } = place(content, mode);
  try {
    await readConfigFile(path, didYouMean);
  } catch (error) {
    const { exitCode, message, hint = '' } = error as { exitCode?: number; message: string; hint?: string };
    expect(exitCode).toBe(2);
    expect(message + hint).not.toContain(secret);
    expect(message).toContain(path);
    return { message: message.replaceAll(path, 'FILE'), hint: hint.replaceAll(path, 'FILE') };
  }
  throw new Error('the file was taken');
}

const inProfile = (text: string): string => `{\n  "profiles": {\n    "prod": {\n      ${text}\n    }\n  }\n}\n`;

test.each([
  ['is empty', '', /not JSON/],
  [
    'lacks a comma',
    `{\n "profiles": {\n  "a": {\n   "api_key": "${secret}"\n   "org": "x"\n}}}`,
    /line 5: not JSON \(comma expected\)/,
  ],
  ['has a comment', `{\n // the key is ${secret}\n}`, /line 2: not JSON/],
  ['has a comma too much', `{"profiles": {},\n}`, /line 2: not JSON/],
  ['has a bare word', `{"profile": ${secret}}`, /line 1: not JSON/],
  ['is a list', '[]', /must be an object with profile and profiles/],
  ['is null', 'null', /must be an object with profile and profiles/],
  ['has an unknown key', '{\n"profil": "a"}', /line 2: it has an unknown key "profil"; did you mean "profile"\?/],
  [
    'has an unknown setting',
    inProfile(`"api_kye": "${secret}"`),
    /line 4: profile "prod" has an unknown setting "api_kye"; did you mean "api_key"\?/,
  ],
  [
    'has a text for a number',
    inProfile('"chunk_size": "10"'),
    /line 4: profiles\.prod\.chunk_size must be a whole number from 1 to 5000/,
  ],
  [
    'has a number out of bounds',
    inProfile('"timeout": 0'),
    /line 4: profiles\.prod\.timeout must be a number of seconds/,
  ],
  ['has a number for a key', inProfile('"api_key": 1'), /line 4: profiles\.prod\.api_key must be a key/],
  ['has a key of two lines', inProfile(`"api_key": "${secret}\\nx"`), /line 4: profiles\.prod\.api_key must be a key/],
  [
    'has plain http',
    inProfile('"base_url": "http://example.com"'),
    /line 4: profiles\.prod\.base_url is wrong: .*plain http/,
  ],
  [
    'has a password in an address',
    inProfile(`"base_url": "https://u:${secret}@example.com"`),
    /may not hold a user name/,
  ],
  [
    'has two sources of a key',
    inProfile(`"api_key": "${secret}",\n"api_key_file": "k"`),
    /line 5: profiles\.prod\.api_key_file is set in addition to api_key/,
  ],
  ['has a text for a profile', `{"profiles": {"prod": "${secret}"}}`, /profiles\.prod must be an object of settings/],
  ['has a strange profile name', '{"profiles": {"--prod": {}}}', /must be a name of letters/],
  ['names its profile by a number', '{"profile": 1}', /profile must be the name of a profile/],
  ['is deep', '['.repeat(60_000), /can't be read|not JSON/],
  ['is huge', `{"profiles": {}, "x": "${'x'.repeat(100_000)}"}`, /larger than 64 KiB/],
  ['is binary', Buffer.from([0, 255, 254, 1]), /not JSON/],
] as const)('a file that %s is refused with its place, and no value is shown', async (_name, content, message) => {
  expect((await failureOf(content)).message).toMatch(message);
});

test('every command says so with exit code 2, also where no credentials are needed', async () => {
  const { home } = place('{"profile": 1}');
  const env = { XDG_CONFIG_HOME: home };
  for (const args of [
    ['config', 'show', '--json'],
    ['tocs', '--json'],
    ['requests', 'a.csv', '--dry-run', '--json'],
  ]) {
    const { code, stdout, stderr } = await dcycleUpload(args, { env });
    expect(code).toBe(2);
    expect(stderr).toContain('profile must be the name of a profile');
    expect((JSON.parse(stdout) as { error: { code: string } }).error.code).toBe('CONFIG_INVALID');
  }
});

test('a byte order mark is not an error', async () => {
  const { path } = place(`\ufeff${inProfile('"timeout": 7')}`);
  expect((await readConfigFile(path, didYouMean))?.profiles['prod']).toEqual({ timeout: 7 });
});

test('a directory in the place of the file is said', async () => {
  const { home, path } = place();
  mkdirSync(path);
  const { code, stderr } = await dcycleUpload(['config', 'show'], { env: { XDG_CONFIG_HOME: home } });
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/config\.json can't be read \((?:it is not a file|EISDIR)\)/),
  ]);
});

test.skipIf(process.getuid?.() === 0)('a file that may not be read is said (not as root)', async () => {
  const { home, path } = place('{}');
  chmodSync(path, 0);
  const { code, stderr } = await dcycleUpload(['config', 'show'], { env: { XDG_CONFIG_HOME: home } });
  expect([code, stderr]).toEqual([2, expect.stringContaining("can't be read (EACCES)")]);
});

describe.skipIf(process.platform === 'win32')('a file that others can read', () => {
  test.each([0o644, 0o640, 0o604])('is refused while it holds a key (%o)', async (mode) => {
    const { message, hint } = await failureOf(inProfile(`"api_key": "${secret}"`), mode);
    expect(message).toContain('can read it');
    expect(hint).toBe('chmod 600 FILE');
  });

  test('is taken where the key is elsewhere', async () => {
    const { path } = place(inProfile('"api_key_command": "pass show dcycle"'), 0o644);
    expect((await readConfigFile(path, didYouMean))?.profiles['prod']).toEqual({ api_key_command: 'pass show dcycle' });
  });
});

test('a profile that is not there is said with those that are', async () => {
  const { home } = place('{"profile": "prod", "profiles": {"prod": {}, "staging": {}}}');
  const options = { env: { XDG_CONFIG_HOME: home } };
  const wrong = await dcycleUpload(['config', 'show', '--profile', 'stagging'], options);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toMatch(
    /no profile "stagging" \(--profile\).*did you mean "staging"\?\n→ there are prod, staging/,
  );
  const inherited = await dcycleUpload(['config', 'show', '--profile', 'constructor'], options);
  expect(inherited.stderr).toContain('there is no profile "constructor"');
});

test('a link to the file is kept when it is written', async () => {
  const { home, path } = place();
  const real = join(temporaryFolder(), 'dotfile.json');
  writeFileSync(real, '{}', { mode: 0o600 });
  symlinkSync(real, path);
  expect((await dcycleUpload(['config', 'set', 'rate', '60'], { env: { XDG_CONFIG_HOME: home } })).code).toBe(0);
  expect((await readConfigFile(real, didYouMean))?.profiles['default']).toEqual({ rate: 60 });
});

test('the schemas hold what is written and printed', async () => {
  const { home, path } = place('{"profile": "prod", "profiles": {"prod": {"timeout": 7.5, "api_version": "v1"}}}');
  expect(schemaErrors('config-1.json', await readConfigFile(path, didYouMean))).toEqual([]);
  expect(schemaErrors('config-1.json', { profiles: { prod: { timeout: 0 } } })).not.toEqual([]);
  for (const profile of ['prod', 'none']) {
    const { stdout } = await dcycleUpload(['config', 'show', '--json', '--profile', profile], {
      env: { XDG_CONFIG_HOME: home },
    });
    expect(schemaErrors('settings-1.json', JSON.parse(stdout) as SettingsDocument)).toEqual([]);
  }
});

test('a chunk is as large as the API takes, unless it is set', () => {
  expect(settings.chunk_size.kind).toMatchObject({ most: maxBulkRecords });
  expect(settings.chunk_size.default).toBe(maxBulkRecords);
});

describe('changes at the same time', () => {
  const names = Array.from({ length: 24 }, (_, index) => `p${String(index)}`);

  const add = (path: string, name: string, lockMs: number): Promise<void> =>
    changeConfigFile(path, didYouMean, (file) => ({ ...file, profiles: { ...file.profiles, [name]: {} } }), lockMs);

  test('are all kept, also where all of them wait for the lock of a process that is dead', async () => {
    const { path } = place();
    writeFileSync(`${path}.lock`, 'of a process that was killed');
    await Promise.all(names.map((name) => add(path, name, 200)));
    const { profiles = {} } = (await readConfigFile(path, didYouMean)) ?? {};
    expect(Object.keys(profiles).toSorted()).toEqual(names.toSorted());
    expect(readdirSync(join(path, '..'))).toEqual(['config.json']);
  });

  test('a change whose lock another process has taken over is not written', async () => {
    const { path } = place('{}');
    const change = changeConfigFile(path, didYouMean, (file) => {
      writeFileSync(`${path}.lock`, 'of another process');
      return { ...file, profile: 'own' };
    });
    await expect(change).rejects.toThrow('another process has changed it at the same time');
    expect(await readConfigFile(path, didYouMean)).toEqual({ profiles: {} });
    expect(readdirSync(join(path, '..')).toSorted()).toEqual(['config.json', 'config.json.lock']);
  });

  test('a lock that can not be broken is named', async () => {
    const { path } = place('{}');
    writeFileSync(`${path}.lock`, 'of a process that was killed');
    writeFileSync(`${path}.lock.break`, '');
    await expect(add(path, 'own', 10)).rejects.toThrow(`${path}.lock is in the way: remove it`);
  });

  test('by processes', async () => {
    const { home, path } = place();
    const env = { XDG_CONFIG_HOME: home };
    const org = 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa';
    const some = names.slice(0, 5);
    const set = (name: string) => dcycleUpload(['config', 'set', 'org', org, '--profile', name], { env });
    expect((await Promise.all(some.map(set))).map(({ code }) => code)).toEqual(some.map(() => 0));
    expect(Object.keys((await readConfigFile(path, didYouMean))?.profiles ?? {}).toSorted()).toEqual(some);
  });
});
