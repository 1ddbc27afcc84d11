import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { summarySchema } from '../../src/report/summary-schema.ts';
import { refuse, type Script, startApi } from '../support/api-server.ts';
import { fixture, folderWith } from '../support/command.ts';
import { bytesOnTerminal, startOnTerminal } from '../support/terminal.ts';
import { lacksTmux } from '../support/tmux.ts';

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

const shipments = (count: number, prefix = 'M'): string =>
  [
    'movement_id,origin,destination,load,category',
    ...Array.from({ length: count }, (_, i) => `${prefix}-${String(i)},Madrid,Paris,1,road`),
    '',
  ].join('\n');

/** Answers to calls wait until they are let go. */
function createGate(): { readonly script: Script; readonly open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const script: Script = async (_call, _response, _index, forward) => {
    await opened;
    return forward();
  };
  return { script, open: () => open() };
}

const liveLine = / rows · |\d chunks? in flight/;
const liveLinesIn = (text: string): readonly string[] => text.split('\n').filter((line) => liveLine.test(line));

/** Lines as they stood on a terminal, one after another, whatever overwrote them. */
const linesIn = (bytes: string): readonly string[] =>
  stripVTControlCharacters(bytes)
    .split(/[\r\n]+/)
    .filter((line) => line !== '');

describe.skipIf(lacksTmux)('a run on a terminal (needs tmux)', () => {
  test('counts down while it waits for the API, and leaves nothing but its result', async () => {
    const gate = createGate();
    const api = await startApi((call, response, index, forward) =>
      index === 0 ? refuse(response, 429, {}, { 'retry-after': '3' }) : gate.script(call, response, index, forward),
    );
    const cwd = folderWith({ 'a.csv': shipments(300) });
    const terminal = await startOnTerminal(
      ['requests', 'a.csv', '--yes', '--chunk-size', '100', '--concurrency', '1'],
      {
        columns: 60,
        cwd,
        env: api.env,
      },
    );
    await terminal.until(/waiting [23] s, as the API asked \(Retry-After\)/);
    expect(await terminal.isCursorShown()).toBe(false);
    await terminal.until(/waiting 1 s, as the API asked/);
    await terminal.until((text) => !text.includes('waiting') && text.includes('1 chunk in flight · 1 retry'));
    // No reply comes, and the seconds pass all the same.
    await terminal.until(/ 33 % read · 101 rows · (?:[5-9]|\d\d) s$/m);
    gate.open();
    const text = await terminal.until(/ready>$/);
    expect(text).toMatch(/300 of 300 rows accepted/);
    expect(liveLinesIn(text)).toEqual([]);
    expect(await terminal.isCursorShown()).toBe(true);
  });

  test('follows the width, gives way to Ctrl-Z, and goes at the second Ctrl-C', async () => {
    const gate = createGate();
    const api = await startApi(gate.script);
    const wide = '顧客データ-👩‍👩‍👧-ñandú.csv';
    const cwd = folderWith({ [wide]: shipments(600), 'b.csv': shipments(300, 'N') });
    const terminal = await startOnTerminal(['requests', wide, 'b.csv', '--yes', '--chunk-size', '100'], {
      columns: 100,
      cwd,
      env: api.env,
    });
    await terminal.until(/1 of 2: 顧客データ.*\n {2}0 accepted · 4 chunks in flight$/);
    for (const columns of [50, 34, 80, 42, 100]) {
      await terminal.resize(columns);
      // All of what was drawn before, also what the terminal has broken, is gone.
      await terminal.until((text) => {
        const live = liveLinesIn(text);
        const isWhole = text.includes('ñandú.csv') === columns >= 80;
        return live.length === 2 && isWhole && live.every((line) => stringWidth(line) < columns);
      });
    }
    await terminal.press('C-z');
    await terminal.until((text) => /Stopped[^]*ready>$/.test(text) && liveLinesIn(text).length === 0);
    expect(await terminal.isCursorShown()).toBe(true);
    await terminal.press('fg', 'Enter');
    await terminal.until((text) => liveLinesIn(text).length === 2);
    await terminal.press('C-c');
    const interrupted = await terminal.until(
      /SIGINT: finishing requests in flight; press Ctrl-C again to quit now\n.* rows · /,
    );
    expect(interrupted).not.toContain('^C');
    await terminal.press('C-c');
    const ended = await terminal.until(/ready>$/);
    expect(liveLinesIn(ended)).toEqual([]);
    expect(await terminal.isCursorShown()).toBe(true);
  });
});

