import { gzipSync } from 'node:zlib';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { refuse, someCredentials, startApi } from '../support/api-server.ts';
import { createInterruption, dcycleUpload, folderWith, readErrors, readText, summaryOf } from '../support/command.ts';
import { startServer } from '../support/serve.ts';

const header = 'movement_id,origin,destination,load,toc\n';
const legs = (count: number): string =>
  header +
  Array.from({ length: count }, (_, i) => `M-${String(i + 1)},"Madrid, Spain",Sevilla,5,van_diesel\n`).join('');

describe('what was not read is said', () => {
  test('after an interruption', async () => {
    const { onStart, interrupt } = createInterruption('SIGINT');
    const api = await startApi(async (_call, _response, _index, forward) => {
      await interrupt();
      return forward();
    });
    const cwd = folderWith({ 'a.csv': legs(100_000) });
    const args = ['requests', 'a.csv', '--concurrency', '1', '--quiet', '--errors', 'e.jsonl'];
    const result = await dcycleUpload(args, { cwd, env: api.env, onStart });
    expect(result.signal).toBe('SIGINT');
    const last = /a\.csv was read up to row (\d+) \(line \d+\); what follows was neither read nor sent/.exec(
      result.stderr,
    );
    const read = Number(last?.[1]);
    expect(read).toBeLessThan(100_000);
    expect(result.stderr).toMatch(new RegExp(`5,000 of ${read.toLocaleString('en')} rows accepted; interrupted`));
    expect(result.stderr).toMatch(/; to finish, run: dcycle-upload resume [-\da-f]{36}\n$/);
    expect(readErrors(cwd, 'e.jsonl').length).toBe(read - 5000);
    expect(await api.get('/v1/logistics/requests')).toMatchObject({ total: 5000 });
  });

  test('after a refused key', async () => {
    const api = await startApi();
    const cwd = folderWith({ 'a.csv': legs(100_000) });
    const env = { ...api.env, DCYCLE_API_KEY: 'sk_test_of_nobody' };
    const result = await dcycleUpload(['requests', 'a.csv', '--quiet'], { cwd, env });
    expect(result.code).toBe(4);
    expect(result.stderr).toMatch(/read up to row \d+ .* neither read nor sent/);
    expect(result.stderr).not.toContain('to finish, run');
  });

  test('after damaged gzip, and the exit code does not say that nothing was sent', async () => {
    const api = await startApi();
    const rows =
      header +
      Array.from({ length: 60_000 }, (_, i) => `M-${String(i)},A${String(i * 7919)},B,5,van_diesel\n`).join('');
    const bytes = gzipSync(rows);
    const cwd = folderWith({ 'a.csv': bytes.subarray(0, Math.floor(bytes.length * 0.9)) });
    const result = await dcycleUpload(['requests', 'a.csv', '--json'], { cwd, env: api.env });
    expect(api.calls.length).toBeGreaterThan(0);
    expect(result.code).toBe(5);
    expect(summaryOf(result).error?.code).toBe('INPUT_DAMAGED');
    const { accepted } = summaryOf(result).records;
    expect(accepted).toBeGreaterThan(0);
    expect(await api.get('/v1/logistics/requests')).toMatchObject({ total: accepted });
    expect(result.stderr).toMatch(/read up to row \d+/);
  });
});

describe('the next command', () => {
  test('has every option, quoted for the shell', async () => {
    const cwd = folderWith({ 'mis envíos.csv': 'Ref;Kilos;Km;Modo\n1;1000;10;road\n2;5;x;road\n' });
    const args = [
      'requests',
      'mis envíos.csv',
      '--local',
      '--map',
      'client=Modo',
      '--set',
      'category=road',
      '--out',
      'o.csv',
    ];
    const result = await dcycleUpload(args, { cwd });
    expect(result.stderr).toContain(
      "run: dcycle-upload requests 'mis envíos.rejected.csv' --local --map client=Modo --set category=road\n",
    );
  });

  test('after a dry run is to fix the input', async () => {
    const cwd = folderWith({ 'a.csv': `${legs(1)}M-2,A,B,x,van_diesel\n` });
    const result = await dcycleUpload(['requests', 'a.csv', '--dry-run'], { cwd });
    expect(result.stderr).toBe('1 of 2 rows valid; 1 row rejected; fix them in a.csv\n');
  });

  test('for uncertain records is to resume the run', async () => {
    const api = await startApi((_call, response) => {
      response.destroy();
      return undefined;
    });
    const rows = 'load,distance_km,toc\n1,10,van_diesel\n';
    const cwd = folderWith({ 'a.csv': rows });
    const result = await dcycleUpload(['requests', 'a.csv', '--settle', '0', '--retries', '0', '--quiet'], {
      cwd,
      env: api.env,
    });
    expect(result.stderr).toMatch(/1 record uncertain.*; to finish, run: dcycle-upload resume [\da-f-]{36}\n/);
    const piped = await dcycleUpload(['requests', '-', '--settle', '0', '--retries', '0', '--quiet'], {
      cwd,
      env: api.env,
      stdin: rows.replace('1,10', '2,20'),
    });
    expect(piped.stderr).toContain('look the uncertain ones up in Dcycle before you send them again');
  });
});

