import { expect, test } from 'vitest';
import type { Batch, StoredById } from '../../src/delivery/calculated.ts';
import type { Calculator } from '../../src/calculator/calculator.ts';
import { createAwaited } from '../../src/delivery/awaited.ts';
import { createCompared } from '../../src/delivery/compared.ts';
import type { Destination, Outcome } from '../../src/destinations/destination.ts';
import { acceptedOutcome, chunkOf, fatesOf } from '../support/chunks.ts';

const chunk = chunkOf([{ movement_id: 'A', category: 'road' }, { movement_id: 'B' }, { load: 1 }]);

const destinationOf = (outcome: Outcome): Destination => ({
  resultColumns: ['id', 'co2e_kg'],
  concurrency: 1,
  target: { baseUrl: 'https://api.example.com/', organizationId: 'o' },
  deliver: async () => outcome,
  close: async () => {},
});

/** Awaits a chunk whose looks find what is given, one after the other. */
function awaiting(outcome: Outcome, looks: readonly StoredById[]) {
  const batches: Omit<Batch, 'since'>[] = [];
  const seen: object[] = [];
  let time = 0;
  const awaited = createAwaited(destinationOf(outcome), {
    read: async ({ isOlder: _isOlder, ...batch }) => {
      batches.push(batch);
      return looks[batches.length - 1] ?? { reason: 'no more looks' };
    },
    waitMs: 600,
    overlaps: false,
    now: () => time,
    wait: async (ms) => {
      time += ms;
      return 'waited';
    },
    onLook: (calculation) => seen.push({ ...calculation }),
  });
  return { awaited, batches, seen };
}

const calculated = { id: 'a', co2e: 5, tkm: 2, distance_km: 3, toc: 'van_diesel', category: 'air' };

test('emissions are read back until all are calculated', async () => {
  const looks = [
    new Map([['a', { id: 'a', status: 'pending' }]]),
    new Map<string, { id: string }>([
      ['a', calculated],
      ['b', { id: 'b', status: 'error', error_messages: ["LOCATION_UNKNOWN: 'X'"] } as { id: string }],
      ['c', { id: 'c', kgco2e: 1, package_id: 'p' } as { id: string }],
    ]),
  ];
  const { awaited, batches, seen } = awaiting(acceptedOutcome(['a', 'b', 'c']), looks);
  const outcome = await awaited.deliver(chunk);
  expect(batches).toEqual([
    { files: [], movementIds: ['A', 'B', undefined], isWhole: false },
    { files: [], movementIds: ['A', 'B', undefined], isWhole: true },
  ]);
  expect(seen).toEqual([
    { records: 3, calculated: 0 },
    { records: 3, calculated: 3 },
  ]);
  expect(outcome.state).toBe('partly');
  expect(fatesOf(outcome)).toEqual(['accepted', 'rejected', 'accepted']);
  expect([...outcome.results]).toEqual([
    [0, { id: 'a', package_id: undefined, co2e_kg: 5, status: 'calculated' }],
    [2, { id: 'c', package_id: 'p', co2e_kg: 1, status: 'calculated' }],
  ]);
  expect([...outcome.emissions]).toEqual([
    [0, { group: 'road', co2eKg: 5, tonneKm: 2, distanceKm: 3, vehicleType: 'van_diesel' }],
    [2, { group: 'unspecified', co2eKg: 1 }],
  ]);
  expect(outcome.issues.get(1)).toMatchObject({ stage: 'calculate', storedId: expect.any(String) });
  expect(awaited.unfinished()).toEqual({ records: 0, reason: undefined });
});

test('an id that may be that of another record is not shown as certain, and its record is not replaced', async () => {
  const looks = [
    new Map<string, { id: string }>([
      ['a', calculated],
      ['b', { id: 'b', status: 'error', error_messages: ['NO_TOC'] } as { id: string }],
      ['c', { id: 'c', kgco2e: 1 } as { id: string }],
    ]),
  ];
  const { awaited } = awaiting({ ...acceptedOutcome(['a', 'b', 'c']), alike: new Set([0, 1]) }, looks);
  const { results, issues } = await awaited.deliver(chunk);
  expect(results.get(0)?.status).toMatch(/^calculated; the id may be that of another/);
  expect(results.get(2)?.status).toBe('calculated');
  expect(issues.get(1)).toMatchObject({ isStored: true });
  expect(issues.get(1)?.storedId).toBeUndefined();
});

test('what can’t be read stays pending', async () => {
  const accepted = { ...acceptedOutcome(['a', 'b', 'c']), files: ['f'] };
  const { awaited, batches } = awaiting(accepted, [{ reason: 'HTTP 503' }]);
  const outcome = await awaited.deliver(chunk);
  expect(batches).toEqual([{ files: ['f'], movementIds: [], isWhole: false }]);
  expect(outcome).toEqual(accepted);
  expect(awaited.unfinished()).toEqual({ records: 3, reason: 'HTTP 503' });
});

test('the embedded calculator’s figure is next to the API’s', async () => {
  const outcome = acceptedOutcome(['a', 'b', 'c']);
  const results = new Map([...outcome.results].map(([record, result]) => [record, { ...result, co2e_kg: record + 1 }]));
  const calculator = {
    shipment: ({ movement_id: id }: { movement_id?: string }) =>
      id === 'B' ? { ok: false } : { ok: true, value: { co2eKg: 1 } },
  } as unknown as Calculator;
  const compared = createCompared(destinationOf({ ...outcome, results }), calculator);
  const { results: beside } = await compared.deliver(chunk);
  expect([...beside.values()]).toMatchObject([
    { id: 'a', co2e_kg: 1, local_co2e_kg: 1, difference_kg: 0 },
    { id: 'b', co2e_kg: 2, local_co2e_kg: undefined },
    { id: 'c', co2e_kg: 3, local_co2e_kg: 1, difference_kg: 2 },
  ]);
  expect(compared.resultColumns).toEqual(['id', 'co2e_kg', 'local_co2e_kg', 'difference_kg']);
  expect(compared.comparison()).toEqual({
    records: 2,
    apiKg: 4,
    localKg: 2,
    most: [{ input: 0, line: 4, movementId: undefined, apiKg: 3, localKg: 1 }],
  });
});
