import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Chunk, Destination, Outcome } from '../../src/destinations/destination.ts';
import { Fate, recordOf, stateOf } from '../../src/destinations/destination.ts';
import type { Issue } from '../../src/issues.ts';
import type { FlowSizes } from '../../src/pipeline/memory.ts';
import { kinds } from '../../src/records/kinds.ts';
import { runFlow, type Seen } from '../support/flow.ts';

const { requests } = kinds;
const numRuns = Number(process.env['ORDER_RUNS'] ?? 60);

const issue = (id: string): Issue => ({ code: 'API_REJECTED', stage: 'api', message: `refused ${id}` });

/** What becomes of a record, by its id alone. */
const fateOf = (id: string): Fate => {
  const last = id.at(-1);
  return last === '7' ? Fate.rejected : last === '8' ? Fate.uncertain : Fate.accepted;
};

/** A destination that needs another time for each chunk. */
function createDestination(
  delays: readonly number[],
  concurrency: number,
): { readonly destination: Destination; readonly sent: string[] } {
  const sent: string[] = [];
  const outcomeOf = (chunk: Chunk): Outcome => {
    const ids = Array.from({ length: chunk.records }, (_, record) => String(recordOf(chunk, record)['movement_id']));
    const fates = Uint8Array.from(ids, fateOf);
    return {
      state: stateOf(fates),
      fates,
      issues: new Map(
        ids.flatMap((id, record) => (fateOf(id) === Fate.accepted ? [] : [[record, issue(id)] as const])),
      ),
      results: new Map(
        ids.flatMap((id, record) => (fateOf(id) === Fate.accepted ? [[record, { id: `stored ${id}` }] as const] : [])),
      ),
      emissions: new Map(),
    };
  };
  const destination: Destination = {
    resultColumns: ['id'],
    concurrency,
    target: { baseUrl: 'https://api.example', organizationId: '' },
    deliver: async (chunk) => {
      // What is read next does not touch what was sent.
      const before = chunk.body.toString();
      for (let turn = 0; turn < (delays[chunk.index % delays.length] ?? 0); turn += 1) await new Promise(setImmediate);
      expect(chunk.body.toString()).toBe(before);
      sent.push(
        ...Array.from({ length: chunk.records }, (_, record) => String(recordOf(chunk, record)['movement_id'])),
      );
      return outcomeOf(chunk);
    },
    close: async () => {},
  };
  return { destination, sent };
}

const row = fc.oneof(
  { weight: 10, arbitrary: fc.nat(60).map((id) => `M-${String(id)},"Madrid, ""ñ""",1.50,van_diesel\n`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'M-1,x,y,van_diesel\n',
      'M-2,x\n',
      '\n',
      ',,,\n',
      'M-3,"open,1,van_diesel\n',
      'M-4,"x\ny",1,van_diesel\n',
    ),
  },
);
const file = fc
  .array(row, { maxLength: 40 })
  .map((rows) => `movement_id,origin,distance_km,toc\nM-100,Vigo,1,van_diesel\n${rows.join('')}`);

/** What is expected of valid rows once they were sent. */
function withFates({ rows }: Seen): readonly unknown[] {
  return rows.map(({ input, row: number, line, verdict, issues, fields }) => {
    const id = String(fields?.['movement_id']);
    const base = { input, row: number, line };
    if (verdict !== 'accepted' || fateOf(id) === Fate.accepted) return { ...base, verdict, issues, fields };
    return {
      ...base,
      verdict: fateOf(id) === Fate.rejected ? 'rejected' : 'uncertain',
      issues: [issue(id)],
      fields: undefined,
    };
  });
}

interface Way {
  readonly delays: readonly number[];
  readonly concurrency: number;
  readonly chunkRecords: number;
  readonly sizes: Partial<FlowSizes>;
}

/** Sends the records of files and checks that every row is reported as it is expected to be. */
async function expectReported(
  texts: readonly string[],
  { delays, concurrency, chunkRecords, sizes }: Way,
): Promise<void> {
  const files = Object.fromEntries(texts.map((text, index) => [`${String(index)}.csv`, text]));
  const options = { chunkRecords };
  const checked = await runFlow({ kind: requests, files, options });
  const { destination, sent } = createDestination(delays, concurrency);
  const seen = await runFlow({ kind: requests, files, options, sizes, target: { mode: 'upload', destination } });
  expect(seen.result.error).toBeUndefined();
  // A folder of its own for each run: the names of files in messages differ.
  const comparable = (rows: readonly unknown[]): unknown =>
    JSON.parse(JSON.stringify(rows).replaceAll(/ of [^"]*?\/(\d\.csv)/g, ' of $1'));
  expect(comparable(seen.rows)).toEqual(comparable(withFates(checked)));
  const valid = checked.rows.flatMap(({ verdict, fields }) =>
    verdict === 'accepted' ? [String(fields?.['movement_id'])] : [],
  );
  expect(sent.toSorted()).toEqual(valid.toSorted());
  expect(seen.result.chunks.planned).toBe(checked.result.chunks.planned);
  expect(seen.result.ledger.rows).toEqual(checked.result.ledger.rows);
}

test('rows are reported in their order with what became of them, whatever chunks, batches and times there are', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(file, { minLength: 1, maxLength: 3 }),
      fc.record({
        delays: fc.array(fc.nat(6), { minLength: 1, maxLength: 7 }),
        concurrency: fc.integer({ min: 1, max: 4 }),
        chunkRecords: fc.integer({ min: 1, max: 9 }),
        sizes: fc.record({ blockBytes: fc.integer({ min: 64, max: 600 }), batchRows: fc.constantFrom(1, 2, 5, 2048) }),
      }),
      expectReported,
    ),
    { numRuns },
  );
});

test('why a row can’t be read is what follows it, be it far below', async () => {
  for (const rows of [10, 100, 3000]) {
    const between = Array.from({ length: rows }, (_, i) => `M-${String(i)},"Vigo",1,van_diesel\n`).join('');
    const text = `movement_id,origin,distance_km,toc\nM-1,A,1,van_diesel\nM-2,"open,1,van_diesel\n${between}`;
    for (const end of ['M-9,"x" y,1,van_diesel\n', 'M-9,z",1,van_diesel\n', '']) {
      const way = { delays: [3, 0], concurrency: 2, chunkRecords: 50, sizes: { blockBytes: 1000, batchRows: 2 } };
      await expectReported([text + end], way);
    }
  }
});
