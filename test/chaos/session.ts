import { Readable, Writable } from 'node:stream';
import { CommanderError } from '../../src/commands/commander.ts';
import type { CommandContext } from '../../src/commands/context.ts';
import { createProgram } from '../../src/commands/program.ts';
import type { OpenRun, RunStore } from '../../src/ledger/run-store.ts';
import { createSqliteStore } from '../../src/ledger/sqlite-store.ts';
import { createTerminal } from '../../src/report/terminal.ts';
import type { Summary } from '../../src/report/summary.ts';
import type { VirtualClock } from './clock.ts';
import { type Owner, ownedBy } from './connections.ts';
import type { Line } from './line.ts';
import { Random } from './random.ts';
import type { Kill } from './schedule.ts';

/** Where processes run. */
export interface World {
  readonly clock: VirtualClock;
  readonly line: Line;
  readonly folder: string;
  readonly seed: number;
}

/** How a process ended. */
export interface Ended {
  readonly name: string;
  readonly args: readonly string[];
  /** `null` for one that was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What it wrote with `--json`. */
  readonly summary: Summary | undefined;
}

/** One start of the program, in this process and in the time of a test: a whole command with a world of its own. */
export class Session {
  readonly #world: World;
  readonly #name: string;
  readonly #args: readonly string[];
  readonly #interruption = new AbortController();
  readonly #killed: Promise<null>;
  #kill: () => void = () => {};
  #isDead = false;
  readonly #stdout = new Sink();
  readonly #stderr = new Sink();
  readonly #connections: Owner = new Set();
  readonly #end: Kill | undefined;
  #moments = 0;
  /** Of the run that it has begun. */
  runId: string | undefined;

  constructor(world: World, name: string, args: readonly string[], end?: Kill) {
    this.#end = end;
    this.#world = world;
    this.#name = name;
    this.#args = args;
    this.#killed = new Promise((resolve) => {
      this.#kill = () => resolve(null);
    });
  }

  async run(): Promise<Ended> {
    const code = await Promise.race([this.#killed, this.#command()]);
    const stdout = this.#stdout.text;
    return {
      name: this.#name,
      args: this.#args,
      code,
      stdout,
      stderr: this.#stderr.text,
      summary: code === null || !this.#args.includes('--json') ? undefined : summaryIn(stdout),
    };
  }

  /** As `src/cli.ts` does it. */
  async #command(): Promise<number> {
    let code = 0;
    const program = await createProgram(async (_options, command) => {
      code = await command(await this.#context(program.args));
    }, this.#args);
    try {
      await program.parseAsync(this.#args, { from: 'user' });
    } catch (error) {
      this.#stderr.write(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      return error instanceof CommanderError ? 2 : 70;
    }
    return code;
  }

  async #context(args: readonly string[]): Promise<CommandContext> {
    const { clock, line, folder, seed } = this.#world;
    const random = Random.of(`${String(seed)} ${this.#name}`);
    const environment = {
      DCYCLE_API_KEY: 'sk_test_1234567890',
      DCYCLE_ORG_ID: 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa',
      DCYCLE_BASE_URL: 'https://api.model.example',
      XDG_STATE_HOME: `${folder}/state`,
      XDG_CONFIG_HOME: `${folder}/config`,
      XDG_CACHE_HOME: `${folder}/cache`,
    };
    const [stdout, stderr] = [this.#stdout, this.#stderr] as unknown as [NodeJS.WriteStream, NodeJS.WriteStream];
    return {
      terminal: await createTerminal({ stdout, stderr, environment, noColor: true }),
      stdin: Readable.from([]),
      questions: undefined,
      environment,
      workingDirectory: folder,
      interrupted: this.#interruption.signal,
      now: clock.now,
      sleep: (ms, signal) => this.#whileAlive(() => clock.sleep(ms, signal)),
      createClient: (options) => {
        const client = line.client(options, this.#name);
        return {
          ...client,
          get: (path) => this.#whileAlive(() => client.get(path)),
          post: (path, body) => this.#whileAlive(() => client.post(path, body)),
        };
      },
      openRunStore: (directory) => this.#watched(createSqliteStore(directory)),
      random: () => random.next(),
      createRunId: () => (this.runId = random.uuid()),
      args,
      pid: process.pid,
      nodeVersion: process.versions.node,
      changeDirectory: () => {},
      failed: () => undefined,
    };
  }

  #watched(store: RunStore): RunStore {
    return {
      create: async (...run) => this.#watchedRun(await this.#kept(() => store.create(...run))),
      open: async (id) => this.#watchedRun(await this.#kept(() => store.open(id))),
      list: () => this.#kept(() => store.list()),
      read: (id) => this.#kept(() => store.read(id)),
      view: (account) => this.#kept(() => store.view(account)),
      prune: (before) => this.#kept(() => store.prune(before)),
      forget: (id) => this.#kept(() => store.forget(id)),
      close: () => this.#kept(() => store.close()),
    };
  }

  #watchedRun(open: OpenRun): OpenRun {
    return {
      get run() {
        return open.run;
      },
      get hasLoss() {
        return open.hasLoss;
      },
      calls: () => {
        const calls = open.calls()[Symbol.asyncIterator]();
        return { [Symbol.asyncIterator]: () => ({ next: () => this.#kept(() => calls.next()) }) };
      },
      known: (marks) => this.#kept(() => open.known(marks)),
      owners: (ids) => this.#kept(() => open.owners(ids)),
      begin: (intent) => this.#kept(() => open.begin(intent)),
      settle: (call, settlement) => this.#kept(() => open.settle(call, settlement)),
      mark: (changed) => this.#kept(() => open.mark(changed)),
      retire: (records, entry) => this.#kept(() => open.retire(records, entry)),
      finish: (...end) => this.#kept(() => open.finish(...end)),
      close: () => this.#kept(() => open.close()),
    };
  }

  /** What is done with the ledger; its connections are the process's own. */
  readonly #kept = <Result>(act: () => Promise<Result>): Promise<Result> =>
    this.#whileAlive(() => ownedBy(this.#connections, act));

  /** A dead process begins nothing, and is told of nothing that it has begun. */
  async #whileAlive<Result>(act: () => Promise<Result>): Promise<Result> {
    this.#pass();
    if (this.#isDead) return never;
    const result = await act();
    this.#pass();
    return this.#isDead ? never : result;
  }

  /** One more of the moments at which it may end. */
  #pass(): void {
    this.#moments += 1;
    if (this.#moments !== this.#end?.moment) return;
    if (this.#end.how === 'interrupted') {
      this.#interruption.abort('SIGINT');
      return;
    }
    this.#isDead = true;
    for (const connection of this.#connections) connection.close();
    this.#kill();
  }
}

const never = new Promise<never>(() => {});

class Sink extends Writable {
  text = '';

  override _write(chunk: Buffer | string, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

function summaryIn(stdout: string): Summary | undefined {
  try {
    return JSON.parse(stdout) as Summary;
  } catch {
    return undefined;
  }
}