describe('secrets and control characters', () => {
  test('an unknown option’s value is not shown', async () => {
    const result = await dcycleUpload(['requests', 'a.csv', '--api-key=sk_live_SECRET', '--json']);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain("unknown option '--api-key");
    expect(result.stdout + result.stderr).not.toContain('SECRET');
  });

  test.each(['https://user:S3CRET@host:99999', 'https://host/?api_key=S3CRET'])('%s is not shown', async (url) => {
    const result = await dcycleUpload(['requests', 'a.csv', '--base-url', url, '--json'], {
      cwd: folderWith({ 'a.csv': legs(1) }),
      env: someCredentials,
    });
    expect(result.code).toBe(2);
    expect(result.stdout + result.stderr).not.toContain('S3CRET');
  });

  test('a key given for the name of its file is not shown', async () => {
    const args = ['requests', 'a.csv', '--api-key-file', 'sk_live_SECRET'];
    const result = await dcycleUpload(args, { cwd: folderWith({ 'a.csv': legs(1) }) });
    expect(result.code).toBe(2);
    expect(result.stdout + result.stderr).not.toContain('SECRET');
  });

  test('a short key changes nothing in the API’s reply', async () => {
    const organizationId = someCredentials.DCYCLE_ORG_ID;
    const { url } = await startServer(['--api-key', `${organizationId}=id`]);
    const cwd = folderWith({ 'a.csv': legs(2) });
    const env = { DCYCLE_API_KEY: 'id', DCYCLE_ORG_ID: organizationId, DCYCLE_BASE_URL: url };
    const result = await dcycleUpload(['requests', 'a.csv', '--json'], { cwd, env });
    expect(result.code).toBe(0);
    expect(summaryOf(result).records.accepted).toBe(2);
  });

  test('the input and the API can’t play with the terminal', async () => {
    const api = await startApi((_call, response) => refuse(response, 400, { detail: '\u001b[31mred\u001b[0m' }));
    const cwd = folderWith({ 'a.csv': `${header}M-1,A,B,1,\u001b[2Jvan\nM-2,A,B,\u001b[2J,van_diesel\n` });
    const result = await dcycleUpload(['requests', 'a.csv', '--map', 'client=client'], { cwd, env: api.env });
    expect(result.stdout + result.stderr).not.toContain('\u001b');
    const upload = await dcycleUpload(['requests', 'a.csv', '--verbose'], { cwd, env: api.env });
    expect(upload.stdout + upload.stderr).not.toContain('\u001b');
    expect(upload.stdout + upload.stderr + readText(cwd, 'a.errors.csv')).toContain('\\x1b[31mred');
  });
});

describe('outputs that can’t be written', () => {
  test.each(['--out', '--errors', '--rejected'])('an empty %s is refused before anything is sent', async (option) => {
    const api = await startApi();
    const result = await dcycleUpload(['requests', 'a.csv', option, ''], {
      cwd: folderWith({ 'a.csv': legs(1) }),
      env: api.env,
    });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(`${option} is empty`);
    expect(api.calls).toEqual([]);
  });

  test('do not take the others along', async () => {
    const cwd = folderWith({ 'a.csv': `${legs(2)}M-9,A,B,x,van_diesel\n`.replaceAll('Sevilla', 'Sevilla') });
    const args = [
      'requests',
      'a.csv',
      '--local',
      '--json',
      '--out',
      'o.csv',
      '--errors',
      '/dev/full',
      '--set',
      'distance_km=5',
    ];
    const result = await dcycleUpload(args, { cwd });
    expect(result.code).toBe(5);
    expect(summaryOf(result).files).toEqual({ results: 'o.csv', errors: null, rejected: 'a.rejected.csv' });
    expect(readText(cwd, 'o.csv').split('\n').length).toBe(4);
    expect(readdirSync(join(cwd)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('standard output on a full disk is not a success', async () => {
    const cwd = folderWith({ 'a.csv': legs(1) });
    const { openSync } = await import('node:fs');
    const { spawnSync } = await import('node:child_process');
    const bin = new URL('../../bin/dcycle-upload.js', import.meta.url).pathname;
    const run = spawnSync(process.execPath, [bin, 'requests', 'a.csv', '--dry-run', '--json'], {
      cwd,
      env: {},
      stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    });
    expect(run.status).toBe(5);
    expect(String(run.stderr)).toContain("standard output can't be written");
    expect(String(run.stderr)).not.toMatch(/\n\s+at /);
  });
});

test('a temporary folder that is not there is no defect', async () => {
  const result = await dcycleUpload(['requests', '-', '--dry-run'], { stdin: legs(1), env: { TMPDIR: '/no/such' } });
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('no temporary file can be made');
});

test('a proxy without a scheme is not a defect', async () => {
  const env = { ...someCredentials, HTTPS_PROXY: 'proxy.corp:3128' };
  const result = await dcycleUpload(['requests', 'a.csv', '--retries', '0'], {
    cwd: folderWith({ 'a.csv': legs(1) }),
    env,
  });
  expect(result.stderr).not.toContain('defect');
  expect(result.code).toBe(2);
});

test('a default load is said in the summary', async () => {
  const cwd = folderWith({ 'a.csv': 'toc,distance_km\nvan_diesel,5\nvan_diesel,6\n' });
  const result = await dcycleUpload(['requests', 'a.csv', '--local', '--json'], { cwd });
  expect(summaryOf(result).warnings).toMatchObject([{ code: 'DEFAULT_LOAD', count: 2 }]);
});
