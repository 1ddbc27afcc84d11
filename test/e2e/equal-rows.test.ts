import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Summary } from '../../src/report/summary.ts';
import { dcycleUpload, folderWith, readErrors, summaryOf } from '../support/command.ts';

const header = 'fuel_id,country,date,quantity,vehicle_license_plate,receipt';

/** A purchase whose mapped fields come from `n`: 1,260 of them are different. */
function purchase(n: number, receipt: string, fuel = 'diesel', quantity = String(20 + (n % 45))): string {
  const day = String(1 + (n % 28)).padStart(2, '0');
  return [fuel, 'ES', `2025-06-${day}`, quantity, `P${String(n % 20)}`, receipt].join(',');
}

/** A value of each row's own that does not count up. */
const receiptOf = (n: number): string => `R${String((n * 7919) % 100_003)}`;

const rows = (count: number, row: (n: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, n) => row(n));

interface Came {
  readonly code: number | null;
  readonly rows: Summary['rows'];
  readonly warnings: ReadonlyMap<string, Summary['warnings'][number]>;
  readonly errors: readonly Readonly<Record<string, unknown>>[];
}

async function run(args: readonly string[], head: string, lines: readonly string[]): Promise<Came> {
  const cwd = folderWith({ 'in.csv': [head, ...lines, ''].join('\n') });
  const [kind = '', ...options] = args;
  const result = await dcycleUpload([kind, 'in.csv', ...options, '--json', '--errors', 'e.jsonl'], { cwd });
  const summary = summaryOf(result);
  return {
    code: result.code,
    rows: summary.rows,
    warnings: new Map(summary.warnings.map((warning) => [warning.code, warning])),
    errors: existsSync(join(cwd, 'e.jsonl')) ? readErrors(cwd, 'e.jsonl') : [],
  };
}

const local = (lines: readonly string[], ...options: string[]): Promise<Came> =>
  run(['recharges', '--local', ...options], header, lines);

const all = (count: number): object => ({ read: count, valid: count, duplicates: 0 });

describe('purchases that differ in a column that is not mapped all count', () => {
  test.each([
    ['of a schedule that comes again and again', (n: number) => purchase(n, receiptOf(n))],
    ['of one vehicle that always buys the same', (n: number) => purchase(0, receiptOf(n))],
    ['of two in turn', (n: number) => purchase(n % 2, receiptOf(n))],
    ['of three, in no order', (n: number) => purchase(((n * 7919) % 101) % 3, receiptOf(n))],
  ])('%s', async (_what, row) => {
    const { code, rows: counts, warnings } = await local(rows(4000, row));
    expect({ code, ...counts }).toMatchObject({ code: 0, ...all(4000) });
    expect(warnings.has('SECOND_COPY')).toBe(false);
    expect(warnings.get('EQUAL_RECORDS')?.message).toContain('receipt');
  });

  test('a schedule continues over rows that are refused or of their own, and to its last row', async () => {
    const lines = rows(330, (n) =>
      n % 50 === 7 ? purchase(n, receiptOf(n), 'diesel', 'x') : purchase(n % 100, receiptOf(n)),
    );
    const own = lines.toSpliced(120, 0, purchase(1259, 'own'));
    const { rows: counts } = await local(own);
    expect(counts).toMatchObject({ read: 331, invalid: 7, valid: 324, duplicates: 0 });
  });

  test('on upload the later ones are refused one by one, as the API would make them one', async () => {
    const { rows: counts, errors } = await run(
      ['recharges', '--dry-run'],
      header,
      rows(90, (n) => purchase(n % 30, receiptOf(n), '9f783b28-02de-4d76-ae41-64b7ea5f9412')),
    );
    expect(counts).toMatchObject({ read: 90, valid: 30, duplicates: 60 });
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['SAME_KEY']));
  });

  test('but not a row that is equal to any of them in every cell', async () => {
    const { rows: counts, errors } = await local([
      ...rows(40, (n) => purchase(0, receiptOf(n))),
      purchase(0, receiptOf(25)),
    ]);
    expect(counts).toMatchObject({ valid: 40, duplicates: 1 });
    expect(errors).toMatchObject([
      { row: 41, code: 'DUPLICATE', message: expect.stringContaining('row 26 (line 27)') },
    ]);
  });
});

