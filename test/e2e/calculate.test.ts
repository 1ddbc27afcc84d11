import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { dcycleUpload, folderWith, readErrors, readText, summaryOf } from '../support/command.ts';
import { schemaErrors } from '../support/schemas.ts';

/** Result rows of a run, as objects. */
function resultsIn(cwd: string, name: string): readonly Record<string, unknown>[] {
  return readText(cwd, name)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const local = ['--local', '--json', '--out', 'r.jsonl', '--errors', 'e.jsonl'];

/** A router that answers like OSRM and Valhalla, and counts. */
async function startRouter(answer: (url: string) => { status: number; body: string }) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const { status, body } = answer(request.url ?? '');
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { asked, url: `http://127.0.0.1:${String(port)}`, close: () => server.close() };
}

describe('shipments between places', () => {
  const csv =
    'movement_id,client,origin,destination,load,load_unit,category,shipment_date,package_key\n' +
    'M1,ACME,"Madrid, Spain","Barcelona, Spain",1000,kg,road,2025-03-01,P1\n' +
    'M1,ACME,"Barcelona, Spain",Palma de Mallorca,1000,kg,road,2025-03-02,P1\n' +
    'M2,DHL,Valencia,New York,2,teu,maritime,2024-04-01,\n' +
    'M3,DHL,MAD,JFK,500,kg,air,2025-04-01,\n' +
    'M4,DHL,Madrid,Las Palmas de Gran Canaria,1000,kg,road,2025-05-01,\n' +
    'M5,DHL,"Xyzzyville, Spain",Madrid,1000,kg,road,2025-05-01,\n';

  test('are calculated without a network, and each says what it is based on', async () => {
    const cwd = folderWith({ 'a.csv': csv });
    const result = await dcycleUpload(['requests', 'a.csv', ...local], { cwd });
    expect(result.code).toBe(1);
    const summary = summaryOf(result);
    expect(schemaErrors('summary-2.json', summary)).toEqual([]);
    expect(summary.records).toMatchObject({ accepted: 4, rejected: 2 });
    const rows = resultsIn(cwd, 'r.jsonl');
    expect(rows.map((row) => row['distance_source'])).toEqual([
      expect.stringMatching(/^road: great circle x 1\.29/),
      expect.stringMatching(/^road: .* round water, Barcelona, ES to Palma de Mallorca, ES$/),
      expect.stringMatching(/^sea: [A-Z]{5}-USNYC$/),
      'air: MAD-JFK',
    ]);
    expect(rows[1]?.['assumptions']).toContain('ferry Barcelona-Palma');
    expect(readErrors(cwd, 'e.jsonl')).toMatchObject([
      { row: 5, code: 'NO_DISTANCE', stage: 'calculate', message: expect.stringContaining('no road leads') },
      { row: 6, code: 'UNKNOWN_PLACE', field: 'origin', column: 'origin', value: 'Xyzzyville, Spain' },
    ]);
    expect(summary.warnings.map(({ code }) => code).toSorted()).toEqual(['FERRY']);
  });

  test('are where postcodes in columns of their own say, and what is abroad in a file of one country is refused', async () => {
    const towns = 'Bilbao Sevilla Murcia Getafe Vigo Burgos Huesca Soria Lleida Zaragoza'.split(' ');
    const cwd = folderWith({
      'a.csv':
        'Población origen;CP origen;Población destino;CP destino;Peso (kg);toc\n' +
        'Madrid;28001;Villanueva de la Serena;6700;1000;van_diesel\n' +
        'Madrid;28001;Santiago;15701;1000;van_diesel\n' +
        'Salamanca;;León;;1000;van_diesel\n' +
        towns.map((town) => `Madrid;28001;${town};;1000;van_diesel\n`).join(''),
    });
    const result = await dcycleUpload(['requests', 'a.csv', ...local], { cwd });
    const [first, second] = resultsIn(cwd, 'r.jsonl').map((row) => row['distance_source']);
    expect(first).toContain('to Villanueva de la Serena, ES');
    expect(second).toContain('to Santiago de Compostela, ES');
    expect(readErrors(cwd, 'e.jsonl')).toMatchObject([
      {
        row: 3,
        code: 'UNKNOWN_PLACE',
        message: expect.stringContaining('Salamanca, ES'),
      },
    ]);
    expect(result.code).toBe(1);
  });

  test('are summed by category, vehicle type, client and month, with what is assumed', async () => {
    const cwd = folderWith({ 'a.csv': csv });
    const { emissions } = summaryOf(await dcycleUpload(['requests', 'a.csv', ...local], { cwd }));
    if (emissions === null || !('by_client' in emissions)) throw new Error('no emissions');
    const sumOf = (groups: readonly { co2e_kg: number }[]) => groups.reduce((sum, group) => sum + group.co2e_kg, 0);
    for (const groups of [emissions.by_category, emissions.by_vehicle_type, emissions.by_client, emissions.by_month]) {
      expect(sumOf(groups)).toBeCloseTo(emissions.co2e_kg, 6);
    }
    expect(emissions.by_client.map(({ client }) => client).toSorted()).toEqual(['ACME', 'DHL']);
    expect(emissions.by_month.map(({ month }) => month)).toEqual(['2024-04', '2025-03', '2025-04']);
    expect((emissions.co2e_wtt_kg ?? 0) + (emissions.co2e_ttw_kg ?? 0)).toBeCloseTo(emissions.co2e_kg, 6);
    expect(emissions.intensity_g_per_tkm).toBeCloseTo((emissions.co2e_kg * 1000) / (emissions.tonne_km ?? 0), 6);
    expect(emissions.assumptions.records).toBe(4);
    expect(emissions.assumptions.by_kind.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['distance', 'load']));
  });

  test('have their legs summed by shipment or package', async () => {
    const cwd = folderWith({ 'a.csv': csv });
    const summary = summaryOf(await dcycleUpload(['requests', 'a.csv', ...local, '--by', 'shipment'], { cwd }));
    expect(summary.files.totals).toBe('a.by-shipment.csv');
    const [header, first, ...others] = readText(cwd, 'a.by-shipment.csv').trimEnd().split('\n');
    expect(header).toBe(
      'movement_id,client,legs,legs_not_calculated,co2e_kg,co2e_wtt_kg,co2e_ttw_kg,tonne_km,distance_km,intensity_g_per_tkm',
    );
    const legs = resultsIn(cwd, 'r.jsonl').slice(0, 2);
    const cells = (first ?? '').split(',');
    expect(cells.slice(0, 4)).toEqual(['M1', 'ACME', '2', '0']);
    expect(Number(cells[4])).toBeCloseTo(Number(legs[0]?.['co2e_kg']) + Number(legs[1]?.['co2e_kg']), 9);
    // M4 and M5 have no leg that could be calculated, and say so.
    expect(others.map((line) => line.split(',').slice(2, 4).join())).toEqual(['1,0', '1,0', '0,1', '0,1']);
    // Of several inputs, each sum has the one of its first leg.
    const [columns = '', row = ''] = csv.split('\n');
    writeFileSync(join(cwd, 'b.csv'), [columns, row, row.replace('2025', '2024').replace('P1', 'P9'), ''].join('\n'));
    await dcycleUpload(['requests', 'a.csv', 'b.csv', ...local, '--by', 'package'], { cwd });
    const sums = readText(cwd, 'a.by-package.csv').trimEnd().split('\n');
    expect(sums.map((line) => line.split(',').slice(0, 4).join())).toEqual([
      'package_key,client,_file,legs',
      'P1,ACME,a.csv,2',
      'P9,ACME,b.csv,1',
    ]);
  });

  test('have their sums written over no input and no result', async () => {
    const cwd = folderWith({ 'm.csv': csv, 'm.by-shipment.csv': csv });
    const both = await dcycleUpload(['requests', 'm.csv', 'm.by-shipment.csv', '--local', '--by', 'shipment'], { cwd });
    expect(both.code).toBe(2);
    expect(readText(cwd, 'm.by-shipment.csv')).toBe(csv);
    const out = ['--local', '--by', 'shipment', '--out', 'm.by-shipment.csv'];
    expect((await dcycleUpload(['requests', 'm.csv', ...out], { cwd })).code).toBe(2);
  });

  test('go round closed canals', async () => {
    const cwd = folderWith({ 'a.csv': 'origin,destination,load,category\nCNSHA,NLRTM,1000,maritime\n' });
    const kmOf = async (...more: string[]) => {
      await dcycleUpload(['requests', 'a.csv', ...local, ...more], { cwd });
      return Number(resultsIn(cwd, 'r.jsonl')[0]?.['distance_km']);
    };
    expect((await kmOf('--avoid', 'suez,panama')) / (await kmOf())).toBeGreaterThan(1.25);
    expect((await dcycleUpload(['requests', 'a.csv', ...local, '--avoid', 'kiel'], { cwd })).code).toBe(2);
  });

  test('weigh pallets and containers as the options say', async () => {
    const cwd = folderWith({ 'a.csv': 'distance_km,load,load_unit,category\n100,2,pallets,road\n100,1,teu,road\n' });
    await dcycleUpload(['requests', 'a.csv', ...local, '--pallet-kg', '740', '--teu-t', '14.5'], { cwd });
    expect(resultsIn(cwd, 'r.jsonl').map((row) => row['load_t'])).toEqual([1.48, 14.5]);
  });
});

