import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ApiClient } from '../../src/api/client.ts';
import type { CommandContext } from '../../src/commands/context.ts';
import { resume } from '../../src/commands/upload/earlier-run.ts';
import { upload } from '../../src/commands/upload/upload.ts';
import type { RecordKind } from '../../src/records/kind.ts';
import type { OpenRun, RunStore } from '../../src/ledger/run-store.ts';
import { createSqliteStore } from '../../src/ledger/sqlite-store.ts';
import { createTerminal } from '../../src/report/terminal.ts';
import { answer } from '../support/chunks.ts';

type Stored = Readonly<Record<string, unknown>> & { readonly id: string };

/** Values of a record that the account can't calculate. */
const isOpaqueTo: ReadonlySet<string> = new Set(['sledge', '404']);

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
    return this.send(['movement_id,shipment_date,origin,destination,load,category', ...rows], { replace: true });
  }

  /** Uploads a file of these lines. */
  send(
    lines: readonly string[],
    given: object = {},
    kind: RecordKind['name'] = 'requests',
  ): Promise<number | undefined> {
    const path = join(this.folder, 'a.csv');
    writeFileSync(path, [...lines, ''].join('\n'));
    const none = { errors: join(this.folder, 'errors.csv'), rejected: join(this.folder, 'rejected.csv') };
    const options = { ...none, quiet: true, progress: false, color: false, retries: 0, settle: 1, ...given };
    return this.#perform((context) => upload(kind, [path], options, context));
  }

  /** What the last upload has given back: the lines of a file, to be fixed. */
  get rejected(): readonly string[] {
    return readFileSync(join(this.folder, 'rejected.csv'), 'utf8').trimEnd().split('\n');
  }

  get errors(): string {
    return readFileSync(join(this.folder, 'errors.csv'), 'utf8');
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
          return this.#remove(Object.values(JSON.parse(body.toString()) as Record<string, string[]>).flat());
        }
        this.#step();
        const { records } = JSON.parse(body.toString()) as { records: object[] };
        const results = records.map((record, index) => {
          const id = this.returns ?? `id-${String((this.#made += 1))}`;
          this.stored = this.stored.filter((each) => each.id !== id);
          const isOpaque = Object.values(record).some((value) => isOpaqueTo.has(String(value)));
          const emissions = isOpaque ? { co2e: null, status: 'error', error_messages: ['NO_TOC'] } : { co2e: 1 };
          this.stored.push({ ...record, id, ...emissions, created_at: new Date(this.#now).toISOString() });
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

const legHeader = 'movement_id,shipment_date,origin,destination,load,toc';
const leg = (n: number, toc: string, place = 'Lyon'): string =>
  `M-${String(n)},2025-06-15,Madrid,${place},${String(n)},${toc}`;

/** An account that has stored three legs, and could calculate the first one alone; the others are given back. */
async function withFailed(): Promise<World> {
  const world = new World();
  expect(await world.send([legHeader, leg(1, 'van_diesel'), leg(2, 'sledge'), leg(3, 'sledge')], { wait: 5 })).toBe(1);
  expect(world.rejected).toEqual([
    `${legHeader},_id,_row,_codes,_errors`,
    expect.stringMatching(/^M-2,.*,sledge,id-2,2,NO_TOC,/),
    expect.stringMatching(/^M-3,.*,sledge,id-3,3,NO_TOC,/),
  ]);
  expect(world.errors).toContain('stored as id-2');
  return world;
}

const vehicles = (world: World): readonly string[] =>
  world.stored.map(({ id, movement_id: movement, toc }) => `${String(movement)} ${String(toc)} ${id}`);

describe('rows that were stored and could not be calculated', () => {
  test('take their place when they are fixed, whatever is fixed', async () => {
    const world = await withFailed();
    const fixed = world.rejected.map((line) => line.replace('sledge', 'van_diesel').replace('M-3,', 'M-33,'));
    expect(await world.send(fixed)).toBe(0);
    expect(vehicles(world)).toEqual(['M-1 van_diesel id-1', 'M-2 van_diesel id-4', 'M-33 van_diesel id-5']);
    expect([await world.send(fixed), world.stored.length, world.removals]).toEqual([0, 3, 1]);
  });

  test('are left alone, and given back, where nothing was fixed; one that fails again takes the place, too', async () => {
    const world = await withFailed();
    const before = world.rejected;
    expect(await world.send(before)).toBe(1);
    expect([world.stored.length, world.removals]).toEqual([3, 0]);
    expect(world.rejected.map((line) => line.split(',')[6])).toEqual(['_id', 'id-2', 'id-3']);
    expect(world.errors).toContain('nothing of it is changed');
    expect(
      await world.send(
        before.map((line) => line.replace('Lyon', 'Turin')),
        { wait: 5 },
      ),
    ).toBe(1);
    expect(vehicles(world)).toEqual(['M-1 van_diesel id-1', 'M-2 sledge id-4', 'M-3 sledge id-5']);
    expect(world.rejected.map((line) => line.split(',')[6])).toEqual(['_id', 'id-4', 'id-5']);
  });

  test('are deleted by an id only where it is proven to be theirs', async () => {
    const header = `${legHeader},_id`;
    const world = await withFailed();
    // Not the account's; one that has been calculated; one that two rows name.
    const rows = [`${leg(7, 'van_diesel')},other`, `${leg(1, 'van_petrol')},id-1`];
    expect(await world.send([header, ...rows])).toBe(1);
    expect(vehicles(world).at(-1)).toBe('M-7 van_diesel id-4');
    expect([world.stored.length, world.removals]).toEqual([4, 0]);
    expect(world.errors).toContain('SUPERSEDES');
    expect(await world.send([header, rows[1] ?? ''], { replace: true })).toBe(0);
    expect(vehicles(world)).toContain('M-1 van_petrol id-5');
    expect(world.stored.map(({ id }) => id)).not.toContain('id-1');
    expect(await world.send([header, `${leg(2, 'van_diesel')},id-2`, `${leg(3, 'van_diesel')},id-2`])).toBe(1);
    expect(vehicles(world).filter((each) => each.startsWith('M-3'))).toEqual(['M-3 sledge id-3']);
    expect(world.errors).toContain('row 1 names the same stored record');
    // What is still to be calculated may become the record that the row fixes.
    world.show = (record) => (record.id === 'id-3' ? { ...record, status: 'pending', error_messages: [] } : record);
    expect(await world.send([header, `${leg(3, 'van_diesel')},id-3`])).toBe(5);
    expect(vehicles(world).filter((each) => each.startsWith('M-3'))).toEqual(['M-3 sledge id-3']);
  });

  test('are replaced once by a file that is killed at any step', async () => {
    for (let diesAt = 1; ; diesAt += 3) {
      const world = await withFailed();
      const fixed = world.rejected.map((line) => line.replace('sledge', 'van_diesel'));
      world.diesAt = diesAt;
      const first = await world.send(fixed);
      for (const movement of ['M-1', 'M-2', 'M-3']) {
        expect([diesAt, vehicles(world).some((each) => each.startsWith(movement))]).toEqual([diesAt, true]);
      }
      world.diesAt = Infinity;
      if (first === 0) break;
      let code: number | undefined;
      const hasSent = (await world.resume()) !== 2;
      for (let round = 0; round < 3 && code !== 0; round += 1) {
        code = hasSent && round < 2 ? await world.resume() : await world.send(fixed);
      }
      const left = vehicles(world).map((each) => each.replace(/ id-.*/, ''));
      expect([diesAt, code, left.toSorted()]).toEqual([
        diesAt,
        0,
        ['M-1 van_diesel', 'M-2 van_diesel', 'M-3 van_diesel'],
      ]);
    }
  });
});

test('a purchase that is fixed takes the place of the one that has no emissions; one that was updated is not deleted', async () => {
  const world = new World();
  const [diesel, jet] = ['f51a1645-c201-43da-9dcd-6408be3cb517', 'a0b56b0f-216c-456e-9e0f-1876d3b57622'];
  const header = 'date,country,vehicle_license_plate,quantity,fuel_id,_id';
  const row = (quantity: number, fuel: string, id = ''): string =>
    `2025-06-15,ES,1234-ABC,${String(quantity)},${fuel},${id}`;
  await world.send([header, row(404, diesel)], {}, 'recharges');
  expect(await world.send([header, row(40, diesel, 'id-1')], {}, 'recharges')).toBe(0);
  expect(world.stored).toMatchObject([{ id: 'id-2', quantity: 40 }]);
  world.returns = 'id-2';
  expect(await world.send([header, row(40, jet, 'id-2')], { replace: true }, 'recharges')).toBe(0);
  expect(world.stored).toMatchObject([{ id: 'id-2', fuel_id: jet }]);
});
