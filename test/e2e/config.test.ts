import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runKeyCommand } from '../../src/config/api-key.ts';
import { refuse, startApi } from '../support/api-server.ts';
import { filesIn } from '../support/catalogue.ts';
import { type CommandOptions, dcycleUpload, folderWith, readText, temporaryFolder } from '../support/command.ts';
import { legs } from '../support/legs.ts';
import { bytesUnder, movements, movementsIn, privateState, startRun } from '../support/runs.ts';
import { runOnTerminal } from '../support/terminal.ts';
import { lacksTmux } from '../support/tmux.ts';
import { newAccount } from '../support/serve.ts';

const org = 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa';
const key = 'sk_live_SECRET0123';

/** A configuration directory of a test's own, and the commands that work on it. */
function createHome(env: Readonly<Record<string, string>> = {}) {
  const home = temporaryFolder();
  const path = join(home, 'dcycle-upload', 'config.json');
  const config = (args: readonly string[], options: CommandOptions = {}) =>
    dcycleUpload(['config', ...args], { ...options, env: { XDG_CONFIG_HOME: home, ...env } });
  return { home, path, config, read: (): unknown => JSON.parse(readFileSync(path, 'utf8')) };
}

describe('config set', () => {
  test('makes profile and file, for their owner alone; the first profile is the default', async () => {
    const { home, path, config, read } = createHome();
    const [first, second] = [
      await config(['set', 'org', org]),
      await config(['set', 'timeout', '2.5', '--profile', 'staging']),
    ];
    expect([first.code, second.code, first.stderr]).toEqual([0, 0, '']);
    expect(read()).toEqual({ profile: 'default', profiles: { default: { org }, staging: { timeout: 2.5 } } });
    if (process.platform !== 'win32') {
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(statSync(join(home, 'dcycle-upload')).mode & 0o777).toBe(0o700);
    }
    expect(readdirSync(join(home, 'dcycle-upload'))).toEqual(['config.json']);
  });

  test('reads the key from standard input, and shows it nowhere', async () => {
    const { home, config, read } = createHome();
    const set = await config(['set', 'api_key'], { stdin: `${key}\n` });
    expect([set.code, set.stdout + set.stderr]).toEqual([0, expect.not.stringContaining(key)]);
    expect(read()).toEqual({ profile: 'default', profiles: { default: { api_key: key } } });
    for (const args of [['show'], ['show', '--origin'], ['show', '--json']]) {
      const { stdout } = await config(args);
      expect(stdout).toContain('api_key');
      for (const part of [key, key.slice(0, 8), key.slice(-4)]) expect(stdout).not.toContain(part);
    }
    expect(filesIn(home).length).toBe(1);
  });

  test.each([
    [['api_key', key], /may not be given on the command line/],
    [[`api_key=${key}`, 'x'], /there is no such setting/],
    [[key, 'x'], /there is no such setting/],
    [['api-key', key], /there is no setting "api-key"; did you mean "api_key"\?/],
    [['api_key', key, 'x'], /too many arguments/],
    [['orgg', org], /did you mean "org"\?/],
    [['org'], /org needs a value/],
    [['org', 'acme'], /org must be a UUID/],
    [['timeout', '1e3'], /timeout must be a number of seconds/],
    [['chunk_size', '5001'], /chunk_size must be a whole number from 1 to 5000/],
    [['base_url', `https://u:${key}@example.com`], /may not hold a user name or password/],
    [['profile', 'none'], /there is no profile "none"/],
    [['org', org, '--profile', '../x'], /must be a name of letters/],
  ] as const)('refuses %j, echoes no key and writes nothing', async (args, message) => {
    const { home, config } = createHome();
    const { code, stdout, stderr } = await config(['set', ...args]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(stdout + stderr).not.toContain(key);
    expect(readdirSync(home)).toEqual([]);
  });

  test.each(['', 'two words', 'two\nlines'])('refuses a key that is none (%j)', async (stdin) => {
    const { home, config } = createHome();
    const { code, stderr } = await config(['set', 'api_key'], { stdin });
    expect([code, stderr]).toEqual([2, expect.stringContaining('api_key must be a key')]);
    expect(readdirSync(home)).toEqual([]);
  });

  test('replaces the other sources of the key, and keeps a path as one that holds everywhere', async () => {
    const { config, read } = createHome();
    await config(['set', 'api_key'], { stdin: key });
    const cwd = folderWith({ 'key.txt': key });
    const { stdout } = await config(['set', 'api_key_file', 'key.txt'], { cwd });
    expect(stdout).toContain('api_key is removed from it');
    expect(read()).toEqual({ profile: 'default', profiles: { default: { api_key_file: join(cwd, 'key.txt') } } });
  });

  test('loses nothing when several are set at the same time', async () => {
    const { config, read } = createHome();
    const values = { timeout: 10, retries: 2, concurrency: 3, chunk_size: 7 };
    const set = await Promise.all(Object.entries(values).map(([name, value]) => config(['set', name, String(value)])));
    expect(set.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(read()).toEqual({ profile: 'default', profiles: { default: values } });
  });

  test('says when the environment wins over it', async () => {
    const { config } = createHome({ DCYCLE_ORG_ID: org });
    expect((await config(['set', 'org', org])).stdout).toContain('DCYCLE_ORG_ID is set in the environment, and wins');
  });

  test('chooses the profile that is used; unset takes settings out again', async () => {
    const { config, read } = createHome();
    for (const name of ['one', 'two']) await config(['set', 'rate', '60', '--profile', name]);
    expect((await config(['set', 'profile', 'two'])).code).toBe(0);
    expect((await config(['unset', 'rate'])).code).toBe(0);
    expect(read()).toEqual({ profile: 'two', profiles: { one: { rate: 60 }, two: {} } });
    expect((await config(['unset', 'rate'])).stdout).toContain('was not set');
    expect((await config(['unset', 'profile'])).code).toBe(0);
    expect(read()).toEqual({ profiles: { one: { rate: 60 }, two: {} } });
  });
});

describe('the key of a profile', () => {
  const upload = async (profile: object, options: CommandOptions & { readonly args?: readonly string[] } = {}) => {
    const { home, path, config } = createHome();
    await config(['set', 'rate', '6000']);
    const { url, organizationId, apiKey } = await newAccount();
    const file = { profile: 'a', profiles: { a: { org: organizationId, base_url: url, ...profile } } };
    writeFileSync(path, JSON.stringify(file), { mode: 0o600 });
    const cwd = folderWith({ 'a.csv': legs(2), 'key.txt': apiKey });
    writeFileSync(join(home, 'dcycle-upload', 'a.key'), `${apiKey}\n`);
    const env = { XDG_CONFIG_HOME: home, OWN_KEY: apiKey, PATH: process.env['PATH'] ?? '' };
    const input = { stdin: options.stdin ?? '', cwd, env };
    const result = await dcycleUpload(['requests', 'a.csv', '--quiet', ...(options.args ?? [])], input);
    return {
      ...result,
      apiKey,
      dcycle: (args: readonly string[], stdin: string) => dcycleUpload(args, { ...input, stdin }),
    };
  };

  test('comes from a file next to the configuration', async () => {
    expect((await upload({ api_key_file: 'a.key' })).code).toBe(0);
  });

  test('comes from a command of the shell, whose standard error passes', async () => {
    const { code, stderr } = await upload({ api_key_command: 'echo unlocked >&2; printf "%s\\n" "$OWN_KEY"' });
    expect([code, stderr]).toEqual([0, 'unlocked\n']);
  });

  test.each([
    ['fails', 'echo sk_printed; exit 3', /"echo sk_printed; exit 3" ended with exit code 3/],
    ['prints nothing', 'true', /"true" printed nothing/],
    ['is not there', 'no-such-command-here', /ended with exit code 127/],
    ['prints a sentence', 'echo not a key', /the API key holds a space/],
  ])('is missing where its command %s (exit 2)', async (_name, command, message) => {
    const { code, stderr } = await upload({ api_key_command: command });
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(stderr.replace(JSON.stringify(command), '')).not.toContain('sk_printed');
  });

  test('is not asked for by what sends nothing', async () => {
    const { code, stderr } = await upload({ api_key_command: 'exit 3' }, { args: ['--dry-run'] });
    expect([code, stderr]).toEqual([0, '']);
  });

  test('comes from standard input with --api-key-file -, which is not the input then', async () => {
    const { code, apiKey, dcycle } = await upload({ api_key: 'sk_wrong' }, { args: ['--dry-run'] });
    expect(code).toBe(0);
    const args = ['requests', 'a.csv', '--quiet', '--api-key-file', '-'];
    expect(await dcycle(args, `${apiKey}\n`)).toMatchObject({ code: 0, stderr: '' });
    const both = await dcycle(['requests', '-', '--api-key-file', '-'], legs(1));
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('both want standard input')]);
  });

  test('is waited for no longer than a password manager may take', async () => {
    const reading = runKeyCommand('exec sleep 20', { environment: { PATH: process.env['PATH'] }, timeoutMs: 100 });
    await expect(reading).rejects.toThrow('api_key_command "exec sleep 20" did not end within 0.1 s');
  });
});

