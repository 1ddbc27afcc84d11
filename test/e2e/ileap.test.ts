import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leftOutTexts } from '../../src/report/ileap/left-out.ts';
import { dcycleUpload, folderWith, readText, summaryOf } from '../support/command.ts';
import { schemaErrors } from '../support/schemas.ts';

interface Footprint {
  readonly id: string;
  readonly comment: string;
  readonly pcf: Readonly<Record<string, unknown>>;
  readonly extensions: readonly [{ readonly data: ShipmentData & TocData }];
}

interface ShipmentData {
  readonly shipmentId?: string;
  readonly mass: string;
  readonly tces: readonly (Readonly<Record<string, string>> & { readonly distance: object })[];
}

interface TocData {
  readonly tocId?: string;
  readonly co2eIntensityWTW: string;
  readonly co2eIntensityTTW: string;
}

const company = ['--company', 'Acme', '--company-id', 'urn:lei:529900T8BM49AURSDO55'];
const run = (cwd: string, ...more: readonly string[]) =>
  dcycleUpload(['requests', 't.csv', '--local', '--json', '--ileap', 'f.jsonl', ...company, ...more], { cwd });

const footprints = (cwd: string): readonly Footprint[] =>
  readFileSync(join(cwd, 'f.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Footprint);

const header =
  'movement_id,movement_stretch,origin,destination,distance_km,load,load_unit,toc,shipment_date,year,cleaning,tkm';
const table = (...rows: readonly string[]): string => `${[header, ...rows].join('\n')}\n`;

test('footprints of whole shipments with the categories of their legs, and the others by name', async () => {
  const cwd = folderWith({
    't.csv': table(
      'A,2,Zaragoza,Barcelona,350,1000,kg,artic_truck_diesel,2025-03-02,,,',
      'B,1,Madrid,Valencia,350,2,pallets,rigid_truck_diesel_refrigerated,2024-05-01,,,',
      'A,1,Madrid,Zaragoza,100,1000,kg,van_diesel,2025-03-01,,,',
      'C,1,Madrid,Valencia,,100,kg,van_electric,,2025,,',
      'sea,1,Shanghai,Valencia,,100,kg,container_ship,2025-05-01,,,',
      'no load,1,Madrid,Valencia,350,,,van_diesel,2025-05-01,,,',
      'no date,1,Madrid,Valencia,350,10,kg,van_diesel,,,,',
      ',1,Madrid,Valencia,350,10,kg,van_diesel,2025-05-01,,,',
      'two masses,1,Madrid,Sevilla,530,10,kg,van_diesel,2025-05-01,,,',
      'two masses,2,Sevilla,Cadiz,120,11,kg,van_diesel,2025-05-01,,,',
      'half,1,Madrid,Sevilla,530,10,kg,spaceship,2025-05-01,,,',
      'half,2,Sevilla,Cadiz,120,10,kg,van_diesel,2025-05-01,,,',
      'twice,1,Sevilla,Cadiz,120,10,kg,van_diesel,2025-05-01,,,',
      'twice,1,Sevilla,Cadiz,120,10,kg,van_diesel,2025-05-01,,,',
      'cleaned,1,Sevilla,Cadiz,120,10,kg,van_diesel,2025-05-01,,true,',
      'activity,1,,,,,,van_diesel,2025-05-01,,,7',
      'nowhere,1,Sevilla,Sevilla,0,10,kg,van_diesel,2025-05-01,,,',
    ),
  });
  const result = await run(cwd, '--distance-kind', 'actual');
  expect(result.code).toBe(1);
  const summary = summaryOf(result);
  expect(summary.files).toMatchObject({ ileap: 'f.jsonl', ileap_left_out: 'f.left-out.csv' });
  expect(summary.warnings.find(({ code }) => code === 'ILEAP_LEFT_OUT')).toMatchObject({
    message:
      '9 shipments and 1 row without movement_id are not in f.jsonl; f.left-out.csv names the rows with the reason',
    count: 10,
  });

  const all = footprints(cwd);
  for (const each of all) expect(schemaErrors('ileap-footprint-1.json', each)).toEqual([]);
  const [a, b, c] = all;
  expect(all.map(({ extensions: [{ data }] }) => data.shipmentId ?? 'toc')).toEqual([
    'A',
    'B',
    'C',
    ...Array(4).fill('toc'),
  ]);
  // 1 t x 100 km x 0.78225 (vans, average, diesel) + 1 t x 350 km x 0.09502 (articulated over 33 t), DESNZ 2025.
  expect(a?.pcf).toMatchObject({
    unitaryProductAmount: '450',
    pCfExcludingBiogenic: '111.482',
    productMassPerDeclaredUnit: '1000',
    primaryDataShare: 0,
    referencePeriodStart: '2025-03-01T00:00:00Z',
    referencePeriodEnd: '2025-03-03T00:00:00Z',
  });
  expect(a?.extensions[0].data.tces).toMatchObject([
    { tceId: 'A-1', mass: '1000', distance: { actual: '100' }, transportActivity: '100', co2eWTW: '78.225' },
    { tceId: 'A-2', prevTceIds: ['A-1'], distance: { actual: '350' }, transportActivity: '350', co2eWTW: '33.257' },
  ]);
  expect(a?.extensions[0].data.tces[1]).toMatchObject({
    origin: { city: 'Zaragoza', country: 'ES' },
    destination: { city: 'Barcelona', country: 'ES' },
  });
  // Two pallets of 500 kg x 350 km x 0.26422 (refrigerated rigids, DESNZ 2024).
  expect(b?.extensions[0].data.tces).toMatchObject([
    { packagingOrTrEqType: 'Pallet', packagingOrTrEqAmount: 2, mass: '1000', co2eWTW: '92.477' },
  ]);
  expect(b?.comment).toContain('load: 0.5 t for one of pallets');
  expect(c?.pcf).toMatchObject({
    referencePeriodStart: '2025-01-01T00:00:00Z',
    referencePeriodEnd: '2026-01-01T00:00:00Z',
  });
  expect(c?.comment).toContain('distance estimated: road: great circle x');
  expect(Object.keys(c?.extensions[0].data.tces[0]?.distance ?? {})).toEqual(['sfd']);

  const tocs = new Map(
    all.flatMap(({ extensions: [{ data }] }) => (data.tocId === undefined ? [] : [[data.tocId, data]])),
  );
  for (const { extensions, pcf } of all.slice(0, 3)) {
    const { tces, mass } = extensions[0].data;
    for (const tce of tces) {
      const toc = tocs.get(tce.tocId ?? '');
      const km = Number(Object.values(tce.distance)[0]);
      expect(Number(tce.transportActivity)).toBeCloseTo((km * Number(tce.mass)) / 1000, 6);
      expect(Number(tce.co2eWTW)).toBeCloseTo(Number(tce.transportActivity) * Number(toc?.co2eIntensityWTW), 6);
      expect(Number(tce.co2eTTW)).toBeCloseTo(Number(tce.transportActivity) * Number(toc?.co2eIntensityTTW), 6);
    }
    expect(mass).toBe(tces[0]?.mass);
    expect(pcf.pCfExcludingBiogenic).toBe(
      String(Number(tces.reduce((sum, { co2eWTW }) => sum + Number(co2eWTW), 0).toFixed(9))),
    );
  }
  // The blend at pumps, per litre: 0.61101 + 2.57082 in 2025; in 2024 its tank-to-wheel part was 2.51279.
  const carriers = [...tocs.values()].map(
    (data) => (data as unknown as { energyCarriers: [object] }).energyCarriers[0],
  );
  expect(carriers).toMatchObject([
    { energyCarrier: 'Diesel', energyConsumptionUnit: 'l', emissionFactorWTW: '3.18183', emissionFactorTTW: '2.57082' },
    { energyCarrier: 'Diesel', emissionFactorWTW: '3.18183' },
    { energyCarrier: 'Diesel', emissionFactorWTW: '3.1238', emissionFactorTTW: '2.51279' },
    { energyCarrier: 'Electric', energyConsumptionUnit: 'kWh', emissionFactorTTW: '0' },
  ]);

  const leftOut = readText(cwd, 'f.left-out.csv').trimEnd().split('\n').slice(1);
  expect(leftOut.map((line) => line.split(',').slice(0, 3))).toEqual([
    ['', '8', 'NO_MOVEMENT'],
    ['sea', '5', 'NO_ENERGY_CARRIER'],
    ['no load', '6', 'NO_MASS'],
    ['no date', '7', 'NO_DATE'],
    ['two masses', '9', 'MASS_DIFFERS'],
    ['half', '11', 'ROW_REFUSED'],
    ['twice', '14', 'ROW_DUPLICATE'],
    ['cleaned', '15', 'CLEANING'],
    ['activity', '16', 'NO_DISTANCE'],
    ['nowhere', '17', 'NO_ACTIVITY'],
  ]);

  // The same again has the same ids; rejected rows alone are no shipments, and no command says that they are.
  const again = await run(cwd, '--distance-kind', 'actual');
  expect(footprints(cwd).map(({ id }) => id)).toEqual(all.map(({ id }) => id));
  expect(again.stderr).not.toMatch(/t\.rejected\.csv .*--(?:ileap|company-id|distance-kind)/);
  const rejected = await dcycleUpload(
    ['requests', 't.rejected.csv', '--local', '--ileap', 'g.jsonl', ...company, '--distance-kind', 'sfd'],
    { cwd },
  );
  expect(rejected).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('a shipment may have legs in another file'),
  });
  expect(readdirSync(cwd).filter((name) => name.startsWith('g') || name.startsWith('.'))).toEqual([]);
});

test('given distances need their kind, and rows that cannot be read leave no file', async () => {
  const cwd = folderWith({ 't.csv': table('A,1,Madrid,Zaragoza,100,1000,kg,van_diesel,2025-03-01,,,', '"A,2') });
  expect(await run(cwd)).toMatchObject({ code: 2, stdout: expect.stringContaining('DISTANCE_KIND_UNKNOWN') });
  const result = await run(cwd, '--distance-kind', 'actual');
  expect(result.code).toBe(1);
  expect(summaryOf(result).warnings).toContainEqual(expect.objectContaining({ code: 'ILEAP_NOT_WRITTEN', count: 1 }));
  expect(summaryOf(result).files).toMatchObject({ ileap: null, ileap_left_out: null });
  expect(existsSync(join(cwd, 'f.jsonl'))).toBe(false);
});

test('docs/ileap.md names every reason', () => {
  const page = readFileSync(new URL('../../docs/ileap.md', import.meta.url), 'utf8');
  expect([...page.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code)).toEqual(Object.keys(leftOutTexts));
});
