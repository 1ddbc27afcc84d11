import type { Random } from './random.ts';

/** The fields of a row as they stand in the file. */
export type Cells = Readonly<Record<string, string>>;

/** A row of the file, and what has to become of it. */
export interface PlannedRow {
  readonly cells: Cells;
  /** Poison is valid, and the API refuses it whenever it comes. */
  readonly as: 'good' | 'poison' | 'invalid' | 'duplicate';
  /** What stood there before somebody corrected it. */
  readonly corrects?: Cells;
}

export type Mix = 'movements' | 'loose' | 'mixed' | 'recharges';

/** What makes a record poison, in its `client` or at the start of its plate. */
export const poisonMark = 'POISON';

/** The columns of the file; records are compared in all of them. */
const columnsOf = (mix: Mix): readonly string[] => (mix === 'recharges' ? rechargeColumns : shipmentColumns);

const shipmentColumns = [
  'movement_id',
  'movement_stretch',
  'movement_stage',
  'package_key',
  'origin',
  'destination',
  'shipment_date',
  'distance_km',
  'load',
  'load_unit',
  'toc',
  'client',
  'vehicle_license_plate',
] as const;

const rechargeColumns = ['fuel_id', 'country', 'date', 'quantity', 'vehicle_license_plate'] as const;

/**
 * The rows of a schedule, in the order of the file.
 *
 * @param series tells the rows of one plan from those of another
 */
export function planRows(random: Random, mix: Mix, count: number, series = ''): readonly PlannedRow[] {
  const good = (mix === 'recharges' ? purchases(random, count) : shipments(random, mix, count)).map((cells) =>
    series === '' ? cells : inSeries(cells, series),
  );
  const poisons = random.chance(0.5) ? random.int(1, 3) : 0;
  const poisonPlaces = new Set(Array.from({ length: poisons }, () => random.int(0, good.length - 1)));
  const flaws = random.chance(0.6) ? 0.05 : 0;
  return good.flatMap((cells, place): PlannedRow[] => {
    const row: PlannedRow = poisonPlaces.has(place)
      ? { cells: poisoned(cells, mix, place), as: 'poison' }
      : { cells, as: 'good' };
    return [
      row,
      ...(random.chance(flaws) ? [{ cells: spoiled(cells, mix), as: 'invalid' } as const] : []),
      ...(random.chance(flaws) ? [{ cells: repeated(row.cells, random, mix), as: 'duplicate' } as const] : []),
    ];
  });
}

/** The same, but for what it is known by. */
const inSeries = (cells: Cells, series: string): Cells => ({
  ...cells,
  ...('movement_id' in cells ? { movement_id: `${series}${cells['movement_id']}` } : {}),
  ...('load' in cells && !('movement_id' in cells) ? { load: `${cells['load']}7` } : {}),
  ...('quantity' in cells ? { quantity: `9${cells['quantity']}` } : {}),
});

/** The same record corrected, but for what it is known by. */
export const withOtherLoad = (cells: Cells, mix: Mix): Cells =>
  mix === 'recharges'
    ? { ...cells, fuel_id: cells['fuel_id'] === fuels[0] ? fuels[1] : fuels[0] }
    : { ...cells, load: `${cells['load'] ?? ''}${(cells['load'] ?? '').includes('.') ? '' : '.'}9` };

const poisoned = (cells: Cells, mix: Mix, place: number): Cells =>
  mix === 'recharges'
    ? { ...cells, vehicle_license_plate: `${poisonMark} ${String(place)}` }
    : { ...cells, client: poisonMark };

const spoiled = (cells: Cells, mix: Mix): Cells =>
  mix === 'recharges' ? { ...cells, country: 'Atlantis' } : { ...cells, distance_km: 'far' };

/** The same again, or another with the same key. */
function repeated(cells: Cells, random: Random, mix: Mix): Cells {
  if (random.chance(0.5)) return cells;
  if (mix === 'recharges') return { ...cells, fuel_id: cells['fuel_id'] === fuels[0] ? fuels[1] : fuels[0] };
  return cells['movement_id'] === undefined ? cells : { ...cells, load: `${cells['load'] ?? ''}5` };
}

/** Two that the server knows. */
const fuels = ['f51a1645-c201-43da-9dcd-6408be3cb517', 'a0b56b0f-216c-456e-9e0f-1876d3b57622'] as const;

