import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SettingsDocument } from '../../src/report/settings-document.ts';
import { startApi } from '../support/api-server.ts';
import { dcycleUpload, folderWith, temporaryFolder } from '../support/command.ts';
import { legs, legsOf } from '../support/legs.ts';
import { isBulk } from '../support/runs.ts';

const nobody = { org: '00000000-0000-4000-8000-000000000000', base_url: 'http://127.0.0.1:9', api_key: 'sk_wrong' };

/** A configuration directory with this file. */
function configured(file: object): string {
  const home = temporaryFolder();
  mkdirSync(join(home, 'dcycle-upload'));
  writeFileSync(join(home, 'dcycle-upload', 'config.json'), JSON.stringify(file), { mode: 0o600 });
  return home;
}

type Values = typeof nobody;

const variables = ({ org, base_url: url, api_key: key }: Values) => ({
  DCYCLE_ORG_ID: org,
  DCYCLE_BASE_URL: url,
  DCYCLE_API_KEY: key,
});

/** The sources, the strongest first. */
const sources = ['options', 'environment', '.env', 'profile of DCYCLE_PROFILE', 'profile of the file'] as const;

describe('credentials and target of an upload', () => {
  test.each(sources.map((source, strength) => [source, strength] as const))(
    'come from %s where nothing stronger has them',
    async (source, strength) => {
      const api = await startApi();
      const right = { org: api.organizationId, base_url: api.url, api_key: api.apiKey };
      // Every weaker source has others.
      const valuesOf = (name: (typeof sources)[number]): Values | undefined => {
        const rank = sources.indexOf(name);
        return rank < strength ? undefined : rank === strength ? right : nobody;
      };
      const dotenv = Object.entries(variables(valuesOf('.env') ?? { org: '', base_url: '', api_key: '' }));
      const cwd = folderWith({
        'a.csv': legs(3),
        'key.txt': `${api.apiKey}\n`,
        '.env': dotenv.map(([name, value]) => `${name}=${value}\n`).join(''),
      });
      const named = valuesOf('profile of DCYCLE_PROFILE');
      const XDG_CONFIG_HOME = configured({
        profile: 'own',
        profiles: { own: right, named: named ?? nobody },
      });
      const environment = valuesOf('environment');
      const env = {
        XDG_CONFIG_HOME,
        ...(named === undefined ? {} : { DCYCLE_PROFILE: 'named' }),
        ...(environment === undefined ? {} : variables(environment)),
      };
      const options =
        source === 'options' ? ['--org', right.org, '--base-url', right.base_url, '--api-key-file', 'key.txt'] : [];
      const result = await dcycleUpload(['requests', 'a.csv', ...options], { cwd, env });
      expect([result.code, result.stderr]).toEqual([0, '']);
      const call = api.calls.find(isBulk);
      expect(call?.headers).toMatchObject({ 'x-api-key': api.apiKey, 'x-organization-id': api.organizationId });
    },
  );
});