describe('hubs of the user’s own', () => {
  const csv = 'origin,destination,load,category\nZAL 1,Cliente Norte,1000,road\n';

  test('are found by name, with coordinates or an address', async () => {
    const hubs = 'Nombre;Dirección;País;Lat;Lon\nZAL 1;;España;41,35;2,13\nCliente Norte;"08500 Vic";ES;;\n';
    const cwd = folderWith({ 'a.csv': csv, 'hubs.csv': hubs });
    const result = await dcycleUpload(['requests', 'a.csv', ...local, '--hubs', 'hubs.csv'], { cwd });
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    const km = Number(resultsIn(cwd, 'r.jsonl')[0]?.['distance_km']);
    expect(km).toBeGreaterThan(60);
    expect(km).toBeLessThan(100);
  });

  test.each([
    ['name,lat,lon\nZAL 1,41.3,2.1\nzal-1,40.4,-3.7\n', 'twice, in line 2 and line 3'],
    ['name,lat,lon,country\nZAL 1,-3.7,40.4,ES\n', 'are latitude and longitude swapped?'],
    ['name,lat,lon\n***,41.3,2.1\n', 'no letter or digit'],
    ['name,city\nZAL 1,Xyzzyville\n', 'line 2: "Xyzzyville" is not a known place'],
    ['name,lat,lon\nZAL 1,95,2\n', 'is not a latitude and longitude'],
    ['code,size\nZAL 1,3\n', 'needs a column name, and address or lat and lon'],
  ])('that can’t be placed end the run: %j', async (hubs, message) => {
    const cwd = folderWith({ 'a.csv': csv, 'hubs.csv': hubs });
    const result = await dcycleUpload(['requests', 'a.csv', '--local', '--hubs', 'hubs.csv'], { cwd });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(message);
  });
});

