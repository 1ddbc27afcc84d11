import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createTemporaryFile } from '../../src/report/files/temporary-file.ts';
import { OutputFile } from '../../src/report/files/output-file.ts';
import { dcycleUpload, folderWith, readText, temporaryFolder } from '../support/command.ts';
import { legs } from '../support/legs.ts';

const rows = `${legs(2)}M-9,A,B,x,van_diesel\n`;
const running = ['requests', 'a.csv', '--local', '--quiet', '--set', 'distance_km=5'];

const temporaryNames = (folder: string): readonly string[] =>
  readdirSync(folder).filter((name) => name.endsWith('.tmp'));

const modeOf = (path: string): number => statSync(path).mode & 0o777;

/** The number of a process that has ended. */
const deadPid = (): string => String(spawnSync(process.execPath, ['--version']).pid);

/** The name of a temporary file of this process, for another one. */
function nameFor(pid: string): string {
  const { path } = createTemporaryFile(temporaryFolder());
  return path.replace(/^.*\/(\.dcycle-upload-[\da-f]{8}-)\d+(-.*)$/, `$1${pid}$2`);
}

test('a file is for its owner alone until it is put in its place', async () => {
  const folder = temporaryFolder();
  const file = OutputFile.create(join(folder, 'a.csv'), '--out', { isNamed: true });
  const [name = ''] = temporaryNames(folder);
  expect(modeOf(join(folder, name))).toBe(0o600);
  await file.commit();
  expect(modeOf(join(folder, 'a.csv'))).toBe(0o644 & ~process.umask());
});

test('a file that replaces another has its permissions', async () => {
  const folder = folderWith({ 'a.csv': 'old' });
  chmodSync(join(folder, 'a.csv'), 0o600);
  const file = OutputFile.create(join(folder, 'a.csv'), '--out', { isNamed: true });
  await file.commit();
  expect(modeOf(join(folder, 'a.csv'))).toBe(0o600);
});

test('leftovers of processes that are dead are removed, and nothing else', async () => {
  const sleeper = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  onTestFinished(() => void sleeper.kill('SIGKILL'));
  await once(sleeper, 'spawn');
  const dead = nameFor(deadPid());
  const elsewhere = dead.replace(/^(\.dcycle-upload-)[\da-f]{8}/, '$100000000');
  const old = elsewhere
    .replace('.tmp', '')
    .slice(0, -1)
    .concat(elsewhere.endsWith('0.tmp') ? '1.tmp' : '0.tmp');
  const kept = [
    nameFor(String(sleeper.pid)),
    elsewhere,
    '.a.csv.123.tmp',
    `${dead}.csv`,
    dead.slice(1),
    dead.replace(/-[\da-f]{16}/, '-0'),
  ];
  const cwd = folderWith({
    'a.csv': rows,
    'precious.txt': 'precious',
    ...Object.fromEntries([...kept, dead, old].map((name) => [name, 'x'])),
  });
  const longAgo = new Date(Date.now() - 8 * 86_400_000);
  utimesSync(join(cwd, old), longAgo, longAgo);
  const link = nameFor(deadPid());
  symlinkSync('precious.txt', join(cwd, link));
  const directory = nameFor(deadPid());
  mkdirSync(join(cwd, directory));
  expect((await dcycleUpload(running, { cwd })).code).toBe(1);
  const left = readdirSync(cwd).filter((name) => /dcycle-upload|tmp/.test(name));
  expect(left.toSorted()).toEqual([...kept, link, directory].toSorted());
  expect(readText(cwd, 'precious.txt')).toBe('precious');
});

test('a run that is killed leaves something, which the next one removes', async () => {
  const cwd = folderWith({ 'a.csv': legs(1) });
  const args = ['requests', '-', '--local', '--quiet', '--out', 'o.csv'];
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/dcycle-upload.js'), ...args], { cwd });
  const head = `${legs(1)}${'M-7,"Madrid, Spain",Sevilla,5,van_diesel\n'.repeat(50_000)}`;
  child.stdin.on('error', () => {});
  child.stdin.write(head);
  while (temporaryNames(cwd).length < 3) await new Promise((resolve) => void setImmediate(resolve));
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(temporaryNames(cwd).length).toBe(3);
  expect((await dcycleUpload([...running, '--out', 'o.csv'], { cwd })).code).toBe(0);
  expect(temporaryNames(cwd)).toEqual([]);
});

test('two runs in one folder leave each other’s files alone', async () => {
  const cwd = folderWith({ 'a.csv': rows, 'b.csv': rows });
  const runs = ['a.csv', 'b.csv'].map((name) => dcycleUpload(['requests', name, ...running.slice(2)], { cwd }));
  expect((await Promise.all(runs)).map(({ code }) => code)).toEqual([1, 1]);
  const files = ['errors', 'rejected', 'results'].flatMap((what) => [`a.${what}.csv`, `b.${what}.csv`]);
  expect(readdirSync(cwd).toSorted()).toEqual(['a.csv', 'b.csv', ...files].toSorted());
});

test('links that are planted under the usual names of reports are replaced, not followed', async () => {
  const names = ['a.results.csv', 'a.errors.csv', 'a.rejected.csv'];
  const home = folderWith(Object.fromEntries(names.map((name) => [name, 'precious'])));
  const cwd = folderWith({ 'a.csv': rows });
  for (const name of names) symlinkSync(join(home, name), join(cwd, name));
  const result = await dcycleUpload(running, { cwd });
  expect([result.code, result.stderr]).toEqual([1, expect.stringContaining('1 row rejected')]);
  expect(names.map((name) => readText(home, name))).toEqual(['precious', 'precious', 'precious']);
  expect(names.map((name) => lstatSync(join(cwd, name)).isFile())).toEqual([true, true, true]);
});

test.skipIf(process.getuid?.() === 0)('a folder that is read-only is found before anything is read', async () => {
  const cwd = folderWith({ 'a.csv': rows });
  chmodSync(cwd, 0o500);
  onTestFinished(() => chmodSync(cwd, 0o700));
  const result = await dcycleUpload(running, { cwd });
  expect(result.code).toBe(2);
  expect(result.stderr).toContain("can't be written");
});

test('the longest name of a file that the system takes has room for its reports', async () => {
  const name = `${'n'.repeat(255 - '.rejected.csv'.length)}.csv`;
  const cwd = folderWith({ [name]: rows });
  writeFileSync(join(cwd, 'x'), '');
  const result = await dcycleUpload(['requests', name, ...running.slice(2)], { cwd });
  expect(result.code).toBe(1);
});
