import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import type { ApiClient } from '../../src/api/client.ts';
import type { CommandContext } from '../../src/commands/context.ts';
import { resume } from '../../src/commands/upload/earlier-run.ts';
import { upload } from '../../src/commands/upload/upload.ts';
import type { OpenRun, RunStore } from '../../src/ledger/run-store.ts';
import { createSqliteStore } from '../../src/ledger/sqlite-store.ts';
import { createTerminal } from '../../src/report/terminal.ts';
import { answer } from '../support/chunks.ts';

type Stored = Readonly<Record<string, unknown>> & { readonly id: string };

/** An account that is uploaded to, by a process that may die at any step. */
class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'dcycle-upload-replace-'));
  stored: Stored[] = [];
  /** What a list shows of a record that was just stored. */
  show: (record: Stored, look: number) => object | undefined = (record) => record;
  /** An id that a create returns instead of a new one. */
  returns: string | undefined;
  /** What is done with a call that deletes, counted from 1. */
  removal: (call: number) => 'done' | 'lost' | 'refused' = () => 'done';
  diesAt = Infinity;
  looks = 0;
  removals = 0;
  runs = 0;
  #steps = 0;
  #made = 0;
  #now = Date.UTC(2026, 0, 15);

  constructor() {
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  /** Uploads legs with these loads, of the movements M-1, M-2, ... */
  upload(loads: readonly number[]): Promise<number | undefined> {
    const rows = loads.map((load, at) => `M-${String(at + 1)},2025-06-15,Madrid,Lyon,${String(load)},road`);
    const path = join(this.folder, 'a.csv');
    writeFileSync(path, ['movement_id,shipment_date,origin,destination,load,category', ...rows, ''].join('\n'));
    const none = { errors: '/dev/null', rejected: join(this.folder, 'rejected.csv') };
    const options = { ...none, replace: true, quiet: true, progress: false, color: false, retries: 0, settle: 1 };
    return this.#perform((context) => upload('requests', [path], options, context));
  }

  /** Goes on with the last upload, an hour later. */
  resume(): Promise<number | undefined> {
    this.#now += 7_200_000;
    const options = { quiet: true, progress: false, color: false, settle: 1 };
    return this.#perform((context) => resume(`run-${String(this.runs)}`, options, context));
  }

  async #perform(command: (context: CommandContext) => Promise<number>): Promise<number | undefined> {
    this.#steps = 0;
    this.looks = 0;
    const environment = {
      DCYCLE_API_KEY: 'sk_test_1234567890',
      DCYCLE_ORG_ID: 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa',
      XDG_STATE_HOME: this.folder,
      XDG_CONFIG_HOME: this.folder,
      XDG_CACHE_HOME: this.folder,
    };
    const stream = { isTTY: false, write: () => true, on: () => {} } as unknown as NodeJS.WriteStream;
    const context: CommandContext = {
      terminal: await createTerminal({ stdout: stream, stderr: stream, environment, noColor: true }),
      stdin: Readable.from([]),
      questions: undefined,
      environment,
      workingDirectory: this.folder,
      interrupted: new AbortController().signal,
      now: () => new Date((this.#now += 1)),
      sleep: async (ms) => void (this.#now += ms),
      createClient: () => this.#client,
      openRunStore: (directory) => this.#mortal(createSqliteStore(directory)),
      random: () => 0.5,
      createRunId: () => `run-${String((this.runs += 1))}`,
      args: ['requests', 'a.csv'],
      pid: 1,
      nodeVersion: '20',
      failed: () => undefined,
      changeDirectory: () => {},
    };
    const code = await command(context);
    return this.#steps >= this.diesAt ? undefined : code;
  }

  /** The loads that are stored, by movement. */
  get loads(): readonly string[] {
    return this.stored.map(({ movement_id: id, load }) => `${String(id)} ${String(load)}`).toSorted();
  }

  #step(): void {
    this.#steps += 1;
    if (this.#steps >= this.diesAt) throw new Error('it died');
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
            if (name !== 'open' && name !== 'create') this.#step();
            return result;
          };
        },
      });
    return steps(store, (value) =>
      typeof value === 'object' && value !== null && 'begin' in value ? steps(value as OpenRun) : value,
    );
  }

  #remove(ids: readonly string[]) {
    this.#step();
    this.removals += 1;
    const how = this.removal(this.removals);
    if (how === 'refused') return answer(403, { detail: 'no' });
    if (!ids.every((id) => this.stored.some((each) => each.id === id))) {
      return answer(404, { code: 'NOT_FOUND', detail: 'Logistics request not found' });
    }
    this.stored = this.stored.filter(({ id }) => !ids.includes(id));
    this.#step();
    return how === 'lost' ? ({ kind: 'unanswered', reason: 'reset' } as const) : answer(204, '');
  }

  get #client(): ApiClient {
    return {
      get: async (path) => {
        this.#step();
        this.looks += 1;
        const query = new URL(path, 'https://api.example').searchParams;
        const movements = [...query.getAll('movement_id[]'), ...query.getAll('movement_id')];
        const items = this.stored
          .filter(({ movement_id: id }) => movements.length === 0 || movements.includes(String(id)))
          .flatMap((each) => this.show(each, this.looks) ?? []);
        return answer(200, { total: items.length, items });
      },
      post: async (path, body) => {
        if (path.endsWith('batch-delete')) {
          return this.#remove((JSON.parse(body.toString()) as { request_ids: string[] }).request_ids);
        }
        this.#step();
        const { records } = JSON.parse(body.toString()) as { records: object[] };
        const results = records.map((record, index) => {
          const id = this.returns ?? `id-${String((this.#made += 1))}`;
          this.stored = this.stored.filter((each) => each.id !== id);
          this.stored.push({ ...record, id, co2e: 1, created_at: new Date(this.#now).toISOString() });
          return { index, id };
        });
        this.#step();
        const count = records.length;
        return answer(200, {
          total_received: count,
          total_processed: count,
          success: count,
          failed: 0,
          results,
          errors: [],
        });
      },
      delete: async (path) => this.#remove([path.split('/').at(-1) ?? '']),
      redact: (text) => text,
      close: async () => {},
    };
  }
}

test('a changed row takes the place of its earlier version, and back', async () => {
  const world = new World();
  expect(await world.upload([5, 6, 7])).toBe(0);
  expect(await world.upload([5, 8, 9])).toBe(0);
  expect(world.loads).toEqual(['M-1 5', 'M-2 8', 'M-3 9']);
  expect([await world.upload([5, 8, 9]), world.removals]).toEqual([0, 1]);
  expect(await world.upload([5, 6, 7])).toBe(0);
  expect(world.loads).toEqual(['M-1 5', 'M-2 6', 'M-3 7']);
});

test('both versions stay until the list shows the new one, calculated; the next upload finishes it', async () => {
  const waysNot: World['show'][] = [
    (record) => (record.id === 'id-3' ? undefined : record),
    (record) => (record.id === 'id-3' ? { ...record, co2e: null, status: 'pending' } : record),
    (record) =>
      record.id === 'id-3' ? { ...record, co2e: null, status: 'error', error_messages: ['NO_TOC'] } : record,
  ];
  for (const show of waysNot) {
    const world = new World();
    await world.upload([5, 6]);
    world.show = show;
    expect(await world.upload([5, 8])).toBe(5);
    expect([world.loads, world.removals]).toEqual([['M-1 5', 'M-2 6', 'M-2 8'], 0]);
    world.show = (record, look) => (look < 3 ? show(record, look) : record);
    expect(await world.upload([5, 8])).toBe(0);
    expect(world.loads).toEqual(['M-1 5', 'M-2 8']);
  }
});

test('an id that the create has returned is never deleted', async () => {
  const world = new World();
  await world.upload([5]);
  world.returns = 'id-1';
  await world.upload([6]);
  expect([world.loads, world.removals]).toEqual([['M-1 6'], 0]);
});

test('a deletion that is lost or refused is made again by the next upload', async () => {
  for (const how of ['lost', 'refused'] as const) {
    const world = new World();
    await world.upload([5, 6]);
    world.removal = () => how;
    expect(await world.upload([5, 8])).toBe(how === 'lost' ? 5 : 4);
    world.removal = () => 'done';
    expect(await world.upload([5, 8])).toBe(0);
    expect(world.loads).toEqual(['M-1 5', 'M-2 8']);
  }
});

test('killed at any step, the same upload ends with one version of each', async () => {
  // Every third step, as a run costs a tenth of a second.
  for (let diesAt = 1; ; diesAt += 3) {
    const world = new World();
    await world.upload([5, 6, 7]);
    world.diesAt = diesAt;
    const first = await world.upload([5, 8, 9]);
    for (const movement of ['M-1', 'M-2', 'M-3']) {
      expect([diesAt, world.loads.some((each) => each.startsWith(movement))]).toEqual([diesAt, true]);
    }
    world.diesAt = Infinity;
    if (first === 0) break;
    let code: number | undefined;
    const hasSent = (await world.resume()) !== 2;
    for (let round = 0; round < 3 && code !== 0; round += 1) {
      code = hasSent && round < 2 ? await world.resume() : await world.upload([5, 8, 9]);
    }
    expect([diesAt, code, world.loads]).toEqual([diesAt, 0, ['M-1 5', 'M-2 8', 'M-3 9']]);
  }
});
