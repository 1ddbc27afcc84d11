import {
  type CallRecord,
  Entry,
  type Intent,
  type Knowledge,
  type KnownRecord,
  type OpenRun,
  type Owner,
  type RecordMarks,
  type RecordPlace,
  type RunRecord,
  type Settlement,
} from '../../src/ledger/run-store.ts';

const bytesOf = (from: Uint8Array, width: number, record: number): string =>
  Buffer.from(from.subarray(record * width, (record + 1) * width)).toString('hex');

interface MadeCall extends CallRecord {
  readonly runId: string;
}

const copyOf = (marks: RecordMarks): RecordMarks => ({
  records: marks.records,
  contents: marks.contents.slice(),
  keys: marks.keys.slice(),
  cells: marks.cells.slice(),
  movements: marks.movements.slice(),
  inputs: marks.inputs.slice(),
  rows: marks.rows.slice(),
  lines: marks.lines.slice(),
});

/** A ledger of one account that is only remembered: what the interface says, and nothing else. */
export class MemoryLedger {
  readonly calls: MadeCall[] = [];
  readonly running = new Set<string>();
  hasLoss = false;

  open(id: string): OpenRun {
    this.running.add(id);
    const own = (): MadeCall[] => this.calls.filter(({ runId }) => runId === id);
    return {
      run: runRecord(id),
      hasLoss: this.hasLoss,
      calls: async function* () {
        yield* own();
      },
      known: async (marks) => this.#known(marks),
      owners: async (ids) => this.#owners(ids),
      begin: async (intent) => this.#begin(id, intent, own().length + 1),
      settle: async (number, settlement) => this.#settle(id, number, settlement),
      mark: async () => {},
      retire: async (records, entry) => records.filter((each) => this.#retire(each, entry)),
      finish: async () => void this.running.delete(id),
      close: async () => void this.running.delete(id),
    };
  }

  #known(marks: RecordMarks, from = 0, except?: string): Knowledge {
    const found = new Map<number, readonly KnownRecord[]>();
    for (let record = 0; record < marks.records; record += 1) {
      const list = this.calls
        .slice(from)
        .filter(({ runId }) => runId !== except)
        .flatMap((call) =>
          Array.from({ length: call.marks.records }, (_, place) => this.#describe(marks, record, call, place)).flat(),
        );
      const order = ['content', 'key', 'cells', 'movement'];
      if (list.length > 0) {
        found.set(
          record,
          list.toSorted((a, b) => order.indexOf(a.by) - order.indexOf(b.by)),
        );
      }
    }
    return { position: this.calls.length, found };
  }

  #describe(marks: RecordMarks, record: number, call: MadeCall, place: number): readonly KnownRecord[] {
    const entry = call.entries[place] as Entry;
    if (entry === 2 || entry === 3 || entry === 6) return [];
    const same = (name: 'contents' | 'keys' | 'cells' | 'movements', width: number): boolean => {
      const own = bytesOf(marks[name], width, record);
      return own === bytesOf(call.marks[name], width, place) && !/^0+$/.test(own);
    };
    const by = same('contents', 16)
      ? 'content'
      : same('keys', 16)
        ? 'key'
        : same('cells', 8)
          ? 'cells'
          : same('movements', 8)
            ? 'movement'
            : undefined;
    if (by === undefined) return [];
    return [
      {
        by,
        entry,
        runId: call.runId,
        isRunning: this.running.has(call.runId),
        isGone: false,
        undo: undefined,
        call: call.number,
        order: this.calls.indexOf(call),
        record: place,
        path: 'a.csv',
        row: call.marks.rows[place] ?? 0,
        sentAt: call.startedAt,
        day: new Date(call.startedAt).toISOString().slice(0, 10),
        id: call.ids[place],
        packageId: call.packageIds[place],
      },
    ];
  }

  async #owners(ids: readonly string[]): ReturnType<OpenRun['owners']> {
    const owners = new Map<string, Owner>();
    for (const [order, { runId, number, ids: own, marks }] of this.calls.entries()) {
      for (const [record, id] of own.entries()) {
        if (id !== undefined && ids.includes(id)) {
          const key = marks.keys.slice(record * 16, record * 16 + 16);
          owners.set(id, {
            runId,
            call: number,
            record,
            path: 'a.csv',
            row: marks.rows[record] ?? 0,
            entry: Entry.accepted,
            key,
            order,
          });
        }
      }
    }
    return owners;
  }

  async #begin(runId: string, intent: Intent, number: number): ReturnType<OpenRun['begin']> {
    const { found } = this.#known(intent.marks, intent.position, runId);
    const taken = new Map<number, KnownRecord>();
    for (const [record, [first]] of found) {
      if (first !== undefined && (first.by === 'content' || first.by === 'key')) taken.set(record, first);
    }
    if (taken.size > 0) return { taken };
    const { records } = intent.marks;
    this.calls.push({
      ...intent,
      marks: copyOf(intent.marks),
      runId,
      number,
      endedAt: undefined,
      entries: new Uint8Array(records),
      ids: Array.from({ length: records }, () => undefined),
      packageIds: Array.from({ length: records }, () => undefined),
      alike: [],
      surplus: [],
      files: [],
    });
    return { call: number };
  }

  #retire({ runId, call: number, record }: RecordPlace, entry: Entry): boolean {
    const call = this.calls.find((each) => each.runId === runId && each.number === number);
    if (call === undefined) return false;
    call.entries[record] = entry;
    return true;
  }

  async #settle(runId: string, number: number, settlement: Settlement): Promise<void> {
    const place = this.calls.findIndex((call) => call.runId === runId && call.number === number);
    const call = this.calls[place];
    if (call === undefined) throw new Error(`call ${String(number)} was not begun`);
    this.calls[place] = { ...call, ...settlement };
  }
}

const runRecord = (id: string): RunRecord => ({
  id,
  account: { kind: 'requests', baseUrl: 'https://api.example/', organizationId: 'o' },
  args: [],
  paths: ['a.csv'],
  options: {},
  workingDirectory: '/w',
  startedAt: '2026-01-15T03:00:00.000Z',
  finishedAt: null,
  exitCode: null,
  records: null,
  isRunning: true,
});
