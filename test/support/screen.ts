import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { bin } from './command.ts';

/** A command at a terminal of its own, as its user sees it. */
export interface Screen {
  /** Waits until the terminal shows a text, and returns all that it shows. */
  until(text: string | RegExp): Promise<string>;
  /** Types a text as it is. */
  type(text: string): void;
  /** Presses a key by tmux's name of it: `Enter`, `Down`, `C-c`. */
  press(...keys: readonly string[]): void;
}

/** Whether there is a terminal to be had; without one its tests are skipped, but not in CI. */
export const hasTerminal = process.env['CI'] === 'true' || isInstalled();

function isInstalled(): boolean {
  try {
    execFileSync('tmux', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const patienceMs = 20_000;

/** Runs the built command in a pseudo-terminal (tmux). When it has ended, the screen shows `ended with <exit code>`. */
export function openScreen(
  args: readonly string[],
  {
    cwd,
    env,
    columns = 100,
  }: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly columns?: number },
): Screen {
  const socket = `dcycle-upload-test-${randomUUID()}`;
  const tmux = (...command: readonly string[]): string =>
    execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...command], { encoding: 'utf8' });
  const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
  const own = { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', TERM: 'screen', XDG_CONFIG_HOME: cwd, ...env };
  const assignments = Object.entries(own).map(([name, value]) => `${name}=${quote(value)}`);
  const command = ['env', '-i', ...assignments, quote(process.execPath), quote(bin), ...args.map(quote)].join(' ');
  // The terminal stays as the command has left it: `stty` says whether it shows again what is typed.
  const script = `cd ${quote(cwd)} && ${command}; echo "ended with $?"; stty -a | grep -o -- '-\\?\\bechok\\?\\b' | head -1; exec cat`;
  tmux('new-session', '-d', '-x', String(columns), '-y', '50', '-s', 'test', script);
  onTestFinished(() => {
    tmux('kill-server');
  });
  const shown = (): string => tmux('capture-pane', '-p', '-S', '-', '-t', 'test');
  return {
    async until(text) {
      const end = Date.now() + patienceMs;
      for (;;) {
        const screen = shown();
        if (typeof text === 'string' ? screen.includes(text) : text.test(screen)) return screen;
        if (Date.now() > end) throw new Error(`the terminal never showed ${String(text)}, but:\n${screen}`);
        await delay(50);
      }
    },
    type: (text) => void tmux('send-keys', '-t', 'test', '-l', text),
    press: (...keys) => void tmux('send-keys', '-t', 'test', ...keys),
  };
}
