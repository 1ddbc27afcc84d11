import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startApi } from '../support/api-server.ts';
import { dcycleUpload, folderWith, readText, summaryOf, temporaryFolder } from '../support/command.ts';
import { legs, legsOf } from '../support/legs.ts';
import { isBulk } from '../support/runs.ts';

type Api = Awaited<ReturnType<typeof startApi>>;

/** A configuration directory with a profile `own`, which is used where none is named. */
function withProfile(profile: object): { readonly XDG_CONFIG_HOME: string } {
  const home = temporaryFolder();
  mkdirSync(join(home, 'dcycle-upload'));
  const file = { profile: 'own', profiles: { own: profile } };
  writeFileSync(join(home, 'dcycle-upload', 'config.json'), JSON.stringify(file), { mode: 0o600 });
  return { XDG_CONFIG_HOME: home };
}

/** Something that counts who comes, and never answers. */
async function listen(): Promise<{ readonly url: string; readonly connections: () => number }> {
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, connections: () => count };
}

const stranger = '00000000-0000-4000-8000-000000000000';
const uploading = ['requests', 'a.csv', '--quiet', '--retries', '0'];

const envFile = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

describe('a file .env says nothing but DCYCLE_*', () => {
  test('to the command that prints the key', async () => {
    const api = await startApi();
    const hostile = {
      LD_PRELOAD: '/nowhere/evil.so',
      NODE_OPTIONS: '--require=/nowhere/evil.js',
      PATH: '/nowhere',
      BASH_ENV: '/nowhere/evil.sh',
      DCYCLE_EVIL: 'evil',
    };
    const env = withProfile({
      api_key_command: `env > seen.txt; echo ${api.apiKey}`,
      org: api.organizationId,
      base_url: api.url,
    });
    const cwd = folderWith({ 'a.csv': legs(1), '.env': envFile(hostile) });
    const result = await dcycleUpload(uploading, { cwd, env: { ...env, PATH: '/usr/bin:/bin' } });
    expect([result.code, result.stderr]).toEqual([0, '']);
    expect(readText(cwd, 'seen.txt')).not.toMatch(/nowhere|evil/i);
  });

  test('to the choice of a proxy', async () => {
    const proxy = await listen();
    const variables = Object.fromEntries(
      ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY'].map((name) => [name, proxy.url]),
    );
    const cwd = folderWith({
      'a.csv': legs(1),
      '.env': envFile({
        ...variables,
        DCYCLE_API_KEY: 'sk_test_of_nobody',
        DCYCLE_ORG_ID: stranger,
        DCYCLE_BASE_URL: 'https://api.dcycle.invalid',
      }),
    });
    const result = await dcycleUpload([...uploading, '--json'], { cwd });
    expect(result.code).toBe(5);
    expect(proxy.connections()).toBe(0);
    expect(result.stdout + result.stderr).not.toContain('sk_test_of_nobody');
  });

  test('also where its lines end in CRLF, are quoted, exported or commented', async () => {
    const api = await startApi();
    const text = `\ufeff# account\r\nexport DCYCLE_API_KEY="${api.apiKey}"\r\nDCYCLE_ORG_ID='${api.organizationId}' # ours\r\n\r\nDCYCLE_BASE_URL = ${api.url}\r\n`;
    const cwd = folderWith({ 'a.csv': legs(1), '.env': text });
    const result = await dcycleUpload(uploading, { cwd });
    expect([result.code, result.stderr]).toEqual([0, '']);
    expect(api.calls.find(isBulk)?.headers).toMatchObject({ 'x-api-key': api.apiKey });
  });
});

