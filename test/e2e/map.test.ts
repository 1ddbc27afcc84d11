import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dcycleUpload, folderWith, readText, summaryOf } from '../support/command.ts';
import { schemaErrors } from '../support/schemas.ts';
import { runOnTerminal } from '../support/terminal.ts';
import { lacksTmux } from '../support/tmux.ts';

const header = 'Nº Expedición;Fecha carga;Origen;Destino;Kms;Peso (kg);Tipo vehículo';
const portes = `${header}\n1;15/01/2025;Madrid;Vigo;590,5;12000;Tráiler\n2;16/01/2025;Madrid;Lugo;510;300;Camión\n`;
const answers = JSON.stringify({ values: { toc: { Tráiler: 'artic_truck_diesel' } }, skip: { toc: 'Camión' } });

test('without a terminal map lists what is open, and writes nothing', async () => {
  const cwd = folderWith({ 'a.csv': portes });
  const { code, stdout } = await dcycleUpload(['map', 'requests', 'a.csv'], { cwd });
  expect(code).toBe(1);
  const document: unknown = JSON.parse(stdout);
  expect(schemaErrors('map-1.json', document)).toEqual([]);
  expect(document).toMatchObject({ rows: { read: 2, ready: 0 }, mapping_file: null });
  expect(() => readText(cwd, 'a.csv.mapping.json')).toThrow('ENOENT');
});

test('--answers writes the mapping file, which later files of the same columns are read with', async () => {
  const cwd = folderWith({ 'a.csv': portes, 'answers.json': answers });
  const map = await dcycleUpload(['map', 'requests', 'a.csv', '--answers', 'answers.json'], { cwd });
  expect(map.code).toBe(0);
  expect(JSON.parse(map.stdout)).toMatchObject({ rows: { read: 1, ready: 1 }, questions: [] });
  expect(schemaErrors('mapping-1.json', JSON.parse(readText(cwd, 'a.csv.mapping.json')))).toEqual([]);
  writeFileSync(join(cwd, 'b.csv'), portes.replaceAll('590,5', '600'));
  const run = await dcycleUpload(['requests', 'b.csv', '--local', '--json'], { cwd });
  expect(run.stderr).toContain('mapping: a.csv.mapping.json');
  expect(summaryOf(run)).toMatchObject({ rows: { read: 2, skipped: 1 }, records: { accepted: 1 }, exit_code: 0 });
  const without = await dcycleUpload(['requests', 'b.csv', '--local', '--json', '--no-mapping-file'], { cwd });
  expect(without.stderr).not.toContain('mapping:');
  expect(summaryOf(without)).toMatchObject({ records: { accepted: 0 } });
  writeFileSync(join(cwd, 'c.csv'), portes.replace('Kms', 'Distancia'));
  writeFileSync(join(cwd, 'c.csv.mapping.json'), readFileSync(join(cwd, 'a.csv.mapping.json')));
  expect((await dcycleUpload(['requests', 'c.csv', '--local', '--json'], { cwd })).stderr).toContain(
    'mapping: c.csv.mapping.json is not used: it was made for other columns',
  );
  const two = await dcycleUpload(['requests', 'b.csv', '--local'], { cwd });
  expect([two.code, two.stderr]).toEqual([2, expect.stringContaining('--no-mapping-file')]);
});

describe.skipIf(lacksTmux)('at a terminal (needs tmux)', () => {
  test('a first run offers the assistant, and continues with its answers', async () => {
    const cwd = folderWith({ 'a.csv': portes });
    const screen = await runOnTerminal(['requests', 'a.csv', '--local', '--out', 'r.csv'], { cwd });
    await screen.until(/a\.csv: 0 of 2 rows ready\. Answer what is open\?/);
    await screen.press('Enter');
    await screen.until(/What is "Tráiler"/);
    await screen.press('Enter');
    await screen.until(/What is "Camión".*1 of 2 rows ready/s);
    await screen.press('C-c');
    await screen.until(/given up; 1 answer kept in a\.csv\.mapping\.json[^]*ended with 130/);
    const again = await runOnTerminal(['requests', 'a.csv', '--local', '--out', 'r.csv'], { cwd });
    await again.until(/1 of 2 rows ready\. Answer what is open\?/);
    await again.press('Enter');
    await again.until(/What is "Camión"/);
    await again.press('Enter');
    await again.until(/2 of 2 rows ready; nothing more to ask/);
    await again.press('Enter');
    await again.until(/2 of 2 rows calculated[^]*ended with 0/);
  });
});
