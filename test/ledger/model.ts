import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { test } from 'vitest';
import { Entry, type OpenRun, type RunStore } from '../../src/ledger/run-store.ts';
import { intentOf, type Mark, marksOf, newRun, settlementOf } from '../support/ledger.ts';
import { processes, type Step, stepArbitrary } from './steps.ts';

/** A process: its connection, and the run that it works on. */
export interface Process {
  readonly store: RunStore;
  /** Ends it without a word; what it held is given free by the system. */
  readonly kill: () => Promise<void>;
}

/** What is known of a record, by a model that keeps everything in lists. */
interface ModelRecord {
  readonly run: string;
  readonly call: number;
  readonly record: number;
  readonly mark: Required<Mark>;
  entry: number;
  id: string | undefined;
  /** Order in which it was begun, or settled last. */
  changed: number;
}

interface ModelRun {
  readonly id: string;
  calls: number;
  holder: number | undefined;
  /** Calls that were begun since it was opened. */
  begunHere: Set<number>;
  finished: boolean;
  isPruned: boolean;
}

class Model {
  readonly runs: ModelRun[] = [];
  readonly records: ModelRecord[] = [];
  changes = 0;

  heldBy(process: number): ModelRun | undefined {
    return this.runs.find(({ holder }) => holder === process);
  }

  close(process: number): void {
    const run = this.heldBy(process);
    if (run === undefined) return;
    run.holder = undefined;
    if (run.calls === 0 && !run.finished) this.runs.splice(this.runs.indexOf(run), 1);
  }

  kill(process: number): void {
    const run = this.heldBy(process);
    if (run !== undefined) run.holder = undefined;
  }
}

const isCurrent = ({ entry }: ModelRecord): boolean => entry !== Entry.rejected && entry !== Entry.notStored;

/** `RUNS=100` tries more. */
const modelRuns = Number(globalThis.process.env['RUNS'] ?? 15);

/** Runs steps on a ledger and on the model, and compares every answer. */
class Comparison {
  readonly #model = new Model();
  readonly #connect: () => Process;
  readonly #processes: Process[];
  readonly #open: (OpenRun | undefined)[] = [];
  /** By process: the position of the last look, and the number of changes there were then. */
  readonly #looks: ({ readonly position: number; readonly changes: number } | undefined)[] = [];
  #created = 0;

  constructor(connect: () => Process) {
    this.#connect = connect;
    this.#processes = Array.from({ length: processes }, connect);
  }

  async end(): Promise<void> {
    for (const run of this.#open) await run?.close();
    for (const { store } of this.#processes) await store.close();
  }

  async step(step: Step): Promise<void> {
    const { process: at } = step;
    const { store } = this.#of(at);
    const run = this.#open[at];
    switch (step.do) {
      case 'create':
        if (run === undefined) await this.#create(at, step.pick);
        break;
      case 'open':
        if (run === undefined) await this.#reopen(at, step.pick);
        break;
      case 'known':
        if (run !== undefined) await this.#known(at, run, step.marks);
        break;
      case 'begin':
        if (run !== undefined) await this.#begin(at, run, step.marks, step.isStale);
        break;
      case 'settle':
        if (run !== undefined) await this.#settle(at, run, step.pick, step.letters);
        break;
      case 'owners':
        if (run !== undefined) await this.#owners(run);
        break;
      case 'finish':
        if (run !== undefined) await this.#finish(at, run);
        break;
      case 'close':
        await run?.close();
        this.#model.close(at);
        this.#open[at] = undefined;
        break;
      case 'kill':
        await this.#of(at).kill();
        this.#model.kill(at);
        this.#open[at] = undefined;
        this.#processes[at] = this.#connect();
        break;
      case 'prune':
        await this.#prune(store);
        break;
      case 'list':
        await this.#list(store);
    }
  }

  #of(at: number): Process {
    const found = this.#processes[at];
    if (found === undefined) throw new Error('no such process');
    return found;
  }

  /** Inputs are one of four: the same ones at the same time are refused. */
  async #create(at: number, inputs: number): Promise<void> {
    const id = `run-${String(this.#created)}-${String(inputs)}`;
    this.#created += 1;
    const isBusy = this.#model.runs.some((run) => run.holder !== undefined && run.id.endsWith(`-${String(inputs)}`));
    const creating = this.#of(at).store.create(newRun(id), [String(inputs)]);
    if (isBusy) {
      await assert.rejects(creating, { code: 'IN_PROGRESS' });
      return;
    }
    this.#open[at] = await creating;
    this.#looks[at] = undefined;
    this.#model.runs.push({ id, calls: 0, holder: at, begunHere: new Set(), finished: false, isPruned: false });
  }