function purchases(random: Random, count: number): Cells[] {
  const made = Array.from({ length: count }, (_, n): Cells => {
    const day = String(random.int(1, 28)).padStart(2, '0');
    const cells = {
      fuel_id: fuels[n % 2] ?? fuels[0],
      country: random.pick(['ES', 'FR', 'PT']),
      date: `2025-03-${day}`,
    };
    // Without a plate, the quantity alone tells two apart.
    const quantity = `${String(n + 1)}.5`;
    return random.chance(0.2) ? { ...cells, quantity } : { ...cells, quantity, vehicle_license_plate: plate(n) };
  });
  return random.chance(0.5) ? random.shuffled(made) : made;
}

const plate = (n: number): string => `${String(1000 + (n % 7))}-KLM`;

/** Ids as they come, also such as have to be escaped in a query. */
const movementIds = [
  (n: number) => `M-${String(n)}`,
  (n: number) => `ñandú & ${String(n)}=[%20]`,
  (n: number) => `${'long/'.repeat(12)}${String(n)}#?`,
] as const;

function shipments(random: Random, mix: Exclude<Mix, 'recharges'>, count: number): Cells[] {
  const nameOf = random.pick(movementIds);
  // Legs with the same load are told apart by the fields of the key alone.
  const hasOwnLoads = random.chance(0.6);
  const made: Cells[] = [];
  for (let movement = 1; made.length < count; movement += 1) {
    const isLoose = mix === 'loose' || (mix === 'mixed' && random.chance(0.4));
    const base = { ...shipment(random, movement), load: String(hasOwnLoads ? made.length + 10 : 10) };
    // Nothing but its load tells a loose one from another.
    if (isLoose) made.push({ ...base, load: String(made.length + 1000) });
    else made.push(...legs(random, { ...base, movement_id: nameOf(movement) }, hasOwnLoads));
  }
  const rows = made.slice(0, count);
  return random.chance(0.5) ? random.shuffled(rows) : rows;
}

const shipment = (random: Random, n: number): Cells => ({
  origin: 'Madrid, Spain',
  destination: random.pick(['Sevilla', 'Valencia, Spain', 'Zaragoza']),
  shipment_date: `2025-04-${String(random.int(1, 28)).padStart(2, '0')}`,
  distance_km: `${String(random.int(5, 900))}.25`,
  load_unit: 'kg',
  toc: 'van_diesel',
  ...(random.chance(0.5) ? { client: `Client "${String(n % 5)}", S.L.` } : {}),
  ...(random.chance(0.5) ? { vehicle_license_plate: plate(n) } : {}),
});

/** One to six legs of a movement; also such as differ only in that one has a field and the other has not. */
function legs(random: Random, base: Cells, hasOwnLoads: boolean): Cells[] {
  const ways: readonly Cells[] = [
    {},
    { movement_stretch: '1' },
    { movement_stretch: '2' },
    { movement_stretch: '1', movement_stage: 'long_haul' },
    { package_key: `P ${base['movement_id'] ?? ''}` },
    { movement_stage: 'pickup', destination: 'Toledo' },
    { origin: '', destination: '' },
  ];
  const count = random.chance(0.4) ? 1 : random.int(2, ways.length);
  return random
    .shuffled(ways)
    .slice(0, count)
    .map((way, leg) => ({ ...base, ...way, load: `${base['load'] ?? ''}${hasOwnLoads ? `.${String(leg + 1)}` : ''}` }));
}

/** The file of these rows. */
export function toCsv(rows: readonly PlannedRow[], mix: Mix): string {
  const columns = columnsOf(mix);
  const lines = rows.map(({ cells }) => columns.map((column) => quoted(cells[column] ?? '')).join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

const quoted = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Two records have the same text exactly when all their compared fields are equal; numbers are compared as numbers. */
export const identityOf = (record: Readonly<Record<string, unknown>>, mix: Mix): string =>
  JSON.stringify(columnsOf(mix).map((name) => comparable(name, record[name])));

const numbers: ReadonlySet<string> = new Set(['distance_km', 'load', 'quantity']);

const comparable = (name: string, value: unknown): unknown =>
  value === undefined || value === null || value === '' ? null : numbers.has(name) ? Number(value) : value;
