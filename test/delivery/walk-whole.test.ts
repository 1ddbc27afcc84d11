import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Get, walkWhole } from '../../src/delivery/read-stored.ts';

/** What happens to an account between two pages. */
type Event = { readonly add: number } | { readonly remove: number };

interface Item {
  readonly id: string;
  /** Where a list of another order has it: an order of equal times, which says nothing. */
  readonly place: number;
}

const orders = {
  'oldest first': (records: readonly Item[]) => records,
  'newest first': (records: readonly Item[]) => records.toReversed(),
  'by another field': (records: readonly Item[]) => records.toSorted((a, b) => a.place - b.place),
} as const;

interface Course {
  readonly size: number;
  readonly order: keyof typeof orders;
  /** How many versions behind the list is. */
  readonly lag: number;
  /** What happens before each call. */
  readonly calls: readonly (readonly Event[])[];
}

/** Adding and removing at once leaves the count as it was, which is what a reader can't see. */
const event = fc.oneof(
  fc.record({ add: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ remove: fc.double({ min: 0, max: 1, noNaN: true }) }),
);
const pair = fc.tuple(event, event).filter(([a, b]) => 'add' in a !== 'add' in b);
const course: fc.Arbitrary<Course> = fc.record({
  size: fc.integer({ min: 90, max: 520 }),
  order: fc.constantFrom(...(Object.keys(orders) as (keyof typeof orders)[])),
  lag: fc.integer({ min: 0, max: 3 }),
  calls: fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constant<readonly Event[]>([]) },
      { weight: 3, arbitrary: pair },
      { weight: 1, arbitrary: fc.array(event, { maxLength: 5 }) },
    ),
    { maxLength: 14 },
  ),
});

/** An account that changes while its list is read. */
function accountOf({ size, order, lag, calls }: Course) {
  let made = 0;
  const make = (place: number): Item => {
    made += 1;
    return { id: `id-${String(made)}`, place };
  };
  const versions: (readonly Item[])[] = [Array.from({ length: size }, (_, at) => make(((at * 37) % size) / size))];
  const served = new Set<number>();
  let call = 0;
  const get: Get = (path) => {
    const events = calls[call] ?? [];
    call += 1;
    const now = (versions.at(-1) ?? []).slice();
    for (const each of events) {
      if ('add' in each) now.push(make(each.add));
      else now.splice(Math.floor(each.remove * now.length), 1);
    }
    versions.push(now);
    const at = Math.max(0, versions.length - 1 - lag);
    served.add(at);
    const list = orders[order](versions[at] ?? []);
    const page = Number(new URLSearchParams(path.split('?')[1]).get('page'));
    const items = list.slice((page - 1) * 100, page * 100);
    return Promise.resolve({ kind: 'read', status: 200, body: JSON.stringify({ total: list.length, items }) });
  };
  /** What the account had from the first to the last answer. */
  const steady = (): readonly string[] => {
    const [from, to] = [Math.min(...served), Math.max(...served)];
    const all = versions.slice(from, to + 1).map((records) => new Set(records.map(({ id }) => id)));
    return [...(all[0] ?? [])].filter((id) => all.every((ids) => ids.has(id)));
  };
  return { get, steady };
}

test('a list that is believed has every record once that was there all the time, whatever changes between its pages', async () => {
  let believed = 0;
  await fc.assert(
    fc.asyncProperty(course, async (given) => {
      const { get, steady } = accountOf(given);
      const taken: string[] = [];
      const failure = await walkWhole(get, '/list?', ({ items }) => {
        taken.push(...items.map(({ id }) => id));
      });
      if (failure !== undefined) {
        expect(failure.isTorn).toBe(true);
        return;
      }
      believed += 1;
      const ids = new Set(taken);
      expect(ids.size).toBe(taken.length);
      expect(steady().filter((id) => !ids.has(id))).toEqual([]);
    }),
    { numRuns: 300 },
  );
  expect(believed).toBeGreaterThan(100);
});
