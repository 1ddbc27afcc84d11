import * as fc from 'fast-check';
import type { Mark } from '../support/ledger.ts';

/** As many work on a ledger at a time. */
export const processes = 3;

const letters = 'AARNU';

const markArbitrary: fc.Arbitrary<Required<Mark>> = fc
  .record({
    content: fc.integer({ min: 0, max: 9 }),
    key: fc.integer({ min: 0, max: 3 }),
    row: fc.integer({ min: 1, max: 9 }),
  })
  .map(({ content, key, row }) => ({
    content: `content ${String(content)}`,
    // The same content has the same identity, cells and movement.
    key: content % 3 === 0 ? '' : `key ${String(content % 5)}`,
    cells: key === 0 ? '' : `cells ${String(key)}`,
    movement: content % 4 === 0 ? '' : `movement ${String(content % 2)}`,
    row,
  }));

const marksArbitrary = fc.array(markArbitrary, { minLength: 1, maxLength: 5 });

/** What a process does with a ledger. */
export type Step =
  | {
      readonly do: 'create' | 'open' | 'finish' | 'close' | 'kill' | 'prune' | 'list';
      readonly process: number;
      readonly pick: number;
    }
  | {
      readonly do: 'known' | 'begin';
      readonly process: number;
      readonly marks: readonly Required<Mark>[];
      readonly isStale: boolean;
    }
  | { readonly do: 'settle'; readonly process: number; readonly pick: number; readonly letters: string }
  | { readonly do: 'owners'; readonly process: number };

const process = fc.integer({ min: 0, max: processes - 1 });

export const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('create' as const), process, pick: fc.nat(3) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'open' as const,
        'finish' as const,
        'close' as const,
        'kill' as const,
        'prune' as const,
        'list' as const,
      ),
      process,
      pick: fc.nat(5),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('known' as const, 'begin' as const),
      process,
      marks: marksArbitrary,
      isStale: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      process,
      pick: fc.nat(5),
      letters: fc.array(fc.constantFrom(...letters), { minLength: 5, maxLength: 5 }).map((all) => all.join('')),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('owners' as const), process }) },
);
