import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { onTestFinished, test, expect } from 'vitest';
import type { ApiClient, Exchange } from '../../src/api/client.ts';
import { undo } from '../../src/commands/account/undo.ts';
import type { CommandContext } from '../../src/commands/context.ts';
import { Entry, type OpenRun, type RunStore } from '../../src/ledger/run-store.ts';
import { createSqliteStore } from '../../src/ledger/sqlite-store.ts';
import { createTerminal } from '../../src/report/terminal.ts';
import { answer } from '../support/chunks.ts';
import { intentOf, marksOf, newRun, settlementOf } from '../support/ledger.ts';

const environment = { DCYCLE_API_KEY: 'sk_test_1234567890', XDG_CONFIG_HOME: '/nowhere' };

class Killed extends Error {}

/** An answer that says that all is deleted, where nothing is, or only the first record. */
type Lie = 'says so' | 'did one' | 'says unknown';

/** An account of which records are deleted, by calls that may fail, on a machine that may die at any step. */
class World {
  readonly state = mkdtempSync(join(tmpdir(), 'dcycle-upload-undo-'));
  readonly stored = new Set<string>();
  /** What is done with a call that deletes: what it does, and what is heard of it. */
  fault: (call: number) => 'none' | 'lost' | 'not done' | 'breaks' | 'busy' | 'no batches' | 'odd' | Lie = () => 'none';
  calls = 0;
  /** Step of the process at which it dies. */
  diesAt = Infinity;
  #steps = 0;
  #now = Date.UTC(2026, 0, 2);

  constructor() {
    onTestFinished(() => rmSync(this.state, { recursive: true, force: true }));
  }

  /** A run with records that are stored, in calls of four. */
  async upload(calls: number): Promise<void> {
    const store = createSqliteStore(join(this.state, 'dcycle-upload'));
    const run = await store.create(newRun('run-1'), ['/a']);
    for (let call = 0; call < calls; call += 1) {
      const ids = Array.from({ length: 4 }, (_, i) => `id-${String(call)}-${String(i)}`);
      const marks = marksOf(ids);
      const { position } = await run.known(marks);
      const begun = await run.begin(intentOf(marks, position));
      if ('taken' in begun) throw new Error('taken');
      await run.settle(begun.call, settlementOf('AARA', ids));
      for (const [place, id] of ids.entries()) if (place !== 2) this.stored.add(id);
    }
    await run.finish('2026-01-01T00:01:00.000Z', 1, {
      accepted: 3 * calls,
      rejected: calls,
      not_sent: 0,
      uncertain: 0,
    });
    await store.close();
  }

