import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { DoctorDocument, Finding } from '../../src/report/doctor-document.ts';
import { refuse, startApi } from '../support/api-server.ts';
import { expired, privateKey, selfSigned } from '../support/certificates.ts';
import { type CommandOptions, dcycleUpload, folderWith, temporaryFolder } from '../support/command.ts';
import { legs } from '../support/legs.ts';
import { privateState } from '../support/runs.ts';
import { schemaErrors } from '../support/schemas.ts';
import { runOnTerminal } from '../support/terminal.ts';
import { lacksTmux } from '../support/tmux.ts';
import { newAccount } from '../support/serve.ts';

/** What doctor finds, by check; its document must be one as published. */
async function diagnose(options: CommandOptions & { readonly args?: readonly string[] } = {}) {
  const env = { ...privateState(), XDG_CACHE_HOME: temporaryFolder(), ...options.env };
  const result = await dcycleUpload(['doctor', '--json', ...(options.args ?? [])], { ...options, env });
  const document = JSON.parse(result.stdout) as DoctorDocument;
  expect(schemaErrors('doctor-1.json', document)).toEqual([]);
  expect(document.exit_code).toBe(result.code);
  expect(result.stderr).toBe('');
  const of = (check: string): Finding | undefined => document.findings.find((each) => each.check === check);
  return { ...document, of, text: result.stdout };
}

const problem = (message: string | RegExp, remedy: string | RegExp) => ({
  state: 'problem',
  message: expect.stringMatching(message) as string,
  remedy: expect.stringMatching(remedy) as string,
});

describe('doctor', () => {
  test('finds no problem where there is none (exit 0), and shows no key', async () => {
    const { env, apiKey, organizationId } = await newAccount();
    const { problems, findings, of, text } = await diagnose({ env });
    expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(problems).toBe(0);
    expect(of('access')?.message).toContain(`${organizationId} has 0 shipments and 0 fuel purchases`);
    expect(of('org')?.message).toContain('(environment DCYCLE_ORG_ID)');
    expect(of('node')?.message).toContain(process.versions.node);
    for (const check of ['tcp', 'clock', 'state', 'cache', 'locale', 'terminal']) expect(of(check)?.state).toBe('ok');
    expect(text).not.toContain(apiKey);
  });

  test('says in lines what to do first, and ends with 1 where there is a problem', async () => {
    const { code, stdout, stderr } = await dcycleUpload(['doctor'], { env: privateState() });
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(
      /✗ problem an upload needs an API key and an organisation.*\n(?:.*\n)? *→ dcycle-upload config init\n/,
    );
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
      /^\d problems?(?:, \d warnings?)?; first: dcycle-upload config init$/,
    );
  });

  test.each([
    ['nobody', 401, /Invalid API key/, /check the API key/],
    ['another organisation', 403, /does not belong/, /key belongs to the organisation/],
    ['an organisation that is not there', 404, /not found/, /check the organisation/],
  ])('tells a key of %s apart (%i)', async (_name, status, message, remedy) => {
    const { env, neighbour } = await newAccount();
    const wrong = {
      401: { DCYCLE_API_KEY: 'sk_of_nobody' },
      403: { DCYCLE_ORG_ID: neighbour.organizationId },
      404: { DCYCLE_ORG_ID: '00000000-0000-4000-8000-000000000000' },
    }[status];
    const { of, problems } = await diagnose({ env: { ...env, ...wrong } });
    expect(problems).toBe(1);
    expect(of('access')).toMatchObject(problem(message, remedy));
    expect(of('access')?.message).toContain(`HTTP ${String(status)}`);
    expect(of('clock')?.state).toBe('ok');
  });

  test('says that another server is none of the API', async () => {
    const api = await startApi(() => ({ hello: 'there' }));
    expect((await diagnose({ env: api.env })).of('access')).toMatchObject(
      problem(/not as the Logistics API/, /base_url/),
    );
  });

  test.each([
    [-3600, /3600 s later than/],
    [300, /300 s earlier than/],
    [30, undefined],
  ])('compares the clocks (%i s)', async (seconds, message) => {
    const api = await startApi(async (_call, response, _index, forward) => {
      const reply = await forward();
      const date = new Date(Date.now() + seconds * 1000).toUTCString();
      return refuse(response, reply.status, JSON.parse(reply.body) as object, { date });
    });
    const { of, problems } = await diagnose({ env: api.env });
    expect(problems).toBe(0);
    // A second may pass on the way.
    const said = of('clock')
      ?.message.replace(/3599|3601/, '3600')
      .replace(/299|301/, '300');
    expect(of('clock')?.state).toBe(message === undefined ? 'ok' : 'warning');
    if (message !== undefined) expect(said).toMatch(message);
  });
});

