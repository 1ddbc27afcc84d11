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
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8');
  return { child, isBusy: false };
}

/** What a run's streams end with: what was written to them comes later than a message. */
const end = '\0end of the run\0';

async function runIn(running: Host, run: HostedRun): Promise<CommandResult> {
  const { child } = running;
  running.isBusy = true;
  const written = { stdout: '', stderr: '' };
  const exited = new Promise<Pick<CommandResult, 'code' | 'signal'>>((resolve) => {
    child.once('message', (code: number) => resolve({ code, signal: null }));
    child.once('close', (code, signal) => {
      host = undefined;
      resolve({ code, signal });
    });
  });
  const read = (['stdout', 'stderr'] as const).map(async (name) => {
    for await (const text of child[name]?.iterator({ destroyOnReturn: false }) ?? []) {
      written[name] += String(text);
      if (written[name].endsWith(end)) break;
    }
    if (written[name].endsWith(end)) written[name] = written[name].slice(0, -end.length);
  });
  child.send({ ...run, end });
  const [ended] = await Promise.all([exited, ...read]);
  child.removeAllListeners('close').removeAllListeners('message');
  running.isBusy = false;
  return { ...ended, ...written };
}