  /** @returns the exit code; `undefined` where it died */
  async undo(): Promise<number | undefined> {
    this.#steps = 0;
    const stream = { isTTY: false, write: () => true, on: () => {} } as unknown as NodeJS.WriteStream;
    const context: CommandContext = {
      terminal: await createTerminal({ stdout: stream, stderr: stream, environment, noColor: true }),
      stdin: Readable.from([]),
      questions: undefined,
      environment: { ...environment, XDG_STATE_HOME: this.state },
      workingDirectory: this.state,
      interrupted: new AbortController().signal,
      now: () => new Date(this.#now),
      sleep: async (ms) => void (this.#now += ms),
      createClient: () => this.#client,
      openRunStore: (directory) => this.#mortal(createSqliteStore(directory)),
      random: () => 0.5,
      createRunId: () => 'none',
      args: [],
      pid: 1,
      nodeVersion: '20',
      failed: () => undefined,
      changeDirectory: () => {},
    };
    const options = { yes: true, settle: 10, color: false, retries: 1 };
    const code = await undo('run-1', options, context);
    return this.#steps >= this.diesAt ? undefined : code;
  }

  /** What the ledger says of the records: id to entry. */
  async entries(): Promise<ReadonlyMap<string, number>> {
    const store = createSqliteStore(join(this.state, 'dcycle-upload'));
    const { calls } = await store.read('run-1');
    await store.close();
    return new Map(calls.flatMap(({ ids, entries }) => ids.map((id, place) => [id ?? '', entries[place] ?? -1])));
  }

  #step(): void {
    this.#steps += 1;
    if (this.#steps >= this.diesAt) throw new Killed('it died');
  }

  #mortal(store: RunStore): RunStore {
    const steps = <T extends object>(target: T, wrap: (value: unknown) => unknown = (value) => value): T =>
      new Proxy(target, {
        get: (from, name) => {
          const value = Reflect.get(from, name) as unknown;
          if (typeof value !== 'function' || name === 'close' || name === 'calls') return value;
          return async (...args: unknown[]) => {
            this.#step();
            const result = wrap(await (value as (...given: unknown[]) => unknown)(...args));
            // Within one process, nothing would give the lock of a run that was just opened free.
            if (name !== 'open') this.#step();
            return result;
          };
        },
      });
    return steps(store, (value) =>
      typeof value === 'object' && value !== null && 'begin' in value ? steps(value as OpenRun) : value,
    );
  }

  get #client(): ApiClient {
    const unknown = answer(404, { code: 'NOT_FOUND', detail: 'Logistics request not found' });
    const remove = (ids: readonly string[], isBatch: boolean): Exchange => {
      this.#step();
      const fault = this.fault(this.calls);
      this.calls += 1;
      if (fault === 'busy') return answer(429, { detail: 'slow down' });
      if (fault === 'breaks') return { kind: 'unanswered', reason: 'reset' };
      if (fault === 'not done') return answer(500, { detail: 'Internal Server Error' });
      if (fault === 'no batches' && isBatch) return answer(404, 'Not Found');
      if (fault === 'says unknown') return unknown;
      if (fault === 'says so') return answer(204, '');
      if (!ids.every((id) => this.stored.has(id))) return unknown;
      if (fault === 'did one') {
        this.stored.delete(ids[0] ?? '');
        return answer(204, '');
      }
      for (const id of ids) this.stored.delete(id);
      this.#step();
      if (fault === 'lost') return { kind: 'unanswered', reason: 'reset' };
      return fault === 'odd' ? answer(200, { ok: true }) : answer(204, '');
    };
    return {
      get: async () => {
        this.#step();
        const items = Array.from(this.stored, (id) => ({ id, created_at: '2026-01-01T00:00:01' }));
        return answer(200, { total: items.length, items });
      },
      post: async (_path, body) => remove((JSON.parse(body.toString()) as { request_ids: string[] }).request_ids, true),
      delete: async (path) => remove([path.split('/').at(-1) ?? ''], false),
      redact: (text) => text,
      close: async () => {},
    };
  }
}

/** What is in the ledger is never more than what is true: what is deleted is not there, and what is there is not called so. */
async function check(world: World): Promise<void> {
  const entries = await world.entries();
  for (const [id, entry] of entries) {
    if (entry === Entry.removed) expect(world.stored.has(id)).toBe(false);
    if (entry === Entry.accepted) expect(world.stored.has(id)).toBe(true);
  }
  expect(entries.size).toBeGreaterThan(0);
}

test('an undo that fails in every way ends when it is run again, and never says too much', async () => {
  const lies = ['says so', 'did one', 'says unknown'] as const;
  const faults = ['lost', 'not done', 'breaks', 'busy', 'no batches', 'odd', ...lies] as const;
  for (const fault of faults) {
    for (const isAt of [(call: number) => call < 5, (call: number) => call % 2 === 1]) {
      const world = new World();
      await world.upload(3);
      world.stored.add('of another run');
      world.fault = (call) => (isAt(call) ? fault : 'none');
      let code: number | undefined;
      for (let round = 0; round < 6 && code !== 0; round += 1) {
        code = await world.undo();
        expect([0, 5]).toContain(code);
        await check(world);
      }
      expect([fault, code, [...world.stored]]).toEqual([fault, 0, ['of another run']]);
    }
  }
});

test('an undo that is killed at any step continues when it is run again', async () => {
  for (const fault of ['lost'] as const) {
    for (let diesAt = 1; ; diesAt += 1) {
      const world = new World();
      await world.upload(2);
      world.fault = (call) => (call === 0 ? fault : 'none');
      world.diesAt = diesAt;
      const first = await world.undo();
      await check(world);
      world.diesAt = Infinity;
      expect([diesAt, await world.undo()]).toEqual([diesAt, 0]);
      expect(world.stored.size).toBe(0);
      const left = [...(await world.entries()).values()].filter((entry) => entry !== Entry.removed);
      expect(left.every((entry) => entry === Entry.rejected)).toBe(true);
      if (first === 0) break;
    }
  }
});
