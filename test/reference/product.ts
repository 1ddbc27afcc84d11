import { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import type { Given } from '../../src/commands/setting-options.ts';
import { addUploadOptions, type UploadOptions } from '../../src/commands/upload-options.ts';
import { upload } from '../../src/commands/upload/upload.ts';
import type { FlowSizes } from '../../src/pipeline/memory.ts';
import type { RecordKind } from '../../src/records/kind.ts';
import type { Summary } from '../../src/report/summary.ts';
import { createTerminal } from '../../src/report/terminal.ts';
import { inPieces } from '../support/inputs.ts';
import type { GivenFile } from './input.ts';

/** How much the flow takes at once; the results of a run may not depend on it. */
export type Sizes = Pick<FlowSizes, 'blockBytes' | 'batchRows' | 'dictionary'>;

/** What a run of the product came to. */
export interface ProductRun {
  readonly code: number;
  readonly summary: Summary;
  readonly stderr: string;
  readonly kind: RecordKind['name'];
  /** The inputs as the run was given them. */
  readonly inputs: readonly GivenFile[];
  /** The options as the command line gave them. */
  readonly options: Given<UploadOptions>;
  /** The names that `args` has for the files to be written, by their paths. */
  readonly names: ReadonlyMap<string, string>;
  /** What was written, by these names. */
  readonly written: ReadonlyMap<string, Buffer>;
}

const outputOptions: ReadonlySet<string> = new Set(['--errors', '--rejected', '--out']);

/** Where the runs of a test file find their files. */
const folders = mkdtempSync(join(tmpdir(), 'dcycle-reference-'));
process.once('exit', () => rmSync(folders, { recursive: true, force: true }));

/**
 * Runs `requests` or `recharges` in this process.
 *
 * @param files what `args` may name as inputs or as a mapping file, by name; `-` is standard input, in pieces of 1,000 bytes
 * @param args the command, its inputs and options; names of files to be written are taken as they are
 * @param sizes of blocks and batches
 */
export async function runProduct(
  files: Readonly<Record<string, Buffer>>,
  [kind, ...args]: readonly [RecordKind['name'], ...string[]],
  sizes?: Sizes,
  environment: Readonly<Record<string, string>> = {},
): Promise<ProductRun> {
  const folder = mkdtempSync(join(folders, 'run-'));
  for (const [name, bytes] of Object.entries(files)) if (name !== '-') writeFileSync(join(folder, name), bytes);
  const placed = args.map((arg, index) =>
    (arg !== '-' && Object.hasOwn(files, arg)) || outputOptions.has(args[index - 1] ?? '') ? join(folder, arg) : arg,
  );
  // What is not asked for would be written to the folder of the tests.
  const others = [...outputOptions].filter(
    (option) => !args.includes(option) && (option !== '--out' || args.includes('--local')),
  );
  const unwanted = others.flatMap((option) => [option, join(folder, `unwanted${option}.csv`)]);
  const command = addUploadOptions(new Command().argument('<file...>').exitOverride(), kind).parse(
    [...placed, ...unwanted, '--json', '--quiet'],
    { from: 'user' },
  );
  const options = command.opts<Given<UploadOptions>>();
  let [stdout, stderr] = ['', ''];
  const code = await upload(kind, command.args, options, {
    terminal: await createTerminal({
      stdout: collect((text) => (stdout += text)),
      stderr: collect((text) => (stderr += text)),
      environment,
      noColor: true,
    }),
    stdin: files['-'] === undefined ? Readable.from([]) : inPieces(files['-'], 1000),
    questions: undefined,
    environment: { XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder, ...environment },
    workingDirectory: folder,
    interrupted: new AbortController().signal,
    now: () => new Date('2026-01-15T12:00:00Z'),
    random: () => 0.5,
    pid: 1,
    nodeVersion: '20.19.0',
    changeDirectory: () => {},
    failed: () => {},
    createRunId: randomUUID,
    args: [kind, ...placed],
    ...(sizes === undefined ? {} : { sizes }),
  });
  const outputs = args.filter((_arg, index) => outputOptions.has(args[index - 1] ?? ''));
  return {
    kind,
    code,
    stderr,
    summary: JSON.parse(stdout) as Summary,
    options,
    inputs: command.args.map((path) => ({
      path,
      bytes: files[path === '-' ? path : path.slice(folder.length + 1)] ?? Buffer.alloc(0),
    })),
    names: new Map(outputs.map((name) => [join(folder, name), name])),
    written: new Map(
      outputs.flatMap((name) =>
        existsSync(join(folder, name)) ? [[name, readFileSync(join(folder, name))] as const] : [],
      ),
    ),
  };
}

const collect = (add: (text: string) => void): NodeJS.WriteStream =>
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      add(chunk.toString());
      done();
    },
  }) as unknown as NodeJS.WriteStream;
