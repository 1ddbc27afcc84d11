import * as sheetjs from '@e965/xlsx';
import fc from 'fast-check';
import { readXlsx } from 'hucre';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { numberCell, textCell } from '../../src/input/cell-lines.ts';
import { createXlsxEncoder } from '../../src/report/files/xlsx-encoder.ts';
import { dcycleUpload, temporaryFolder } from '../support/command.ts';
import { bookOf, textRow, workbookOf } from '../support/workbooks.ts';

const day = new Date(Date.UTC(2025, 2, 31));
const header = ['movement_id', 'date', 'distance_km', 'toc', 'client', 'urgent'];

const readRows = (path: string, options: sheetjs.ParsingOptions = {}): unknown[][] => {
  const book = sheetjs.read(readFileSync(path), { UTC: true, cellDates: true, ...options } as never);
  return book.SheetNames.flatMap((name) =>
    sheetjs.utils.sheet_to_json<unknown[]>(
      book.Sheets[name] as sheetjs.WorkSheet,
      { header: 1, raw: true, UTC: true } as never,
    ),
  );
};

test('results and rejected rows of a workbook are workbooks with its types, and rejected rows can be uploaded again', async () => {
  const cwd = temporaryFolder();
  const rows = [
    header,
    ['M-1', day, 12.5, 'van_diesel', '=1+1 & <b>', true],
    [7, new Date(Date.UTC(2025, 3, 1, 12)), 'far', 'van_diesel', 'Ærø\nline', null],
    ['M-3', day, -1, 'van_diesel', '@x', false],
  ];
  writeFileSync(join(cwd, 'may.xlsx'), bookOf({ Notes: [['-'], ['-']], Trips: rows }));
  const run = await dcycleUpload(['requests', 'may.xlsx', '--local', '--decimal', ','], { cwd });
  expect([run.code, run.stderr]).toEqual([1, expect.any(String)]);
  expect(readdirSync(cwd).toSorted()).toEqual(['may.errors.csv', 'may.rejected.xlsx', 'may.results.xlsx', 'may.xlsx']);

  const [names, result] = readRows(join(cwd, 'may.results.xlsx'));
  expect(names?.slice(0, 8)).toEqual([...header, '_row', 'co2e_kg']);
  expect(result?.slice(0, 7)).toEqual([...(rows[1] as unknown[]), 1]);
  expect(result?.[7]).toBeGreaterThan(0);

  const rejected = readRows(join(cwd, 'may.rejected.xlsx'));
  expect(rejected.map((row) => row.slice(0, 8))).toEqual([
    [...header, '_row', '_codes'],
    [7, rows[2]?.[1], 'far', 'van_diesel', 'Ærø\nline', undefined, 2, 'INVALID_NUMBER'],
    ['M-3', day, -1, 'van_diesel', '@x', false, 3, 'OUT_OF_RANGE'],
  ]);
  const other = await readXlsx(readFileSync(join(cwd, 'may.rejected.xlsx')));
  expect(other.sheets[0]?.rows.map((row) => row.slice(0, 5))).toEqual(rejected.map((row) => row.slice(0, 5)));

  const fixed = rejected.map((row) => row.map((cell) => (cell === 'far' || cell === -1 ? 20 : cell)));
  writeFileSync(join(cwd, 'fixed.xlsx'), bookOf({ Rows: fixed }));
  const again = await dcycleUpload(['requests', 'fixed.xlsx', '--local', '--out', 'out.jsonl'], { cwd });
  expect([again.code, again.stderr]).toEqual([0, expect.any(String)]);
  const found = readFileSync(join(cwd, 'out.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(found).toMatchObject([
    { movement_id: 7, date: '2025-04-01T12:00:00', distance_km: 20, client: 'Ærø\nline' },
    { movement_id: 'M-3', date: '2025-03-31', distance_km: 20, client: '@x' },
  ]);
});

