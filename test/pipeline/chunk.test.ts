import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Arena } from '../../src/columns/arena.ts';
import { bodyOf, type Chunk, jsonOf, recordOf } from '../../src/destinations/destination.ts';
import { type AddedHashes, ChunkBuilder, type ChunkLimits, ChunkSizes } from '../../src/pipeline/chunk.ts';

const arena = new Arena(1024 * 1024);
const place = arena.allocate(512 * 1024);

/** Hashes of one record: each byte is the number of its row. */
const hashesOf = (index: number): AddedHashes => ({
  contents: new Uint8Array(16).fill(index),
  keys: new Uint8Array(16).fill(index),
  cells: new Uint8Array(8).fill(index),
  movements: new Uint8Array(8).fill(index),
  inputs: Uint16Array.of(index % 3),
  rows: Uint32Array.of(index + 1),
  lines: Uint32Array.of(index + 2),
});

/** Chunks of records, each written over the one before it. */
function build(jsons: readonly string[], limits: ChunkLimits): Chunk[] {
  const builder = new ChunkBuilder(arena, limits);
  const chunks = jsons.flatMap((json, index) => {
    const end = place + arena.buffer.write(json, place);
    return builder.add(place, end, { hashes: hashesOf(index), record: 0, position: index }) ?? [];
  });
  const last = builder.flush();
  expect(builder.flush()).toBeUndefined();
  return last === undefined ? chunks : [...chunks, last];
}

test('a body is the envelope around the records’ own bytes', () => {
  const jsons = ['{"a":1}', '{"b":"ñ"}'];
  for (const continueOnError of [true, false]) {
    const [chunk] = build(jsons, { records: 10, bytes: 1000, continueOnError });
    if (chunk === undefined) throw new Error('no chunk');
    expect(chunk.body.toString()).toBe(
      `{"records":[{"a":1},{"b":"ñ"}],"options":{"continue_on_error":${String(continueOnError)}}}`,
    );
    expect(jsons.map((_, record) => jsonOf(chunk, record).toString())).toEqual(jsons);
    expect(bodyOf(chunk, [0, 1])).toBe(chunk.body);
    expect(bodyOf(chunk, [1]).toString()).toBe(
      `{"records":[{"b":"ñ"}],"options":{"continue_on_error":${String(continueOnError)}}}`,
    );
  }
});

const someJsons = fc.array(
  fc.nat(60).map((size) => JSON.stringify({ x: 'é'.repeat(size) })),
  { maxLength: 60 },
);
const limits = fc.record({
  records: fc.integer({ min: 1, max: 7 }),
  bytes: fc.integer({ min: 200, max: 600 }),
  continueOnError: fc.boolean(),
});

test('no chunk is larger than its limits, and every row is in one, in order', () => {
  fc.assert(
    fc.property(someJsons, limits, (jsons, limit) => {
      const chunks = build(jsons, limit);
      for (const chunk of chunks) {
        expect(chunk.records).toBeLessThanOrEqual(limit.records);
        expect(JSON.parse(chunk.body.toString())).toEqual({
          records: Array.from({ length: chunk.records }, (_, record) => recordOf(chunk, record)),
          options: { continue_on_error: limit.continueOnError },
        });
        if (chunk.records > 1) expect(chunk.body.length).toBeLessThanOrEqual(limit.bytes);
      }
      expect(chunks.map(({ index }) => index)).toEqual(chunks.map((_, index) => index));
      const sent = chunks.flatMap((chunk) =>
        Array.from({ length: chunk.records }, (_, record) => ({
          json: jsonOf(chunk, record).toString(),
          input: chunk.inputs[record],
          row: chunk.rows[record],
          line: chunk.lines[record],
        })),
      );
      for (const chunk of chunks) {
        const own = Array.from(chunk.rows, (row) => row - 1);
        expect([...chunk.contents]).toEqual(own.flatMap((index) => new Array<number>(16).fill(index)));
        expect([...chunk.cells]).toEqual(own.flatMap((index) => new Array<number>(8).fill(index)));
        // What was known when the first of them was read: whatever came after is looked for.
        expect(chunk.position).toBe(own[0]);
      }
      expect(sent).toEqual(jsons.map((json, index) => ({ json, input: index % 3, row: index + 1, line: index + 2 })));
    }),
  );
});

test('a chunk is full only where the next record does not fit', () => {
  fc.assert(
    fc.property(someJsons, limits, (jsons, limit) => {
      const chunks = build(jsons, limit);
      for (const [index, { records, body }] of chunks.slice(0, -1).entries()) {
        const next = chunks[index + 1];
        if (records === limit.records || next === undefined) continue;
        const longer = body.length + 1 + jsonOf(next, 0).length;
        expect(longer).toBeGreaterThan(limit.bytes - (limit.continueOnError ? 1 : 0));
      }
    }),
  );
});

test('rows are in the same chunks whether errors stop a chunk or not, and a dry run counts as many', () => {
  fc.assert(
    fc.property(someJsons, limits, (jsons, limit) => {
      const sizesOf = (continueOnError: boolean): readonly number[] =>
        build(jsons, { ...limit, continueOnError }).map(({ records }) => records);
      expect(sizesOf(true)).toEqual(sizesOf(false));
      const sizes = new ChunkSizes(limit);
      const counted: number[] = [];
      for (const json of jsons) {
        const isFirst = sizes.isEmpty;
        if (sizes.add(Buffer.byteLength(json)) || isFirst) counted.push(0);
        counted[counted.length - 1] = (counted.at(-1) ?? 0) + 1;
      }
      expect(counted).toEqual(sizesOf(limit.continueOnError));
    }),
  );
});

test('a record that is larger than the limit is alone', () => {
  const jsons = ['{"a":1}', JSON.stringify({ x: 'y'.repeat(300_000) }), '{"a":2}'];
  const chunks = build(jsons, { records: 10, bytes: 1000, continueOnError: true });
  expect(chunks.map((chunk) => jsonOf(chunk, 0).toString())).toEqual(jsons);
});
