import * as sheetjs from '@e965/xlsx';
import { type Cell as HucreCell, writeOds, writeXlsx, type WriteSheet } from 'hucre';
import { expect, test } from 'vitest';
import { readOnce } from '../support/inputs.ts';
import { bookOf, inspectBytes, issuesOf } from '../support/workbooks.ts';

/** A cell, in words of neither of the two libraries that write it. */
interface Cell {
  readonly value?: string | number | boolean | Date;
  readonly format?: string;
  readonly formula?: string;
  /** Parts of a text in different fonts. */
  readonly runs?: readonly string[];
}

interface Sheet {
  readonly rows: readonly (readonly (Cell | Cell['value'] | null)[])[];
  readonly isHidden?: true;
  /** The first row is one cell. */
  readonly isMerged?: true;
  readonly hiddenRow?: number;
}

interface Case {
  readonly sheets: Readonly<Record<string, Sheet>>;
  readonly is1904?: true;
  /** By line, what is read: fields of the record, or codes of issues. */
  readonly expected: readonly (readonly [line: number, found: object | readonly string[]])[];
}

const head = ['movement_id', 'date', 'distance_km', 'load', 'load_unit', 'client'];
const may = new Date(Date.UTC(2025, 4, 31));
const one = (...cells: Sheet['rows'][number]): Readonly<Record<string, Sheet>> => ({ Trips: { rows: [head, cells] } });

/** What each says was written by hand: dates and sums as a person reads them from the cells above. */
const cases: Readonly<Record<string, Case>> = {
  'dates, shown in the order of another country': {
    sheets: one('A', { value: may, format: 'mm-dd-yy' }, 12.5, 100, 'kg'),
    expected: [[2, { movement_id: 'A', shipment_date: '2025-05-31', distance_km: 12.5, load: 100 }]],
  },
  'the date system of 1904': {
    sheets: one('A', { value: may, format: 'yyyy-mm-dd' }, 12.5),
    is1904: true,
    expected: [[2, { shipment_date: '2025-05-31', distance_km: 12.5 }]],
  },
  'currency and percent are their numbers where they are no measures': {
    sheets: one({ value: 0.25, format: '0%' }, null, 12, null, null, { value: 1234.5, format: '#,##0.00 [$€-407]' }),
    expected: [[2, { movement_id: '0.25', distance_km: 12, client: '1234.5' }]],
  },
  'currency and percent are no measures': {
    sheets: one('A', null, { value: 1234.5, format: '#,##0.00 [$€-407]' }, { value: 0.25, format: '0%' }, 'kg'),
    expected: [[2, ['INVALID_NUMBER', 'INVALID_NUMBER']]],
  },
  'thousands, colours and decimals that are not shown': {
    sheets: one('A', null, { value: 1234.567, format: '[Red]#,##0' }, { value: 0.004, format: '0.00' }, 'kg'),
    expected: [[2, { distance_km: 1234.567, load: 0.004 }]],
  },
  'numbers that are texts are read as texts': {
    sheets: one('007', '2025-05-31', '1.234,5', '100', 'kg'),
    expected: [[2, { movement_id: '007', shipment_date: '2025-05-31', distance_km: 1234.5, load: 100 }]],
  },
  'texts in the format of numbers': {
    sheets: one({ value: '0815', format: '@' }, null, { value: '12', format: '0.00' }),
    expected: [[2, { movement_id: '0815', distance_km: 12 }]],
  },
  'formulas with their results': {
    sheets: one({ formula: '"A"&"B"', value: 'AB' }, null, { formula: '10*2.5', value: 25 }),
    expected: [[2, { movement_id: 'AB', distance_km: 25 }]],
  },
  'large and small numbers keep their digits': {
    sheets: one({ value: 123456789012345, format: '0' }, null, 0.1, 1e-7, 'kg'),
    expected: [[2, { movement_id: '123456789012345', distance_km: 0.1, load: 1e-7 }]],
  },
  'a merged title': {
    sheets: { Trips: { rows: [['Transporte 2025'], [], head, ['A', may, 1], ['B', may, 2]], isMerged: true } },
    expected: [
      [4, { movement_id: 'A', distance_km: 1 }],
      [5, { movement_id: 'B', distance_km: 2 }],
    ],
  },
  'a hidden sheet, and one of notes': {
    sheets: {
      Old: { rows: [head, ['OLD', may, 99]], isHidden: true },
      Notes: { rows: [['Read me'], ['nothing']] },
      Trips: { rows: [head, ['A', may, 1]] },
    },
    expected: [[2, { movement_id: 'A', distance_km: 1 }]],
  },
  'a hidden row is read': {
    sheets: { Trips: { rows: [head, ['A', may, 1], ['B', may, 2]], hiddenRow: 1 } },
    expected: [
      [2, { movement_id: 'A', distance_km: 1 }],
      [3, { movement_id: 'B', distance_km: 2 }],
    ],
  },
  'rich text': {
    sheets: one({ runs: ['A', '-', '1'] }, null, 12),
    expected: [[2, { movement_id: 'A-1', distance_km: 12 }]],
  },
  'sparse rows': {
    sheets: {
      Trips: {
        rows: [head, [], [], ['A', null, 1], ...Array.from({ length: 40 }, () => []), [null, null, 2, null, null, 'Ø']],
      },
    },
    expected: [
      [4, { movement_id: 'A', distance_km: 1 }],
      [45, { distance_km: 2, client: 'Ø' }],
    ],
  },
  'a cell that is no number': {
    sheets: { Trips: { rows: [head, ['A', may, 'twelve'], ['B', may, 3]] } },
    expected: [
      [2, ['INVALID_NUMBER']],
      [3, { movement_id: 'B', distance_km: 3 }],
    ],
  },
};