describe('a key does not go where a file .env says that did not bring it', () => {
  const keys: readonly [string, (api: Api) => { readonly profile: object; readonly options: readonly string[] }][] = [
    ['a profile', ({ apiKey }) => ({ profile: { api_key: apiKey }, options: [] })],
    ['the key file of a profile', () => ({ profile: { api_key_file: 'own.key' }, options: [] })],
    ['a key command', ({ apiKey }) => ({ profile: { api_key_command: `echo ${apiKey}` }, options: [] })],
    ['--api-key-file', () => ({ profile: {}, options: ['--api-key-file', 'key.txt'] })],
    ['--profile', ({ apiKey }) => ({ profile: { api_key: apiKey }, options: ['--profile', 'own'] })],
  ];
  const targets: readonly [string, string, (api: Api) => Readonly<Record<string, string>>][] = [
    ['the base URL', 'DCYCLE_BASE_URL', ({ url }) => ({ DCYCLE_BASE_URL: url })],
    ['the organisation', 'DCYCLE_ORG_ID', () => ({ DCYCLE_ORG_ID: stranger })],
  ];
  const cases = keys.flatMap(([from, own]) => targets.map((target) => [...target, from, own] as const));

  test.each(cases)('%s (%s) with a key from %4$s', async (what, variable, dotenv, _from, own) => {
    const [evil, api] = [await startApi(), await startApi()];
    const { profile, options } = own(api);
    const rest = variable === 'DCYCLE_BASE_URL' ? { org: api.organizationId } : { base_url: api.url };
    const env = withProfile({ ...profile, ...rest });
    writeFileSync(join(env.XDG_CONFIG_HOME, 'dcycle-upload', 'own.key'), api.apiKey, { mode: 0o600 });
    const cwd = folderWith({ 'a.csv': legs(3), 'key.txt': api.apiKey, '.env': envFile(dotenv(evil)) });
    const result = await dcycleUpload([...uploading, '--json', ...options], { cwd, env });
    expect(result.code).toBe(2);
    expect(summaryOf(result).error).toMatchObject({ code: 'SOURCES_MIXED' });
    expect(result.stderr).toContain(`${what} comes from ${variable} in .env, the API key from `);
    expect([...evil.calls, ...api.calls]).toEqual([]);
    expect(result.stdout + result.stderr).not.toContain(api.apiKey);
  });

  test('but where the command line names the target, or the environment brings the key', async () => {
    const api = await startApi();
    const cwd = folderWith({
      'a.csv': legs(1),
      '.env': envFile({ DCYCLE_BASE_URL: api.url, DCYCLE_ORG_ID: api.organizationId }),
    });
    const target = ['--base-url', api.url, '--org', api.organizationId];
    const named = await dcycleUpload([...uploading, ...target], { cwd, env: withProfile({ api_key: api.apiKey }) });
    expect([named.code, named.stderr]).toEqual([0, '']);
    writeFileSync(join(cwd, 'a.csv'), legsOf([2]));
    const exported = await dcycleUpload(uploading, { cwd, env: { DCYCLE_API_KEY: api.apiKey } });
    expect(exported.code).toBe(0);
  });

  test('and tocs --sync and doctor say so too', async () => {
    const [evil, api] = [await startApi(), await startApi()];
    const env = withProfile({ api_key: api.apiKey, org: api.organizationId });
    const cwd = folderWith({ '.env': envFile({ DCYCLE_BASE_URL: evil.url }) });
    const sync = await dcycleUpload(['tocs', '--sync', '--json'], { cwd, env });
    expect([sync.code, summaryOf(sync).error?.code]).toEqual([2, 'SOURCES_MIXED']);
    const doctor = await dcycleUpload(['doctor', '--json'], { cwd, env });
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toContain('DCYCLE_BASE_URL in .env');
    expect(evil.calls).toEqual([]);
  });
});

test('--profile is stronger than a file .env, and names both in what it says', async () => {
  const [other, api] = [await startApi(), await startApi()];
  const env = withProfile({ api_key: api.apiKey, org: api.organizationId, base_url: api.url });
  const dotenv = { DCYCLE_API_KEY: other.apiKey, DCYCLE_ORG_ID: stranger, DCYCLE_BASE_URL: other.url };
  const cwd = folderWith({ 'a.csv': legs(1), '.env': envFile(dotenv) });
  const args = ['requests', 'a.csv', '--profile', 'own', '--log-file', 'run.log'];
  const result = await dcycleUpload([...args, '--json'], { cwd, env });
  expect([result.code, other.calls]).toEqual([0, []]);
  const { host } = new URL(api.url);
  expect(summaryOf(result)).toMatchObject({ target: { host, organization_id: api.organizationId } });
  expect(readText(cwd, 'run.log')).toContain(`"host":"${host}","organization_id":"${api.organizationId}"`);
  const shown = await dcycleUpload([...args, '--api-version', 'v1'], { cwd, env });
  expect(shown.stdout).toContain(`to ${host}, organisation ${api.organizationId}\n`);
});
