import { describe, expect, test } from 'vitest';
import { csv, jsonl, read } from './read-values.ts';

type Table = readonly (readonly string[])[];

const purchases = (...rows: readonly (readonly string[])[]): Table => [
  ['date', 'fuel_id', 'country', 'quantity', 'unit', 'plate'],
  ...['10', '11', '12', '13', '14', '15'].map((day) => [`2025-06-${day}`, 'diesel', 'ES', '900', 'l', 'A']),
  ...rows,
];

const shipments = (...rows: readonly (readonly string[])[]): Table => [
  ['movement_id', 'origin', 'destination', 'toc', 'load', 'load_unit', 'distance_km', 'origin_country'],
  ...['1', '2', '3', '4', '5', '6'].map((id) => [
    id,
    'Madrid, ES',
    'Sevilla, ES',
    'truck_diesel',
    '20',
    'ton',
    // Places are read where a distance has to be worked out.
    id === '6' ? '' : '530',
    'ES',
  ]),
  ...rows,
];

const truck = (...cells: readonly string[]): readonly string[] => ['7', ...cells];

describe('a row that is hardly true is shown, and refused with --strict', () => {
  const road = ['Madrid, ES', 'Sevilla, ES', 'truck_diesel', '20', 'ton'] as const;
  test.each<[string, 'requests' | 'recharges', Table, string]>([
    ['a tank of 2,100 l', 'recharges', purchases(['2025-06-20', 'diesel', 'ES', '2100', 'l', 'A']), 'over 2000 l'],
    [
      'a delivery of 41,000 l',
      'recharges',
      purchases(['2025-06-20', 'diesel', 'ES', '41000', 'l', '']),
      'over 40000 l',
    ],
    ['a tank of 3 m3', 'recharges', purchases(['2025-06-20', 'diesel', 'ES', '3', 'm3', 'A']), 'over 2 m3'],
    ['40 t on a truck', 'requests', shipments(truck(road[0], road[1], road[2], '40', 'ton', '530', 'ES')), 'over 32 t'],
    ['80 t in Finland', 'requests', shipments(truck(road[0], road[1], road[2], '80', 'ton', '530', 'FI')), 'over 64 t'],
    [
      'a van with 3 t',
      'requests',
      shipments(truck(road[0], road[1], 'van_3.5_t_diesel', '3000', 'kg', '530', 'ES')),
      'over 2 t',
    ],
    ['miles for kilometres', 'requests', shipments(truck(...road, '330', 'ES')), 'less than the straight line'],
    ['a slipped mark', 'requests', shipments(truck(...road, '5300', 'ES')), 'over three times the straight line'],
    [
      'too short a voyage',
      'requests',
      shipments(truck('ESVLC', 'CNSHA', 'container_ship', '20', 'ton', '1500', 'ES')),
      'way by sea',
    ],
  ])('%s', async (_name, kind, table, why) => {
    for (const text of [csv(...table), jsonl(table)]) {
      const shown = await read([kind, '--local'], text);
      expect(shown).toMatchObject({ exit: 0, rows: { valid: 7, invalid: 0 } });
      expect(shown.warnings.get('IMPLAUSIBLE')).toContain(why);
      expect(shown.warnings.get('IMPLAUSIBLE')).toContain('(row 7)');
      const refused = await read([kind, '--local', '--strict'], text);
      expect(refused).toMatchObject({ exit: 1, rows: { valid: 6, invalid: 1 } });
      expect(refused.errors).toMatchObject([{ row: 7, code: 'IMPLAUSIBLE' }]);
      expect(refused.warnings.has('IMPLAUSIBLE')).toBe(false);
    }
  });

  test.each<[string, 'requests' | 'recharges', Table]>([
    [
      'a long road train of the Netherlands',
      'requests',
      shipments(truck(...road.slice(0, 3), '45', 'ton', '530', 'NL')),
    ],
    [
      '66 pallets, whatever they weigh',
      'requests',
      shipments(truck(...road.slice(0, 3), '66', 'pallets', '530', 'ES')),
    ],
    [
      'a ship of 80,000 t',
      'requests',
      shipments(truck('ESVLC', 'NLRTM', 'bulk_carrier', '80000', 'ton', '3600', 'ES')),
    ],
    [
      'a place that could be several',
      'requests',
      shipments(truck('Santiago', 'Sevilla, ES', 'truck_diesel', '20', 'ton', '40', '')),
    ],
    ['a depot that buys 38,000 l', 'recharges', purchases(['2025-06-20', 'diesel', 'ES', '38000', 'l', ''])],
    ['a month of electricity', 'recharges', purchases(['2025-06-20', 'Electricity', 'ES', '90000', 'kwh', ''])],
  ])('not %s', async (_name, kind, table) => {
    expect((await read([kind, '--local', '--strict'], csv(...table))).rows).toMatchObject({ valid: 7, invalid: 0 });
  });
});

