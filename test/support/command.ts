import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Summary } from '../../src/report/summary.ts';
import { runHosted } from './host.ts';

export const bin = fileURLToPath(new URL('../../bin/dcycle-upload.js', import.meta.url));

/** The command from its modules, as they are before they are bundled. */
export const modules = fileURLToPath(new URL('modules.mjs', import.meta.url));

export const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

export interface CommandResult {
  /** The exit code, or `null` when a signal ended the command. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Buffer;
  readonly nodeArguments?: readonly string[];
  /** What is run instead of the command's own file. */
  readonly program?: string;
  /** Sees the process as soon as it runs. */
  readonly onStart?: (child: ChildProcess) => void;
  /** Starts a process for this run; runs share one otherwise, where nothing else asks for a process of their own. */
  readonly ownProcess?: boolean;
}

/** Where the runs of a test file are written down, and where no configuration is. */
const stateHome = mkdtempSync(join(tmpdir(), 'dcycle-upload-state-'));
process.once('exit', () => rmSync(stateHome, { recursive: true, force: true }));

/** Runs the built command with an environment that holds nothing but what the test gives it. */
export async function dcycleUpload(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const cwd = options.cwd ?? temporaryFolder();
  const env = { XDG_STATE_HOME: stateHome, XDG_CONFIG_HOME: stateHome, ...options.env };
  const stdin = Buffer.from(options.stdin ?? '');
  const hosted = needsProcess(options) ? undefined : runHosted({ args, cwd, env, stdin });
  if (hosted !== undefined) return hosted;
  const child = spawn(process.execPath, [...(options.nodeArguments ?? []), options.program ?? bin, ...args], {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  options.onStart?.(child);
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.on('close', (...ended) => resolve(ended));
  });
  return { code, signal, stdout, stderr };
}

/** `REAL_STARTS=1 npm test` starts a process for each run. */
const needsProcess = ({ nodeArguments, program, onStart, ownProcess }: CommandOptions): boolean =>
  process.env['REAL_STARTS'] !== undefined ||
  ownProcess === true ||
  [nodeArguments, program, onStart].some((option) => option !== undefined);

/** Interrupts a command from within one of the calls that it makes. */
export function createInterruption(signal: NodeJS.Signals): {
  readonly onStart: (child: ChildProcess) => void;
  /** Sends the signal, and waits until the command says that it has heard it. */
  readonly interrupt: () => Promise<void>;
} {
  let running: ChildProcess | undefined;
  return {
    onStart(child) {
      running = child;
    },
    async interrupt() {
      const heard = new Promise<void>((resolve) => {
        running?.stderr?.on('data', (text: string) => {
          if (text.includes(`${signal}: finishing requests in flight`)) resolve();
        });
      });
      running?.kill(signal);
      await heard;
    },
  };
}

/** A folder of this test's own, removed with it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dcycle-upload-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A temporary folder that holds these files. */
export function folderWith(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

export const readText = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8');

export const summaryOf = ({ stdout }: CommandResult): Summary => JSON.parse(stdout) as Summary;

/** The error report of a run, by row. */
export const readErrors = (folder: string, name: string): Record<string, unknown>[] => readLines(folder, name);

/** The documents of a JSON Lines file. */
export function readLines<Line = Record<string, unknown>>(folder: string, name: string): Line[] {
  return readText(folder, name)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}