describe('the bytes of a run on a terminal', () => {
  const upload = async (args: readonly string[], env: Readonly<Record<string, string>> = {}, redirections = '') => {
    const api = await startApi((_call, response, index, forward) =>
      index === 0 ? refuse(response, 429, {}, { 'retry-after': '1' }) : forward(),
    );
    const cwd = folderWith({ 'a.csv': shipments(200) });
    const options = { columns: 60, rows: 20, cwd, env: { ...api.env, ...env }, redirections };
    const bytes = await bytesOnTerminal(['requests', 'a.csv', '--yes', '--chunk-size', '50', ...args], options);
    return { bytes, cwd };
  };

  test('have calls above the lines that are drawn again, no line wider than the terminal, and the cursor back', async () => {
    const { bytes } = await upload(['--verbose', '--no-color']);
    expect(bytes.split(hideCursor).length).toBe(bytes.split(showCursor).length);
    expect(bytes.lastIndexOf(showCursor)).toBeGreaterThan(bytes.lastIndexOf(hideCursor));
    expect(bytes).toMatch(
      /^call: chunk 1, try 1, 50 records, [\d,]+ bytes: HTTP 429 after \d+ ms; again in 1\.0 s\r$/m,
    );
    const live = linesIn(bytes).filter((line) => liveLine.test(line));
    expect(live.length).toBeGreaterThan(5);
    for (const line of live) expect(stringWidth(line)).toBeLessThan(60);
    // Behind the place where the lines are taken away none is drawn.
    expect(linesIn(bytes.slice(bytes.lastIndexOf(showCursor))).filter((line) => liveLine.test(line))).toEqual([]);
    expect(linesIn(bytes).at(-1)).toMatch(/run: dcycle-upload results [\da-f-]{36}$/);
  });

  test('are drawn while standard output goes to a file', async () => {
    const { bytes, cwd } = await upload(['--json'], {}, '> summary.json');
    expect(linesIn(bytes).some((line) => liveLine.test(line))).toBe(true);
    expect(bytes.endsWith(showCursor)).toBe(true);
    const summary = summarySchema.parse(JSON.parse(readFileSync(join(cwd, 'summary.json'), 'utf8')));
    expect(summary.records.accepted).toBe(200);
  });

  test.each([
    ['--no-progress', ['--no-progress', '--no-color'], {}],
    ['--quiet', ['--quiet'], {}],
    ['TERM=dumb', [], { TERM: 'dumb' }],
    ['CI=true', ['--no-color'], { CI: 'true' }],
  ])('move no cursor with %s', async (_name, args, env) => {
    const { bytes } = await upload(args, env);
    expect(bytes).not.toContain('\u001b');
    expect(linesIn(bytes).filter((line) => liveLine.test(line))).toEqual([]);
  });

  test('give the cursor back when the program breaks down', async () => {
    const gate = createGate();
    const api = await startApi(gate.script);
    const crash = `
      const write = process.stderr.write;
      process.stderr.write = function (text, ...rest) {
        if (String(text).includes('?25l')) setTimeout(() => { throw new Error('broken down'); }, 300);
        return write.call(this, text, ...rest);
      };`;
    const cwd = folderWith({ 'a.csv': shipments(10), 'crash.mjs': crash });
    const bytes = await bytesOnTerminal(['requests', 'a.csv', '--yes'], {
      columns: 60,
      cwd,
      env: { ...api.env, NODE_OPTIONS: '--import=./crash.mjs' },
    });
    expect(bytes.indexOf(showCursor)).toBeGreaterThan(bytes.indexOf(hideCursor));
    const behind = bytes.slice(bytes.lastIndexOf(showCursor));
    expect(behind).toContain('broken down');
    expect(behind).not.toContain(hideCursor);
  });
});

describe('tables on a narrow terminal', () => {
  test.each([60, 40])('fit %i columns, with every figure whole', async (columns) => {
    const cwd = folderWith({ 'a.csv': readFileSync(fixture('shipments.csv')) });
    const commands = [
      ['requests', 'a.csv', '--local', '--no-progress', '--no-mapping-file'],
      ['inspect', 'requests', 'a.csv'],
      ['tocs'],
      ['fuels'],
    ];
    const all: string[] = [];
    for (const args of commands) all.push(...linesIn(await bytesOnTerminal(args, { columns, cwd })));
    const drawn = all.filter((line) => /^[┌├│└]/.test(line));
    expect(drawn.length).toBeGreaterThan(50);
    for (const line of drawn) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    expect(drawn.filter((line) => /\d…/.test(line))).toEqual([]);
    expect(drawn.filter((line) => /430,876\.475/.test(line))).toHaveLength(1);
  });
});
