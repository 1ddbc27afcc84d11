import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { onTestFinished, expect, test } from 'vitest';
import { findInputs } from '../../src/input/folders/find-inputs.ts';
import { meansSeveral } from '../../src/input/folders/found-inputs.ts';

const noon = Date.parse('2026-03-01T12:00:00Z');
const longAgo = noon - 86_400_000;

/** A folder with files that were last changed the day before. */
function folderOf(...names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'dcycle-upload-folders-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of names) write(join(folder, name));
  return folder;
}

function write(path: string, text = 'movement_id\nA\n', changedAt = longAgo): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  utimesSync(path, changedAt / 1000, changedAt / 1000);
}

/** What is found, by paths below the folder. */
async function found(
  folder: string,
  named: readonly string[],
  { pause = () => Promise.reject(new Error('nothing has changed')), taken = [] }: Partial<Asked> = {},
): Promise<{ paths: readonly string[]; leftOut: Readonly<Record<string, string>>; name: string | undefined }> {
  const { paths, leftOut, name } = await findInputs(
    named.map((each) => join(folder, each)),
    { now: () => noon, pause, taken: taken.map((each) => join(folder, each)) },
  );
  const below = (path: string): string => path.slice(folder.length + 1);
  return {
    paths: paths.map(below),
    leftOut: Object.fromEntries(leftOut.map((each) => [below(each.path), each.reason])),
    name,
  };
}

interface Asked {
  readonly pause: () => Promise<unknown>;
  readonly taken: readonly string[];
}

test('a folder gives its tables in natural order, and says what is none', async () => {
  const folder = folderOf(
    'x/m10.csv',
    'x/m2.csv.gz',
    'x/B.XLSX',
    'x/a.zip',
    'x/-first.jsonl',
    'x/.hidden.csv',
    'x/~$B.xlsx',
    'x/new.csv.crdownload',
    'x/m1.rejected.csv',
    'x/m1.results.jsonl',
    'x/map.json',
    'x/manual.pdf',
    'x/sub/s.csv',
    'x/a folder.csv/s.csv',
    'x/line\nend.csv',
  );
  write(join(folder, 'x/empty.csv'), '');
  symlinkSync('m10.csv', join(folder, 'x/a-link.csv'));
  symlinkSync('circle.csv', join(folder, 'x/circle.csv'));
  symlinkSync('..', join(folder, 'x/up.csv'));
  symlinkSync('/dev/null', join(folder, 'x/device.csv'));
  spawnSync('mkfifo', [join(folder, 'x/pipe.csv')]);
  expect(await found(folder, ['x'], { taken: ['x/map.json'] })).toEqual({
    paths: ['x/-first.jsonl', 'x/a.zip', 'x/B.XLSX', 'x/line\nend.csv', 'x/m2.csv.gz', 'x/m10.csv'],
    leftOut: {
      'x/.hidden.csv': 'hidden',
      'x/~$B.xlsx': 'partial',
      'x/new.csv.crdownload': 'partial',
      'x/m1.rejected.csv': 'own',
      'x/m1.results.jsonl': 'own',
      'x/map.json': 'own',
      'x/manual.pdf': 'no table',
      'x/sub': 'folder',
      'x/a folder.csv': 'folder',
      'x/up.csv': 'folder',
      'x/empty.csv': 'empty',
      'x/a-link.csv': 'same',
      'x/circle.csv': 'gone',
      'x/device.csv': 'no file',
      'x/pipe.csv': 'no file',
    },
    name: 'x',
  });
});

test('a glob chooses by name, in folders only where it has **', async () => {
  const folder = folderOf(
    'x/a.csv',
    'x/b.dat',
    'x/a.rejected.csv',
    'x/sub/c.csv',
    'x/sub/.git/d.csv',
    'x/Año.csv'.normalize('NFD'),
  );
  symlinkSync('..', join(folder, 'x/sub/up'));
  const pathsOf = async (glob: string): Promise<readonly string[]> =>
    (await found(folder, [glob])).paths.map((path) => path.normalize('NFC'));
  expect(await pathsOf('x/*.csv')).toEqual(['x/a.csv', 'x/Año.csv']);
  expect(await pathsOf('x/Añ?.csv')).toEqual(['x/Año.csv']);
  expect(await pathsOf('x/*.dat')).toEqual(['x/b.dat']);
  expect(await pathsOf('x/*')).toEqual(['x/a.csv', 'x/Año.csv']);
  expect(await pathsOf('x/*.rejected.csv')).toEqual(['x/a.rejected.csv']);
  expect(await pathsOf('x/**/*.csv')).toEqual(['x/a.csv', 'x/Año.csv', 'x/sub/c.csv']);
  expect(await pathsOf('*/{a,b}.{csv,dat}')).toEqual(['x/a.csv', 'x/b.dat']);
  await expect(found(folder, ['x/*.xlsx'])).rejects.toMatchObject({ code: 'INPUT_NONE', exitCode: 2 });
  await expect(found(folder, ['none/*.csv'])).rejects.toMatchObject({ code: 'INPUT_NONE' });
});

test('what exists is meant literally, and brackets are part of names', async () => {
  const folder = folderOf('a[1].csv', 'a1.csv', 'b(1).csv', 'b1.csv', 'c(1)x.csv', 'c(2)x.csv');
  expect(meansSeveral(join(folder, 'a[1].csv'))).toBe(false);
  expect(meansSeveral(join(folder, 'd(1).csv'))).toBe(false);
  expect((await found(folder, ['c(1)*.csv'])).paths).toEqual(['c(1)x.csv']);
});

test('a file that two names mean is read once', async () => {
  const folder = folderOf('x/a.csv', 'x/b.csv');
  const { paths, leftOut } = await found(folder, ['x/a.csv', 'x', 'x/*.csv']);
  expect(paths).toEqual(['x/a.csv', 'x/b.csv']);
  expect(leftOut).toEqual({ 'x/a.csv': 'same', 'x/b.csv': 'same' });
});

test('what changes between two looks is left for the next run', async () => {
  const folder = folderOf('x/old.csv');
  for (const name of ['still.csv', 'grows.csv', 'touched.csv', 'goes.csv']) {
    write(join(folder, 'x', name), 'a\n1\n', noon - 2000);
  }
  const pause = async (): Promise<void> => {
    write(join(folder, 'x/grows.csv'), 'a\n1\n2\n', noon - 2000);
    write(join(folder, 'x/touched.csv'), 'a\n2\n', noon - 500);
    rmSync(join(folder, 'x/goes.csv'));
  };
  expect(await found(folder, ['x'], { pause })).toMatchObject({
    paths: ['x/old.csv', 'x/still.csv'],
    leftOut: { 'x/grows.csv': 'changing', 'x/touched.csv': 'changing', 'x/goes.csv': 'gone' },
  });
});
