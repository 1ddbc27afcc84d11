import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { patternOf } from '../../src/pipeline/text-pattern.ts';
import type { SupportBundle } from '../../src/report/support/support-bundle.ts';
import { refuse, someCredentials, startApi } from '../support/api-server.ts';
import { dcycleUpload, folderWith, readText, temporaryFolder } from '../support/command.ts';
import { legs } from '../support/legs.ts';
import { privateState, startRun, storedIn } from '../support/runs.ts';
import { schemaErrors } from '../support/schemas.ts';

/** A bundle, which keeps to the published schema. */
function readBundle(folder: string, name: string): SupportBundle {
  const bundle = JSON.parse(readText(folder, name)) as SupportBundle;
  expect(schemaErrors('support-bundle-1.json', bundle)).toEqual([]);
  return bundle;
}

describe('a support bundle', () => {
  test('about the machine alone has a name of its own, and says what it holds', async () => {
    const cwd = temporaryFolder();
    const env = {
      ...privateState(),
      ...someCredentials,
      TZ: 'Europe/Madrid',
      DCYCLE_BASE_URL: 'https://api.example/x',
    };
    const result = await dcycleUpload(['support-bundle'], { cwd, env });
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    const [name = '', ...others] = readdirSync(cwd);
    expect(name).toMatch(/^dcycle-upload-support-\d{8}-\d{6}\.json$/);
    expect(others).toEqual([]);
    expect(result.stdout).toContain(`written to ${name}`);
    expect(result.stdout).toContain('values of rows');
    const bundle = readBundle(cwd, name);
    expect(bundle.machine.versions.node).toBe(process.versions.node);
    expect(bundle.tool.dependencies['commander']).toMatch(/^\d/);
    expect(bundle.environment).toEqual({
      DCYCLE_API_KEY: 'set',
      DCYCLE_BASE_URL: 'set',
      DCYCLE_ORG_ID: 'set',
      TZ: 'Europe/Madrid',
      XDG_CONFIG_HOME: 'set',
      XDG_STATE_HOME: 'set',
    });
    expect(bundle.configuration).toMatchObject({
      file: null,
      settings: {
        api_key: { value: 'set', from: 'environment' },
        org: { value: 'set', from: 'environment' },
        base_url: { value: 'api.example', from: 'environment' },
        concurrency: { value: 4, from: 'default' },
      },
    });
    expect(
      bundle.directories.map(({ is_writable: writable, free_bytes: free }) => writable && Number(free) > 0),
    ).toEqual([true, true, true, true]);
    expect(bundle).toMatchObject({ run: null, recent_runs: [], input: null, problems: [] });
    expect(readText(cwd, name)).not.toContain(someCredentials.DCYCLE_ORG_ID);
  });

  test('about a run has its chunks, its options and the end of its log', async () => {
    const api = await startApi((call, response, _index, forward) =>
      call.records[0]?.['movement_id'] === 'M-4' ? refuse(response, 405, { detail: 'gone' }) : forward(),
    );
    const env = { ...api.env, ...privateState() };
    const cwd = folderWith({ 'a.csv': legs(6) });
    const args = ['requests', 'a.csv', '--chunk-size', '3', '--set', 'client=Acme GmbH', '--log-file', 'run.log'];
    const { id } = await startRun(args, { cwd, env });
    const result = await dcycleUpload(['support-bundle', '--run', id.slice(0, 8), '--out', 'b.json'], { cwd, env });
    expect(result.stdout).toContain(`run ${id}: files by name, options, host, counts, 2 chunks with hashes`);
    const { run, recent_runs: recent } = readBundle(cwd, 'b.json');
    expect(run).toMatchObject({
      id,
      state: 'incomplete',
      host: new URL(api.url).host,
      options: { chunkSize: 3, set: ['client'] },
      records: { accepted: 3, rejected: 0, not_sent: 3, uncertain: 0 },
      chunks: [
        { chunk: 1, records: 3, first_row: 1, last_row: 3, state: 'accepted' },
        { chunk: 2, records: 3, first_row: 4, last_row: 6, state: 'not-sent' },
      ],
    });
    expect(run?.log.map(({ event }) => event)).toContain('chunk_settled');
    expect(recent.map((each) => each.id)).toEqual([id]);
    const text = readText(cwd, 'b.json');
    for (const stored of await storedIn(api)) expect(text).not.toContain(stored.id);
    expect(text).not.toContain('Acme');
  });

  test('takes nothing but events of the run out of what is called its log', async () => {
    const api = await startApi();
    const env = { ...api.env, ...privateState() };
    const cwd = folderWith({ 'a.csv': legs(1) });
    const { id } = await startRun(['requests', 'a.csv', '--log-file', 'run.log'], { cwd, env });
    const [own = ''] = readText(cwd, 'run.log').split('\n');
    const foreign = [own.replace(id, 'another'), own.replace(/}$/, ',"x":"secret"}'), 'secret'];
    writeFileSync(join(cwd, 'run.log'), `${[own, ...foreign].join('\n')}\n`);
    await dcycleUpload(['support-bundle', '--run', id, '--out', 'b.json'], { cwd, env });
    expect(readBundle(cwd, 'b.json').run?.log).toEqual([JSON.parse(own)]);
  });

  test('about an input has its structure, the reasons and what is wrong', async () => {
    const header = 'Nº albarán;Origen;Destino;Peso (kg);Tipo;Fecha;Notas\r\n';
    const rows = [
      'A-1;Madrid;Sevilla;1.234,5;van_diesel;15/06/2025;\r\n',
      'A-2;Madrid;Lugo;0,75;van_diesel;16/06/2025;urgente\r\n',
      'A-3;Madrid;Lugo;much;van_diesel;16/06/2025;\r\n',
      'A-4;Madrid\r\n',
    ];
    const cwd = folderWith({ 'a.csv': Buffer.from(header + rows.join(''), 'latin1') });
    const args = ['--input', 'a.csv', '--kind', 'requests', '--map', 'movement_id=Nº albarán', '--map', 'toc=Tipo'];
    const result = await dcycleUpload(['support-bundle', ...args, '--out', 'b.json'], { cwd, env: privateState() });
    expect(result.stdout).toContain('a.csv: 7 columns by name, with patterns of the values in 4 rows');
    const { input } = readBundle(cwd, 'b.json');
    expect(input).toMatchObject({
      format: 'csv',
      encoding: { label: 'windows-1252', reason: 'not UTF-8' },
      delimiter: ';',
      line_end: '\r\n',
      decimal: { mark: ',', reason: 'evidence' },
      dates: { order: 'dmy', reason: 'evidence' },
      rows_in_sample: 4,
      malformed_rows: 1,
      errors: [
        { code: 'INVALID_NUMBER', field: 'load', count: 1 },
        { code: 'MALFORMED_ROW', field: null, count: 1 },
      ],
    });
    const columns = Object.fromEntries((input?.columns ?? []).map((column) => [column.name, column]));
    expect(columns['Peso (kg)']).toMatchObject({
      field: 'load',
      empty: 0,
      distinct: 3,
      patterns: [
        { pattern: '9.999,9', count: 1 },
        { pattern: '9,99', count: 1 },
        { pattern: 'aaaa', count: 1 },
      ],
    });
    expect(columns['Nº albarán']).toMatchObject({ field: 'movement_id', reason: 'option' });
    expect(columns['Notas']).toMatchObject({ field: null, empty: 2, distinct: 1 });
    for (const value of ['Madrid', 'Sevilla', 'urgente', 'much', '1.234', '15/06']) {
      expect(readText(cwd, 'b.json')).not.toContain(value);
    }
  });

  test('shows no names of columns where the first line may be data', async () => {
    const cwd = folderWith({ 'a.csv': 'Acme,Madrid,Sevilla,5\nBeta,Lugo,Vigo,6\n' });
    const args = ['--input', 'a.csv', '--kind', 'requests', '--out', 'b.json'];
    const result = await dcycleUpload(['support-bundle', ...args], { cwd, env: privateState() });
    expect(result.stdout).toContain('4 columns without their names, which may be values');
    expect(readBundle(cwd, 'b.json').input?.columns.map(({ name }) => name)).toEqual([null, null, null, null]);
    expect(readText(cwd, 'b.json')).not.toContain('Acme');
  });

  test('is made also where much is broken', async () => {
    const cwd = folderWith({ 'a.csv': Buffer.from([0x50, 0x4b, 3, 4, 0, 0]), state: '' });
    mkdirSync(join(cwd, 'dcycle-upload'));
    writeFileSync(join(cwd, 'dcycle-upload', 'config.json'), '{');
    const env = { XDG_STATE_HOME: join(cwd, 'state', 'below'), XDG_CONFIG_HOME: cwd };
    const args = ['--input', 'a.csv', '--kind', 'requests', '--out', 'b.json'];
    const result = await dcycleUpload(['support-bundle', ...args], { cwd, env });
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('note: a.csv: INPUT_DAMAGED');
    expect(readBundle(cwd, 'b.json').problems).toEqual([
      { about: 'configuration', code: 'CONFIG_INVALID' },
      { about: 'a.csv', code: 'INPUT_DAMAGED' },
    ]);
  });

  test('holds neither the key, wherever it is, nor the name of the home directory', async () => {
    const home = temporaryFolder();
    const apiKey = 'sk_live_0123456789';
    mkdirSync(join(home, 'data'));
    writeFileSync(join(home, 'data', '.env'), `DCYCLE_API_KEY=${apiKey}\n`);
    writeFileSync(join(home, 'data', `${apiKey}.csv`), legs(1));
    const args = ['--input', join(home, 'data', `${apiKey}.csv`), '--kind', 'requests', '--out', 'b.json'];
    const options = { cwd: join(home, 'data'), env: { HOME: home, XDG_STATE_HOME: join(home, 'state') } };
    await dcycleUpload(['support-bundle', ...args], options);
    const bundle = readBundle(join(home, 'data'), 'b.json');
    expect(bundle.input?.path).toBe('~/data/***.csv');
    expect(bundle.configuration?.settings).toMatchObject({ api_key: { value: 'set', from: '.env' } });
    expect(readText(join(home, 'data'), 'b.json')).not.toContain(home);
  });

  test('can be read before it is written', async () => {
    const cwd = temporaryFolder();
    const result = await dcycleUpload(['support-bundle', '--out', '-'], { cwd, env: privateState() });
    expect(schemaErrors('support-bundle-1.json', JSON.parse(result.stdout))).toEqual([]);
    expect(result.stderr).toContain('Read it, then attach it');
    expect(readdirSync(cwd)).toEqual([]);
  });

  test.each([
    ['over a file', ['--out', 'a.csv'], 'a.csv is there already'],
    ['into no folder', ['--out', 'none/b.json'], 'there is no such folder'],
    ['about an unknown run', ['--run', 'abc'], 'there is no run abc'],
    ['about an input of unknown kind', ['--input', 'a.csv'], 'add --kind requests or recharges'],
  ])('is not written %s', async (_name, args, message) => {
    const cwd = folderWith({ 'a.csv': legs(1) });
    const result = await dcycleUpload(['support-bundle', ...args], { cwd, env: privateState() });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(message);
    expect(readdirSync(cwd)).toEqual(['a.csv']);
    expect(readText(cwd, 'a.csv')).toBe(legs(1));
    expect(existsSync(join(cwd, 'none'))).toBe(false);
  });
});

test.each([
  ['', ''],
  ['1.234,56', '9.999,99'],
  ['MOV-2025-001234', 'AAA-9999-9{5-8}'],
  ['Castellón de la Plana', 'Aa{5-8} aa aa Aaaaa'],
  ['4821-KLM', '9999-AAA'],
  ['2025-06-15T08:00:00.123Z', '9999-99-99A99:99:99.999A'],
  ['a1b2c3d4e5f6a7b8c9', 'mixed{17-64}'],
  ['f51a1645-c201-43da-9dcd-6408be3cb517', 'UUID'],
  ['東京', 'xx'],
  ['12 €', '99 ?'],
  ['x'.repeat(100), 'a{65+}'],
])('the pattern of %j is %j', (text, pattern) => {
  expect(patternOf(text)).toBe(pattern);
});
