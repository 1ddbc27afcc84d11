import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const counts = ['read', 'valid', 'invalid', 'duplicates'];
const totals = ['co2e_kg', 'tonne_km'];
const tolerance = 1e-9;

/**
 * Throws if a contender did not do the whole work: other counts or totals than the generator says, or another number of
 * result rows.
 */
export function check({ id, findings, results }, file, run, folder) {
  // The product ends with 1 when rows were refused, which the data has.
  if (run.code !== 0 && run.code !== 1) fail(id, `ended with ${run.code}: ${run.stderr.slice(-2_000)}`);
  if (findings === undefined) return;
  const found = findings(run.stdout);
  for (const name of counts) {
    if (found[name] !== file.expected[name]) fail(id, `${name} is ${found[name]}, not ${file.expected[name]}`);
  }
  for (const name of totals) {
    const expected = file.expected[name];
    // A dry run and an upload calculate nothing.
    if (expected === undefined || found[name] === undefined) continue;
    if (Math.abs(found[name] / expected - 1) > tolerance) fail(id, `${name} is ${found[name]}, not ${expected}`);
  }
  if (results === undefined) return;
  const rows = countLines(join(folder, results)) - 1;
  if (rows !== found.valid) fail(id, `${results} has ${rows} rows, not ${found.valid}`);
}

export function fail(id, message) {
  throw new Error(`${id}: ${message}`);
}

/** No cell of the generated data has a line break. */
function countLines(path) {
  const bytes = readFileSync(path);
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}
