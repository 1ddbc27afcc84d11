// The script that is written where there is no tool: csv-parse, zod and a Set, a row at a time.
// node plain-node.js <input> <folder for the files> <folder of tocs.csv and units.csv>
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { parse as parseAll } from 'csv-parse/sync';
import { z } from 'zod';

const [input, folder, tables] = process.argv.slice(2);

const tableOf = (name) => parseAll(readFileSync(join(tables, name)), { columns: true });
const tocs = new Map(tableOf('tocs.csv').map((row) => [row.toc, row]));
const units = new Map(tableOf('units.csv').map((row) => [row.unit, row]));

const optional = z
  .string()
  .transform((text) => (text === '' ? undefined : text))
  .optional();

const shipmentSchema = z.object({
  movement_id: z.string().min(1),
  client: optional,
  shipment_date: z.iso.date(),
  origin: optional,
  destination: optional,
  origin_country: z.string().regex(/^[A-Z]{2}$/),
  distance_km: z.coerce.number().positive(),
  load: z.coerce.number().positive(),
  load_unit: z.enum([...units.keys()]),
  toc: z.string().refine((toc) => tocs.has(toc)),
  vehicle_license_plate: optional,
  subcontractor: z.enum(['true', 'false']),
  package_key: optional,
});

const added = [
  '_row',
  'co2e_kg',
  'co2e_wtt_kg',
  'co2e_ttw_kg',
  'tonne_km',
  'load_t',
  'distance_km_2',
  'distance_source',
  'toc_2',
  'factor_kg_per_tkm',
  'factor_region',
  'factor_source',
  'assumptions',
];

const cell = (value) => {
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

function createOutput(name) {
  const stream = createWriteStream(join(folder, name));
  return {
    /** False when the stream wants a pause. */
    write: (cells) => stream.write(`${cells.map(cell).join(',')}\n`),
    drained: () => once(stream, 'drain'),
    async end() {
      stream.end();
      await finished(stream);
    },
  };
}

const results = createOutput('results.csv');
const errors = createOutput('errors.csv');
const rejected = createOutput('rejected.csv');

const seen = new Set();
const sums = { read: 0, valid: 0, invalid: 0, duplicates: 0, co2e_kg: 0, tonne_km: 0 };

async function refuse(row, code) {
  if (!errors.write([sums.read, row.movement_id, code])) await errors.drained();
  if (code === 'DUPLICATE') return;
  if (!rejected.write([...Object.values(row), sums.read, code])) await rejected.drained();
}

errors.write(['row', 'movement_id', 'code']);
for await (const row of createReadStream(input).pipe(parse({ columns: true }))) {
  if (sums.read === 0) {
    results.write([...Object.keys(row), ...added]);
    rejected.write([...Object.keys(row), '_row', 'code']);
  }
  sums.read += 1;
  const checked = shipmentSchema.safeParse(row);
  if (!checked.success) {
    sums.invalid += 1;
    await refuse(row, checked.error.issues.map(({ path }) => path.join('.')).join(' '));
    continue;
  }
  const shipment = checked.data;
  if (seen.has(shipment.movement_id)) {
    sums.duplicates += 1;
    await refuse(row, 'DUPLICATE');
    continue;
  }
  seen.add(shipment.movement_id);
  const toc = tocs.get(shipment.toc);
  const unit = units.get(shipment.load_unit);
  const tonnes = shipment.load * unit.tonnes;
  const tonneKm = tonnes * shipment.distance_km;
  const co2e = tonneKm * toc.wtw;
  sums.valid += 1;
  sums.co2e_kg += co2e;
  sums.tonne_km += tonneKm;
  const isFull = !results.write([
    ...Object.values(row),
    sums.read,
    co2e,
    tonneKm * toc.wtt,
    tonneKm * toc.ttw,
    tonneKm,
    tonnes,
    shipment.distance_km,
    'given',
    shipment.toc,
    toc.wtw,
    toc.region,
    toc.source,
    [toc.assumption, unit.assumption].filter((text) => text !== '').join('; '),
  ]);
  if (isFull) await results.drained();
}
await Promise.all([results.end(), errors.end(), rejected.end()]);
console.log(JSON.stringify(sums));
