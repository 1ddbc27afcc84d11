import { describe, expect, test } from 'vitest';
import { Arena, TextSpace } from '../../src/columns/arena.ts';
import { Fragments, IdFragments, ValueFragments } from '../../src/columns/fragments.ts';

const megabyte = 1024 * 1024;

const createFragments = () => {
  const arena = new Arena(Fragments.bytes + 4096);
  return { arena, fragments: new Fragments(arena) };
};

/** Of a megabyte, and told from others by its beginning and its end. */
const large = (name: string): string => `${name} ${'ñ'.repeat(megabyte / 2)} ${name}`;

/** Too long to be shown where it is not what was expected. */
const isSame = (a: string, b: string): boolean => a === b;

describe('fragments', () => {
  test('of values are what they were made of, also when all are forgotten to make room', () => {
    const { arena, fragments } = createFragments();
    const dictionaries = [0, 1].map(() => ({ values: [] as string[], generation: 0 }));
    const made: number[] = [0, 0];
    const prepared = dictionaries.map(
      (dictionary, index) =>
        new ValueFragments(fragments, dictionary, (value: string) => {
          made[index] = (made[index] ?? 0) + 1;
          return large(`${String(index)}:${value}`);
        }),
    );
    const epochs = new Set<number>();
    for (let batch = 0; batch < 60; batch += 1) {
      for (const [index, dictionary] of dictionaries.entries()) {
        // One forgets its values now and then: an id is another value then.
        if (index === 1 && batch % 7 === 6) {
          dictionary.values = [];
          dictionary.generation += 1;
        }
        // No more than a batch may add where all has to be made again.
        const { values, generation } = dictionary;
        if (values.length < 7) values.push(`${String(batch)} of ${String(generation)}`);
      }
      fragments.trim();
      epochs.add(fragments.epoch);
      for (const each of prepared) each.update();
      for (const [index, { values }] of dictionaries.entries()) {
        const { starts, ends } = prepared[index] ?? { starts: [], ends: [] };
        expect(starts.length).toBe(values.length);
        for (const [id, value] of values.entries()) {
          const text = arena.text(starts[id] ?? 0, ends[id] ?? 0);
          expect(isSame(text, large(`${String(index)}:${value}`))).toBe(true);
        }
      }
    }
    expect(epochs.size).toBeGreaterThan(1);
    // What is known is not made again without a reason.
    expect(made[0]).toBeLessThan(7 * (epochs.size + 1));
  });

  test('of numbers are made when they are asked for, and again when they mean something else', () => {
    const { arena, fragments } = createFragments();
    let meaning = 0;
    const made: number[] = [];
    const [first, second] = [0, 1].map(
      (which) =>
        new IdFragments(fragments, (id) => {
          made.push(id);
          return large(`${String(which)} ${String(id)} ${String(meaning)}`);
        }),
    );
    if (first === undefined || second === undefined) throw new Error('no fragments');
    for (let batch = 0; batch < 40; batch += 1) {
      meaning = Math.floor(batch / 8);
      first.begin(meaning);
      second.begin(meaning);
      for (const id of [batch % 5, 3, 1000 + (batch % 3)]) {
        for (const [which, each] of [first, second].entries()) {
          const expected = large(`${String(which)} ${String(id)} ${String(meaning)}`);
          expect(each.lengthOf(id)).toBe(Buffer.byteLength(expected));
          expect(isSame(arena.text(each.startOf(id), each.endOf(id)), expected)).toBe(true);
        }
      }
    }
    expect(fragments.epoch).toBeGreaterThan(1);
    expect(made.length).toBeLessThan(40 * 3 * 2);
  });

  test('that were forgotten by another are made again', () => {
    const { arena, fragments } = createFragments();
    const dictionary = { values: ['a'], generation: 0 };
    const values = new ValueFragments(fragments, dictionary, (value: string) => value);
    values.update();
    while (fragments.epoch === 0) {
      fragments.put(large('x'));
      fragments.trim();
    }
    const numbers = new IdFragments(fragments, (id) => `number ${String(id)}`);
    numbers.begin(0);
    expect(arena.text(numbers.startOf(7), numbers.endOf(7))).toBe('number 7');
    values.update();
    expect(arena.text(values.starts[0] ?? 0, values.ends[0] ?? 0)).toBe('a');
    expect(arena.text(numbers.startOf(7), numbers.endOf(7))).toBe('number 7');
  });
});

describe('room for texts', () => {
  test('is used up to its last byte, and no further', () => {
    const arena = new Arena(4096);
    const [before, space, behind] = [arena.allocate(8), new TextSpace(arena, 10), arena.allocate(8)];
    arena.buffer.fill('b', before, before + 8);
    arena.buffer.fill('x', behind, behind + 8);
    const start = space.end;
    expect(space.put('ñandú') - start).toBe(7);
    expect(() => space.put('four')).toThrow('no room for a text');
    expect(space.put('abc') - start).toBe(10);
    expect(space.room).toBe(0);
    expect(arena.text(start, space.end)).toBe('ñandúabc');
    space.rewind(start + 7);
    expect(space.room).toBe(3);
    space.clear();
    expect([space.end, space.room]).toEqual([start, 10]);
    expect(arena.text(before, before + 8) + arena.text(behind, behind + 8)).toBe('bbbbbbbbxxxxxxxx');
    expect(() => arena.allocate(8192)).toThrow('the arena is full');
  });

  test('copies ranges of all lengths as they are', () => {
    const arena = new Arena(4096);
    const place = arena.allocate(2048);
    const text = 'abcdefghijklmnopqrstuvwxyz0123456789'.repeat(4);
    arena.buffer.write(text, place);
    for (let length = 0; length <= 100; length += 1) {
      for (const offset of [0, 1, 2, 3]) {
        const end = arena.copy(place + 1024 + offset, place + offset, place + offset + length);
        expect(arena.text(place + 1024 + offset, end)).toBe(text.slice(offset, offset + length));
      }
    }
  });
});
