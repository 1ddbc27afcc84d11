import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fuelsOf, tocsOf, withCache } from '../support/catalogue.ts';
import { dcycleUpload, folderWith } from '../support/command.ts';
import { schemaErrors } from '../support/schemas.ts';

const dieselId = 'f51a1645-c201-43da-9dcd-6408be3cb517';

describe('tocs', () => {
  test('lists the embedded vehicle types by category, with figures, sources and licences', async () => {
    const result = await dcycleUpload(['tocs'], withCache());
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    const { stdout } = result;
    expect(stdout).toMatch(/van_diesel +│ 0\.\d{5} │ 0\.\d{5} │ 0\.\d{5} │ +0\.4 \[\d\] │ 2023–25 \[\d\]/);
    expect(stdout).toContain('also van_3.5_t_diesel');
    expect(stdout).toContain('default of road');
    expect(stdout).toMatch(/[\d.]{7} kWh\/tkm at the plug/);
    expect(stdout).toContain('from 1,500 km');
    expect(stdout).toContain('under 1,500 km');
    expect(stdout).toContain('Licence: Open Government Licence v3.0');
    const categories = ['road', 'rail', 'maritime', 'air'].map((name) => stdout.search(new RegExp(`^│ ${name} `, 'm')));
    expect(categories).toEqual(categories.toSorted((a, b) => a - b));
    expect(stdout).toContain('dcycle-upload tocs --sync');
    expect(stdout).not.toContain('\u001b');
    expect(stdout).not.toContain('left out');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('prints every figure with its source as one document', async () => {
    const result = await dcycleUpload(['tocs', '--json'], withCache());
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const document = tocsOf(result);
    expect(schemaErrors('tocs-1.json', document)).toEqual([]);
    expect(document.account).toBeNull();
    const van = document.embedded.find(({ toc }) => toc === 'van_diesel');
    expect(van).toMatchObject({ aliases: ['van_3.5_t_diesel'], category: 'road', default_load: { tonnes: 0.4 } });
    expect(van?.factors.map(({ year }) => year).toSorted()).toEqual([2023, 2024, 2025]);
    const calculated = document.embedded.flatMap(({ factors }) => factors);
    for (const { source, licence, kwh_per_tkm: kwh, ...factor } of calculated) {
      expect(source.length).toBeGreaterThan(10);
      expect(licence).not.toBe('');
      if (kwh !== null) continue;
      expect(source).toContain('https://');
      expect(source).toContain(String(factor.year));
      const { wtw_kg_per_tkm: wtw, wtt_kg_per_tkm: wtt, ttw_kg_per_tkm: ttw } = factor;
      expect(wtw).toBeCloseTo((wtt ?? NaN) + (ttw ?? NaN), 9);
    }
    const defaults = document.embedded.filter((toc) => toc.is_default).map(({ category }) => category);
    expect(defaults.toSorted()).toEqual(['air', 'maritime', 'rail', 'road']);
  });

  test('searches names, aliases and categories for all words, without case and accents', async () => {
    const find = async (text: string): Promise<string[]> =>
      tocsOf(await dcycleUpload(['tocs', '--json', '--search', text], withCache())).embedded.map(({ toc }) => toc);
    expect(await find('ÁRTICULATED  refrigerated')).toEqual(['artic_truck_diesel_refrigerated']);
    expect(await find('rail')).toContain('generic_average_rail');
    expect(await find('van maritime')).toEqual([]);
  });

  test('says what is nearest where a search finds nothing, and ends with 0', async () => {
    const args = ['tocs', '--search', 'van_disel'];
    const result = await dcycleUpload(args, withCache());
    expect(result).toEqual({
      code: 0,
      signal: null,
      stdout: '',
      stderr: 'none of the vehicle types matches "van_disel"; did you mean "van_diesel"?\n',
    });
    const json = await dcycleUpload([...args, '--json'], withCache());
    expect(json).toMatchObject({ code: 0, stderr: '' });
    expect(tocsOf(json)).toEqual({ schema: 'dcycle-upload/tocs/1', embedded: [], account: null });
  });
});

describe('fuels', () => {
  test('lists the embedded fuels in every unit', async () => {
    const result = await dcycleUpload(['fuels'], withCache());
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const { stdout } = result;
    const rows = stdout.split('\n');
    const at = rows.findIndex((row) => row.startsWith('│ Marine gas oil'));
    expect(rows.slice(at, at + 3).map((row) => row.split('│')[2]?.trim())).toEqual(['l', 'kg', 'kWh']);
    expect(rows[at]).toMatch(/│ l +│( +\d\.\d{5} │){5} +2023–25 │/);
    expect(rows[at + 1]).toContain('also MGO, MDO');
    expect(stdout).toContain('by country and year');
    expect(stdout).toContain('Licence: ODbL 1.0.');
    for (const line of rows) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('prints every figure with its source as one document', async () => {
    const result = await dcycleUpload(['fuels', '--json'], withCache());
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const document = fuelsOf(result);
    expect(schemaErrors('fuels-1.json', document)).toEqual([]);
    const diesel = document.embedded.find(({ ids }) => ids.includes(dieselId));
    expect(diesel?.factors.slice(0, 1)).toMatchObject([{ year: 2025, unit: 'l' }]);
    const earlier = diesel?.factors.filter(({ year }) => year === 2023) ?? [];
    expect(earlier.map(({ unit }) => unit).toSorted()).toEqual(['kWh', 'kg', 'l']);
    for (const { id, source } of earlier) {
      expect(id).toContain('desnz2023-');
      expect(source).toContain('2023');
      expect(source).not.toContain('2025');
    }
  });

  test('lists the figures that --local calculates with', async () => {
    const cwd = folderWith({ 'r.csv': 'fuel,country,date,quantity\ndiesel,ES,2023-06-15,10\nHVO,ES,2025-06-15,10\n' });
    const run = await dcycleUpload(['recharges', 'r.csv', '--local', '--quiet', '--out', 'o.jsonl'], {
      cwd,
      ...withCache(),
    });
    expect(run.code).toBe(0);
    const factors = new Map(
      fuelsOf(await dcycleUpload(['fuels', '--json'], withCache())).embedded.flatMap((fuel) =>
        fuel.factors.map((factor): [string, number] => [`${factor.id} ${factor.unit}`, factor.wtw_kg]),
      ),
    );
    const results = readFileSync(join(cwd, 'o.jsonl'), 'utf8').trimEnd().split('\n');
    for (const line of results) {
      const row = JSON.parse(line) as { factor_source: string; unit: string; factor_kg_per_unit: number };
      expect(factors.get(`${row.factor_source} ${row.unit}`)).toBe(row.factor_kg_per_unit);
    }
    expect(results.length).toBe(2);
  });
});
