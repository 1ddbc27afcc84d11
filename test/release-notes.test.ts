import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('../.ci/release-notes.js', import.meta.url));

const changes = `# Changes

## 1.10.0 (unreleased)

- Another version that begins in the same way.

## 1.1.0

- New: \`## not a heading\` stays.

  - And what is below it.

## 1.0.0

- First.

## 0.9.0
`;

const notesOf = (version: string) =>
  spawnSync(process.execPath, [script, version], { input: changes, encoding: 'utf8' });

test.each([
  ['1.1.0', '- New: `## not a heading` stays.\n\n  - And what is below it.\n'],
  ['1.0.0', '- First.\n'],
])('the release notes of %s are what the changes say of it, and of no other', (version, notes) => {
  expect(notesOf(version)).toMatchObject({ status: 0, stdout: notes });
});

test.each(['0.9.0', '1.1'])('there are no release notes of "%s", of which the changes say nothing', (version) => {
  expect(notesOf(version)).toMatchObject({ status: 1, stdout: '' });
});