describe('factors of the user’s own', () => {
  const csv = 'distance_km,load,toc,origin_country\n100,1000,artic_truck_electric,ES\n100,1000,truck_diesel,ES\n';

  test('come before the embedded ones', async () => {
    const rows = [
      { toc: 'artic_truck_electric', category: 'road', kwh_per_tkm: 0.1, source: 'Carrier 2025, table 4' },
      { toc: 'truck_diesel', category: 'road', region: 'ES', wtw_kg_per_tkm: 0.08, source: 'Carrier 2025, table 3' },
    ];
    const cwd = folderWith({ 'a.csv': csv, 'f.json': JSON.stringify({ rows }) });
    const result = await dcycleUpload(['requests', 'a.csv', ...local, '--factors', 'f.json'], { cwd });
    expect(result.code).toBe(0);
    expect(resultsIn(cwd, 'r.jsonl')).toMatchObject([
      { factor_region: 'ES', factor_source: expect.stringContaining('table 4 x Electricity Maps') },
      { co2e_kg: 8, co2e_wtt_kg: null, factor_source: 'Carrier 2025, table 3' },
    ]);
    // One row has no parts, so there are none of the total.
    expect(summaryOf(result).emissions).toMatchObject({ co2e_wtt_kg: null, co2e_ttw_kg: null });
  });

  test.each([
    ['{"rows":[{"toc":"a","category":"road","source":"x"}]}', 'in row 1: needs wtw_kg_per_tkm'],
    ['{"rows":[{"toc":"a","category":"roda","wtw_kg_per_tkm":1,"source":"x"}]}', 'in row 1 (category)'],
    ['{"rows":[{"toc":"a","category":"road","wtw_kg_per_tkm":80,"source":"x"}]}', 'are these grams'],
    [
      '{"rows":[{"toc":"a","category":"road","wtw_kg_per_tkm":0.1,"wtt_kg_per_teu_km":0.1,"source":"x"}]}',
      'only one of the three',
    ],
    [
      '{"rows":[{"toc":"a","category":"road","wtw_kg_per_tkm":0.1,"wtt_kg_per_tkm":0.1,"ttw_kg_per_tkm":0.1,"source":"x"}]}',
      'do not add up',
    ],
    [
      '{"rows":[{"toc":"a","category":"road","wtw_kg_per_tkm":0.1,"source":"x"},{"toc":"A","category":"road","wtw_kg_per_tkm":0.2,"source":"x"}]}',
      'rows 1 and 2',
    ],
    ['{"rows":', "can't be read"],
  ])('that are not valid end the run: %s', async (file, message) => {
    const cwd = folderWith({ 'a.csv': csv, 'f.json': file });
    const result = await dcycleUpload(['requests', 'a.csv', '--local', '--factors', 'f.json'], { cwd });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(message);
  });

  test('of an account need a sync first', async () => {
    const cwd = folderWith({ 'a.csv': csv });
    const env = { XDG_CACHE_HOME: cwd, DCYCLE_ORG_ID: 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa' };
    const result = await dcycleUpload(['requests', 'a.csv', '--local', '--factors', 'account'], { cwd, env });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('dcycle-upload tocs --sync');
  });
});

describe('a router of the user’s own', () => {
  const csv =
    'origin,destination,load,category\n"Madrid, Spain","Lyon, France",1000,road\n"Madrid, Spain","Lyon, France",2000,road\n';

  test.each([
    ['osrm', '{"code":"Ok","routes":[{"distance":1234567}]}', 1234.567],
    ['valhalla', '{"trip":{"summary":{"length":1111.1}}}', 1111.1],
  ])('(%s) is asked once for each pair', async (kind, body, km) => {
    const router = await startRouter(() => ({ status: 200, body }));
    const cwd = folderWith({ 'a.csv': csv });
    await dcycleUpload(['requests', 'a.csv', ...local, '--router', `${kind}:${router.url}`], { cwd });
    router.close();
    expect(router.asked).toHaveLength(1);
    expect(decodeURIComponent(router.asked[0] ?? '')).toMatch(/-3\.7.*4[05]\./);
    expect(resultsIn(cwd, 'r.jsonl')).toMatchObject([
      { distance_km: km, distance_source: `road: ${kind}` },
      { distance_km: km, distance_source: `road: ${kind}` },
    ]);
  });

  test.each([
    [404, '{"code":"NoRoute"}'],
    [200, '<html>'],
    [200, '{"code":"Ok","routes":[{"distance":0}]}'],
    [500, '{"code":"Ok","routes":[{"distance":1200000}]}'],
    [200, `{"code":"Ok","routes":[{"distance":1200000}],"x":"${'x'.repeat(2_000_000)}"}`],
  ])('that answers %d %.60s is replaced by the estimate, and the row says so', async (status, body) => {
    const router = await startRouter(() => ({ status, body }));
    const cwd = folderWith({ 'a.csv': csv });
    const result = await dcycleUpload(['requests', 'a.csv', ...local, '--router', `osrm:${router.url}`], { cwd });
    router.close();
    expect(result.code).toBe(0);
    const [row] = resultsIn(cwd, 'r.jsonl');
    expect(row?.['distance_source']).toMatch(/^road: great circle/);
    expect(row?.['assumptions']).toContain('distance: estimated, as the router');
    expect(summaryOf(result).warnings.map(({ code }) => code)).toContain('ROUTER_FAILED');
  });

  test('is not followed elsewhere', async () => {
    const other = await startRouter(() => ({ status: 200, body: '{"code":"Ok","routes":[{"distance":1200000}]}' }));
    const server = createServer((_, response) => response.writeHead(302, { location: other.url }).end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const cwd = folderWith({ 'a.csv': csv });
    await dcycleUpload(['requests', 'a.csv', ...local, '--router', `osrm:${url}`], { cwd });
    server.close();
    other.close();
    expect(other.asked).toEqual([]);
    expect(resultsIn(cwd, 'r.jsonl')[0]?.['distance_source']).toMatch(/^road: great circle/);
  });

  test.each(['http://x', 'osrm:http://user:secret@localhost:1', 'osrm:http://localhost:1/?token=secret'])(
    'must be one that is known and holds no secret: %s',
    async (router) => {
      const cwd = folderWith({ 'a.csv': csv });
      expect((await dcycleUpload(['requests', 'a.csv', '--local', '--router', router], { cwd })).code).toBe(2);
    },
  );

  test('must be one that is known', async () => {
    const cwd = folderWith({ 'a.csv': csv });
    expect((await dcycleUpload(['requests', 'a.csv', '--local', '--router', 'x'], { cwd })).code).toBe(2);
  });
});

test('options of the calculator need --local', async () => {
  const cwd = folderWith({ 'a.csv': 'distance_km,category\n1,road\n' });
  const result = await dcycleUpload(['requests', 'a.csv', '--dry-run', '--pallet-kg', '400'], { cwd });
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('--pallet-kg belongs to the embedded calculator');
});

describe('fuel purchases', () => {
  test('may have a unit, in a column or in a column’s name', async () => {
    const csv =
      'Combustible,País,Fecha,Cantidad,Unidad\nDiésel,ES,2025-01-02,100,Litros\nGNC,ES,2025-01-02,101,kg\n' +
      'Electricidad,ES,2025-01-02,102,kWh\nDiésel,ES,2025-01-03,100,barriles\n';
    const cwd = folderWith({ 'f.csv': csv });
    const result = await dcycleUpload(['recharges', 'f.csv', ...local], { cwd });
    expect(result.code).toBe(1);
    expect(schemaErrors('summary-2.json', summaryOf(result))).toEqual([]);
    expect(resultsIn(cwd, 'r.jsonl')).toMatchObject([
      { unit: 'l', biogenic_co2_kg: expect.closeTo(13.58, 1), co2e_kg: expect.closeTo(318.183, 3) },
      { unit: 'kg', assumptions: '' },
      { unit: 'kWh', fuel: 'Electricity', factor_region: 'ES' },
    ]);
    expect(readErrors(cwd, 'e.jsonl')).toMatchObject([{ code: 'INVALID_CHOICE', column: 'Unidad', value: 'barriles' }]);
  });

  test('are read for the API too, which takes the fuel’s own', async () => {
    const csv = 'fuel_id,country,date,quantity,unit\nf51a1645-c201-43da-9dcd-6408be3cb517,ES,2025-01-02,100,l\n';
    const cwd = folderWith({ 'f.csv': csv });
    const summary = summaryOf(await dcycleUpload(['recharges', 'f.csv', '--dry-run', '--json'], { cwd }));
    expect(summary.records.accepted).toBe(1);
    expect(summary.mapping).toHaveProperty('quantity_unit', 'unit');
  });
});

test('the suggested command for the rejected rows keeps what the whole file proved', async () => {
  const csv =
    'Referencia;Fecha;Origen;Destino;Modo;Peso (kg)\n' +
    '1;25/02/2025;Madrid, España;Zaragoza;Carretera;1.250,5\n2;03/02/2025;Madriiid;Zaragoza;Carretera;9.000\n';
  const cwd = folderWith({ 'a.csv': csv });
  const { stderr } = await dcycleUpload(['requests', 'a.csv', '--local'], { cwd });
  expect(stderr).toContain('dcycle-upload requests a.rejected.csv --local --decimal , --date-format dmy');
});

test('tonne-kilometres in addition to places, and without load, lose no row', async () => {
  const csv =
    'category,origin,destination,tkm,load\nroad,"Madrid, Spain","Paris, France",1000,\nroad,"Madrid, Spain","Paris, France",,500\n';
  const cwd = folderWith({ 'a.csv': csv });
  const summary = summaryOf(await dcycleUpload(['requests', 'a.csv', ...local], { cwd }));
  expect(summary.records).toMatchObject({ accepted: 2, rejected: 0 });
});
