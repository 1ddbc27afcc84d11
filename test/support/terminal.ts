import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin } from './command.ts';
import { bareEnvironment, openTerminal, shellQuote, type Terminal } from './tmux.ts';

/** A program that runs on a pseudo-terminal of its own. */
export interface TerminalOptions {
  readonly columns: number;
  readonly rows?: number;
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Behind the command line: redirections. */
  readonly redirections?: string;
}

const commandLine = (args: readonly string[]): string => [process.execPath, bin, ...args].map(shellQuote).join(' ');

/** A script that runs the built command; on a terminal a short name is typed instead of its long command line. */
function writeScript(args: readonly string[], { cwd, env, redirections = '' }: TerminalOptions): string {
  const name = 'run.sh';
  const variables = Object.entries({ XDG_STATE_HOME: join(cwd, 'state'), ...env });
  const lines = [
    ...variables.map(([variable, value]) => `export ${variable}=${shellQuote(value)}`),
    `exec ${commandLine(args)} ${redirections}`,
  ];
  writeFileSync(join(cwd, name), `${lines.join('\n')}\n`);
  return name;
}

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

/** Opens a terminal with a shell, fills it as one that has been used, and starts the built command. */
export async function startOnTerminal(args: readonly string[], options: TerminalOptions): Promise<Terminal> {
  const terminal = await openTerminal(`env PS1='ready> ' sh -i`, options);
  await terminal.until(/ready>$/m);
  // On an empty screen tmux moves lines into its history, and the cursor off them, when they are broken by a resize.
  await terminal.press(`seq ${String(options.rows ?? 24)}; sh ${writeScript(args, options)}`, 'Enter');
  return terminal;
}

/**
 * Opens a terminal in which the built command alone runs, with no other environment. When it has ended, the screen shows
 * `ended with <exit code>` and `echo`, or `-echo` where the terminal was left not showing what is typed.
 */
export function runOnTerminal(
  args: readonly string[],
  { columns = 100, rows = 50, cwd, env }: Partial<TerminalOptions> & Pick<TerminalOptions, 'cwd'>,
): Promise<Terminal> {
  const own = { PATH: bareEnvironment.PATH, LANG: 'C.UTF-8', TERM: 'screen', XDG_CONFIG_HOME: cwd, ...env };
  const assignments = Object.entries(own).map(([name, value]) => `${name}=${shellQuote(value)}`);
  const echo = String.raw`stty -a | grep -o -- '-\?\becho\b' | head -1`;
  const script = `env -i ${assignments.join(' ')} ${commandLine(args)}; echo "ended with $?"; ${echo}; exec cat`;
  return openTerminal(script, { columns, rows, cwd });
}