  async #reopen(at: number, pick: number): Promise<void> {
    const { runs } = this.#model;
    const run = runs[pick % Math.max(1, runs.length)];
    if (run === undefined) return;
    const opening = this.#of(at).store.open(run.id);
    const ending = run.id.slice(run.id.lastIndexOf('-'));
    if (run.isPruned) await assert.rejects(opening, { code: 'RUN_UNKNOWN' });
    else if (runs.some(({ id, holder }) => holder !== undefined && id.endsWith(ending))) {
      await assert.rejects(opening, { code: 'IN_PROGRESS' });
    } else {
      this.#open[at] = await opening;
      this.#looks[at] = undefined;
      run.holder = at;
      run.begunHere = new Set();
    }
  }

  async #known(at: number, run: OpenRun, marks: readonly Required<Mark>[]): Promise<void> {
    const { position, found } = await run.known(marksOf(marks));
    this.#looks[at] = { position, changes: this.#model.changes };
    const own = this.#model.heldBy(at);
    const visible = this.#model.records.filter(
      (each) => isCurrent(each) && !(each.run === own?.id && own.begunHere.has(each.call)),
    );
    for (const [place, mark] of marks.entries()) {
      const by = (relation: 'content' | 'key' | 'cells' | 'movement') =>
        visible
          .filter((each) => mark[relation] !== '' && each.mark[relation] === mark[relation])
          .map((each) => ({ by: relation, each }));
      const same = by('content');
      const close = [...same, ...by('key').filter(({ each }) => same.every((other) => other.each !== each))];
      const cells = by('cells').slice(0, 1);
      const expected = close.length > 0 ? close : cells.length > 0 ? cells : by('movement').slice(0, 1);
      const running = new Map(this.#model.runs.map(({ id, holder }) => [id, holder !== undefined]));
      assert.deepEqual(
        (found.get(place) ?? []).map((each) => [
          each.by,
          each.runId,
          each.call,
          each.record,
          each.entry,
          each.id,
          each.row,
          each.isRunning,
        ]),
        expected.map(({ by: relation, each }) => [
          relation,
          each.run,
          each.call,
          each.record,
          each.entry,
          each.id,
          each.mark.row,
          running.get(each.run),
        ]),
      );
    }
  }

  /** With the last look, however old, or a new one. */
  async #begin(at: number, run: OpenRun, marks: readonly Required<Mark>[], isStale: boolean): Promise<void> {
    if (!isStale || this.#looks[at] === undefined) await this.#known(at, run, marks);
    const look = this.#looks[at];
    const own = this.#model.heldBy(at);
    if (look === undefined || own === undefined) throw new Error('no look');
    const changed = this.#model.records.filter(
      (each) => each.run !== own.id && each.changed > look.changes && isCurrent(each),
    );
    const taken = marks.flatMap((mark, place) =>
      changed.some(({ mark: other }) => other.content === mark.content || (mark.key !== '' && other.key === mark.key))
        ? [place]
        : [],
    );
    const begun = await run.begin(intentOf(marksOf(marks), look.position));
    if ('taken' in begun) {
      assert.deepEqual(
        [...begun.taken.keys()].toSorted((a, b) => a - b),
        taken,
      );
      assert.ok(taken.length > 0);
      return;
    }
    assert.deepEqual(taken, []);
    own.calls += 1;
    own.finished = false;
    own.begunHere.add(own.calls);
    assert.equal(begun.call, own.calls);
    this.#model.changes += 1;
    for (const [record, mark] of marks.entries()) {
      const changedAt = this.#model.changes;
      this.#model.records.push({
        run: own.id,
        call: own.calls,
        record,
        mark,
        entry: Entry.sending,
        id: undefined,
        changed: changedAt,
      });
    }
  }

  async #settle(at: number, run: OpenRun, pick: number, all: string): Promise<void> {
    const own = this.#model.heldBy(at);
    if (own === undefined || own.calls === 0) return;
    const call = (pick % own.calls) + 1;
    const records = this.#model.records.filter((each) => each.run === own.id && each.call === call);
    this.#model.changes += 1;
    const ids = records.map(({ record }) => `id ${own.id} ${String(call)} ${String(record)}`);
    const settlement = settlementOf(all.slice(0, records.length), ids);
    await run.settle(call, settlement);
    for (const each of records) {
      each.entry = settlement.entries[each.record] ?? -1;
      each.id = settlement.ids[each.record];
      each.changed = this.#model.changes;
    }
  }

  async #owners(run: OpenRun): Promise<void> {
    const known = this.#model.records.filter((each) => each.id !== undefined);
    const owners = await run.owners([...known.map(({ id }) => id ?? ''), 'unknown']);
    // Records are in the order in which their calls began.
    const orders = known.map(({ id }) => owners.get(id ?? '')?.order ?? -1);
    assert.deepEqual(
      orders,
      orders.toSorted((a, b) => a - b),
    );
    assert.deepEqual(
      new Map([...owners].map(([id, { order: _order, ...owner }]) => [id, owner])),
      new Map(
        known.map(({ id, run: runId, call, record, mark, entry }) => [
          id,
          { runId, call, record, path: 'a.csv', row: mark.row, entry, key: new Uint8Array(marksOf([mark]).keys) },
        ]),
      ),
    );
  }

  async #finish(at: number, run: OpenRun): Promise<void> {
    await run.finish('2026-01-01T00:00:01.000Z', 0, { accepted: 1, rejected: 0, not_sent: 0, uncertain: 0 });
    const own = this.#model.heldBy(at);
    if (own !== undefined) own.finished = true;
    this.#model.close(at);
    this.#open[at] = undefined;
  }

  async #prune(store: RunStore): Promise<void> {
    const isSettled = ({ id }: ModelRun): boolean =>
      this.#model.records.every(
        ({ run, entry }) => run !== id || (entry !== Entry.sending && entry !== Entry.uncertain),
      );
    const old = this.#model.runs.filter((run) => run.holder === undefined && !run.isPruned && isSettled(run));
    assert.deepEqual((await store.prune('2027-01-01T00:00:00.000Z')).toSorted(), old.map(({ id }) => id).toSorted());
    for (const run of old) {
      run.isPruned = true;
      if (run.calls === 0) this.#model.runs.splice(this.#model.runs.indexOf(run), 1);
    }
  }

  async #list(store: RunStore): Promise<void> {
    const listed = (await store.list()).map(({ id, isRunning, finishedAt }) => [id, isRunning, finishedAt !== null]);
    const expected = this.#model.runs.flatMap((run) =>
      run.isPruned ? [] : [[run.id, run.holder !== undefined, run.finished]],
    );
    assert.deepEqual(listed.toSorted(), expected.toSorted());
  }
}

/** What several processes do with a ledger, in any order, is what a model says. */
export function testAgainstModel(connectTo: () => () => Process): void {
  test(
    'a ledger that several processes use does what a model of it does',
    { timeout: 20_000 * modelRuns },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(stepArbitrary, { minLength: 20, maxLength: 60 }), async (steps) => {
          const comparison = new Comparison(connectTo());
          for (const step of steps) await comparison.step(step);
          await comparison.end();
        }),
        { numRuns: modelRuns },
      );
    },
  );
}
