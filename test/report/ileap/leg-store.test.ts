import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { LegStore } from '../../../src/report/ileap/leg-store.ts';

const leg = fc.record({ shipmentId: fc.oneof(fc.constantFrom('A', 'B', 'C'), fc.string()), at: fc.nat() });

test('shipments are whole and their legs in order, in memory as in files', () => {
  fc.assert(
    fc.property(fc.array(leg), fc.integer({ min: 1, max: 400 }), (legs, memory) => {
      const expected = new Map<string, typeof legs>();
      for (const each of legs) expected.set(each.shipmentId, [...(expected.get(each.shipmentId) ?? []), each]);
      for (const limit of [memory, 1e9]) {
        const store = new LegStore<(typeof legs)[number]>(limit);
        for (const each of legs) store.add(each);
        const shipments = [...store.shipments()];
        store.close();
        expect(new Map(shipments.map((each) => [each[0]?.shipmentId, each]))).toEqual(expected);
        expect(shipments).toHaveLength(expected.size);
        if (limit === 1e9) expect(shipments.map((each) => each[0]?.shipmentId)).toEqual([...expected.keys()]);
      }
    }),
    { numRuns: 40 },
  );
});

test('nothing is left of what went to files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'legs-'));
  vi.stubEnv('TMPDIR', folder);
  const store = new LegStore<{ shipmentId: string }>(1);
  store.add({ shipmentId: 'A' });
  expect(readdirSync(folder)).toHaveLength(1);
  store.close();
  expect(readdirSync(folder)).toEqual([]);
  vi.unstubAllEnvs();
});
