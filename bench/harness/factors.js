import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { loadUnits, tocs } from '../data/shipments.js';
import { cleanEnvironment, product } from './product.js';

/**
 * Asks the calculator what it takes for each vehicle type and each unit of load, by one shipment of each over one
 * kilometre, and writes it down for the other contenders: `tocs.csv` and `units.csv` in the folder.
 *
 * @returns the same as maps: `tocs` (wtw in kg CO2e per tonne-kilometre) and `units` (tonnes)
 */
export function readFactors(folder) {
  const shipments = [...tocs.map((toc) => [toc, 'ton']), ...loadUnits.map((unit) => [tocs[0], unit])];
  const lines = shipments.map(([toc, unit], index) => `M-${index},2025-05-05,ES,1,1,${unit},${toc}`);
  const input = join(folder, 'factors.csv');
  const output = join(folder, 'factors.results.csv');
  writeFileSync(
    input,
    `movement_id,shipment_date,origin_country,distance_km,load,load_unit,toc\n${lines.join('\n')}\n`,
  );
  const [command, ...args] = product('requests', input, '--local', '--quiet', '--out', output);
  execFileSync(command, args, { cwd: folder, env: cleanEnvironment(folder) });
  const results = parse(readFileSync(output), { columns: true });
  const ofTocs = results.slice(0, tocs.length).map((row) => ({
    toc: row.toc,
    wtw: Number(row.co2e_kg),
    wtt: Number(row.co2e_wtt_kg),
    ttw: Number(row.co2e_ttw_kg),
    region: row.factor_region,
    source: row.factor_source,
    assumption: row.assumptions,
  }));
  const ofUnits = results
    .slice(tocs.length)
    .map((row) => ({ unit: row.load_unit, tonnes: Number(row.load_t), assumption: row.assumptions }));
  writeTable(join(folder, 'tocs.csv'), ofTocs);
  writeTable(join(folder, 'units.csv'), ofUnits);
  return {
    tocs: new Map(ofTocs.map((row) => [row.toc, row])),
    units: new Map(ofUnits.map((row) => [row.unit, row])),
  };
}

function writeTable(path, rows) {
  const cells = (values) => values.map((value) => `"${String(value).replaceAll('"', '""')}"`).join(',');
  writeFileSync(path, `${[Object.keys(rows[0]), ...rows.map(Object.values)].map(cells).join('\n')}\n`);
}
