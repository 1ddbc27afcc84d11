import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arena } from '../../src/columns/arena.ts';
import { Batch, Tag } from '../../src/columns/batch.ts';
import {
  absent,
  Dictionary,
  type DictionaryLimits,
  type Interpret,
  meantText,
  PerValue,
} from '../../src/columns/dictionary.ts';
import { TupleIds } from '../../src/columns/tuple-ids.ts';
import type { Issue } from '../../src/issues.ts';
import { kinds } from '../../src/records/kinds.ts';
import { readByColumns, readByRow } from '../support/records.ts';

const arena = new Arena(64 * 1024);
const place = arena.allocate(32 * 1024);

const wide: DictionaryLimits = { entries: 1e6, textBytes: 1e9, issues: 1e6, longest: 256, trial: 1e9 };

/** What these tests take texts to mean. */
const interpret: Interpret<string> = (text, tag) => {
  if (text.trim() === '') return { value: undefined };
  if (text.startsWith('!')) return { value: undefined, issues: [issueOf(text, tag)] };
  const value = `${text.toUpperCase()}/${String(tag)}`;
  return text.startsWith('?') ? { value, note: `${text} was read as ${value}` } : { value };
};

const issueOf = (text: string, tag: Tag): Issue => ({
  code: 'INVALID_CHOICE',
  stage: 'validate',
  message: `${text} ${String(tag)}`,
});

/** A dictionary that notes which texts it asks for. */
function createWatched(limits: Partial<DictionaryLimits> = {}) {
  const asked: string[] = [];
  const dictionary = new Dictionary<string>(
    (text, tag) => {
      asked.push(`${String(tag)} ${text}`);
      return interpret(text, tag);
    },
    { ...wide, ...limits },
  );
  const find = (text: string, tag: Tag = Tag.text, offset = 0): number => {
    // What comes after a text is not a part of it.
    const start = place + offset;
    const end = start + arena.buffer.write(text, start);
    arena.buffer.fill(String(asked.length % 10), end, end + 8);
    return dictionary.find(arena, start, end, tag);
  };
  return { dictionary, asked, find };
}

const tags = [Tag.text, Tag.csvEscaped, Tag.nested] as const;
const unit = fc.constantFrom('a', 'b', 'A', '!', '?', ' ', 'é', '12345678', '\u0000');
const text = fc.string({ unit, maxLength: 6 });