test('a run continues the profile it was started with; no key is written down', async () => {
  let isDown = true;
  const api = await startApi((_call, response, _index, forward) =>
    isDown ? refuse(response, 405, { detail: 'gone' }) : forward(),
  );
  const { home, path } = createHome();
  const { config } = {
    config: (args: readonly string[]) => dcycleUpload(['config', ...args], { env: { XDG_CONFIG_HOME: home } }),
  };
  await config(['set', 'org', org]);
  const staging = { org: api.organizationId, base_url: api.url, api_key: api.apiKey, chunk_size: 2, retries: 0 };
  const profiles = { prod: { org, api_key: key, base_url: 'http://127.0.0.1:9' }, staging };
  writeFileSync(path, JSON.stringify({ profile: 'prod', profiles }), { mode: 0o600 });
  const state = privateState();
  const env = { XDG_CONFIG_HOME: home, ...state };
  const cwd = folderWith({ 'a.csv': legs(4) });
  const { id, result } = await startRun(['requests', 'a.csv', '--profile', 'staging'], { cwd, env });
  expect(result.code).toBe(5);
  const kept = bytesUnder(state.XDG_STATE_HOME);
  expect(kept).toContain('staging');
  expect(kept).not.toContain(api.apiKey);
  isDown = false;
  const other = await dcycleUpload(['resume', id, '--profile', 'prod'], { cwd, env });
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining(`went to ${api.url}`)]);
  const resumed = await dcycleUpload(['resume', id, '--json'], { cwd: temporaryFolder(), env });
  expect(resumed.code).toBe(0);
  expect(await movementsIn(api)).toEqual(movements(1, 4));
});

