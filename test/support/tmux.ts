import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './command.ts';
import { isMissing } from './tools.ts';

/** A terminal that is looked at, typed into and resized. */
export interface Terminal {
  /** Every line that is on the screen or has left it, from the top. */
  text(): Promise<string>;
  /** Waits until what the terminal shows has a text, or passes. */
  until(passes: string | RegExp | ((text: string) => boolean)): Promise<string>;
  isCursorShown(): Promise<boolean>;
  /** Presses keys by tmux's names: `Enter`, `Down`, `C-c`. */
  press(...keys: readonly string[]): Promise<void>;
  /** Types a text as it is. */
  type(text: string): Promise<void>;
  resize(columns: number): Promise<void>;
}

export const lacksTmux = isMissing('tmux');

const deadlineMs = 20_000;
const pollMs = 40;

const run = promisify(execFile);

/** A word as a shell must be given it. */
export const shellQuote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** What programs on a terminal find in their environment before anything is added. */
export const bareEnvironment = { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };

/** Opens a terminal of the test's own, in which a shell runs a command. */
export async function openTerminal(
  command: string,
  { columns, rows = 24, cwd }: { readonly columns: number; readonly rows?: number; readonly cwd: string },
): Promise<Terminal> {
  const socket = join(temporaryFolder(), 'tmux');
  const tmux = async (...words: readonly string[]): Promise<string> =>
    (await run('tmux', ['-S', socket, '-f', '/dev/null', ...words], { env: bareEnvironment, cwd })).stdout;
  onTestFinished(async () => void (await tmux('kill-server').catch(() => {})));
  await tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), '-c', cwd, command);
  const text = async (): Promise<string> => (await tmux('capture-pane', '-p', '-S', '-')).trimEnd();
  return {
    text,
    async until(passes) {
      const test =
        typeof passes === 'function'
          ? passes
          : (shown: string) => (typeof passes === 'string' ? shown.includes(passes) : passes.test(shown));
      const end = Date.now() + deadlineMs;
      for (;;) {
        const shown = await text();
        if (test(shown)) return shown;
        if (Date.now() > end) throw new Error(`waited in vain for ${String(passes)}; the terminal shows:\n${shown}`);
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
    },
    isCursorShown: async () => (await tmux('display-message', '-p', '#{cursor_flag}')).trim() === '1',
    press: async (...keys) => void (await tmux('send-keys', ...keys)),
    type: async (typed) => void (await tmux('send-keys', '-l', typed)),
    resize: async (width) => void (await tmux('resize-window', '-x', String(width))),
  };
}
