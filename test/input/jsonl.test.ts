import { describe, expect, test } from 'vitest';
import { Tag } from '../../src/columns/batch.ts';
import { areRead, cellsOf, createRowAt, openBytes, readAll, readRows } from '../support/inputs.ts';

const jsonl = { format: 'jsonl' } as const;

describe('rows of JSON Lines', () => {
  test('are objects; values are read as the texts they mean', async () => {
    const read = await readAll('{"a":"x","b":12.50}\n\n{"b":true,"a":null}\n', jsonl);
    expect(read.columns).toEqual(['a', 'b']);
    expect(cellsOf(read)).toEqual([
      ['x', '12.5'],
      ['', 'true'],
    ]);
    expect(read.rows.map(({ row, line }) => [row, line])).toEqual([
      [1, 1],
      [2, 3],
    ]);
  });

  test('keep the digits of long numbers', async () => {
    const read = await readAll('{"a":26830007899150601093463,"b":"12345678901234567890 \\"x\\"","c":-1.5}\n', jsonl);
    expect(cellsOf(read)).toEqual([['26830007899150601093463', '12345678901234567890 "x"', '-1.5']]);
  });

  test('are recognised by their first character', async () => {
    expect(cellsOf(await readAll('{"a":1}\n'))).toEqual([['1']]);
  });

  test.each([
    ['{"a":5,"a":7}', 'has "a" twice, as 5 and as 7; which one is right?'],
    ['{"a":null,"b":1,"a":7}', 'as null and as 7'],
    ['{"a":"5","a":5}', 'as "5" and as 5'],
    ['{"x":{"y":[1]},"x":{"y":[2]},"a":1}', 'has "x" twice, as {"y":[1]} and as {"y":[2]}'],
    ['{"a":1,"\\u0061":2}', 'has "a" twice'],
  ])('%s is malformed: it says two things', async (line, message) => {
    const { rows } = await readAll(`{"a":0}\n${line}\n{"a":2}\n`, jsonl);
    expect(rows.map(({ malformed }) => malformed?.includes(message))).toEqual([undefined, true, undefined]);
    expect(rows[1]?.text).toBe(line);
  });

  test.each(['{"a":5,"a":5}', '{"b":{"a":1},"a":2}', '{"b":"\\",\\"a\\":3","a":2}', '{"b":[{"a":1},{"a":2}],"a":2}'])(
    '%s is not: it says one thing, or is nested',
    async (line) => {
      const { rows } = await readAll(`{"a":0}\n${line}\n`, jsonl);
      expect(rows.map(({ malformed }) => malformed)).toEqual([undefined, undefined]);
    },
  );

  test.each([
    ['{"a":1', 'is not JSON ('],
    ['{"a":NaN,"b":1}', 'write null, as to_json of pandas does'],
    ['{"a":[1,-Infinity]}', 'write null'],
    ['[1,2]', 'must hold a JSON object'],
    ['"text"', 'must hold a JSON object'],
    ['null', 'must hold a JSON object'],
  ])('%s is malformed, and reading goes on', async (line, message) => {
    const { rows } = await readAll(`{"a":0}\n${line}\n{"a":2}\n`, jsonl);
    expect(rows.map(({ malformed }) => malformed?.includes(message))).toEqual([undefined, true, undefined]);
    expect(rows[1]?.text).toBe(line);
  });

  test('have errors at the position where they stand, whatever long numbers come before', async () => {
    const { rows } = await readAll('{"a":26830007899150601093463,"b" 5}\n{"a":1}\n', jsonl);
    expect(rows[0]?.malformed).toContain('position 33');
  });

  test('name nested values and keys that came late', async () => {
    const late = '{"a":"x"}\n'.repeat(200_000) + '{"a":{"b":1},"z":"late"}\n';
    const { rows, columns } = await readAll(late, jsonl);
    expect(columns).toEqual(['a']);
    expect(rows.at(-1)).toMatchObject({
      cells: ['{"b":1}'],
      tags: [Tag.nested],
      extras: [{ key: 'z', text: 'late', tag: Tag.text }],
    });
  });

  test('can be read again', async () => {
    const input = await openBytes(Buffer.from('{"a":"ñ"}\n{"a":"x"}\n\n{"a":"y"}'), jsonl);
    const { rows } = await readRows(input);
    const rowAt = createRowAt(input);
    expect(rows.length).toBe(3);
    for (const { offset, cells, tags } of rows) expect(rowAt(offset)).toMatchObject({ offset, cells, tags });
  });
});

describe('a JSON array', () => {
  test.each([
    ['[{"a":1,"b":"x"},{"a":2,"b":"]},{"}]', [1, 2]],
    ['\n[\n  {\n    "a": 1,\n    "b": "x"\n  },\n  {"a": 2, "b": "]},{"}\n]\n', [3, 7]],
    ['\ufeff[ {"a":1,"b":"x"}\r\n, {"a":2,"b":"]},{"} ]', [1, 2]],
  ])('%j is read as its objects', async (text, lines) => {
    for (let size = 1; size <= text.length + 2; size += 1) {
      const read = await readAll(text, {}, size);
      expect(cellsOf(read)).toEqual([
        ['1', 'x'],
        ['2', ']},{'],
      ]);
      expect(read.rows.map(({ line }) => line)).toEqual(lines);
    }
  });

  test('of many objects without a line end is read as a stream, and again', async () => {
    const text = `[${Array.from({ length: 100_000 }, (_, i) => `{"a":${String(i)},"b":"ñ\\n${'x'.repeat(20)}"}`).join(',')}]`;
    const input = await openBytes(Buffer.from(text));
    const { rows } = await readRows(input);
    expect(rows.length).toBe(100_000);
    const rowAt = createRowAt(input);
    for (const at of [0, 1, 50_000, 99_999]) expect(rowAt(rows[at]?.offset ?? 0)?.cells[0]).toBe(String(at));
  });

  test('that is broken refuses what is broken', async () => {
    const { rows } = await readAll('[{"a":1},2,{"a":3},{"a":');
    expect(areRead(rows)).toEqual([true, false, true, false]);
  });
});