test('config init says what to do where there is no terminal', async () => {
  const { home, config } = createHome();
  const { code, stderr } = await config(['init', '--profile', 'staging'], { stdin: '' });
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('dcycle-upload config set api_key --profile staging < key.txt'),
  ]);
  expect(readdirSync(home)).toEqual([]);
});

describe.skipIf(lacksTmux)('at a terminal (needs tmux)', () => {
  const open = async (env: Readonly<Record<string, string>> = {}, ...args: readonly string[]) => {
    const created = createHome();
    const cwd = temporaryFolder();
    const screen = await runOnTerminal(['config', ...args], { cwd, env: { XDG_CONFIG_HOME: created.home, ...env } });
    const answer = async (question: string, text = ''): Promise<void> => {
      await screen.until(question);
      if (text !== '') await screen.type(text);
      await screen.press('Enter');
    };
    return { ...created, ...screen, answer };
  };

  test('config init asks, checks the key with the API, and keeps what was answered; the key is not on the screen', async () => {
    const account = await newAccount();
    const { answer, until, press, read, home } = await open({}, 'init');
    await answer('Name of the profile');
    await until('API root');
    await press('C-u');
    await answer('API root', account.url);
    await answer('Organisation', account.organizationId);
    await answer('Where is the API key kept?');
    await answer('API key (not shown)', account.apiKey);
    const screen = await until(/ended with \d+\n-?echo/);
    expect(screen).toContain(`the key is accepted: organisation ${account.organizationId} has 0`);
    expect(screen).toMatch(/ended with 0\necho/);
    expect(screen).not.toContain(account.apiKey);
    expect(screen).not.toContain(account.apiKey.slice(-6));
    const { organizationId, url, apiKey } = account;
    expect(read()).toEqual({
      profile: 'default',
      profiles: { default: { org: organizationId, base_url: url, api_key: apiKey } },
    });
    expect(filesIn(home).length).toBe(1);
  });

  test('config init writes the key to a file of its own, and asks before it keeps one that is refused', async () => {
    const account = await newAccount();
    const { answer, until, press, read, home } = await open({}, 'init', '--profile', 'staging');
    await answer('Name of the profile');
    await until('API root');
    await press('C-u');
    await answer('API root', account.url);
    await answer('Organisation', 'acme');
    await until('must be a UUID');
    await press('C-u');
    await answer('Organisation', account.organizationId);
    await until('Where is the API key kept?');
    await press('Down');
    await answer('in a file of its own');
    await answer('Path of the file');
    await answer('API key (not shown)', key);
    expect(await until('Save it all the same?')).toContain('HTTP 401');
    await press('Left', 'Enter');
    const screen = await until(/ended with \d+\n-?echo/);
    expect(screen).toMatch(/ended with 0\necho/);
    expect(screen).toContain('doctor');
    expect(screen).not.toContain(key);
    const keyFile = join(home, 'dcycle-upload', 'staging.key');
    expect(read()).toMatchObject({ profile: 'staging', profiles: { staging: { api_key_file: keyFile } } });
    expect(readText(join(home, 'dcycle-upload'), 'staging.key')).toBe(`${key}\n`);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  });

  test.each(['Name of the profile', 'API key (not shown)'])(
    'Ctrl-C at "%s" leaves nothing behind',
    async (question) => {
      const { answer, until, press, home } = await open({}, 'init');
      if (question.startsWith('API')) {
        await answer('Name of the profile');
        await answer('API root');
        await answer('Organisation', org);
        await answer('Where is the API key kept?');
      }
      await until(question);
      await press('C-c');
      // The terminal shows again what is typed.
      expect(await until(/ended with \d+\n-?echo/)).toMatch(/nothing was changed\nended with 130\necho/);
      expect(existsSync(join(home, 'dcycle-upload'))).toBe(false);
    },
  );

  test('config set api_key asks, and shows nothing of the answer', async () => {
    const { answer, until, read } = await open({}, 'set', 'api_key');
    await answer('API key (not shown)', key);
    const screen = await until(/ended with \d+\n-?echo/);
    expect(screen).toMatch(/ended with 0\necho/);
    expect(screen).not.toContain('SECRET');
    expect(read()).toEqual({ profile: 'default', profiles: { default: { api_key: key } } });
  });
});