describe('a row that another column calls taken back, whatever its sign', () => {
  const fuel = (header: string, ...cells: readonly string[]): Table => [
    ['date', 'fuel_id', 'country', 'quantity', 'unit', header],
    ...cells.map((cell, day) => [`2025-06-${String(10 + day)}`, 'diesel', 'ES', '50', 'l', cell]),
  ];
  const sums = ['67,50', '70,10', '-67,50', '0,00', '-0,00'];

  test.each<[string, readonly string[], number]>([
    ['Importe', sums, 3],
    ['Montant TTC (€)', ['67,50', '70,10', '12,00', '-67,50 €', '9,99'], 4],
    ['Betrag', ['67,50', '67,50-', '1,00', '2,00', '3,00'], 2],
    ['Net amount', ['67.50', '(67.50)', '1.00', '2.00', '3.00'], 2],
    ['Tipo', ['Venta', 'Venta', 'Devolución', 'Venta', 'Venta'], 3],
    ['Vorgangsart', ['Kauf', 'Kauf', 'Kauf', 'STORNO', 'Kauf'], 4],
    ["Type d'opération", ['Achat', 'Avoir', 'Achat', 'Achat', 'Achat'], 2],
    ['Causale', ['Vendita', 'Vendita', 'Nota di credito', 'Vendita', 'Vendita'], 3],
    ['Tipo de transação', ['Compra', 'Estorno', 'Compra', 'Compra', 'Compra'], 2],
    ['Transaction type', ['Sale', 'Sale', 'Sale', 'Refund', 'Sale'], 4],
    ['D/C', ['D', 'D', 'C', 'D', 'D'], 3],
    ['Soll/Haben', ['S', 'H', 'S', 'S', 'Soll'], 2],
    ['Debe/Haber', ['Debe', 'Debe', 'Debe', 'Haber', 'D'], 4],
    ['Dare/Avere', ['D', 'A', 'D', 'D', 'D'], 2],
    ['Signo', ['+', '+', '-', '+', '+'], 3],
    ['SHKZG', ['S', 'S', 'S', 'H', 'S'], 4],
  ])('%s of a purchase', async (header, cells, row) => {
    for (const text of [csv(...fuel(header, ...cells)), jsonl(fuel(header, ...cells))]) {
      const shown = await read(['recharges', '--local'], text);
      expect(shown).toMatchObject({ exit: 0, rows: { valid: 5 } });
      expect(shown.warnings.get('IMPLAUSIBLE')).toMatch(
        new RegExp(String.raw`^"${header.slice(0, 4)}.*\(row ${String(row)}\)$`),
      );
      const refused = await read(['recharges', '--local', '--strict'], text);
      expect(refused.errors).toMatchObject([{ row, code: 'IMPLAUSIBLE', field: 'quantity' }]);
    }
  });

  test('a sum on the credit side of two columns', async () => {
    const [header = [], ...rows] = fuel('Debe', '10', '20', '', '40', '50');
    const table = [[...header, 'Haber'], ...rows.map((cells, at) => [...cells, at === 2 ? '30' : ''])];
    const { warnings } = await read(['recharges', '--local'], csv(...table));
    expect(warnings.get('IMPLAUSIBLE')).toMatch(/^"Haber" has a sum.*\(row 3\)$/);
  });

  test.each([
    'Anulación E1',
    'Storno 4711',
    'CANCELLED E1',
    'Annulation E1',
    'Anul·lació E1',
    '«ANULADO» 7',
    '# storno-3',
    'M4-CANCELLED',
    'E-17/anulado',
    'DE 4 Anul·lat',
  ])('a shipment whose id says so: %s', async (id) => {
    const [header = [], ...rows] = shipments();
    const table = [header, ...rows.map((cells, at) => (at === 2 ? [id, ...cells.slice(1)] : cells))];
    const { warnings } = await read(['requests', '--local'], csv(...table));
    expect(warnings.get('IMPLAUSIBLE')).toMatch(/\(row 3\)$/);
  });

  test('a cancelled shipment, but not one of goods that are returned', async () => {
    const [header = [], ...rows] = shipments();
    for (const [word, isShown] of [
      ['Cancelled', true],
      ['Anulado', true],
      ['Return', false],
    ] as const) {
      const table = [[...header, 'Status'], ...rows.map((cells, at) => [...cells, at === 2 ? word : 'Delivered'])];
      expect((await read(['requests', '--local'], csv(...table))).warnings.has('IMPLAUSIBLE')).toBe(isShown);
    }
  });

  test.each([
    ['Status', 'Planned'],
    ['Estado', 'Borrador'],
    ['Estat', 'Esborrany'],
    ['Situação / Estado', 'Rascunho'],
    ['Statut', 'Brouillon'],
    ['Stato', 'Bozza'],
    ['Status', 'GEPLANT'],
    ['Tipo', 'Presupuesto'],
  ])('of a row that has not taken place: %s %s', async (name, word) => {
    const [header = [], ...rows] = shipments();
    const table = [[...header, name], ...rows.map((cells, at) => [...cells, at === 2 ? word : 'OK'])];
    for (const text of [csv(...table), jsonl(table)]) {
      const { warnings } = await read(['requests', '--local'], text);
      expect(warnings.get('IMPLAUSIBLE')).toMatch(/is planned, a draft or an offer \(row 3\)$/);
    }
  });

  test('not by ids that only have such a word in them', async () => {
    const [header = [], ...rows] = shipments();
    const ids = ['STORNOWAY-1', 'X-VOIDER', 'A-STORNO-1B', 'PLANNED-1', 'CANCEL', 'Z-'];
    const table = [header, ...rows.map((cells, at) => [ids[at] ?? String(at), ...cells.slice(1)])];
    expect((await read(['requests', '--local'], csv(...table))).warnings.has('IMPLAUSIBLE')).toBe(false);
  });

  test('a credit note of a shipment', async () => {
    const [header = [], ...rows] = shipments();
    const table = [[...header, 'Importe'], ...rows.map((cells, at) => [...cells, at === 2 ? '-120,00' : '120,00'])];
    expect((await read(['requests', '--local'], csv(...table))).warnings.get('IMPLAUSIBLE')).toContain('(row 3)');
  });

  test.each([
    ['Descuento', ['-1,20', '-1,20', '-3,00', '0,00', '-2,00']],
    ['Estación', ['Avoir', 'Storno', 'Ronda Sur', 'Reso', 'Retour']],
    ['Importe', ['67,50', '70,10', '–', '-', '- €']],
    ['Tipo', ['Tarjeta', 'Tarjeta', 'Crédito', 'Débito', 'Contado']],
  ])('not by %s, which says nothing of it', async (header, cells) => {
    expect((await read(['recharges', '--local'], csv(...fuel(header, ...cells)))).warnings.has('IMPLAUSIBLE')).toBe(
      false,
    );
  });

  test('sums that are negative throughout are said once, of the file', async () => {
    const { warnings } = await read(['recharges', '--local'], csv(...fuel('Importe', '-1', '-2', '-3', '-4', '-5')));
    expect(warnings.get('IMPLAUSIBLE')).toContain('in 5 of 5 rows "Importe" is negative');
  });
});

