import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { someCredentials } from '../support/api-server.ts';
import { dcycleUpload, folderWith, readText } from '../support/command.ts';
import { legs } from '../support/legs.ts';

test('a verification writes nothing over what it reads, and compares the rows of one account at a time', async () => {
  const cwd = folderWith({ 'a.csv': legs(2), 'b.csv': 'organization,movement_id\nother,M-1\n' });
  const over = await dcycleUpload(['verify', 'requests', 'a.csv', '--out', './a.csv'], { cwd, env: someCredentials });
  expect([over.code, over.stderr]).toEqual([2, expect.stringContaining('is an input')]);
  const piped = await dcycleUpload(['verify', 'requests', 'a.csv', '--out', '-'], { cwd, env: someCredentials });
  expect([piped.code, piped.stderr, existsSync(join(cwd, '-'))]).toEqual([
    2,
    expect.stringContaining('to a file'),
    false,
  ]);
  expect(readText(cwd, 'a.csv')).toBe(legs(2));
  const several = await dcycleUpload(
    ['verify', 'requests', 'b.csv', '--set', 'category=road', '--set', 'distance_km=1'],
    { cwd, env: { ...someCredentials, DCYCLE_BASE_URL: 'http://127.0.0.1:1' } },
  );
  expect([several.code, several.stderr]).toEqual([2, expect.stringContaining('--where "organization=<organisation>"')]);
});
