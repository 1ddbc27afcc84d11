import { execFile, execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { bin } from './command.ts';

/** A program that runs on a pseudo-terminal of its own. */
export interface TerminalOptions {
  readonly columns: number;
  readonly rows?: number;
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Behind the command line: redirections. */
  readonly redirections?: string;
}

/** A terminal that is looked at, typed into and resized. */
export interface Terminal {
  /** Every line that is on the screen or has left it, from the top. */
  lines(): Promise<readonly string[]>;
  /** Waits until what is on the screen passes. */
  until(passes: RegExp | ((text: string) => boolean)): Promise<string>;
  isCursorShown(): Promise<boolean>;
  /** Types keys by tmux's names, or a text. */
  press(...keys: readonly string[]): Promise<void>;
  resize(columns: number): Promise<void>;
}

const has = (program: string): boolean => {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** Whether tests that need tmux are left out, which CI never does, and what they are called then. */
export const tmux =
  has('tmux') || process.env['CI'] === 'true'
    ? { isMissing: false, note: '' }
    : { isMissing: true, note: ' (left out: tmux is not installed)' };

const shellQuote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** A script that runs the built command; on a terminal a short name is typed instead of its long command line. */
function writeScript(args: readonly string[], { cwd, env, redirections = '' }: TerminalOptions): string {
  const name = 'run.sh';
  const variables = Object.entries({ XDG_STATE_HOME: join(cwd, 'state'), ...env });
  const lines = [
    ...variables.map(([variable, value]) => `export ${variable}=${shellQuote(value)}`),
    `exec ${[process.execPath, bin, ...args].map(shellQuote).join(' ')} ${redirections}`,
  ];
  writeFileSync(join(cwd, name), `${lines.join('\n')}\n`);
  return name;
}

const bareEnvironment = { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };

/** Runs the built command on a terminal and returns every byte that it wrote there. */
export async function bytesOnTerminal(args: readonly string[], options: TerminalOptions): Promise<string> {
  const { columns, rows = 24, cwd } = options;
  const line = `stty cols ${String(columns)} rows ${String(rows)}; sh ${writeScript(args, options)}`;
  const child = spawn('script', ['-qfec', line, '/dev/null'], {
    cwd,
    env: { ...bareEnvironment, TERM: 'xterm-256color', SHELL: '/bin/sh' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let bytes = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (bytes += text));
  await new Promise((resolve) => child.once('close', resolve));
  return bytes;
}

const run = promisify(execFile);
const deadlineMs = 20_000;
const pollMs = 40;

/** Opens a terminal with a shell, fills it as one that has been used, and starts the built command. */
export async function startOnTerminal(args: readonly string[], options: TerminalOptions): Promise<Terminal> {
  const { columns, rows = 24, cwd } = options;
  const socket = join(cwd, 'tmux');
  const tmuxRun = async (...words: readonly string[]): Promise<string> =>
    (await run('tmux', ['-S', socket, '-f', '/dev/null', ...words], { env: bareEnvironment, cwd })).stdout;
  onTestFinished(async () => void (await tmuxRun('kill-server').catch(() => {})));
  const shell = `env PS1='ready> ' sh -i`;
  await tmuxRun('new-session', '-d', '-x', String(columns), '-y', String(rows), '-c', cwd, shell);
  const terminal: Terminal = {
    async lines() {
      const text = await tmuxRun('capture-pane', '-p', '-S', '-');
      return text.trimEnd().split('\n');
    },
    async until(passes) {
      const test = typeof passes === 'function' ? passes : (text: string) => passes.test(text);
      const end = Date.now() + deadlineMs;
      for (;;) {
        const text = (await terminal.lines()).join('\n');
        if (test(text)) return text;
        if (Date.now() > end) throw new Error(`waited in vain for ${String(passes)}; the terminal shows:\n${text}`);
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
    },
    isCursorShown: async () => (await tmuxRun('display-message', '-p', '#{cursor_flag}')).trim() === '1',
    press: async (...keys) => void (await tmuxRun('send-keys', ...keys)),
    resize: async (width) => void (await tmuxRun('resize-window', '-x', String(width))),
  };
  await terminal.until(/ready>$/m);
  // On an empty screen tmux moves lines into its history, and the cursor off them, when they are broken by a resize.
  await terminal.press(`seq ${String(rows)}; sh ${writeScript(args, options)}`, 'Enter');
  return terminal;
}