test('given distances are compared with places where these are read, or with --strict', async () => {
  const table = shipments(truck('Madrid, ES', 'Sevilla, ES', 'truck_diesel', '20', 'ton', '330', 'ES')).map((cells) =>
    cells[6] === '' ? cells.with(6, '530') : cells,
  );
  expect((await read(['requests', '--local'], csv(...table))).warnings.has('IMPLAUSIBLE')).toBe(false);
  expect((await read(['requests', '--local', '--strict'], csv(...table))).errors).toMatchObject([{ row: 7 }]);
});

test('gallons of two rows are not far from what is usual', async () => {
  const text = csv(
    ['Date', 'Gallons', 'fuel_id', 'country'],
    ['2025-06-15', '50.1', 'diesel', 'US'],
    ['2025-06-16', '60.2', 'diesel', 'US'],
  );
  expect((await read(['recharges', '--local', '--strict'], text)).rows).toMatchObject({ valid: 2 });
});

describe('over half of the rows', () => {
  const [header = [], ...rows] = purchases();
  const large = rows.map((cells) => cells.with(3, '9000'));

  test('are one warning about the file, and exit 2 with --strict', async () => {
    const text = csv(header, ...large);
    const { warnings, exit, rows: counts } = await read(['recharges', '--local'], text);
    expect([exit, counts.valid]).toEqual([0, 6]);
    expect(warnings.get('IMPLAUSIBLE')).toContain('in 6 of 6 rows quantity is over 2000 l');
    for (const mode of ['--local', '--dry-run']) {
      const strict = await read(['recharges', mode, '--strict'], text);
      expect([strict.exit, strict.error?.code, strict.rows.read]).toEqual([2, 'IMPLAUSIBLE_FILE', 0]);
    }
  });

  test('are counted without duplicates that follow', async () => {
    const text = csv(header, ...large, ...large);
    expect((await read(['recharges', '--local'], text)).warnings.get('IMPLAUSIBLE')).toContain('in 6 of 6 rows');
  });
});

