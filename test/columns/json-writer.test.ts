import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arena, TextSpace } from '../../src/columns/arena.ts';
import { Batch, Tag, Verdict } from '../../src/columns/batch.ts';
import { Fragments } from '../../src/columns/fragments.ts';
import { JsonWriter, jsonBytes } from '../../src/columns/json-writer.ts';
import { RecordColumns } from '../../src/pipeline/record-columns.ts';
import { kinds } from '../../src/records/kinds.ts';
import { randomTable, targets } from '../support/random-records.ts';
import { fillBatch, type ReadingParts, readingOf, type WrittenRow } from '../support/records.ts';

const { requests } = kinds;
const numRuns = Number(process.env['RECORD_RUNS'] ?? 300);

const textBytes = 8 * 1024 * 1024;
const arena = new Arena(3 * textBytes + jsonBytes + Fragments.bytes + 4096);
const workspace = { arena, texts: new TextSpace(arena, textBytes) };
const cells = new TextSpace(arena, textBytes);
const jsonStart = arena.allocate(jsonBytes);
const fragments = new Fragments(arena);

/** Writes the records of rows, as many batches as it takes; every row counts as accepted, be it valid or not. */
function expectWritten(parts: ReadingParts, rows: readonly WrittenRow[], batchRows: number): void {
  const batch = new Batch(parts.columns.length, batchRows);
  const records = new RecordColumns(readingOf(parts), workspace, batch.capacity);
  const writer = new JsonWriter(arena, jsonStart, fragments, records.columns, batch.capacity);
  for (let from = 0; from < rows.length; from += batch.capacity) {
    fillBatch(batch, rows.slice(from, from + batch.capacity), { cells, texts: workspace.texts });
    records.read(batch);
    const skipped = batch.rows > 1 ? batch.rows - 1 : -1;
    for (let row = 0; row < batch.rows; row += 1) {
      // A record has a field at least: without one, it lacks what it needs. A number that a unit made infinite is refused.
      const values = Object.values(records.fields(row));
      const isOne =
        values.length > 0 && !values.includes(Number.POSITIVE_INFINITY) && !values.includes(Number.NEGATIVE_INFINITY);
      batch.verdicts[row] = isOne && row !== skipped ? Verdict.accepted : Verdict.invalid;
    }
    writer.measure(batch);
    const sizes = [...writer.sizes];
    for (let next = 0; next < batch.rows;) {
      const first = next;
      next = writer.write(batch, first);
      expect(next).toBeGreaterThan(first);
      for (let row = first; row < next; row += 1) {
        if (batch.verdicts[row] !== Verdict.accepted) continue;
        const [start, end] = [writer.starts[row] ?? 0, writer.ends[row] ?? 0];
        const expected = JSON.stringify(records.fields(row));
        expect(arena.text(start, end)).toBe(expected);
        expect(sizes[row]).toBe(Buffer.byteLength(expected));
        expect(end - jsonStart).toBeLessThanOrEqual(jsonBytes);
      }
    }
  }
}

describe('records as JSON', () => {
  test('are byte for byte what JSON.stringify makes of them, and of the size that was measured', () => {
    fc.assert(
      fc.property(randomTable, fc.integer({ min: 1, max: 5 }), ({ parts, rows }, batchRows) => {
        expectWritten(parts, rows, batchRows);
      }),
      { numRuns },
    );
  });

  test('have escapes as JSON.stringify writes them, whatever the texts', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.string({
        unit: fc.constantFrom('"', '\\', '\n', '\u0000', '\u001f', '\u007f', '\u2028', 'é', 'a', '/', '𝄞'),
        maxLength: 20,
      }),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    const columns = ['origin', 'toc', 'movement_id', 'client', 'package_key'];
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text, text, text, text), { minLength: 1, maxLength: 20 }), (rows) => {
        expectWritten(
          { kind: requests, columns },
          rows.map((row) => ({
            cells: row.map((each) => ({ written: JSON.stringify(each).slice(1, -1), tag: Tag.jsonEscaped })),
          })),
          7,
        );
        expectWritten(
          { kind: requests, columns },
          rows.map((row) => ({ cells: row })),
          2048,
        );
      }),
      { numRuns },
    );
  });

  test('have numbers as JSON.stringify writes them', () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.constantFrom(1250, 0.1 + 0.2, -0, 1e21, 5e-324, 1e-7),
    );
    const columns = ['distance_km', 'load', 'year', 'tkm'];
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number, number, number), { minLength: 1, maxLength: 20 }), (rows) => {
        expectWritten(
          { kind: requests, columns },
          rows.map((row) => ({ cells: row.map(String) })),
          7,
        );
      }),
      { numRuns },
    );
    const fixed = ['1250.00', '0.30000000000000004', '-0', '1e21'];
    expectWritten({ kind: requests, columns }, [{ cells: fixed }], 1);
  });

  test('that find no room with those before them are written in another go', () => {
    const long = '\u0001'.repeat(100_000);
    const rows = Array.from({ length: 60 }, (_, i) => ({ cells: [`M-${String(i)}`, long] }));
    expectWritten({ kind: requests, columns: ['movement_id', 'origin'] }, rows, 2048);
  });

  test('of every kind and field are written', () => {
    for (const [kind, target] of targets) {
      const columns = Object.keys(kind.fields);
      const row = { cells: columns.map((field) => kind.fields[field]?.example ?? '') };
      expectWritten({ kind, columns, schema: { currentYear: 2026, target } }, [row, row, row], 2);
    }
  });
});
