import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createFormats } from './formats.js';
import { shipments } from './shipments.js';

/**
 * Files of shipments with what must come of them, made when they are first asked for.
 *
 * @param folder where they are written
 * @param factors see harness/factors.js
 * @param say is told what is made
 * @returns `fileOf({ rows, format, clean, places, pairs })`
 */
export function createFiles(folder, factors, say) {
  const formats = createFormats(new Map([...factors.units].map(([unit, { tonnes }]) => [unit, tonnes])));
  const made = new Map();
  return (wanted) => {
    const key = Object.values({ format: 'csv', clean: false, places: false, pairs: 2_000, ...wanted }).join('-');
    if (!made.has(key)) {
      say(`makes ${key}`);
      made.set(key, write(join(folder, key), wanted, formats, factors));
    }
    return made.get(key);
  };
}

function write(base, { format: name = 'csv', ...options }, formats, factors) {
  const format = formats[name];
  const path = `${base}.${format.extension}`;
  const expected = createExpectation(factors, options.places);
  const file = openSync(path, 'w');
  let lines = format.header === undefined ? [] : [format.header];
  const flush = () => {
    writeSync(file, Buffer.from(`${lines.join('\n')}\n`, format.encoding));
    lines = [];
  };
  for (const row of shipments(options)) {
    expected.add(row);
    lines.push(format.line(row));
    if (lines.length === 10_000) flush();
  }
  if (lines.length > 0) flush();
  closeSync(file);
  return { path, rows: options.rows, bytes: statSync(path).size, expected: expected.sums };
}

/** What every contender must find in a file; no emissions where a distance is worked out. */
function createExpectation({ tocs, units }, places) {
  const sums = { read: 0, valid: 0, invalid: 0, duplicates: 0, co2e_kg: 0, tonne_km: 0 };
  if (places) Object.assign(sums, { co2e_kg: undefined, tonne_km: undefined });
  const count = { valid: 'valid', invalid: 'invalid', duplicate: 'duplicates' };
  return {
    sums,
    add(row) {
      sums.read += 1;
      sums[count[row.is]] += 1;
      if (row.is !== 'valid' || places) return;
      const tonneKm = Number(row.load) * units.get(row.load_unit).tonnes * Number(row.distance_km);
      sums.tonne_km += tonneKm;
      sums.co2e_kg += tonneKm * tocs.get(row.toc).wtw;
    },
  };
}