test('a row that is over 20 % of the total is named, from 50 rows on', async () => {
  const table = (count: number): string =>
    csv(
      ['date', 'fuel_id', 'country', 'quantity', 'plate'],
      ...Array.from({ length: count - 1 }, (_, at) => ['2025-06-10', 'diesel', 'ES', '50', `P${String(at)}`]),
      ['2025-06-11', 'diesel', 'ES', '1900', 'A'],
    );
  expect((await read(['recharges', '--local'], table(50))).warnings.get('HEAVY_ROW')).toBe(
    'row 50 is 44 % of the total',
  );
  expect((await read(['recharges', '--local'], table(49))).warnings.has('HEAVY_ROW')).toBe(false);
});

test('tonne-kilometres vary as their parts do', async () => {
  const rows = [
    ['2', '2'],
    ['400', '900'],
    ['900', '900'],
    ['1000', '900'],
  ].map(([km, kg], at) => [String(at), String(km), String(kg), String((Number(km) * Number(kg)) / 1000), 'van_diesel']);
  const text = csv(['movement_id', 'distance_km', 'load', 'tkm', 'toc'], ...rows);
  expect((await read(['requests', '--local', '--strict'], text)).rows).toMatchObject({ valid: 4, invalid: 0 });
});

test('what is usual in a column is in the unit of its name', async () => {
  const loadsIn = (unit: string, ...loads: readonly string[]): string =>
    csv(['distance_km', `Peso (${unit})`, 'toc'], ...loads.map((load) => ['10', load, 'van_diesel']));
  for (const text of [loadsIn('g', '500000', '600000', '900000'), loadsIn('lb', '1000', '2', '900')]) {
    const { warnings, exit } = await read(['requests', '--local'], text);
    expect([exit, warnings.get('IMPLAUSIBLE')]).toEqual([0, undefined]);
  }
  const fills = csv(
    ['date', 'country', 'fuel_id', 'Cantidad (ml)'],
    ...['50000', '61000', '42000'].map((amount, at) => [`2025-06-1${String(at)}`, 'ES', 'diesel', amount]),
  );
  for (const where of ['--local', '--dry-run']) {
    expect((await read(['recharges', where], fills)).warnings.get('IMPLAUSIBLE')).toBeUndefined();
  }
});
