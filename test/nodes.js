// Runs the tests of the main paths on each version of Node.js that is supported: `npm run test:nodes [version ...]`.
// The npm package `node` brings the programs; `current` is the one that runs this.
import { spawnSync } from 'node:child_process';

const versions = process.argv.length > 2 ? process.argv.slice(2) : ['20.19.0', '22', '24'];

const suites = [
  'test/e2e/library.test.ts',
  'test/e2e/serve-upload.test.ts',
  'test/e2e/start.test.ts',
  'test/input/csv.test.ts',
  'test/ledger/sqlite-store.test.ts',
];

const failed = versions.filter((version) => {
  console.log(`Node.js ${version}`);
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', ...suites];
  const { status } =
    version === 'current'
      ? spawnSync(process.execPath, vitest, { stdio: 'inherit' })
      : spawnSync('npm', ['exec', '--yes', `--package=node@${version}`, '--', 'node', ...vitest], { stdio: 'inherit' });
  return status !== 0;
});

if (failed.length > 0) {
  console.error(`failed on ${failed.join(', ')}`);
  process.exitCode = 1;
}
