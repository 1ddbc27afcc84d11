import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { folderWith } from '../support/command.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** A project that has this package installed. */
function projectWith(files: Readonly<Record<string, string>>): string {
  const folder = folderWith({ 'package.json': '{"type":"module"}', ...files });
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'dcycle-upload'), 'junction');
  return folder;
}

const program = `
import { assumptionText, calculateRecharge, calculateShipment, createCalculator, distanceSourceText, transportActivity } from 'dcycle-upload';

const leg = calculateShipment({ origin: 'Madrid, Spain', destination: 'Lyon, France', category: 'road', load: 12, load_unit: 'ton' });
const fuel = calculateRecharge({ fuel_id: 'diesel', country: 'ES', date: '2025-06-15', quantity: 50 });
const own = createCalculator({ palletKg: 400, avoid: ['suez'] }).shipment({ toc: 'van_diesel', distance_km: 10, load: 2, load_unit: 'pallets' });
const bad = calculateShipment({ toc: 'hovercraft', distance_km: 1 });
const negative = calculateShipment({ toc: 'van_diesel', distance_km: 1, load: -1 });
const words = own.ok ? [...own.value.assumptions.map(assumptionText), distanceSourceText(own.value.distanceSource)] : [];
console.log(JSON.stringify({ leg, fuel, words, own, bad, negative, tkm: transportActivity(12, 100) }));
`;

test('the package can be imported, and calculates', async () => {
  const cwd = projectWith({ 'a.js': program });
  const { stdout, stderr } = await run(process.execPath, ['a.js'], { cwd });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({
    leg: { ok: true, value: { category: 'road', loadT: 12, distanceSource: { kind: 'great circle', mode: 'road' } } },
    fuel: { ok: true, value: { co2eKg: expect.closeTo(159.0915, 6) } },
    own: {
      ok: true,
      value: { loadT: 0.8, assumptions: [{ subject: 'load', kind: 'mass of unit', detail: { unit: 'pallets' } }] },
    },
    words: ['load: 0.4 t for one of pallets', 'given'],
    bad: { ok: false, issue: { code: 'UNKNOWN_TOC' } },
    negative: { ok: false, issue: { code: 'OUT_OF_RANGE', field: 'load' } },
    tkm: 1200,
  });
});

test('the package has types that a strict project accepts, and that refuse what is wrong', async () => {
  const config = { compilerOptions: { module: 'nodenext', target: 'es2022', strict: true, noEmit: true, types: [] } };
  const wrong = `
import { calculateShipment } from 'dcycle-upload';
// @ts-expect-error: the unit is none that there is
calculateShipment({ distance_km: 1, load_unit: 'stones' });
const result = calculateShipment({ distance_km: 1 });
// @ts-expect-error: there is a value only where the calculation went well
result.value.co2eKg;
if (result.ok) { const kg: number = result.value.co2eKg; void kg; }
`;
  const declared = 'declare const console: { log(text: string): void };\n';
  const cwd = projectWith({
    'tsconfig.json': JSON.stringify({ ...config, include: ['*.ts'] }),
    'a.ts': declared + program,
    'b.ts': wrong,
  });
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = await run(process.execPath, [compiler, '-p', '.'], { cwd }).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toBe('');
});
