import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { SeenIds } from '../../src/delivery/seen-ids.ts';

test('ids are counted once each, however often they come, and those that are nearly alike apart', () => {
  const ids = [...Array.from({ length: 20_000 }, (_, at) => `id-${String(at)}`), '', 'a', 'aa', randomUUID()];
  const seen = new SeenIds();
  for (const id of [...ids, ...ids.slice(0, 5000), ...ids]) seen.add(id);
  expect(seen.size).toBe(ids.length);
});