describe('the way to the API', () => {
  const credentials = { DCYCLE_API_KEY: 'sk_test_hidden', DCYCLE_ORG_ID: 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa' };

  test('is not there where no one listens; what else there is to see is looked at', async () => {
    const { of } = await diagnose({ env: { ...credentials, DCYCLE_BASE_URL: 'http://127.0.0.1:9' } });
    expect(of('tcp')).toMatchObject(problem(/port 9 \(ECONNREFUSED\)/, /serve --port 9/));
    expect(of('access')).toBe(undefined);
    expect(of('state')?.state).toBe('ok');
  });

  test('is not looked for where the address is none', async () => {
    const { of } = await diagnose({ env: { ...credentials, DCYCLE_BASE_URL: 'http://example.com' } });
    expect(of('base_url')).toMatchObject(problem(/plain http/, /fix it there/));
    expect(of('dns')).toBe(undefined);
  });

  test.each(['bob:s3cret@proxy.example:3128', 'proxy.example:3128', 'http://bob:s3%ZZ@127.0.0.1:9', 'ftp://127.0.0.1'])(
    'leads through no proxy such as %s',
    async (address) => {
      const env = { ...credentials, HTTPS_PROXY: address, DCYCLE_BASE_URL: 'https://api.example.invalid' };
      const { of, text } = await diagnose({ env });
      expect(of('proxy')).toMatchObject(problem(/is not the address of a proxy/, /with its scheme/));
      expect(of('tcp')).toBe(undefined);
      expect(text).not.toMatch(/bob|s3/);
    },
  );

  test('leads through a proxy, whose password is not shown', async () => {
    const proxy = { HTTPS_PROXY: 'http://user:PASSWORD@127.0.0.1:9' };
    const env = { ...credentials, ...proxy, DCYCLE_BASE_URL: 'https://api.example.invalid' };
    const { of, text } = await diagnose({ env });
    expect(of('proxy')?.message).toBe('by way of the proxy http://127.0.0.1:9');
    expect(of('tcp')).toMatchObject(problem(/no connection to the proxy 127\.0\.0\.1, port 9/, /HTTPS_PROXY/));
    expect(text).not.toContain('PASSWORD');
    // NO_PROXY leaves the name to be looked up, which no one has.
    const direct = await diagnose({ env: { ...env, NO_PROXY: 'localhost,.example.invalid' } });
    expect(direct.of('proxy')).toBe(undefined);
    expect(direct.of('dns')).toMatchObject(problem(/api\.example\.invalid is not found/, /network/));
  });

  /** A server with a certificate of its own; it answers as an API that knows no key. */
  async function startTls(certificate: string): Promise<{ readonly url: string; readonly calls: () => number }> {
    let calls = 0;
    const server = createServer({ cert: certificate, key: privateKey }, (_request, response) => {
      calls += 1;
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"detail": "Invalid API key"}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return { url: `https://localhost:${String((server.address() as AddressInfo).port)}`, calls: () => calls };
  }

  test.each([
    ['self-signed', selfSigned, /is self-signed \(DEPTH_ZERO_SELF_SIGNED_CERT\)/],
    ['expired and self-signed', expired, /is self-signed|has expired/],
  ])('ends at a certificate that is %s; no key is sent', async (_name, certificate, message) => {
    const { url, calls } = await startTls(certificate);
    const { of } = await diagnose({ env: { ...credentials, DCYCLE_BASE_URL: url } });
    expect(of('tls')).toMatchObject(problem(message, /NODE_EXTRA_CA_CERTS|clock/));
    expect(calls()).toBe(0);
  });

  test('is open with NODE_EXTRA_CA_CERTS, unless the certificate has expired', async () => {
    const folder = folderWith({ 'good.pem': selfSigned, 'expired.pem': expired });
    const good = await startTls(selfSigned);
    const trusting = { ...credentials, NODE_EXTRA_CA_CERTS: join(folder, 'good.pem') };
    const trusted = await diagnose({ env: { ...trusting, DCYCLE_BASE_URL: good.url } });
    expect(trusted.of('tls')).toMatchObject({ state: 'ok', message: expect.stringContaining('Test only') as string });
    expect(trusted.of('access')?.message).toContain('HTTP 401');
    const old = await startTls(expired);
    const env = { ...credentials, NODE_EXTRA_CA_CERTS: join(folder, 'expired.pem'), DCYCLE_BASE_URL: old.url };
    expect((await diagnose({ env })).of('tls')).toMatchObject(problem(/has expired, on Feb +1 .*2020/, /clock/));
  });

  test('is not encrypted where the server speaks plain http', async () => {
    const { url } = await newAccount();
    const env = { ...credentials, DCYCLE_BASE_URL: url.replace('http:', 'https:') };
    expect((await diagnose({ env })).of('tls')).toMatchObject(problem(/does not speak TLS/, /base_url/));
  });
});

describe('configuration and disk', () => {
  test('a file that is not valid is a problem; the environment is looked at all the same', async () => {
    const home = temporaryFolder();
    mkdirSync(join(home, 'dcycle-upload'));
    writeFileSync(join(home, 'dcycle-upload', 'config.json'), '{"profiles": {"a": {"rat": 1}}}');
    const { env } = await newAccount();
    const { of, problems } = await diagnose({ env: { ...env, XDG_CONFIG_HOME: home } });
    expect(of('file')).toMatchObject(problem(/unknown setting "rat"; did you mean "rate"\?/, /./));
    expect([problems, of('access')?.state]).toEqual([1, 'ok']);
  });

  test.skipIf(process.platform === 'win32')('a key that others can read is told of', async () => {
    const { env, apiKey } = await newAccount();
    const { DCYCLE_API_KEY: _key, ...keyless } = env;
    const cwd = folderWith({ '.env': `DCYCLE_API_KEY=${apiKey}\n` });
    chmodSync(join(cwd, '.env'), 0o644);
    const { of, problems } = await diagnose({ cwd, env: keyless });
    expect(problems).toBe(0);
    expect(of('key file')).toMatchObject({ state: 'warning', remedy: `chmod 600 ${join(cwd, '.env')}` });
    chmodSync(join(cwd, '.env'), 0o600);
    expect((await diagnose({ cwd, env: keyless })).of('key file')).toBe(undefined);
  });

  test('directories that can not be made are a problem', async () => {
    const folder = folderWith({ file: '' });
    const { of } = await diagnose({
      env: { XDG_STATE_HOME: join(folder, 'file'), XDG_CACHE_HOME: join(folder, 'file') },
    });
    expect(of('state')).toMatchObject(problem(/can't be written \(ENOTDIR\)/, /XDG_STATE_HOME/));
    expect(of('cache')).toMatchObject(problem(/can't be written \(ENOTDIR\)/, /XDG_CACHE_HOME/));
  });

  test('an upload that was not finished is told of, with the command that finishes it', async () => {
    const api = await startApi((_call, response) => refuse(response, 405, { detail: 'gone' }));
    const env = { ...api.env, ...privateState() };
    await dcycleUpload(['requests', 'a.csv', '--quiet'], { cwd: folderWith({ 'a.csv': legs(1) }), env });
    const { of } = await diagnose({ env });
    expect(of('runs')).toMatchObject({
      state: 'warning',
      message: '1 upload is unfinished, the latest: requests a.csv',
      remedy: expect.stringMatching(/^dcycle-upload resume [0-9a-f]{8}$/) as string,
    });
  });

  test('looking makes no directory', async () => {
    const home = temporaryFolder();
    rmSync(home, { recursive: true });
    await diagnose({ env: { XDG_STATE_HOME: home, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home } });
    expect(() => chmodSync(home, 0o700)).toThrow('ENOENT');
  });
});

test.skipIf(lacksTmux)('is readable in a narrow terminal, and warns of one without UTF-8 (needs tmux)', async () => {
  const env = { ...privateState(), LANG: 'C', DCYCLE_BASE_URL: 'http://127.0.0.1:9' };
  const terminal = await runOnTerminal(['doctor'], { cwd: temporaryFolder(), env, columns: 60 });
  const shown = await terminal.until(/ended with \d/);
  expect(shown).toContain('ended with 1');
  expect(shown.replaceAll(/\s+/g, ' ')).toContain('the locale is C, not UTF-8');
  expect(shown).toMatch(/^Connection$/m);
});