const cellOf = (cell: Sheet['rows'][number][number]): Cell =>
  cell === null || cell === undefined
    ? {}
    : typeof cell === 'object' && !(cell instanceof Date)
      ? cell
      : { value: cell };

const serialOf = (date: Date, is1904 = false): number => date.getTime() / 86_400_000 + 25_569 - (is1904 ? 1462 : 0);

function ofSheetJs({ sheets, is1904 }: Case): Buffer {
  const book = sheetjs.utils.book_new();
  for (const [name, { rows, isMerged, hiddenRow }] of Object.entries(sheets)) {
    const cells = rows.map((row) =>
      row.map(cellOf).map(({ value, format, formula, runs }) => {
        const plain = value instanceof Date ? serialOf(value, is1904) : (value ?? runs?.join(''));
        if (plain === undefined) return null;
        const t = { string: 's', number: 'n', boolean: 'b' }[typeof plain as 'string' | 'number' | 'boolean'];
        const z = format ?? (value instanceof Date ? 'dd/mm/yyyy' : undefined);
        const r = runs?.map((run) => `<r><rPr><b/></rPr><t>${run}</t></r>`).join('');
        return { t, v: plain, ...(z && { z }), ...(formula && { f: formula }), ...(r && { r }) };
      }),
    );
    const sheet = sheetjs.utils.aoa_to_sheet(cells);
    if (isMerged) sheet['!merges'] = [{ s: { r: 0, c: 0 }, e: { r: 0, c: 5 } }];
    if (hiddenRow !== undefined) {
      sheet['!rows'] = Array.from({ length: hiddenRow + 1 }, (_, row) => ({ hidden: row === hiddenRow }));
    }
    sheetjs.utils.book_append_sheet(book, sheet, name);
  }
  book.Workbook = {
    Sheets: Object.entries(sheets).map(([name, { isHidden }]) => ({ name, Hidden: isHidden ? 1 : 0 })),
    WBProps: { date1904: is1904 === true },
  };
  return sheetjs.write(book, { type: 'buffer', bookType: 'xlsx', bookSST: true, compression: true }) as Buffer;
}

