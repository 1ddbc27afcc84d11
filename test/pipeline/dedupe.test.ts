import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Deduplicator, InputChanged } from '../../src/pipeline/dedupe.ts';
import { hashKey } from '../../src/pipeline/key-hash.ts';
import { KeyTable, type RowPlace } from '../../src/pipeline/key-table.ts';
import type { Fields } from '../../src/records/kind.ts';
import { kinds } from '../../src/records/kinds.ts';

const place = (row: number): RowPlace => ({ input: row % 3, offset: row * 1e9, row, line: row + 1 });

describe('the key table', () => {
  test('finds every place under its hash, oldest first, however many there are', () => {
    const table = new KeyTable();
    const count = 100_000;
    for (let row = 0; row < count; row += 1) table.add(hashKey(`key ${String(row % (count / 2))}`), place(row));
    expect(table.size).toBe(count);
    for (const key of [0, 1, 777, count / 2 - 1]) {
      expect(table.find(hashKey(`key ${String(key)}`))).toEqual([place(key), place(key + count / 2)]);
    }
    expect(table.find(hashKey('another'))).toEqual([]);
  });

  test('keeps a million keys in at most 40 MB', () => {
    const table = new KeyTable();
    for (let row = 0; row < 1_000_000; row += 1) table.add(hashKey(`["MOV-${String(row)}"]`), place(row));
    expect(table.byteLength).toBeLessThanOrEqual(40e6);
  });

  test('agrees with a Map, with hashes that collide in a part or as a whole', () => {
    const half = fc.constantFrom(0, 1, 2, 0xffffffff, 0x01000000);
    fc.assert(
      fc.property(fc.array(fc.record({ high: half, low: half }), { maxLength: 200 }), (hashes) => {
        const table = new KeyTable();
        const map = new Map<string, RowPlace[]>();
        for (const [row, hash] of hashes.entries()) {
          const key = `${String(hash.high)}:${String(hash.low)}`;
          expect(table.find(hash)).toEqual(map.get(key) ?? []);
          table.add(hash, place(row));
          map.set(key, [...(map.get(key) ?? []), place(row)]);
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

describe('deduplication', () => {
  /** Records by row; places lead back to them, as they lead back to the file in a run. */
  function deduplicate(records: readonly Fields[], hash?: ConstructorParameters<typeof Deduplicator>[3]) {
    const deduplicator = new Deduplicator(kinds.requests, undefined, ({ row }) => records[row], hash);
    return records.map((record, row) => deduplicator.offer(record, place(row))?.place.row);
  }

  const leg = (id: string, load: number): Fields => ({ movement_id: id, load });

  test('names the first row with the key', () => {
    expect(deduplicate([leg('A', 1), leg('B', 1), leg('A', 2), leg('A', 1)])).toEqual([undefined, undefined, 0, 0]);
  });

  test('drops no row for a hash collision', () => {
    const allCollide = () => ({ high: 7, low: 7 });
    const records = [leg('A', 1), leg('B', 1), leg('C', 1), leg('B', 1), leg('D', 1), leg('A', 1)];
    expect(deduplicate(records, allCollide)).toEqual([undefined, undefined, undefined, 1, undefined, 0]);
  });

  test('says so when the first row is not there any more', () => {
    const deduplicator = new Deduplicator(kinds.requests, undefined, () => leg('another', 1));
    deduplicator.offer(leg('A', 1), place(0));
    expect(() => deduplicator.offer(leg('A', 1), place(1))).toThrow(InputChanged);
  });
});