describe('a second copy is left out, whatever else differs', () => {
  const copies = (count: number, size: number, mark: (copy: number, n: number) => string): readonly string[] =>
    rows(count * size, (n) => purchase(n % size, mark(Math.floor(n / size), n)));

  test('with values of each row’s own', async () => {
    const { code, rows: counts, warnings, errors } = await local(copies(2, 50, (_copy, n) => receiptOf(n)));
    expect({ code, ...counts }).toMatchObject({ code: 1, valid: 50, duplicates: 50 });
    const { message, count } = warnings.get('SECOND_COPY') ?? {};
    expect(message).toContain('rows 51 to 100 repeat rows 1 to 50');
    expect(count).toBe(50);
    expect(errors[0]).toMatchObject({
      row: 51,
      code: 'DUPLICATE',
      message: expect.stringContaining('but for receipt'),
    });
    const kept = await local(
      copies(2, 50, (_copy, n) => receiptOf(n)),
      '--dedupe-key',
      'none',
    );
    expect({ code: kept.code, ...kept.rows }).toMatchObject({ code: 0, ...all(100) });
  });

  test('however many there are, where a column is the same in all of a copy', async () => {
    const { rows: counts, warnings } = await local(copies(4, 30, (copy) => `export ${String(copy)}`));
    expect(counts).toMatchObject({ valid: 30, duplicates: 90 });
    expect(warnings.get('SECOND_COPY')?.message).toContain('rows 91 to 120 repeat rows 1 to 30');
  });

  test('with refused rows and one of its own in it', async () => {
    const lines = copies(2, 60, (_copy, n) => receiptOf(n)).map((line, at) =>
      at % 15 === 4 ? line.replace('diesel', '') : line,
    );
    const { rows: counts } = await local(lines.toSpliced(90, 0, purchase(1259, 'own')));
    expect(counts).toMatchObject({ read: 121, invalid: 8, valid: 57, duplicates: 56 });
  });

  test('of a shipment list without ids, in JSON Lines and over two files', async () => {
    const line = (n: number, job: string): string =>
      JSON.stringify({ distance_km: 100 + n, load: 500, toc: 'van_diesel', Job: job });
    const cwd = folderWith({
      'a.jsonl': `${rows(25, (n) => line(n, receiptOf(n))).join('\n')}\n`,
      'b.jsonl': `${rows(25, (n) => line(n, receiptOf(n + 25))).join('\n')}\n`,
    });
    const { rows: counts, warnings } = summaryOf(
      await dcycleUpload(['requests', 'a.jsonl', 'b.jsonl', '--dry-run', '--json'], { cwd }),
    );
    expect(counts).toMatchObject({ valid: 25, duplicates: 25 });
    expect(warnings.find(({ code }) => code === 'SECOND_COPY')?.message).toContain(
      'rows 1 to 25 of b.jsonl repeat rows 1 to 25 of a.jsonl',
    );
  });

  test('which nineteen rows are not', async () => {
    expect((await local(copies(2, 19, (_copy, n) => receiptOf(n)))).rows).toMatchObject(all(38));
  });
});

test('each of many legs of a shipment is held against all earlier ones', async () => {
  const legs = rows(3000, (n) => `M,${String(n + 1)},500,van_diesel`);
  const { rows: counts, errors } = await run(['requests', '--local'], 'movement_id,distance_km,load,toc', [
    ...legs,
    'M,77,500,van_diesel',
    'M,9999,501,van_diesel',
  ]);
  expect(counts).toMatchObject({ valid: 3000, duplicates: 2 });
  expect(errors).toMatchObject([
    { row: 3001, code: 'DUPLICATE', message: expect.stringContaining('row 77 (line 78)') },
    { row: 3002, code: 'CONFLICT', message: expect.stringContaining('distance_km, load') },
  ]);
});
