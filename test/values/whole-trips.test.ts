import { describe, expect, test } from 'vitest';
import { csv, jsonl, read } from './read-values.ts';

const header = ['movement_id', 'origin', 'destination', 'distance_km', 'load', 'load_unit', 'toc'];

/** Rows such as `A1 Madrid Zaragoza`, or with a load after it. */
const table = (...rows: readonly string[]): string[][] => [
  header,
  ...rows.map((row, at) => {
    const [id = '', from = '', to = '', load = '900'] = row.split(' ');
    return [id, from, to, String(300 + at), load, 'kg', 'van_diesel'];
  }),
];

const writers = [(rows: string[][]) => csv(...rows), jsonl];

describe('a shipment that counts twice', () => {
  test.each([
    [['A1 Madrid Zaragoza', 'A1 Zaragoza Barcelona', 'A1 Madrid Barcelona'], 3],
    [['A1 Madrid Barcelona', 'A1 Madrid Zaragoza', 'A1 Zaragoza Barcelona'], 3],
    [['A1 Zaragoza Barcelona', 'A1 MADRID Barcelona', 'A1 Madrid Zaragoza', 'A2 Madrid Toledo'], 3],
    [['A0 Vigo Porto', 'A1 Madrid Zaragoza', 'A1 Zaragoza Lleida', 'A1 Lleida Barcelona', 'A1 Madrid Barcelona'], 5],
  ])('%j', async (rows, place) => {
    for (const write of writers) {
      const { warnings } = await read(['requests', '--local'], write(table(...rows)));
      expect(warnings.get('IMPLAUSIBLE')).toBe(
        `a shipment has rows for its legs and for its whole trip, and counts twice (row ${String(place)})`,
      );
    }
  });

  test.each([
    ['legs alone', ['A1 Madrid Zaragoza', 'A1 Zaragoza Barcelona', 'A1 Barcelona Girona']],
    ['there and back', ['A1 Madrid Zaragoza', 'A1 Zaragoza Madrid', 'A1 Zaragoza Lleida']],
    ['other loads', ['A1 Madrid Zaragoza 400', 'A1 Zaragoza Barcelona 400', 'A1 Madrid Barcelona 500']],
    ['other shipments', ['A1 Madrid Zaragoza', 'A2 Zaragoza Barcelona', 'A3 Madrid Barcelona']],
    ['shipments without id', [' Madrid Zaragoza', ' Zaragoza Barcelona', ' Madrid Barcelona']],
    ['deliveries from one depot', ['A1 Madrid Zaragoza', 'A1 Madrid Barcelona', 'A1 Madrid Girona']],
  ])('is not %s', async (_name, rows) => {
    for (const write of writers) {
      const { warnings } = await read(['requests', '--local'], write(table(...rows)));
      expect(warnings.has('IMPLAUSIBLE')).toBe(false);
    }
  });
});
