import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Chunk, ValidRow } from '../../src/destinations/destination.ts';
import { ChunkBuilder } from '../../src/pipeline/chunk.ts';

const row = (json: string, number = 1): ValidRow => ({
  input: 0,
  row: { row: number, line: number, offset: 0, cells: [] },
  record: {},
  json: Buffer.from(json),
});

function build(jsons: readonly string[], records: number, bytes: number): Chunk[] {
  const builder = new ChunkBuilder({ records, bytes, continueOnError: true });
  const chunks = jsons.flatMap((json, index) => builder.add(row(json, index + 1)) ?? []);
  return [...chunks, ...[builder.flush()].flatMap((chunk) => chunk ?? [])];
}

test('a body is the envelope around the records’ own bytes', () => {
  const [chunk] = build(['{"a":1}', '{"b":"ñ"}'], 10, 1000);
  expect(chunk?.bodyOf(chunk.rows).toString()).toBe(
    '{"records":[{"a":1},{"b":"ñ"}],"options":{"continue_on_error":true}}',
  );
  expect(chunk?.bodyBytes).toBe(chunk?.bodyOf(chunk.rows).length);
});

test('no chunk is larger than its limits, and every row is in one, in order', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.nat(60).map((size) => JSON.stringify({ x: 'é'.repeat(size) })),
        { maxLength: 60 },
      ),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 200, max: 600 }),
      (jsons, records, bytes) => {
        const chunks = build(jsons, records, bytes);
        for (const chunk of chunks) {
          expect(chunk.rows.length).toBeLessThanOrEqual(records);
          expect(chunk.bodyBytes).toBe(chunk.bodyOf(chunk.rows).length);
          if (chunk.rows.length > 1) expect(chunk.bodyBytes).toBeLessThanOrEqual(bytes);
        }
        expect(chunks.map(({ index }) => index)).toEqual(chunks.map((_, index) => index));
        const sent = chunks.flatMap(
          (chunk) => (JSON.parse(chunk.bodyOf(chunk.rows).toString()) as { records: unknown[] }).records,
        );
        expect(sent).toEqual(jsons.map((json) => JSON.parse(json) as unknown));
      },
    ),
  );
});
