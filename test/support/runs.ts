import { type ChildProcess, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Api, Call } from './api-server.ts';
import { bin, type CommandOptions, type CommandResult, dcycleUpload, summaryOf, temporaryFolder } from './command.ts';
import { listAll } from './serve.ts';

/** A stored shipment, as the server lists it. */
export interface StoredShipment {
  readonly id: string;
  readonly movement_id: string;
  readonly status: string;
  readonly co2e: number | null;
}

const shipmentsPath = '/v1/logistics/requests';

/** What the server has, in the order of the movements' numbers. */
export async function storedIn(api: Api): Promise<readonly StoredShipment[]> {
  const stored = await listAll<StoredShipment>(api, shipmentsPath);
  return stored.toSorted((a, b) => numberOf(a) - numberOf(b));
}

const numberOf = ({ movement_id: id }: StoredShipment): number => Number(id.replace(/\D/g, ''));

/** The movements that the server has, each as often as it is stored. */
export const movementsIn = async (api: Api): Promise<readonly string[]> =>
  (await storedIn(api)).map(({ movement_id: id }) => id);

/** `M-from` to `M-to`. */
export const movements = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `M-${String(from + i)}`);

export const isBulk = ({ path }: Pick<Call, 'path'>): boolean => path.endsWith('/bulk');

/** The movements of each bulk call, in the order in which they came. */
export const sentIn = (calls: readonly Call[]): readonly (readonly unknown[])[] =>
  calls.filter(isBulk).map(({ records }) => records.map(({ movement_id: id }) => id));

/** A state directory of a test's own, for the environment. */
export function privateState(): { readonly XDG_STATE_HOME: string } {
  return { XDG_STATE_HOME: temporaryFolder() };
}

/** The only run in a state directory. */
export function onlyRunIn({ XDG_STATE_HOME: home }: { readonly XDG_STATE_HOME: string }): string {
  const ids = runIdsIn(home);
  const [only] = ids;
  if (only === undefined || ids.length > 1) throw new Error(`${String(ids.length)} runs in ${home}`);
  return only;
}

export const runIdsIn = (stateHome: string): readonly string[] => {
  const { stdout } = spawnSync(process.execPath, [bin, 'runs', '--json'], { env: { XDG_STATE_HOME: stateHome } });
  const { runs } = JSON.parse(stdout.toString()) as { runs: readonly { id: string }[] };
  return runs.map(({ id }) => id);
};

/** Every byte under a folder, with the names of the files. */
export function bytesUnder(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${name}\n${readFileSync(join(parentPath, name), 'latin1')}`)
    .join('\n');
}

/** Kills a command from within one of the calls that it makes. */
export function createKill(): { readonly onStart: (child: ChildProcess) => void; readonly kill: () => Promise<void> } {
  let running: ChildProcess | undefined;
  return {
    onStart(child) {
      running = child;
    },
    async kill() {
      const child = running;
      if (child === undefined) throw new Error('nothing runs');
      await new Promise<void>((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      });
    },
  };
}

/** Runs a command with `--json` and reads its run's id. */
export async function startRun(
  args: readonly string[],
  options: CommandOptions,
): Promise<{ readonly id: string; readonly result: CommandResult }> {
  const result = await dcycleUpload([...args, '--json'], options);
  return { id: summaryOf(result).run_id, result };
}
