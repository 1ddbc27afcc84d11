import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { OpenRun, RunStore } from '../../src/ledger/run-store.ts';
import type { StoreSizes } from '../../src/ledger/sqlite-store.ts';

const script = fileURLToPath(new URL('ledger-process.mjs', import.meta.url));

interface Reply {
  readonly number: number;
  readonly value?: unknown;
  readonly error?: object;
}

/** A process that works on ledgers, with the built program. */
export class LedgerProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #sent = 0;
  #stores = 0;

  constructor() {
    this.#child = fork(script, { serialization: 'advanced' });
    this.#child.on('message', (reply: Reply) => {
      this.#waiting.get(reply.number)?.(reply);
      this.#waiting.delete(reply.number);
    });
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async kill(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  /** A ledger as this process has it. */
  connect(directory: string, sizes: StoreSizes): RunStore {
    this.#stores += 1;
    const store = this.#stores;
    const connected = this.#ask({ task: 'connect', store, directory, sizes });
    const ask =
      <T>(method: string) =>
      async (...args: readonly unknown[]): Promise<T> => {
        await connected;
        return this.#ask<T>({ task: 'store', store, method, args });
      };
    const open =
      (method: string) =>
      async (...args: readonly unknown[]): Promise<OpenRun> => {
        await connected;
        const { handle, run } = await this.#ask<{ handle: number; run: OpenRun['run'] }>({
          task: 'open',
          store,
          method,
          args,
        });
        return this.#runOf(handle, run);
      };
    return {
      create: open('create'),
      open: open('open'),
      list: ask('list'),
      read: ask('read'),
      view: () => Promise.reject(new Error('not between processes')),
      prune: ask('prune'),
      forget: ask('forget'),
      close: ask('close'),
    };
  }

  #runOf(handle: number, run: OpenRun['run']): OpenRun {
    const ask =
      <T>(method: string) =>
      (...args: readonly unknown[]): Promise<T> =>
        this.#ask<T>({ task: 'run', handle, method, args });
    return {
      run,
      hasLoss: false,
      calls: () => {
        throw new Error('not between processes');
      },
      known: ask('known'),
      owners: ask('owners'),
      begin: ask('begin'),
      settle: ask('settle'),
      mark: ask('mark'),
      retire: ask('retire') as OpenRun['retire'],
      finish: ask('finish'),
      close: ask('close'),
    };
  }

  async #ask<T>(message: object): Promise<T> {
    this.#sent += 1;
    const number = this.#sent;
    const replied = new Promise<Reply>((resolve) => this.#waiting.set(number, resolve));
    this.#child.send({ number, ...message });
    const { value, error } = await replied;
    if (error !== undefined) throw Object.assign(new Error(), error);
    return value as T;
  }
}
