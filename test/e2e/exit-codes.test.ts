import { chmodSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  dcycleUpload,
  folderWith,
  modules,
  readErrors,
  readText,
  summaryOf,
  temporaryFolder,
} from '../support/command.ts';

const good = 'movement_id,distance_km,load,toc\nM-1,100,500,van_diesel\nM-2,200,500,van_diesel\n';
const stackTrace = /\n\s+at /;

/** Runs `requests <args> --local --json` and expects a failure before anything was read. */
async function expectFailure(
  cwd: string,
  args: readonly string[],
  exitCode: number,
  code: string,
  message: string | RegExp,
) {
  const result = await dcycleUpload(['requests', ...args, '--local', '--json'], { cwd });
  expect(result.stderr).toMatch(message);
  expect(result.stderr).not.toMatch(stackTrace);
  expect(result.code).toBe(exitCode);
  const summary = summaryOf(result);
  expect(summary.exit_code).toBe(exitCode);
  expect(summary.error?.code).toBe(code);
  return result;
}

describe('exit code 0', () => {
  test('when every row is accepted; no error report is written', async () => {
    const cwd = folderWith({ 'a.csv': good });
    const result = await dcycleUpload(['requests', 'a.csv', '--local'], { cwd });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toContain('2 of 2 rows calculated\n');
    expect(() => readText(cwd, 'a.errors.csv')).toThrow();
  });

  test('for --help and --version', async () => {
    expect((await dcycleUpload(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const help = await dcycleUpload(['requests', '--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(/^Examples:\n/);
  });
});

describe('exit code 1', () => {
  test('when a row is rejected', async () => {
    const cwd = folderWith({ 'a.csv': `${good}M-3,abc,1,van_diesel\n` });
    const result = await dcycleUpload(['requests', 'a.csv', '--local'], { cwd });
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('2 of 3 rows calculated; 1 row rejected; fix a.rejected.csv and run');
  });

  test('for a 1 MiB line in the middle; the rows around it are read', async () => {
    const cwd = folderWith({ 'a.csv': `${good}${'x'.repeat(3_000_000)}\nM-4,1,1,van_diesel\n` });
    const args = ['requests', 'a.csv', '--local', '--json', '--errors', 'e.jsonl'];
    const result = await dcycleUpload(args, { cwd });
    expect(result.code).toBe(1);
    expect(readErrors(cwd, 'e.jsonl')).toMatchObject([{ row: 3, line: 4, code: 'MALFORMED_ROW' }]);
    expect(summaryOf(result).rows).toEqual({ read: 4, valid: 3, invalid: 1, duplicates: 0, skipped: 0 });
  });
});

describe('exit code 2', () => {
  test.each([
    ['an unknown option', ['requests', 'a.csv', '--lokal'], /unknown option '--lokal'[^]*did you mean --local/],
    ['an unknown command', ['request', 'a.csv'], /unknown command 'request'[^]*did you mean requests/],
    ['no file', ['requests'], /missing required argument 'file'/],
    ['a chunk size over 5000', ['requests', 'a.csv', '--chunk-size', '5001'], /whole number from 1 to 5000/],
    ['a bad choice', ['requests', 'a.csv', '--api-version', 'v3'], /Allowed choices are v1, v2/],
    ['--local with --dry-run', ['requests', 'a.csv', '--local', '--dry-run'], /exclude each other/],
    ['an upload without credentials', ['requests', 'a.csv'], /DCYCLE_API_KEY and DCYCLE_ORG_ID are not set/],
    ['the same file twice', ['requests', 'a.csv', './a.csv', '--local'], /are the same file/],
    [
      'an unknown field in --map',
      ['requests', 'a.csv', '--local', '--map', 'distanse_km=x'],
      /did you mean "distance_km"/,
    ],
    [
      'an unknown column in --map',
      ['requests', 'a.csv', '--local', '--map', 'client=Clent'],
      /"Clent" that the input does not have/,
    ],
    [
      'a --map without =',
      ['requests', 'a.csv', '--local', '--map', 'nothing'],
      /the mapping file nothing can't be read/,
    ],
    ['an unknown field in --set', ['requests', 'a.csv', '--local', '--set', 'tock=van_diesel'], /field "tock"/],
    ['a constant that is not valid', ['requests', 'a.csv', '--local', '--set', 'load=-1'], /load is negative/],
    [
      'an unknown field in --dedupe-key',
      ['requests', 'a.csv', '--local', '--dedupe-key', 'movementid'],
      /did you mean "movement_id"/,
    ],
    ['an output over the input', ['requests', 'a.csv', '--local', '--out', 'a.csv'], /may not be overwritten/],
    [
      'two outputs in one file',
      ['requests', 'a.csv', '--local', '--out', 'o.csv', '--errors', 'o.csv'],
      /--errors and --out name the same file, o\.csv/,
    ],
    [
      'an output where nothing can be written',
      ['requests', 'a.csv', '--local', '--out', 'no/such/o.csv'],
      /there is no such folder/,
    ],
    ['an output that is a directory', ['requests', 'a.csv', '--local', '--errors', '.'], /it is a directory/],
    ['an unknown encoding', ['requests', 'a.csv', '--local', '--encoding', 'utf-99'], /there is no encoding "utf-99"/],
    ['--json with --out -', ['requests', 'a.csv', '--local', '--json', '--out', '-'], /both want standard output/],
  ])('for %s', async (_name, args, message) => {
    const cwd = folderWith({ 'a.csv': good });
    const result = await dcycleUpload(args, { cwd });
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toMatch(stackTrace);
    expect(result.code).toBe(2);
    expect(readText(cwd, 'a.csv')).toBe(good);
  });

  test.each([
    ['http://example.com', /plain http/],
    ['ftp://127.0.0.1', /not an http\(s\) address/],
    ['nonsense', /not an http\(s\) address/],
    ['https://user:secret@example.com', /may not hold a user name/],
  ])('for the base URL %s', async (baseUrl, message) => {
    const cwd = folderWith({ 'a.csv': good });
    const env = { DCYCLE_API_KEY: 'sk_x', DCYCLE_ORG_ID: 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa' };
    const result = await dcycleUpload(['requests', 'a.csv', '--base-url', baseUrl], { cwd, env });
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toContain('secret');
    expect(result.code).toBe(2);
  });

  test.each([
    [
      'a key with a space',
      { DCYCLE_API_KEY: 'sk hidden', DCYCLE_ORG_ID: 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa' },
      /API key holds/,
    ],
    [
      'an organisation that is not a valid UUID',
      { DCYCLE_API_KEY: 'sk_hidden', DCYCLE_ORG_ID: 'acme' },
      /not a valid UUID/,
    ],
  ])('for %s', async (_name, env, message) => {
    const result = await dcycleUpload(['requests', 'a.csv'], { cwd: folderWith({ 'a.csv': good }), env });
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toContain('hidden');
    expect(result.code).toBe(2);
  });

  test('for a header without a known column', async () => {
    const cwd = folderWith({ 'a.csv': 'foo,bar\n1,2\n' });
    await expectFailure(cwd, ['a.csv'], 2, 'MAPPING_NONE', /none of the columns of a\.csv is known: "foo", "bar"/);
  });

  test('for a missing required column', async () => {
    const cwd = folderWith({ 'a.csv': 'movement_id,distance_km,Qwertz\nM-1,2,x\n' });
    await expectFailure(cwd, ['a.csv'], 2, 'MAPPING_INCOMPLETE', /needs toc or category[^]*not used yet: "Qwertz"/);
  });

  test('for two columns that mean one field', async () => {
    const cwd = folderWith({ 'a.csv': 'reference,pedido,distance_km,toc\nM-1,M-1,2,van_diesel\n' });
    await expectFailure(
      cwd,
      ['a.csv'],
      2,
      'MAPPING_AMBIGUOUS',
      /"reference" and "pedido" of a\.csv both mean movement_id/,
    );
  });

  test('for a mapping file with an unknown key', async () => {
    const cwd = folderWith({ 'a.csv': good, 'm.json': '{"field": {}}' });
    await expectFailure(
      cwd,
      ['a.csv', '--map', 'm.json'],
      2,
      'MAPPING_INVALID',
      /unknown key "field"; did you mean "fields"\?/,
    );
  });

  test('for a folder without a table', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'a.csv'));
    await expectFailure(cwd, ['a.csv'], 2, 'INPUT_NONE', /the folder a\.csv holds no table/);
  });
});

describe('exit code 3', () => {
  test('for no such file', async () => {
    await expectFailure(temporaryFolder(), ['a.csv'], 3, 'INPUT_NOT_FOUND', /there is no file a\.csv/);
  });

  test('for a folder where one file is needed', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'a.csv'));
    const result = await dcycleUpload(['map', 'requests', 'a.csv', '--json'], { cwd });
    expect(result).toMatchObject({ code: 3, stderr: expect.stringContaining('a.csv is a folder') });
    expect(JSON.parse(result.stdout)).toMatchObject({ error: { code: 'INPUT_IS_DIRECTORY' } });
  });

  test.each([
    ['an empty file', '', 'INPUT_EMPTY', /a\.csv is empty/],
    ['a file of spaces and line ends', ' \n\n  \r\n', 'INPUT_EMPTY', /a\.csv is empty/],
    ['only a header', 'movement_id,toc,distance_km\n', 'INPUT_EMPTY', /has a header but no rows/],
    ['a binary file', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0]), 'INPUT_NOT_TEXT', /not a text file/],
    ['an archive that is cut off', Buffer.from('PK\u0003\u0004…'), 'INPUT_DAMAGED', /the end of the file is missing/],
    [
      'UTF-16 without a byte order mark',
      Buffer.from('a,b\n1,2\n', 'utf16le'),
      'INPUT_NOT_TEXT',
      /looks like UTF-16[^]*--encoding utf-16le/,
    ],
    [
      'control characters',
      Buffer.from(Array.from({ length: 500 }, (_, i) => 1 + (i % 8))),
      'INPUT_NOT_TEXT',
      /control characters/,
    ],
    ['one endless line', 'x'.repeat(3_000_000), 'INPUT_NOT_ROWS', /first line of a\.csv is longer than 1 MiB/],
    ['damaged gzip', gzipSync(good).subarray(0, 40), 'INPUT_DAMAGED', /damaged gzip/],
  ])('for %s', async (_name, content, code, message) => {
    await expectFailure(folderWith({ 'a.csv': content }), ['a.csv'], 3, code, message);
  });

  test.each([
    ['no JSON', 'not json\n', /holds no JSON objects in its 1 line/],
    ['only blank lines', '\n\n', /is empty/],
  ])('for a .jsonl file that holds %s', async (_name, content, message) => {
    const result = await dcycleUpload(['requests', 'a.jsonl', '--local'], { cwd: folderWith({ 'a.jsonl': content }) });
    expect(result.stderr).toMatch(message);
    expect(result.code).toBe(3);
  });

  test('for empty standard input', async () => {
    const result = await dcycleUpload(['requests', '-', '--local'], { stdin: '' });
    expect(result.stderr).toMatch(/- is empty/);
    expect(result.code).toBe(3);
  });

  test.skipIf(process.getuid?.() === 0)('for a file that may not be read', async () => {
    const cwd = folderWith({ 'a.csv': good });
    chmodSync(join(cwd, 'a.csv'), 0);
    await expectFailure(cwd, ['a.csv'], 3, 'INPUT_FORBIDDEN', /may not be read/);
  });

  test('for a file that changes while it is read', async () => {
    const row = (n: number): string => `M-${String(n)},100,500,van_diesel\n`;
    const rows = Array.from({ length: 60_000 }, (_, i) => row(i)).join('');
    const cwd = folderWith({ 'a.csv': `movement_id,distance_km,load,toc\n${rows}${row(0)}` });
    // The first row is rewritten, in place, as soon as the command has started to read.
    const result = await dcycleUpload(['requests', 'a.csv', '--local', '--json', '--out', 'o.csv'], {
      cwd,
      nodeArguments: ['--import', fileURLToPath(new URL('../support/rewrite.mjs', import.meta.url))],
      env: { REWRITE: join(cwd, 'a.csv') },
    });
    expect(result.code).toBe(3);
    expect(summaryOf(result).error?.code).toBe('INPUT_CHANGED');
  });
});

