import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startApi } from '../support/api-server.ts';
import {
  type CommandOptions,
  type CommandResult,
  dcycleUpload,
  folderWith,
  readText,
  summaryOf,
  temporaryFolder,
} from '../support/command.ts';

/**
 * Most tests run the command in a process that their file shares. Here every command and every kind of end that needs no signal runs in
 * processes of their own as well, as users start them: both must see and leave the same.
 */

const good = 'movement_id,distance_km,load,load_unit,toc\nM-1,100,500,kg,van_diesel\n';
const withWrongRow = `${good}M-2,abc,500,kg,van_diesel\n`;
const fuel = 'recharge_id,date,fuel,quantity,unit\nR-1,2026-01-05,diesel,40,l\n';

const upload = 'requests wrong.csv --settle 1 --json';

/** `RUN` is the id of the upload. */
const story: readonly (readonly [args: string, stdin?: string])[] = [
  ['--version'],
  ['--help'],
  ['requests --help'],
  ['--unknown'],
  ['requests good.csv --local'],
  ['requests good.csv --lokal --json'],
  ['requests wrong.csv --local --json --errors errors.jsonl'],
  ['requests - --local --out -', good],
  ['requests none.csv --local'],
  ['requests good.csv --dry-run --no-color'],
  ['requests good.csv --base-url http://127.0.0.1:9 --retries 0'],
  ['recharges fuel.csv --local --json'],
  ['inspect requests wrong.csv'],
  ['map requests good.csv --json'],
  ['template recharges'],
  ['tocs --search diesel'],
  ['fuels'],
  ['fuels --sync'],
  ['hubs'],
  [upload],
  ['requests good.csv --settle 1'],
  ['runs'],
  ['resume RUN'],
  ['results RUN --out results.csv'],
  ['verify requests good.csv'],
  ['export requests --out export.csv'],
  ['undo RUN --yes'],
  ['config list'],
  ['config set chunk-size 10'],
  ['config set chunk-size x'],
  ['completion bash'],
  ['doctor'],
  ['support-bundle --run RUN --out bundle.json'],
  ['serve --port x'],
  ['requests good.csv --local'],
];

test('a run in a shared process sees and leaves what it does in a process of its own', async () => {
  const [own, shared] = await Promise.all([play({ ownProcess: true }), play({})]);
  expect(shared).toEqual(own);
  const codes = new Set(own.runs.map(({ code }) => code));
  expect([...codes].toSorted()).toEqual([0, 1, 2, 3, 5]);
}, 300_000);

interface Played {
  readonly runs: readonly (CommandResult & { readonly args: string })[];
  /** What the runs wrote, by name. */
  readonly files: Readonly<Record<string, string>>;
}

/** Plays the story for an account of its own. */
async function play(options: CommandOptions): Promise<Played> {
  const api = await startApi();
  const cwd = folderWith({ 'good.csv': good, 'wrong.csv': withWrongRow, 'fuel.csv': fuel });
  const state = temporaryFolder();
  const env = { ...api.env, XDG_STATE_HOME: state, XDG_CONFIG_HOME: state, XDG_CACHE_HOME: state };
  const same = createSame([cwd, state, api.url, new URL(api.url).port, ...Object.values(api.env)]);
  const runs: Played['runs'][number][] = [];
  let runId = '';
  for (const [args, stdin = ''] of story) {
    const words = args.split(' ').map((word) => (word === 'RUN' ? runId : word));
    const result = await dcycleUpload(words, { cwd, env, stdin, ...options });
    if (args === upload) runId = summaryOf(result).run_id;
    runs.push({ ...result, args, stdout: same(result.stdout), stderr: same(result.stderr) });
  }
  const files = readdirSync(cwd).map((name) => [name, same(readText(cwd, name))]);
  return { runs, files: Object.fromEntries(files) as Played['files'] };
}

/** Replaces what differs between any two runs. */
const createSame =
  (own: readonly string[]) =>
  (text: string): string =>
    own
      .reduce((rest, value) => rest.replaceAll(value, '<own>'), text)
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<id>')
      .replaceAll(/\b[0-9a-f]{8}\b/g, '<short>')
      .replaceAll(/\d{4}-\d\d-\d\d(?:[T ][\d:.]+Z?)?/g, '<time>')
      .replaceAll(/\b\d\d:\d\d\b/g, '<minute>')
      .replaceAll(/\b[\d.]+ ?(?:ms|s|rows\/s|MB)\b/g, '<measured>')
      .replaceAll(/("(?:duration_ms|rows_per_second|\w*_ms|\w*_bytes|pid)"): [\d.]+/g, '$1: <measured>');