const hucreSheets = ({ sheets }: Case): WriteSheet[] =>
  Object.entries(sheets).map(([name, { rows, isHidden, isMerged, hiddenRow }]) => {
    const details = new Map<string, Partial<HucreCell>>();
    const values = rows.map((row, index) =>
      row.map(cellOf).map(({ value, format, formula, runs }, column) => {
        const numFmt = format ?? (value instanceof Date ? 'dd/mm/yyyy' : undefined);
        details.set(`${String(index)},${String(column)}`, {
          ...(numFmt !== undefined && { style: { numFmt } }),
          ...(formula !== undefined && { formula, formulaResult: value ?? null }),
          ...(runs && { richText: runs.map((text) => ({ text, font: { bold: true } })) }),
        });
        return value ?? runs?.join('') ?? null;
      }),
    );
    for (const [place, detail] of details) if (Object.keys(detail).length === 0) details.delete(place);
    return {
      name,
      rows: values,
      cells: details,
      ...(isHidden && { hidden: true }),
      ...(isMerged && { merges: [{ startRow: 0, startCol: 0, endRow: 0, endCol: 5 }] }),
      ...(hiddenRow !== undefined && { rowDefs: new Map([[hiddenRow, { hidden: true }]]) }),
    };
  });

const writers: Readonly<Record<string, (each: Case) => Promise<Uint8Array> | Uint8Array>> = {
  SheetJS: ofSheetJs,
  hucre: (each) => writeXlsx({ sheets: hucreSheets(each), ...(each.is1904 && { dateSystem: '1904' }) }),
};

const corpus = Object.keys(cases).flatMap((name) => Object.keys(writers).map((writer) => [name, writer] as const));

test.each(corpus)('%s: %s', async (name, writer) => {
  const each = cases[name] as Case;
  const found = await inspectBytes(await (writers[writer] as (each: Case) => Uint8Array)(each), { decimal: ',' });
  expect(found.rows.map(({ line }) => line)).toEqual(each.expected.map(([line]) => line));
  for (const [index, [, expected]] of each.expected.entries()) {
    const row = found.rows[index];
    if (Array.isArray(expected)) expect(row?.issues.map(({ code }) => code)).toEqual(expected);
    else expect([row?.issues ?? [], row?.record]).toMatchObject([[], expected]);
  }
});

test('a workbook with a password is refused by that', async () => {
  const bytes = await writeXlsx({
    sheets: [{ name: 'A', rows: [head, ['A', may, 1]] }],
    encryption: { password: 'x', spinCount: 10 },
  });
  await expect(inspectBytes(bytes)).rejects.toMatchObject({ code: 'INPUT_ENCRYPTED' });
});

test('errors of formulas are refused by name, in an ODS file too', async () => {
  const bytes = bookOf({ Trips: [head, ['A', may, { t: 'e', v: 0x2a, w: '#N/A' }]] });
  expect(issuesOf(await inspectBytes(bytes))).toEqual([expect.stringContaining('is the error "#N/A"')]);
  const ods = await writeOds({ sheets: [{ name: 'Trips', rows: [head, ['A', may, 12.5]] }] });
  expect((await inspectBytes(ods)).rows[0]?.record).toMatchObject({ shipment_date: '2025-05-31', distance_km: 12.5 });
});

test('200,000 rows', async () => {
  const rows = Array.from({ length: 200_000 }, (_, index) => [`M-${String(index)}`, index / 4]);
  const bytes = await writeXlsx({ sheets: [{ name: 'A', rows: [['movement_id', 'distance_km'], ...rows] }] });
  const { rows: found } = await readOnce(Buffer.from(bytes), {}, 1_048_576, {});
  expect(found).toHaveLength(200_000);
  expect(
    found.every(({ cells: [id, km], line }) => id === `M-${String(line - 2)}` && km === String((line - 2) / 4)),
  ).toBe(true);
});
