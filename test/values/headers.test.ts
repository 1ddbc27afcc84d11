import { expect, test } from 'vitest';
import { csv, jsonl, read } from './read-values.ts';

const header = ['movement_id', 'Origen', 'Destino', 'Peso (kg)', 'Km', 'toc'];
const row = (id: string): string[] => [id, 'Madrid', 'Lugo', '1200', '510', 'van_diesel'];

test('a header that is repeated is skipped, however its letters are, and says nothing of the values', async () => {
  const total = ['TOTAL', '', '', '4800', '2040', ''];
  const again = ['MOVEMENT ID', 'origen', 'Destino', 'PESO (KG)', 'km', 'TOC'];
  const rows = [header, row('A'), row('B'), header, row('C'), again, row('D'), total];
  for (const text of [csv(...rows), jsonl(rows)]) {
    const { exit, rows: counts, warnings } = await read(['requests', '--local'], text);
    expect([exit, counts.valid, counts.skipped]).toEqual([0, 4, 3]);
    expect(warnings.get('ROWS_SKIPPED')).toMatch(/totals/);
  }
});

test.each([
  ['a unit', ['movement_id', 'Origen', 'Destino', 'Peso (t)', 'Km', 'toc'], 'column 4 is "Peso (t)", not "Peso (kg)"'],
  ['a name', ['movement_id', 'Origen', 'Destino', 'Peso (kg)', 'Millas', 'toc'], 'column 5 is "Millas", not "Km"'],
  ['the order', ['movement_id', 'Destino', 'Origen', 'Peso (kg)', 'Km', 'toc'], 'column 2 is "Destino", not "Origen"'],
  ['a column less', ['movement_id', 'Origen', 'Destino', 'Peso (kg)', 'toc', ''], 'column 5 is "toc", not "Km"'],
  ['a language', ['movement_id', 'From', 'To', 'Weight (kg)', 'Km', 'toc'], 'column 2 is "From", not "Origen"'],
])('rows below a header that differs in %s are refused up to one that does not', async (_what, other, difference) => {
  const rows = [header, row('A'), other, row('B'), row('C'), header, row('D')];
  for (const text of [csv(...rows), jsonl(rows)]) {
    const { exit, rows: counts, errors } = await read(['requests', '--local'], text);
    expect([exit, counts.valid, counts.invalid, counts.skipped]).toEqual([1, 2, 3, 1]);
    const line = text.startsWith('{') ? 2 : 3;
    expect(errors.map(({ code, message }) => `${code} ${message}`)).toEqual([
      `OTHER_HEADER is a header with other columns than the first: ${difference}`,
      ...Array.from(
        { length: 2 },
        () =>
          `OTHER_HEADER is below the header in line ${String(line)}, which has other columns than the first: ${difference}`,
      ),
    ]);
  }
});

test('of purchases, too; columns that are not used may have other names', async () => {
  const columns = (unit: string, remark: string): string[] => ['Fecha', 'Producto', 'País', unit, remark];
  const purchase = (day: string): string[] => [`2025-06-0${day}`, 'Gasóleo A', 'ES', '50', 'x'];
  const of = (...names: string[][]): string =>
    csv(columns('Litros', 'Nota'), purchase('1'), ...names.flatMap((each, at) => [each, purchase(String(at + 2))]));
  const same = await read(['recharges', '--local'], of(columns('Litros', 'Observado')));
  expect(same.rows).toMatchObject({ valid: 2, skipped: 1 });
  const other = await read(['recharges', '--local'], of(columns('Galones', 'Nota'), columns('Litros', 'Nota')));
  expect(other.rows).toMatchObject({ valid: 2, invalid: 2, skipped: 1 });
});

test('rows that only look like one are records', async () => {
  const names = ['Origen', 'Destino', 'Cliente', 'Categoría', 'load_unit'];
  const rows = [
    names,
    ['Madrid', 'Lugo', 'Referencia', 'carretera', 'kg'],
    ['Cliente', 'Vigo', 'Carga', 'carretera', 'kg'],
  ];
  const { errors, rows: counts } = await read(['requests', '--dry-run'], csv(...rows));
  expect(errors).toEqual([]);
  expect(counts).toMatchObject({ valid: 2 });
});
