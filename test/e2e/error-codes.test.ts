import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type RunErrorCode, runErrorTexts } from '../../src/codes/run-error-codes.ts';
import { someCredentials } from '../support/api-server.ts';
import { dcycleUpload, folderWith, summaryOf } from '../support/command.ts';
import { legs } from '../support/legs.ts';
import { privateState } from '../support/runs.ts';

/** The codes of runs that no other test asks for by name: what makes them, and the exit code that goes with them. */

const files = {
  'a.csv': legs(2),
  'b.jsonl': '[1]\n"x"\n',
  'empty.csv': '',
  'quote.csv': '"movement_id,origin\n',
  'bad.json': '{',
  'factors.json': '{"rows":[{}]}',
  'hubs.csv': 'name,colour\nA,red\n',
};

const local = ['requests', 'a.csv', '--local'] as const;
const upload = ['requests', 'a.csv'] as const;
const account = { ...someCredentials, DCYCLE_BASE_URL: 'http://127.0.0.1:1' };

interface Case {
  readonly code: RunErrorCode;
  readonly exit: number;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const cases: readonly Case[] = [
  { code: 'ACCOUNT_UNKNOWN', exit: 2, args: [...local, '--factors', 'account'] },
  { code: 'ACCOUNT_NOT_SYNCED', exit: 2, args: [...local, '--factors', 'account'], env: account },
  { code: 'BASE_URL_INSECURE', exit: 2, args: [...upload, '--base-url', 'http://example.com'], env: account },
  { code: 'BASE_URL_INVALID', exit: 2, args: [...upload, '--base-url', 'nonsense'], env: account },
  { code: 'CONSTANT_INVALID', exit: 2, args: [...local, '--set', 'load=much'] },
  { code: 'CREDENTIALS_INVALID', exit: 2, args: [...upload, '--org', 'acme'], env: account },
  { code: 'CREDENTIALS_UNREADABLE', exit: 2, args: [...upload, '--api-key-file', 'none'], env: account },
  { code: 'DEDUPE_KEY_INVALID', exit: 2, args: [...local, '--dedupe-key', 'colour'] },
  { code: 'ENCODING_UNKNOWN', exit: 2, args: [...local, '--encoding', 'utf-99'] },
  { code: 'FACTORS_INVALID', exit: 2, args: [...local, '--factors', 'factors.json'] },
  { code: 'FACTORS_UNREADABLE', exit: 2, args: [...local, '--factors', 'none.json'] },
  { code: 'HUBS_INVALID', exit: 2, args: [...local, '--hubs', 'hubs.csv'] },
  { code: 'INPUT_EMPTY', exit: 3, args: ['requests', 'empty.csv', '--local'] },
  { code: 'INPUT_NOT_CSV', exit: 3, args: ['requests', 'quote.csv', '--local'] },
  { code: 'INPUT_NOT_FOUND', exit: 3, args: ['requests', 'none.csv', '--local'] },
  { code: 'INPUT_NOT_JSONL', exit: 3, args: ['requests', 'b.jsonl', '--local'] },
  { code: 'INPUT_OTHER_FORMAT', exit: 3, args: ['requests', 'a.csv', '--local', '--format', 'xlsx'] },
  { code: 'INPUT_TWICE', exit: 2, args: ['requests', 'a.csv', './a.csv', '--local'] },
  { code: 'MAPPING_UNKNOWN_FIELD', exit: 2, args: [...local, '--map', 'colour=load'] },
  { code: 'MAPPING_UNREADABLE', exit: 2, args: [...local, '--map', 'none.json'] },
  { code: 'OPTIONS_CONFLICT', exit: 2, args: [...local, '--dry-run'] },
  { code: 'OPTIONS_EMPTY', exit: 2, args: [...local, '--out', ''] },
  { code: 'OUTPUT_FORMAT', exit: 2, args: [...local, '--out', 'o.xls'] },
  { code: 'OUTPUT_TAKEN', exit: 2, args: [...local, '--out', 'a.csv'] },
  { code: 'OUTPUT_UNWRITABLE', exit: 2, args: [...local, '--out', 'none/o.csv'] },
  { code: 'PROFILE_INVALID', exit: 2, args: [...upload, '--profile', '../x'], env: account },
  { code: 'PROFILE_UNKNOWN', exit: 2, args: [...upload, '--profile', 'none'], env: account },
  {
    code: 'PROXY_INVALID',
    exit: 2,
    args: [...upload, '--base-url', 'https://api.example.invalid'],
    env: { ...account, HTTPS_PROXY: 'proxy.example' },
  },
  {
    code: 'TEMPORARY_UNWRITABLE',
    exit: 2,
    args: ['requests', '-', '--format', 'csv', '--local'],
    env: { TMPDIR: '/none' },
  },
  { code: 'USAGE', exit: 2, args: [...local, '--colour'] },
];

test('each code is made somewhere in the program', () => {
  const source = fileURLToPath(new URL('../../src', import.meta.url));
  const texts = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('run-error-codes'))
    .map((name) => readFileSync(join(source, name), 'utf8'))
    .join('');
  expect(Object.keys(runErrorTexts).filter((code) => !texts.includes(`'${code}'`))).toEqual([]);
});

test.each(cases)('$code ends with $exit', async ({ code, exit, args, env = {} }) => {
  const cwd = folderWith(files);
  const result = await dcycleUpload([...args, '--json'], { cwd, env: { ...privateState(), ...env }, stdin: legs(1) });
  expect(summaryOf(result).error).toMatchObject({ code, message: expect.stringMatching(/\w/) });
  expect(summaryOf(result).exit_code).toBe(exit);
  expect(result.code).toBe(exit);
});
