import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arena } from '../../src/columns/arena.ts';
import { Verdict } from '../../src/columns/batch.ts';
import { BatchReader } from '../../src/input/batch-reader.ts';
import { createRowPlace, rowPlaceBytes } from '../../src/input/row-reader.ts';
import { Deduplicator, InputChanged, type Rereading } from '../../src/pipeline/deduplicate.ts';
import { hashKey, type KeyHash } from '../../src/columns/key-hash.ts';
import { KeyHashes } from '../../src/pipeline/key-hashes.ts';
import { KeyTable, type RowPlace } from '../../src/pipeline/key-table.ts';
import { RecordColumns } from '../../src/pipeline/record-columns.ts';
import { kinds } from '../../src/records/kinds.ts';
import { type Flow, planOf, runFlow } from '../support/flow.ts';
import { placeOf } from '../support/inputs.ts';

const { requests } = kinds;

const place = (row: number): RowPlace => ({ input: row % 3, offset: row * 1e9, row, line: row + 1 });

/** Every place with a hash, in the order of the table. */
function placesOf(table: KeyTable, { high, low }: KeyHash): readonly RowPlace[] {
  const places: RowPlace[] = [];
  for (let entry = table.find(high, low); entry !== 0; entry = table.find(high, low, entry)) {
    places.push(table.placeOf(entry));
  }
  return places;
}

function add(table: KeyTable, { high, low }: KeyHash, row: number): void {
  const { input, offset, line } = place(row);
  table.add(high, low, input, offset, row, line);
}

function findOrAdd(table: KeyTable, { high, low }: KeyHash, row: number): number {
  const { input, offset, line } = place(row);
  return table.findOrAdd(high, low, input, offset, row, line);
}

/** As the hashes of a batch are: halves with a sign. */
const signed = ({ high, low }: KeyHash): KeyHash => ({ high: high | 0, low: low | 0 });

describe('the key table', () => {
  test.each([0, 100_000, 10_000_000])('finds every place under its hash, oldest first, made for %i', (expected) => {
    const table = new KeyTable(expected);
    const count = 100_000;
    const hashOf = (key: number): KeyHash => signed(hashKey(`key ${String(key)}`));
    for (let row = 0; row < count; row += 1) add(table, hashOf(row % (count / 2)), row);
    expect(table.size).toBe(count);
    for (const key of [0, 1, 777, count / 2 - 1]) {
      expect(placesOf(table, hashOf(key))).toEqual([place(key), place(key + count / 2)]);
    }
    expect(placesOf(table, signed(hashKey('another')))).toEqual([]);
  });

  test('keeps a million keys in at most 40 MB', () => {
    const table = new KeyTable();
    for (let row = 0; row < 1_000_000; row += 1) add(table, signed(hashKey(`["MOV-${String(row)}"]`)), row);
    expect(table.byteLength).toBeLessThanOrEqual(40e6);
  });

  test('agrees with a Map, with hashes that collide in a part or as a whole', () => {
    const half = fc.constantFrom(0, 1, 2, -1, 0x01000000);
    const hash = fc.record({ high: half, low: half });
    fc.assert(
      fc.property(fc.array(fc.tuple(hash, fc.boolean()), { maxLength: 300 }), (steps) => {
        const table = new KeyTable();
        const map = new Map<string, RowPlace[]>();
        for (const [row, [each, isFirstOnly]] of steps.entries()) {
          const key = `${String(each.high)}:${String(each.low)}`;
          const known = map.get(key) ?? [];
          expect(placesOf(table, each)).toEqual(known);
          if (!isFirstOnly) add(table, each, row);
          else {
            const found = findOrAdd(table, each, row);
            expect(found === 0 ? undefined : table.placeOf(found)).toEqual(known[0]);
            if (found !== 0) continue;
          }
          map.set(key, [...known, place(row)]);
        }
        for (const [key, places] of map) {
          const [high = 0, low = 0] = key.split(':').map(Number);
          expect(placesOf(table, { high, low })).toEqual(places);
        }
      }),
    );
  });
});

describe('the hash', () => {
  test('has no collision among a million similar keys', () => {
    const seen = new Set<bigint>();
    for (let i = 0; i < 1_000_000; i += 1) {
      const { high, low } = hashKey(`["MOV-2025-${String(i)}",null,"Madrid"]`);
      seen.add((BigInt(high) << 32n) | BigInt(low));
    }
    expect(seen.size).toBe(1_000_000);
  });
});

const header = 'movement_id,load,toc,distance_km\n';
const leg = (id: string, load: number): string => `${id},${String(load)},van_diesel,1\n`;

/** By row, the number of the first row with its key, as its issue names it. */
async function firstRows(flow: Omit<Flow, 'kind'>): Promise<readonly (number | undefined)[]> {
  const { rows, result } = await runFlow({ kind: requests, ...flow });
  expect(result.error).toBeUndefined();
  return rows.map(({ verdict, issues: [issue] }) => {
    const first = /row (\d+)/.exec(issue?.message ?? '')?.[1];
    expect(verdict).toBe(first === undefined ? 'accepted' : 'duplicate');
    return first === undefined ? undefined : Number(first);
  });
}

