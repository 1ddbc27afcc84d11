import { randomUUID } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { upload } from '../src/commands/upload/upload.ts';
import type { Given } from '../src/commands/setting-options.ts';
import { addUploadOptions, type UploadOptions } from '../src/commands/upload-options.ts';
import type { RecordKind } from '../src/records/kind.ts';
import type { Summary } from '../src/report/summary.ts';
import { createTerminal } from '../src/report/terminal.ts';
import { startApi } from './support/api-server.ts';
import { readErrors, temporaryFolder } from './support/command.ts';

/** What is next to a file: how it is read and what must come of it, written by hand. */
interface Expected {
  readonly about: string;
  /** With `--dry-run` the test uploads the file for an organisation of its own, to see the records. */
  readonly args: readonly [RecordKind['name'], ...string[]];
  readonly exit: number;
  /** Other files of the corpus that the run needs. */
  readonly files?: readonly string[];
  /** The code of what ended a run with exit 2 or 3. */
  readonly error?: string;
  readonly rows?: object;
  readonly records?: readonly object[];
  /** With `--local`: what matters of the sums. */
  readonly emissions?: object;
  /** `says` is a part of the line in the error report. */
  readonly errors?: readonly (Readonly<Record<string, unknown>> & { readonly says?: string })[];
  readonly warnings?: readonly string[];
}

const corpus = fileURLToPath(new URL('corpus/', import.meta.url));

const expectationOf = (name: string): string => name.replace(/\.[a-z]+$/, '.expected.json');

const readExpected = (name: string): Expected =>
  JSON.parse(readFileSync(join(corpus, expectationOf(name)), 'utf8')) as Expected;

/** Runs a command in this process: a process of its own for every file would take most of a minute. */
async function run(folder: string, [kind, ...args]: Expected['args'], environment: Readonly<Record<string, string>>) {
  const command = addUploadOptions(new Command().argument('<file...>').exitOverride(), kind).parse(args, {
    from: 'user',
  });
  let [stdout, stderr] = ['', ''];
  const collect = (add: (text: string) => void): NodeJS.WriteStream =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        add(chunk.toString());
        done();
      },
    }) as unknown as NodeJS.WriteStream;
  const code = await upload(kind, command.args, command.opts<Given<UploadOptions>>(), {
    terminal: await createTerminal({
      stdout: collect((text) => (stdout += text)),
      stderr: collect((text) => (stderr += text)),
      environment,
      noColor: true,
    }),
    stdin: Readable.from([]),
    questions: undefined,
    environment: { XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder, ...environment },
    workingDirectory: folder,
    interrupted: new AbortController().signal,
    now: () => new Date('2026-01-15T12:00:00Z'),
    random: () => 0.5,
    pid: 1,
    nodeVersion: '20.19.0',
    changeDirectory: () => {},
    failed: () => {},
    createRunId: randomUUID,
    args: [kind, ...args],
  });
  return { code, stderr, summary: JSON.parse(stdout) as Summary };
}

const names = readdirSync(corpus)
  .filter((name) => /^\d+-.*\.(?:csv|tsv|txt|jsonl)$/.test(name))
  .toSorted();

test('every file has its expectation, and every expectation its file', () => {
  const expectations = readdirSync(corpus).filter((name) => name.endsWith('.expected.json'));
  expect(expectations.toSorted()).toEqual(names.map(expectationOf));
});

test.each(names)('%s', async (name) => {
  const expected = readExpected(name);
  const folder = temporaryFolder();
  const files = [name, ...(expected.files ?? [])];
  for (const file of files) copyFileSync(join(corpus, file), join(folder, file));

  const [kind, ...options] = expected.args.map((arg) => (files.includes(arg) ? join(folder, arg) : arg));
  const isUpload = options.includes('--dry-run');
  const api = isUpload ? await startApi() : undefined;
  const reports = ['errors', 'rejected', ...(isUpload ? [] : ['out'])];
  const { code, stderr, summary } = await run(
    folder,
    [
      kind as RecordKind['name'],
      join(folder, name),
      ...options.filter((option) => option !== '--dry-run'),
      ...reports.flatMap((report) => [`--${report}`, join(folder, `${report}.jsonl`)]),
      '--json',
    ],
    api?.env ?? {},
  );

  expect.soft(code, stderr).toBe(expected.exit);
  expect.soft(summary.error?.code, stderr).toBe(expected.error);
  const records = api?.calls.flatMap((call) => call.records);
  if (expected.error !== undefined) {
    expect(records).toEqual([]);
    return;
  }
  expect.soft(summary.rows).toEqual({ skipped: 0, ...expected.rows });
  if (api === undefined) expect.soft(summary.emissions).toMatchObject(expected.emissions ?? {});
  else {
    expect.soft(records).toEqual(expected.records);
    // The server has the same rules, so it must take them all.
    expect.soft(await api.get(`/v1/logistics/${kind ?? ''}`)).toMatchObject({ total: records?.length });
  }
  const warnings = new Set(summary.warnings.map((warning) => warning.code));
  expect.soft([...warnings].toSorted(), stderr).toEqual(expected.warnings);
  const errors = readdirSync(folder).includes('errors.jsonl') ? readErrors(folder, 'errors.jsonl') : [];
  const places = errors.map(({ row, line, field, code: error }) => ({ row, line, field, code: error }));
  expect.soft(places).toEqual(expected.errors?.map(({ says: _says, ...place }) => place));
  for (const [index, { says = '' }] of (expected.errors ?? []).entries()) {
    expect.soft(JSON.stringify(errors[index])).toContain(says);
  }
});
