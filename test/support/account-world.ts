import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { ApiClient } from '../../src/api/client.ts';
import type { CommandContext } from '../../src/commands/context.ts';
import { undo } from '../../src/commands/account/undo.ts';
import { resume } from '../../src/commands/upload/earlier-run.ts';
import { upload } from '../../src/commands/upload/upload.ts';
import type { RecordKind } from '../../src/records/kind.ts';
import type { OpenRun, RunStore, UndoState } from '../../src/ledger/run-store.ts';
import { createSqliteStore } from '../../src/ledger/sqlite-store.ts';
import { createTerminal } from '../../src/report/terminal.ts';
import { answer } from './chunks.ts';

type Stored = Readonly<Record<string, unknown>> & { readonly id: string };

/** Values of a record that the account can't calculate. */
const isOpaqueTo: ReadonlySet<string> = new Set(['sledge', '404']);

/** An account that is uploaded to, by a process that may die at any step. */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'dcycle-upload-replace-'));
  stored: Stored[] = [];
  /** What a list shows of a record that was just stored. */
  show: (record: Stored, look: number) => object | undefined = (record) => record;
  /** A record that a list shows, and that is not there. */
  ghost: (look: number) => Stored | undefined = () => undefined;
  /** What other paths than those of records answer. */
  readonly answers = new Map<string, object>();
  /** Where commands write instead of `printed`. */
  stdout: NodeJS.WriteStream | undefined;
  /** What commands have printed on standard output. */
  printed = '';
  /** What they have printed on standard error. */
  failure = '';
  /** The ids that it gives, from 1. */
  idOf: (made: number) => string = (made) => `id-${String(made)}`;
  /** The machine on which commands run: each has a ledger of its own. */
  machine = 'first';
  /** An id that a create returns instead of a new one. */
  returns: string | undefined;
  /** What is done with a call that deletes, counted from 1. */
  removal: (call: number) => 'done' | 'lost' | 'refused' | 'only said' = () => 'done';
  /** What becomes of a call that creates, and whether it is answered. */
  creation: 'done' | 'lost' | 'lost and not done' | 'lost and done twice' = 'done';
  creations = 0;
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
    const results = 'wait' in given ? { out: join(this.folder, 'results.csv') } : {};
    const options = {
      ...none,
      ...results,
      quiet: true,
      progress: false,
      color: false,
      retries: 0,
      settle: 1,
      ...given,
    };
    return this.perform((context) => upload(kind, [path], options, context));
  }

  /** What the last upload has given back: the lines of a file, to be fixed. */
  get rejected(): readonly string[] {
    return readFileSync(join(this.folder, 'rejected.csv'), 'utf8').trimEnd().split('\n');
  }

  get errors(): string {
    return readFileSync(join(this.folder, 'errors.csv'), 'utf8');
  }

  /** Takes the last upload back, some time later. */
  undo(laterMs: number, given: object = {}): Promise<number | undefined> {
    this.#now += laterMs;
    const options = { yes: true, settle: 1, color: false, json: true, ...given };
    return this.perform((context) => undo(`run-${String(this.runs)}`, options, context));
  }

  /** What the ledger says of the deletion of the last upload. */
  async undone(): Promise<UndoState | undefined> {
    const store = createSqliteStore(join(this.folder, this.machine, 'dcycle-upload'));
    const { run } = await store.read(`run-${String(this.runs)}`);
    await store.close();
    return run.undo;
  }

  /** Records that uploads have replaced, as the ledger counts them. */
  async replaced(): Promise<number> {
    const store = createSqliteStore(join(this.folder, this.machine, 'dcycle-upload'));
    const runs = await store.list();
    await store.close();
    return runs.reduce((sum, { replaced = 0 }) => sum + replaced, 0);
  }

  /** Goes on with the last upload, an hour later. */
  resume(): Promise<number | undefined> {
    this.#now += 7_200_000;
    const options = { quiet: true, progress: false, color: false, settle: 1 };
    return this.perform((context) => resume(`run-${String(this.runs)}`, options, context));
  }

  async perform(command: (context: CommandContext) => Promise<number>): Promise<number | undefined> {
    this.#steps = 0;
    this.looks = 0;
    const environment = {
      DCYCLE_API_KEY: 'sk_test_1234567890',
      DCYCLE_ORG_ID: 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa',
      XDG_STATE_HOME: join(this.folder, this.machine),
      XDG_CONFIG_HOME: this.folder,
      XDG_CACHE_HOME: this.folder,
    };
    const streamOf = (write: (text: string) => unknown): NodeJS.WriteStream =>
      ({
        isTTY: false,
        write: (text: string) => Boolean(write(text)) || true,
        on: () => {},
      }) as unknown as NodeJS.WriteStream;
    this.failure = '';
    const stderr = streamOf((text) => (this.failure += text));
    this.printed = '';
    const stdout = this.stdout ?? streamOf((text) => (this.printed += text));
    const context: CommandContext = {
      terminal: await createTerminal({ stdout, stderr, environment, noColor: true }),
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
    if (how === 'only said') return answer(204, '');
    if (!ids.every((id) => this.stored.some((each) => each.id === id))) {
      return answer(404, { code: 'NOT_FOUND', detail: 'Logistics request not found' });
    }
    this.stored = this.stored.filter(({ id }) => !ids.includes(id));
    this.#step();
    return how === 'lost' ? ({ kind: 'unanswered', reason: 'reset' } as const) : answer(204, '');
  }

  #create(records: readonly object[]): readonly object[] {
    return records.map((record, index) => {
      const id = this.returns ?? this.idOf((this.#made += 1));
      this.stored = this.stored.filter((each) => each.id !== id);
      const isOpaque = Object.values(record).some((value) => isOpaqueTo.has(String(value)));
      const emissions = isOpaque ? { co2e: null, status: 'error', error_messages: ['NO_TOC'] } : { co2e: 1 };
      this.stored.push({ ...record, id, ...emissions, created_at: new Date(this.#now).toISOString() });
      return { index, id };
    });
  }

  get #client(): ApiClient {
    return {
      get: async (path) => {
        this.#step();
        this.looks += 1;
        const { pathname, searchParams: query } = new URL(path, 'https://api.example');
        const special = this.answers.get(pathname);
        if (special !== undefined) return answer(200, special);
        const movements = [...query.getAll('movement_id[]'), ...query.getAll('movement_id')];
        const items = this.stored
          .filter(({ movement_id: id }) => movements.length === 0 || movements.includes(String(id)))
          .flatMap((each) => this.show(each, this.looks) ?? []);
        const ghost = this.ghost(this.looks);
        if (ghost !== undefined && !items.some((each) => 'id' in each && each.id === ghost.id)) items.push(ghost);
        return answer(200, { total: items.length, items });
      },
      post: async (path, body) => {
        if (path.endsWith('batch-delete')) {
          return this.#remove(Object.values(JSON.parse(body.toString()) as Record<string, string[]>).flat());
        }
        this.#step();
        const { records } = JSON.parse(body.toString()) as { records: object[] };
        this.creations += 1;
        const { creation } = this;
        const results = creation === 'lost and not done' ? [] : this.#create(records);
        if (creation === 'lost and done twice') this.#create(records);
        this.#step();
        if (creation !== 'done') return { kind: 'unanswered', reason: 'reset' };
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