/** Hashes as they are, of four bits, and all the same. */
const masks = [-1, 15, 0];

describe('deduplication', () => {
  test('names the first row with the key', async () => {
    const files = { 'a.csv': header + leg('A', 1) + leg('B', 1) + leg('A', 2) + leg('A', 1) };
    for (const hashMask of masks) {
      for (const batchRows of [1, 2, 100]) {
        expect(await firstRows({ files, sizes: { hashMask, batchRows } })).toEqual([undefined, undefined, 1, 1]);
      }
    }
  });

  test('tells a row that is the same from one that differs', async () => {
    const files = { 'a.csv': header + leg('A', 1) + leg('A', 2) + leg('A', 1) + ' A ,1.0,van_diesel,1\n' };
    for (const hashMask of masks) {
      const { rows } = await runFlow({ kind: requests, files, sizes: { hashMask } });
      expect(rows.map(({ issues: [issue] }) => [issue?.code, issue?.field])).toEqual([
        [undefined, undefined],
        ['CONFLICT', 'load'],
        ['DUPLICATE', undefined],
        ['DUPLICATE', undefined],
      ]);
    }
  });

  test('drops no row for a hash collision', async () => {
    const files = { 'a.csv': header + ['A', 'B', 'C', 'B', 'D', 'A'].map((id) => leg(id, 1)).join('') };
    for (const hashMask of masks) {
      expect(await firstRows({ files, sizes: { hashMask } })).toEqual([
        undefined,
        undefined,
        undefined,
        2,
        undefined,
        1,
      ]);
    }
  });

  test('compares the rows of all inputs, and names the file', async () => {
    const files = {
      'a.csv': header + leg('A', 1),
      'b.jsonl':
        '{"movement_id":"A","load":1.0,"toc":"van_diesel","distance_km":1e0}\n{"toc":"van_diesel","distance_km":2}\n',
      'c.csv': 'distance_km;toc\n2,0;van_diesel\n2;van_petrol\n',
    };
    for (const hashMask of masks) {
      const { rows } = await runFlow({ kind: requests, files, sizes: { hashMask } });
      expect(rows.map(({ verdict }) => verdict)).toEqual([
        'accepted',
        'duplicate',
        'accepted',
        'duplicate',
        'accepted',
      ]);
      expect(rows[1]?.issues).toMatchObject([
        {
          code: 'DUPLICATE',
          message: expect.stringMatching(/^is the same record as row 1 \(line 2\) of .*a\.csv, which is kept$/),
        },
      ]);
      expect(rows[3]?.issues).toMatchObject([
        { code: 'DUPLICATE', message: expect.stringContaining('row 2 (line 2) of ') },
      ]);
    }
  });

  test('says so when the first row is not there any more', async () => {
    const now = await planOf({ kind: requests, files: { 'a.csv': header + leg('A', 1) + leg('A', 2) } });
    const changed = await planOf({ kind: requests, files: { 'a.csv': header + leg('B', 1) + leg('A', 2) } });
    const [read, other] = [now.inputs[0], changed.inputs[0]];
    if (read === undefined || other === undefined) throw new Error('no input');
    try {
      const blockPlace = placeOf();
      const reader = new BatchReader(read.input.table, blockPlace);
      const records = new RecordColumns(now.readingOf(read), blockPlace, reader.batch.capacity);
      const hashes = new KeyHashes(requests, undefined, records, reader.batch.capacity);
      const rowPlace = createRowPlace(new Arena(rowPlaceBytes));
      const rereadRecords = new RecordColumns(changed.readingOf(other), rowPlace, 1);
      const rereading: Rereading = {
        path: 'a.csv',
        reader: other.input.createRowReader(rowPlace),
        records: rereadRecords,
        hashes: new KeyHashes(requests, undefined, rereadRecords, 1),
        arena: rowPlace.arena,
        columns: other.input.table.columns,
        telling: [],
      };
      const { source, offset } = read.input.rows();
      reader.begin(source, offset);
      await reader.more();
      reader.take();
      records.read(reader.batch);
      expect([...reader.batch.verdicts.subarray(0, reader.batch.rows)]).toEqual([Verdict.accepted, Verdict.accepted]);
      const deduplicator = new Deduplicator({
        kind: requests,
        keyFields: undefined,
        inputs: () => rereading,
        hasSeveral: false,
        expected: 2,
      });
      const marking = (): void =>
        deduplicator.mark(reader.batch, {
          input: 0,
          arena: blockPlace.arena,
          records,
          hashes,
          telling: [],
          ownReasons: undefined,
        });
      expect(marking).toThrow(InputChanged);
      expect(marking).toThrow('row 1 (line 2) is not there any more');
    } finally {
      await now.close();
      await changed.close();
    }
  });
});
