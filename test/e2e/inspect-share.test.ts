import { expect, test } from 'vitest';
import { dcycleUpload, folderWith } from '../support/command.ts';

const fills = (...products: readonly string[]): string =>
  `date,Producto,country,quantity\n${products.map((product, at) => `2025-06-${String(at + 10)},${product},ES,50\n`).join('')}`;

test('inspect says which share of the sample is valid, what refuses the others, and the command that fixes most', async () => {
  const cwd = folderWith({ 'a.csv': fills('diesel', 'AdBlue', 'AdBlue', 'Peaje') });
  const shown = await dcycleUpload(['inspect', 'recharges', 'a.csv'], { cwd });
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain('1 of 4 rows is valid; most of the others: fuel_id "AdBlue" is not a fuel (2 rows)');
  const [, command = ''] = /run: dcycle-upload (.*)\n$/.exec(shown.stdout) ?? [];
  expect(command).toBe('recharges a.csv --skip fuel_id=AdBlue --skip fuel_id=Peaje --dry-run');
  expect((await dcycleUpload(command.split(' '), { cwd })).code).toBe(0);
  const json = await dcycleUpload(['inspect', 'recharges', 'a.csv', '--skip', 'fuel_id=AdBlue|Peaje', '--json'], {
    cwd,
  });
  expect(JSON.parse(json.stdout)).toMatchObject({ sample: { rows: 1, valid: 1, refused_by: [] } });
});

test('and ends with 1 where none is valid', async () => {
  const cwd = folderWith({ 'a.csv': fills('AdBlue', 'Lavado') });
  const { code, stdout } = await dcycleUpload(['inspect', 'recharges', 'a.csv'], { cwd });
  expect(code).toBe(1);
  expect(stdout).toMatch(/no row of the sample is valid; this fixes most: dcycle-upload recharges a\.csv --skip .*\n$/);
});

test('it reads refunds, remarks and sums as a run does', async () => {
  const text = `${fills('diesel', 'diesel')}2025-06-12,diesel,ES,-50\nSource: card portal\n`;
  const cwd = folderWith({ 'a.csv': text, 'map.json': '{"refunds": "net"}' });
  const { stdout } = await dcycleUpload(['inspect', 'recharges', 'a.csv'], { cwd });
  expect(stdout).toContain('2 of 3 rows are valid; most of the others: quantity is negative: a refund');
  expect(stdout).toContain('the purchase that it takes back, line 3, stays counted');
  expect(stdout).toMatch(/run: dcycle-upload recharges a\.csv --refunds net --dry-run\n$/);
  const net = await dcycleUpload(['inspect', 'recharges', 'a.csv', '--map', 'map.json', '--json'], { cwd });
  expect(JSON.parse(net.stdout)).toMatchObject({ sample: { rows: 1, valid: 1, refused_by: [] } });
  for (const option of [
    ['--sample', '4'],
    ['--limit', '9'],
  ]) {
    const run = await dcycleUpload(['recharges', 'a.csv', '--dry-run', ...option, '--json'], { cwd });
    expect(JSON.parse(run.stdout)).toMatchObject({ rows: { valid: 2, invalid: 1, skipped: 1 } });
  }
});
