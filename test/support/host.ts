import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CommandResult } from './command.ts';

/** What a run is given. */
export interface HostedRun {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: Buffer;
}

/** A process that runs the built command one time after another. */
interface Host {
  readonly child: ChildProcess;
  isBusy: boolean;
}

const script = fileURLToPath(new URL('host.mjs', import.meta.url));

let host: Host | undefined;

/** Variables that the command reads when it runs. Others are read by Node.js and libraries when they start. */
const isReadByRuns = (name: string): boolean => /^(?:DCYCLE_\w+|XDG_\w+|HOME|PATH)$/.test(name);

/**
 * Runs the command in the process that the runs of a test file share, which spares a start.
 *
 * @returns `undefined` where the run needs a process of its own
 */
export function runHosted(run: HostedRun): Promise<CommandResult> | undefined {
  if (!Object.keys(run.env).every(isReadByRuns)) return undefined;
  host ??= startHost();
  return host.isBusy ? undefined : runIn(host, run);
}

function startHost(): Host {
  const child = fork(script, {
    cwd: '/',
    env: {},
    // Not those of the process of the tests.
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  return { child, isBusy: false };
}

async function runIn(running: Host, run: HostedRun): Promise<CommandResult> {
  const { child } = running;
  running.isBusy = true;
  const written = { stdout: '', stderr: '' };
  // What goes past the streams of the run: warnings of Node.js, a crash.
  const streams = (['stdout', 'stderr'] as const).map((name) => {
    const append = (text: string): void => void (written[name] += text);
    child[name]?.setEncoding('utf8').on('data', append);
    return (): void => void child[name]?.off('data', append);
  });
  const result = await new Promise<CommandResult>((resolve) => {
    const onMessage = (ended: Pick<CommandResult, 'code' | 'stdout' | 'stderr'>): void => {
      child.off('close', onClose);
      resolve({ ...ended, stderr: written.stderr + ended.stderr, signal: null });
    };
    const onClose = (code: number | null, signal: NodeJS.Signals | null): void => {
      host = undefined;
      child.off('message', onMessage);
      resolve({ code, signal, ...written });
    };
    child.once('message', onMessage).once('close', onClose);
    child.send(run);
  });
  for (const release of streams) release();
  running.isBusy = false;
  return result;
}
