import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isMissing } from './support/tools.ts';

const page = fileURLToPath(new URL('../man/dcycle-upload.1', import.meta.url));

test('the man page is the one that `npm run man` writes', async () => {
  const path = '../man/build.js';
  const { manPage } = (await import(path)) as { manPage: () => Promise<string> };
  expect(readFileSync(page, 'utf8')).toBe(await manPage());
});

test.skipIf(isMissing('groff'))('groff has nothing to say against the man page (needs groff)', () => {
  const { status, stderr } = spawnSync('groff', ['-man', '-ww', '-z', page], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});

test.skipIf(isMissing('man'))('man shows every section, and characters as they are typed (needs man)', () => {
  const { status, stdout, stderr } = spawnSync('man', ['--warnings', '-l', page], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', MANWIDTH: '80' },
  });
  expect([status, stderr]).toEqual([0, '']);
  expect([...stdout.matchAll(/^[A-Z].*$/gm)].map(([line]) => line).slice(1)).toEqual([
    'NAME',
    'SYNOPSIS',
    'DESCRIPTION',
    'COMMANDS',
    'EXIT STATUS',
    'ENVIRONMENT',
    'FILES',
    'EXAMPLES',
    'SEE ALSO',
  ]);
  expect(stdout).toContain('dcycle-upload requests shipments.csv --dry-run');
  expect(stdout).toContain('~/.local/state/dcycle-upload/');
  expect(stdout).toContain('fuels --search gasóleo');
  expect(stdout).toContain('eval "$(dcycle-upload completion bash)"');
});
