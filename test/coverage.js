// Prints which part of each folder's lines and branches the tests in this process reach: `npm run coverage`
import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';

const summary = JSON.parse(readFileSync('coverage/coverage-summary.json', 'utf8'));

const folders = new Map();
for (const [file, { lines, branches }] of Object.entries(summary)) {
  if (file === 'total') continue;
  const folder = relative('src', file).split(sep).slice(0, -1).join('/') || '(root)';
  const sums = folders.get(folder) ?? { lines: 0, coveredLines: 0, branches: 0, coveredBranches: 0 };
  sums.lines += lines.total;
  sums.coveredLines += lines.covered;
  sums.branches += branches.total;
  sums.coveredBranches += branches.covered;
  folders.set(folder, sums);
}

const percent = (part, whole) => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`).padStart(9);
console.log(`${'src/'.padEnd(24)}${'lines'.padStart(7)}${'covered'.padStart(9)}${'branches'.padStart(10)}`);
for (const [folder, sums] of [...folders].toSorted()) {
  const covered = percent(sums.coveredLines, sums.lines);
  console.log(
    `${folder.padEnd(24)}${String(sums.lines).padStart(7)}${covered} ${percent(sums.coveredBranches, sums.branches)}`,
  );
}