test('duplicates over a workbook and a CSV file; --sheet; standard input', async () => {
  const cwd = temporaryFolder();
  const rows = [header, ['M-1', day, 12.5, 'van_diesel', 'A', true]];
  const book = bookOf({ A: rows, B: [header, ['M-2', day, 1, 'van_diesel', 'A', true]] });
  writeFileSync(join(cwd, 'a.xlsx'), book);
  writeFileSync(join(cwd, 'b.csv'), 'movement_id,date,distance_km,toc,client\nM-1,2025-03-31,12.50,van_diesel,A\n');
  const unclear = await dcycleUpload(['requests', 'a.xlsx', '--dry-run'], { cwd });
  expect([unclear.code, unclear.stderr]).toEqual([2, expect.stringContaining('it has 1 "A", 2 "B"')]);
  const run = await dcycleUpload(['requests', 'a.xlsx', 'b.csv', '--sheet', 'A', '--dry-run', '--json'], { cwd });
  expect(JSON.parse(run.stdout)).toMatchObject({
    inputs: [{ format: 'xlsx', bytes: book.length }, { format: 'csv' }],
    rows: { read: 2, valid: 1, duplicates: 1 },
  });
  const piped = await dcycleUpload(['requests', '-', '--sheet', '2', '--local', '--out', '-'], { cwd, stdin: book });
  expect(piped.stdout).toMatch(/^movement_id,.*\nM-2,2025-03-31,1,van_diesel,A,true,1,/);
});

test('errors and results of CSV as workbooks; kinds of files that are not written', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'a.csv'), 'movement_id;distance_km;toc\n007;12,5;van_diesel\nM;x;van_diesel\n');
  const run = await dcycleUpload(
    ['requests', 'a.csv', '--local', '--out', 'o.xlsx', '--errors', 'e.xlsx', '--rejected', 'r.xlsx'],
    { cwd },
  );
  expect([run.code, run.stderr]).toEqual([1, expect.any(String)]);
  expect(readRows(join(cwd, 'o.xlsx'))[1]?.slice(0, 4)).toEqual(['007', '12,5', 'van_diesel', 1]);
  expect(readRows(join(cwd, 'e.xlsx'))[1]?.slice(0, 3)).toEqual(['a.csv', 2, 3]);
  expect(readRows(join(cwd, 'r.xlsx'))[1]?.slice(0, 2)).toEqual(['M', 'x']);
  const refused = await dcycleUpload(['requests', 'a.csv', '--local', '--out', 'o.ods'], { cwd });
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('files of .ods are not written')]);
});

test('a workbook that is damaged after its sample ends with 3', async () => {
  const cwd = temporaryFolder();
  const many = Array.from({ length: 30_000 }, (_, index) =>
    textRow(index + 2, `M-${String(index)}`, '12', 'van_diesel', 'a client with a name'),
  );
  const sheet = textRow(1, 'movement_id', 'distance_km', 'toc', 'client') + many.join('') + textRow(2, 'again');
  writeFileSync(join(cwd, 'a.xlsx'), workbookOf({ sheet }));
  const run = await dcycleUpload(['requests', 'a.xlsx', '--local'], { cwd });
  expect([run.code, run.stderr]).toEqual([3, expect.stringContaining('is damaged')]);
});

test('what is written is what another reader reads', () => {
  const value = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constant('_x000D_'),
  );
  fc.assert(
    fc.property(
      fc.array(fc.array(value, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 10 }),
      (table) => {
        const encoder = createXlsxEncoder();
        const lines = [['h'], ...table].map(
          (cells) =>
            `${cells.map((cell) => (typeof cell === 'number' ? numberCell(cell) : textCell(cell))).join('\t')}\n`,
        );
        const bytes = Buffer.concat([...lines.map((line) => encoder.text(line)), encoder.end?.() ?? Buffer.alloc(0)]);
        const sheet = Object.values(sheetjs.read(bytes).Sheets)[0] as sheetjs.WorkSheet;
        for (const [row, cells] of table.entries()) {
          for (const [column, cell] of cells.entries()) {
            const found = (
              sheet[sheetjs.utils.encode_cell({ r: row + 1, c: column })] as sheetjs.CellObject | undefined
            )?.v;
            const expected = typeof cell === 'number' ? cell + 0 : cell.replaceAll(/\p{Surrogate}/gu, '\ufffd');
            expect(found).toBe(expected === '' ? undefined : expected);
          }
        }
      },
    ),
    { numRuns: 100 },
  );
});