test('exit code 70 for a row that got lost: the ledger does not balance', async () => {
  const cwd = folderWith({ 'a.csv': good });
  const result = await dcycleUpload(['requests', 'a.csv', '--local', '--json'], {
    cwd,
    program: modules,
    nodeArguments: ['--import', fileURLToPath(new URL('../support/break.mjs', import.meta.url))],
  });
  expect(result.code).toBe(70);
  expect(result.stderr).toContain('2 valid rows, but 1 accepted');
  expect(result.stderr).toMatch(/defect of dcycle-upload.*report it/);
  expect(result.stderr).toContain('dcycle-upload support-bundle writes a file to attach');
  expect(summaryOf(result).error?.code).toBe('DEFECT');
});

describe('outputs', () => {
  test('through a link go to the file it names, and the link stays', async () => {
    const cwd = folderWith({ 'a.csv': good, 'real.csv': 'old' });
    symlinkSync('real.csv', join(cwd, 'link.csv'));
    expect((await dcycleUpload(['requests', 'a.csv', '--local', '--out', 'link.csv'], { cwd })).code).toBe(0);
    expect(readText(cwd, 'real.csv')).toContain('co2e_kg');
  });

  test('to a special file are written, not put in its place', async () => {
    const cwd = folderWith({ 'a.csv': `${good}M-3,x,1,van_diesel\n` });
    const args = [
      'requests',
      'a.csv',
      '--local',
      '--out',
      '/dev/null',
      '--errors',
      '/dev/null',
      '--rejected',
      '/dev/null',
    ];
    expect((await dcycleUpload(args, { cwd })).code).toBe(1);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('of an earlier run are not taken for those of this one', async () => {
    const cwd = folderWith({ 'a.csv': good, 'a.errors.csv': 'old' });
    const result = await dcycleUpload(['requests', 'a.csv', '--local'], { cwd });
    expect(result.stderr).toContain('note: a.errors.csv is left from an earlier run');
  });

  test('do not take away rejected rows that somebody may be fixing', async () => {
    const cwd = folderWith({ 'a.csv': `${good}M-3,x,1,van_diesel\n`, 'a.rejected.csv': 'fixed by hand' });
    const result = await dcycleUpload(['requests', 'a.csv', '--local'], { cwd });
    expect(result.stderr).toContain('note: the earlier a.rejected.csv is kept as a.rejected.csv.bak');
    expect(readText(cwd, 'a.rejected.csv.bak')).toBe('fixed by hand');
    expect(readText(cwd, 'a.rejected.csv')).toContain('M-3,x,1,van_diesel,3,INVALID_NUMBER');
  });

  test('that no one reads to the end are not a failure', async () => {
    const cwd = folderWith({ 'a.csv': good });
    const result = await dcycleUpload(['requests', 'a.csv', '--local', '--out', '-'], {
      cwd,
      onStart: ({ stdout }) => stdout?.destroy(),
    });
    expect(result.code).toBe(0);
    expect(result.stderr).not.toContain('EPIPE');
  });
});
