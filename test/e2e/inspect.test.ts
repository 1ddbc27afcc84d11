import { describe, expect, test } from 'vitest';
import { schemaErrors } from '../support/schemas.ts';
import { dcycleUpload, folderWith, readText, summaryOf, temporaryFolder } from '../support/command.ts';

const export1 = Buffer.from(
  'Informe de portes\r\n\r\nExpedición;Origen;Destino;Distancia (km);Peso (t);Tipo de vehículo;Fecha;País;Observaciones;Matrcula\r\n' +
    'E-1;Madrid;Vigo;590,5;12,4;van_disel;15/06/2025;España;x;1\r\n' +
    'E-2;Madrid;Lugo;510;1,2;van_diesel;01/07/2025;ES;;2\r\n',
  'latin1',
);

describe('inspect', () => {
  test('shows what was understood, with the evidence', async () => {
    const cwd = folderWith({ 'a.csv': export1 });
    const result = await dcycleUpload(['inspect', 'requests', 'a.csv', '--json'], { cwd });
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({
      encoding: { label: 'windows-1252', reason: 'not UTF-8', evidence: { line: 3, bytes: 'byte 0xF3' } },
      delimiter: { character: ';', reason: 'detected', evidence: { agreeing: 3, cells: 10 } },
      line_end: '\r\n',
      header: { line: 3, below_titles: true },
      decimal: { mark: ',', reason: 'evidence', evidence: { line: 4, column: 'Distancia (km)', text: '590,5' } },
      dates: { order: 'dmy', reason: 'evidence', evidence: { line: 4, column: 'Fecha', text: '15/06/2025' } },
      columns: expect.arrayContaining([
        { field: 'movement_id', columns: ['Expedición'], reason: 'es' },
        { field: 'load', columns: ['Peso (t)'], reason: 'es', unit: 't' },
      ]) as unknown,
      unmapped: [
        { column: 'Observaciones', suggestion: null },
        { column: 'Matrcula', suggestion: 'vehicle_license_plate' },
      ],
      missing: [],
      rows: [
        {
          line: 4,
          record: {
            distance_km: 590.5,
            load: 12.4,
            load_unit: 'ton',
            shipment_date: '2025-06-15',
            origin_country: 'ES',
          },
        },
        { line: 5, record: { movement_id: 'E-2' } },
      ],
      values: [
        { field: 'toc', distinct: 2, unknown: [{ value: 'van_disel', count: 1, nearest: 'van_diesel' }] },
        { field: 'origin_country', distinct: 2, unknown: [] },
      ],
    });
    const table = await dcycleUpload(['inspect', 'requests', 'a.csv'], { cwd });
    expect(table.stdout).toContain('line 4, "Fecha": "15/06/2025"');
  });

  test('writes a mapping with which the file is read the same', async () => {
    const cwd = folderWith({ 'a.csv': export1 });
    await dcycleUpload(['inspect', 'requests', 'a.csv', '--save-map', 'm.json'], { cwd });
    expect(schemaErrors('mapping-1.json', JSON.parse(readText(cwd, 'm.json')))).toEqual([]);
    const args = ['requests', 'a.csv', '--dry-run', '--json'];
    const [detected, saved] = [
      await dcycleUpload(args, { cwd }),
      await dcycleUpload([...args, '--map', 'm.json'], { cwd }),
    ];
    expect(detected.code).toBe(0);
    expect(summaryOf(saved)).toMatchObject({
      rows: summaryOf(detected).rows,
      mapping: summaryOf(detected).mapping,
      exit_code: 0,
    });
    const again = await dcycleUpload(['inspect', 'requests', 'a.csv', '--save-map', 'm.json'], { cwd });
    expect(again.code).toBe(2);
    expect(again.stderr).toContain("m.json can't be written");
  });

  test.each([
    ['what no column gives', 'movement_id;km\nM-1;5\n', 'missing: every record needs toc or category'],
    ['dates of unknown order', 'toc;km;fecha\nvan_diesel;5;01/02/2025\n', 'problem: nothing in a.csv proves'],
    ['two decimal marks', 'toc;km\nvan_diesel;5,5\nvan_diesel;5.5\n', 'problem: a.csv writes numbers in two ways'],
    ['two columns for a field', 'toc;km;distancia\nvan_diesel;5;5\n', 'both mean distance_km'],
  ])('names %s, and ends with 2', async (_name, text, message) => {
    const result = await dcycleUpload(['inspect', 'requests', 'a.csv'], { cwd: folderWith({ 'a.csv': text }) });
    expect(result.code).toBe(2);
    expect(result.stdout).toContain(message);
  });

  test('names unknown fuels and countries with the nearest', async () => {
    const rows = 'Fecha;Matrícula;Producto;Litros;País\n2025-06-15;1;Diésel;5;ES\n2025-06-15;2;Gasolna 95;5;Spian\n';
    const args = ['inspect', 'recharges', 'f.csv', '--json'];
    const result = await dcycleUpload(args, { cwd: folderWith({ 'f.csv': rows }) });
    expect(JSON.parse(result.stdout)).toMatchObject({
      rows: [
        { record: { fuel_id: 'Diésel', quantity: 5 } },
        { issues: [{ code: 'INVALID_COUNTRY', message: expect.stringContaining('did you mean ES?') as unknown }] },
      ],
      values: [
        {
          field: 'fuel_id',
          column: 'Producto',
          distinct: 2,
          unknown: [{ value: 'Gasolna 95', nearest: 'Petrol (average biofuel blend)' }],
        },
        { field: 'country', distinct: 2, unknown: [{ value: 'Spian', nearest: 'ES' }] },
      ],
    });
  });

  test('ends with 3 for what can’t be read', async () => {
    const result = await dcycleUpload(['inspect', 'requests', 'a.csv', '--json'], { cwd: temporaryFolder() });
    expect(result.code).toBe(3);
    expect(JSON.parse(result.stdout)).toMatchObject({ error: { code: 'INPUT_NOT_FOUND' } });
  });
});

describe('template', () => {
  test.each([
    ['requests', 'csv'],
    ['requests', 'jsonl'],
    ['recharges', 'csv'],
    ['recharges', 'jsonl'],
  ])('of %s as %s is valid as it is', async (kind, format) => {
    const cwd = temporaryFolder();
    const name = `t.${format}`;
    expect((await dcycleUpload(['template', kind, '--format', format, '--out', name], { cwd })).code).toBe(0);
    for (const mode of ['--dry-run', '--local']) {
      const result = await dcycleUpload([kind, name, mode, '--json'], { cwd });
      expect(result.code).toBe(0);
      expect(summaryOf(result).warnings).toEqual([]);
    }
  });

  test('goes to stdout, and over no file', async () => {
    const cwd = folderWith({ 't.csv': 'mine' });
    expect((await dcycleUpload(['template', 'recharges'], { cwd })).stdout).toMatch(/^fuel_id,country,date,quantity,/);
    expect((await dcycleUpload(['template', 'recharges', '--out', 't.csv'], { cwd })).code).toBe(2);
    expect(readText(cwd, 't.csv')).toBe('mine');
  });
});