describe('a dictionary', () => {
  test('knows what texts mean, asks once for each, and keeps its ids until they are forgotten', () => {
    const step = fc.record({ text, tag: fc.constantFrom(...tags), offset: fc.nat(7), trims: fc.boolean() });
    const limits = fc.record({
      entries: fc.constantFrom(4, 50, 1e6),
      textBytes: fc.constantFrom(40, 1e9),
      issues: fc.constantFrom(2, 1e6),
      longest: fc.constantFrom(3, 256),
      trial: fc.constantFrom(10, 1e9),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), limits, (steps, limit) => {
        const { dictionary, asked, find } = createWatched(limit);
        const ids = new Map<string, number>();
        const refused = new Set<number>();
        let { generation } = dictionary;
        for (const { text: each, tag, offset, trims } of steps) {
          if (trims) {
            dictionary.trim();
            if (dictionary.generation !== generation) {
              ({ generation } = dictionary);
              expect(dictionary.values).toEqual([]);
              ids.clear();
              refused.clear();
              asked.length = 0;
            }
          }
          expect(dictionary.generation).toBe(generation);
          dictionary.count(1);
          const id = find(each, tag, offset);
          const meaning = interpret(meantText(each, tag), tag);
          if (meaning.value !== undefined) {
            expect(dictionary.values[id]).toBe(meaning.value);
            expect(dictionary.notes[id]).toBe(meaning.note);
            if (meaning.note !== undefined) expect(dictionary.hasNotes).toBe(true);
            // Equal values have one id, however they were written.
            const key = `${meaning.value}\n${meaning.note ?? ''}`;
            expect(ids.get(key) ?? id).toBe(id);
            ids.set(key, id);
          } else if (meaning.issues === undefined) {
            expect(id).toBe(absent);
          } else {
            expect(id).toBeLessThan(absent);
            expect(dictionary.issuesOf(id)).toEqual(meaning.issues);
            refused.add(id);
          }
          // Ids of refusals are apart from each other, and known until they are forgotten.
          for (const other of refused) expect(dictionary.issuesOf(other).length).toBe(1);
          if (Buffer.byteLength(each) <= limit.longest) {
            const count = asked.filter((one) => one === `${String(tag)} ${each}`).length;
            expect(count).toBe(1);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('tells the same bytes with another tag from each other', () => {
    const { asked, find, dictionary } = createWatched();
    const ids = [Tag.text, Tag.csvEscaped, Tag.jsonEscaped, Tag.number, Tag.nested].map((tag) => find('12', tag));
    expect(new Set(ids).size).toBe(5);
    expect(ids.map((id) => dictionary.values[id])).toEqual(['12/0', '12/1', '12/2', '12/3', '12/4']);
    expect(asked).toEqual(['0 12', '1 12', '2 12', '3 12', '4 12']);
  });

  test('reads escapes and numbers as what they mean', () => {
    const { asked, find } = createWatched();
    find('say ""no""', Tag.csvEscaped);
    find('say ""no""');
    find(String.raw`a\u00e9\n`, Tag.jsonEscaped);
    find('1.50', Tag.number);
    expect(asked).toEqual(['1 say "no"', '0 say ""no""', '2 aé\n', '3 1.5']);
  });

  test('remembers refusals, and asks no second time', () => {
    const { asked, find, dictionary } = createWatched();
    const [first, second] = [find('!a'), find('!b')];
    expect([find('!a'), find('!b')]).toEqual([first, second]);
    expect(asked).toEqual(['0 !a', '0 !b']);
    expect(first).not.toBe(second);
    // The very same issues: who counts them by what they are can rely on it.
    expect(dictionary.issuesOf(find('!a'))).toBe(dictionary.issuesOf(first));
  });

  test.each<[string, Partial<DictionaryLimits>, (n: number) => string]>([
    ['entries', { entries: 4 }, (n) => `t${String(n)}`],
    ['texts that mean nothing', { entries: 4 }, (n) => ' '.repeat(n)],
    ['bytes', { textBytes: 32 }, (n) => `text ${String(n)}`],
    ['issues', { issues: 4 }, (n) => `!${String(n)}`],
  ])('that is full of %s forgets between batches, never within one', (_name, limits, textOf) => {
    const { find, dictionary } = createWatched(limits);
    for (let round = 1; round <= 3; round += 1) {
      for (let n = 0; n < 6; n += 1) find(textOf(n));
      expect(dictionary.generation).toBe(round - 1);
      dictionary.trim();
      expect(dictionary.generation).toBe(round);
      dictionary.trim();
      expect(dictionary.generation).toBe(round);
    }
  });

  test('has no text that is too long, but its value', () => {
    const { asked, find, dictionary } = createWatched({ longest: 4 });
    const ids = [find('abcde'), find('abcde'), find('abcd'), find('abcd')];
    expect(asked).toEqual(['0 abcde', '0 abcde', '0 abcd']);
    expect(ids).toEqual([0, 0, 1, 1]);
    expect(dictionary.values).toEqual(['ABCDE/0', 'ABCD/0']);
  });

  test('whose texts do not repeat stops remembering them from batch to batch', () => {
    const { asked, find, dictionary } = createWatched({ trial: 8 });
    for (let batch = 0; batch < 4; batch += 1) {
      dictionary.trim();
      dictionary.count(4);
      for (let n = 0; n < 4; n += 1) find(`t${String(batch)}${String(n)}`);
    }
    expect(dictionary.generation).toBe(2);
    expect(asked.length).toBe(16);
  });

  test('whose texts repeat keeps them', () => {
    const { asked, find, dictionary } = createWatched({ trial: 8 });
    for (let batch = 0; batch < 8; batch += 1) {
      dictionary.trim();
      dictionary.count(4);
      for (let n = 0; n < 4; n += 1) find(`t${String(n % 2)}`);
    }
    expect(dictionary.generation).toBe(0);
    expect(asked.length).toBe(2);
  });

  test('grows to many texts, and finds them all', () => {
    const { asked, find, dictionary } = createWatched();
    const ids = Array.from({ length: 50_000 }, (_, n) => find(`text ${String(n)}`));
    expect(Array.from({ length: 50_000 }, (_, n) => find(`text ${String(n)}`))).toEqual(ids);
    expect(ids.every((id, n) => dictionary.values[id] === `TEXT ${String(n)}/0`)).toBe(true);
    expect(asked.length).toBe(50_000);
  });
});

test('what is worked out of values follows them when they are forgotten', () => {
  const { find, dictionary } = createWatched({ entries: 3 });
  const computed: string[] = [];
  const lengths = new PerValue(dictionary, (value) => {
    computed.push(value);
    return `${value}!`;
  });
  for (const texts of [
    ['a', 'b'],
    ['a', 'c', 'd'],
    ['d', 'e'],
    ['a', 'b', 'c', 'd'],
  ]) {
    dictionary.trim();
    const ids = texts.map((each) => find(each));
    const results = lengths.update();
    expect(ids.map((id) => results[id])).toEqual(texts.map((each) => `${each.toUpperCase()}/0!`));
  }
  expect(computed).toEqual(['A/0', 'B/0', 'C/0', 'D/0', 'D/0', 'E/0', 'A/0', 'B/0', 'C/0']);
});

test('tuples of integers have one number each, in the order in which they come', () => {
  const integer = fc.oneof(fc.integer({ min: -2, max: 5 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
  const asked = fc.integer({ min: 1, max: 9 }).chain((width) =>
    fc.record({
      width: fc.constant(width),
      tuples: fc.array(fc.array(integer, { minLength: width, maxLength: width }), { maxLength: 300 }),
      clearAt: fc.nat(300),
    }),
  );
  fc.assert(
    fc.property(asked, ({ width, tuples, clearAt }) => {
      const ids = new TupleIds(width);
      const known = new Map<string, number>();
      for (const [index, tuple] of tuples.entries()) {
        if (index === clearAt) {
          ids.clear();
          known.clear();
        }
        const id = known.get(tuple.join()) ?? known.size;
        known.set(tuple.join(), id);
        ids.key.set(tuple);
        expect(ids.idOf()).toBe(id);
        expect(ids.size).toBe(known.size);
      }
    }),
  );
});

describe('columns that forget', () => {
  const { requests } = kinds;
  const columns = ['toc', 'client', 'category', 'load', 'load_unit', 'origin_country', 'shipment_date', 'distance_km'];

  test.each<[string, (n: number) => string[]]>([
    [
      'values that never repeat',
      (n) => [`t${String(n)}`, `c${String(n)}`, 'road', `${String(n)} kg`, 'ton', 'ES', '', '1'],
    ],
    [
      'refusals that never repeat',
      (n) => [
        't',
        'c',
        `x${String(n)}`,
        `y${String(n)}`,
        'u',
        n % 500 === 0 ? `Land ${String(n)}` : `12`,
        `d${String(n)}`,
        'z',
      ],
    ],
    [
      'both in turn',
      (n) => [
        `t${String(n % 9000)}`,
        '',
        n % 2 === 0 ? 'rail' : `x${String(n)}`,
        `${String(n)} t`,
        `u${String(n % 3)}`,
        n % 5 === 0 ? 'Spain' : 'es',
        '20250615',
        '',
      ],
    ],
  ])('read %s as single rows are read', (_name, cellsOf) => {
    const rows = Array.from({ length: 12_000 }, (_, n) => ({ cells: cellsOf(n) }));
    const read = readByColumns({ kind: requests, columns }, rows, 1000);
    for (const [index, row] of rows.entries()) {
      if (index % 97 !== 0 && index < 11_900) continue;
      const { fields, issues, notes } = readByRow({ kind: requests, columns }, row);
      expect(read[index]).toEqual({ fields, issues, notes });
    }
  });

  test('have no more rows than a batch has room for', () => {
    expect(new Batch(8).capacity).toBe(2048);
    expect(new Batch(0).capacity).toBe(2048);
    expect(new Batch(100).capacity).toBe(655);
    expect(new Batch(16_384).capacity).toBe(4);
    expect(new Batch(100_000).capacity).toBe(1);
  });
});
