import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { bin, fixture, temporaryFolder } from './support/command.ts';
import { newAccount } from './support/serve.ts';

/** What the pages show is what the command prints: each recipe in a folder of its own that holds fixtures/cookbook. */

interface Step {
  /** What a block `sh` holds. */
  readonly commands: string;
  /** The lines of the block `text` below it; one with `…` matches any text there, or any lines. */
  readonly quoted: readonly string[];
  /** What the words below them say, up to the next command: “Exit code 1”; else 0. */
  readonly exitCode: number;
}

interface Recipe {
  readonly title: string;
  readonly steps: readonly Step[];
}

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

const cookbook = read('docs/cookbook.md');

const recipes: Recipe[] = cookbook
  .split(/^## /m)
  .slice(1)
  .map((section) => ({ title: section.slice(0, section.indexOf('\n')), steps: stepsOf(section) }));

function stepsOf(section: string): Step[] {
  return section
    .split(/^```sh\n/m)
    .slice(1)
    .map((part) => {
      const [, commands = '', output = '', words = ''] =
        /^([\s\S]*?)^```$(?:\n\n^```text\n([\s\S]*?)^```$)?([\s\S]*)/m.exec(part) ?? [];
      const quoted = output.split('\n').filter((line) => line !== '');
      return { commands, quoted, exitCode: Number(/exit code (\d+)/i.exec(words)?.[1] ?? 0) };
    });
}

const walks = ['quick-start', 'lifecycle'].map((page) => ({ title: page, steps: stepsOf(read(`docs/${page}.md`)) }));

test.each([...recipes, ...walks])('$title', async ({ steps }) => {
  const { env } = await newAccount();
  const runIn = shellIn(fixture('cookbook'), env);
  for (const { commands, quoted, exitCode } of steps) {
    const { status, printed } = runIn(commands);
    expect({ commands, status, printed }).toEqual({ commands, status: exitCode, printed });
    expect(printed).toMatch(patternOf(quoted));
  }
});

test('the picture in README.md', () => {
  const [, command = '', picture = ''] = /^\$ (.+)\n([\s\S]*?)^```$/m.exec(read('README.md')) ?? [];
  const { status, printed } = shellIn(fixture('../fixtures'))(`mkdir fixtures && mv *.csv fixtures && ${command}`);
  expect(status).toBe(1);
  expect(printed).toMatch(patternOf(picture.trimEnd().split('\n')));
});

/** A shell that finds the built command, in a copy of a folder. */
function shellIn(files: string, env: Readonly<Record<string, string>> = {}) {
  const home = temporaryFolder();
  const cwd = join(home, 'files');
  cpSync(files, cwd, { recursive: true });
  symlinkSync(bin, join(home, 'dcycle-upload'));
  const path = `${home}:${dirname(process.execPath)}:/usr/bin:/bin`;
  return (commands: string): { readonly status: number | null; readonly printed: string } => {
    const { status, output } = spawnSync('sh', ['-c', `exec 2>&1\n${commands}`], {
      cwd,
      encoding: 'utf8',
      env: { ...env, HOME: home, LC_ALL: 'C.UTF-8', PATH: path },
    });
    // Line ends and byte order marks of the inputs do not show on the page.
    const printed = output.join('').replaceAll(/[\r\uFEFF]/g, '');
    return { status, printed: printed.trimEnd() };
  };
}

test('the mapping files of the cookbook are those of fixtures/cookbook', () => {
  const shown = [...cookbook.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, json = '']): unknown => JSON.parse(json));
  const files = readdirSync(fixture('cookbook')).filter((name) => name.endsWith('.mapping.json'));
  const kept = files.map((name): unknown => JSON.parse(read(`fixtures/cookbook/${name}`)));
  expect(shown).toHaveLength(kept.length);
  expect(shown).toEqual(expect.arrayContaining(kept));
});

test('every recipe has a command, and every file of fixtures/cookbook a recipe', () => {
  for (const { title, steps } of recipes) expect([title, steps.length > 0]).toEqual([title, true]);
  for (const name of readdirSync(fixture('cookbook'))) expect(cookbook).toContain(name);
});

/** Matches an output that is the quoted lines; a line `…` matches any lines, and one within a line any text. */
function patternOf(quoted: readonly string[]): RegExp {
  if (quoted.length === 0) return /^/;
  const patterns = quoted.map((line) =>
    line.trim() === '…' ? '(?:.*\\n)*.*' : line.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('…', '.*'),
  );
  return new RegExp(`^${patterns.join('\\n')}$`);
}