describe('other settings', () => {
  test('come from the profile, and from options before it', async () => {
    const api = await startApi();
    const cwd = folderWith({ 'a.csv': legs(6) });
    const profile = {
      api_key: api.apiKey,
      org: api.organizationId,
      base_url: api.url,
      chunk_size: 2,
      api_version: 'v1',
    };
    const env = { XDG_CONFIG_HOME: configured({ profiles: { own: profile } }) };
    const upload = (...options: readonly string[]) =>
      dcycleUpload(['requests', 'a.csv', '--profile', 'own', '--quiet', ...options], { cwd, env });
    expect((await upload()).code).toBe(0);
    expect(api.calls.map(({ path, records }) => [path, records.length])).toEqual(
      Array.from({ length: 3 }, () => ['/v1/logistics/requests/bulk', 2]),
    );
    writeFileSync(join(cwd, 'a.csv'), legsOf([11, 12, 13, 14, 15, 16]));
    expect((await upload('--chunk-size', '5', '--api-version', 'v2')).code).toBe(0);
    expect(api.calls.slice(3).map(({ path, records }) => [path, records.length])).toEqual([
      ['/v2/logistics/requests/bulk', 5],
      ['/v2/logistics/requests/bulk', 1],
    ]);
  });

  test('apply where a command has them: home_country to --local alone', async () => {
    const env = { XDG_CONFIG_HOME: configured({ profile: 'a', profiles: { a: { home_country: 'es' } } }) };
    const content = 'category,toc,load,load_unit,origin,destination\nroad,van_diesel,1,ton,Toledo,Madrid\n';
    const cwd = folderWith({ 'a.csv': content, 'b.csv': content });
    const given = await dcycleUpload(['requests', 'a.csv', '--local', '--json', '--home-country', 'ES'], { cwd });
    const profiled = await dcycleUpload(['requests', 'b.csv', '--local', '--json'], { cwd, env });
    const emissionsOf = ({ stdout }: typeof given): unknown =>
      (JSON.parse(stdout) as { readonly emissions: unknown }).emissions;
    expect(emissionsOf(profiled)).toEqual(emissionsOf(given));
    expect((await dcycleUpload(['requests', 'b.csv', '--dry-run'], { cwd, env })).code).toBe(0);
  });
});

describe('config show', () => {
  const file = {
    profile: 'own',
    profiles: { own: { org: nobody.org, timeout: 7, api_key_file: '/keys/own' }, other: { timeout: 8 } },
  };

  const show = async (env: Readonly<Record<string, string>>, ...options: readonly string[]) => {
    const result = await dcycleUpload(['config', 'show', '--json', ...options], {
      env: { XDG_CONFIG_HOME: configured(file), ...env },
      cwd: folderWith({ '.env': `DCYCLE_BASE_URL=${nobody.base_url}\n` }),
    });
    const { settings, profile } = JSON.parse(result.stdout) as SettingsDocument;
    const of = (name: string): unknown => {
      const setting = settings.find((each) => each.name === name);
      return [setting?.value, setting?.origin?.kind, setting?.origin?.name];
    };
    return { of, profile };
  };

  test('has each value with its origin', async () => {
    const { of, profile } = await show({ DCYCLE_ORG_ID: 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa' });
    expect(profile).toEqual({ name: 'own', origin: { kind: 'file', name: null } });
    expect(of('org')).toEqual(['a8315ef3-dd50-43f8-b7ce-d839e68d51fa', 'environment', 'DCYCLE_ORG_ID']);
    expect(of('base_url')).toEqual([nobody.base_url, '.env', 'DCYCLE_BASE_URL']);
    expect(of('timeout')).toEqual([7, 'profile', 'own']);
    expect(of('retries')).toEqual([5, 'default', null]);
    expect(of('rate')).toEqual([null, undefined, undefined]);
    expect(of('api_key_file')).toEqual(['/keys/own', 'profile', 'own']);
  });

  test('knows that a key of the environment wins over every source of the profile', async () => {
    const { of } = await show({ DCYCLE_API_KEY: 'sk_hidden' });
    expect(of('api_key')).toEqual([null, 'environment', 'DCYCLE_API_KEY']);
    expect(of('api_key_file')).toEqual([null, undefined, undefined]);
  });

  test.each([
    [{}, ['--profile', 'other'], 8],
    [{ DCYCLE_PROFILE: 'other' }, [], 8],
    [{ DCYCLE_PROFILE: 'other' }, ['--profile', 'own'], 7],
    [{ DCYCLE_PROFILE: '' }, [], 7],
  ] as const)('chooses the profile by %j %j', async (env, options, timeout) => {
    const { of } = await show(env, ...options);
    expect(of('timeout')).toEqual([timeout, 'profile', timeout === 7 ? 'own' : 'other']);
  });
});
