import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import Libsql from 'libsql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/command.ts';
import { aShipment, newAccess, paths, refusedServe, serveForTest, type ShipmentPage } from '../support/serve-client.ts';

/** How the server starts, and where it does not. */

const stackTrace = /\n\s+at /;

async function expectRefusal(args: readonly string[], code: string, message: RegExp) {
  const result = await refusedServe(['--port', '0', '--json', ...args]);
  expect(result.stderr).toMatch(message);
  expect(result.stderr).not.toMatch(stackTrace);
  expect(result.code).toBe(2);
  const { error } = JSON.parse(result.stdout) as { error: { code: string; message: string; hint: string } };
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
}

/** The bytes of each file of a folder. */
const contentsOf = (folder: string): ReadonlyMap<string, string> =>
  new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'base64')]));

describe('a start', () => {
  test('says where it listens as one line of JSON, gives a key where there is none, and is silent with --quiet', async () => {
    const serving = await serveForTest(['--quiet']);
    expect(serving.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(serving.generated?.apiKey).toMatch(/^sk_local_[0-9a-f]{32}$/);
    const { apiKey = '', organizationId = '' } = serving.generated ?? {};
    expect((await serving.client({ apiKey, organizationId }).call('GET', paths.requests)).status).toBe(200);
    await serving.stop('SIGKILL');
    expect(serving.stderr()).toBe('');
  });

  test('without --db gives another key each time, and shares no records with another server', async () => {
    const access = newAccess();
    const [first, second] = await Promise.all([serveForTest(['--quiet']), serveForTest(['--quiet'])]);
    expect(first.generated?.apiKey).not.toBe(second.generated?.apiKey);
    await first.client(first.generated ?? access).call('POST', paths.requests, aShipment);
    const { body } = await second.client(second.generated ?? access).call<ShipmentPage>('GET', paths.requests);
    expect(body.total).toBe(0);
  });

  test("with a key alone opens the documentation's organisation, and gives none", async () => {
    const serving = await serveForTest(['--quiet', '--api-key', 'test']);
    expect(serving.generated).toBeUndefined();
    const access = { apiKey: 'test', organizationId: 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa' };
    expect((await serving.client(access).call('GET', paths.requests)).status).toBe(200);
  });

  test('with several keys opens the organisation of each', async () => {
    const [first, second] = [newAccess(), newAccess()];
    const more = ['--api-key', `${first.organizationId.toUpperCase()}=another=key`];
    const serving = await serveForTest(['--quiet', ...first.args, ...second.args, ...more]);
    for (const access of [first, second, { ...first, apiKey: 'another=key' }]) {
      expect((await serving.client(access).call('GET', paths.requests)).status).toBe(200);
    }
  });

  test('warns on stderr where other machines are let in', async () => {
    const serving = await serveForTest(['--quiet', '--host', '0.0.0.0']);
    expect(serving.stderr()).toMatch(/^warning: 0\.0\.0\.0 lets other machines in; .*unencrypted.*\n$/);
  });

  test('warns of nothing on localhost', async () => {
    expect((await serveForTest(['--quiet', '--host', 'localhost'])).stderr()).toBe('');
  });
});

describe('exit code 2', () => {
  test('for a port in use', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => {
      blocker.close();
    });
    await once(blocker, 'listening');
    const address = blocker.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    await expectRefusal(['--port', port], 'ADDRESS_IN_USE', new RegExp(`127\\.0\\.0\\.1:${port} is in use`));
  });

  test('for an address that is not of this machine', async () => {
    await expectRefusal(['--host', '192.0.2.1'], 'ADDRESS_UNUSABLE', /can't listen on 192\.0\.2\.1:0/);
  });

  test.each([
    [['--port', '70000'], /a whole number from 0 to 65535/],
    [['--port', 'http'], /a whole number from 0 to 65535/],
    [['--api-key', ''], /visible ASCII/],
    [['--api-key', 'one', '--api-key', '00000000-0000-4000-8000-00000000000A=one'], /opens one organisation/],
    [['file.csv'], /too many arguments/],
  ])('for %j', async (args, message) => {
    const result = await refusedServe(args);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(message);
  });

  test('for a key that no header can have, without showing it', async () => {
    const result = await refusedServe(['--api-key', 'geheim-ñ']);
    expect(result.code).toBe(2);
    expect(result.stderr + result.stdout).not.toContain('geheim');
  });
});

describe('exit code 2, and nothing is changed, for --db with', () => {
  const magic = 'SQLite format 3\0';

  test.each([
    ['a text file', 'movement_id,load\nM-1,5\n'.repeat(500)],
    ['a file of one byte', 'x'],
    ['a file that only begins like a database', `${magic}${'x'.repeat(5000)}`],
    ['a file of zeros', '\0'.repeat(4096)],
  ])('%s', async (_name, content) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.db'), content);
    const before = contentsOf(folder);
    await expectRefusal(['--db', join(folder, 'a.db')], 'DATABASE_UNUSABLE', /it is not a database of dcycle-upload/);
    expect(contentsOf(folder)).toEqual(before);
  });

  test.each([
    ["another program's database", 'CREATE TABLE a (b)'],
    ["another program's database with a log beside it", 'PRAGMA journal_mode = WAL; CREATE TABLE a (b)'],
    ['a database of another kind without tables', 'PRAGMA application_id = 77'],
    ['an empty database of no program', 'CREATE TABLE a (b); DROP TABLE a'],
  ])('%s', async (_name, sql) => {
    const folder = temporaryFolder();
    const other = new Libsql(join(folder, 'a.db'));
    other.exec(sql);
    other.close();
    const before = contentsOf(folder);
    await expectRefusal(['--db', join(folder, 'a.db')], 'DATABASE_UNUSABLE', /it is not a database of dcycle-upload/);
    expect(contentsOf(folder)).toEqual(before);
  });

  test("another program's database with changes in its log, as a killed program leaves it", async () => {
    const folder = temporaryFolder();
    const script = `
      const Libsql = require(${JSON.stringify(createRequire(import.meta.url).resolve('libsql'))});
      const other = new Libsql('a.db');
      other.exec('PRAGMA journal_mode = WAL; CREATE TABLE a (b); INSERT INTO a VALUES (1)');
      process.kill(process.pid, 'SIGKILL');`;
    await once(spawn(process.execPath, ['-e', script], { cwd: folder, stdio: 'ignore' }), 'close');
    const before = contentsOf(folder);
    expect(before.has('a.db-wal')).toBe(true);
    await expectRefusal(['--db', join(folder, 'a.db')], 'DATABASE_UNUSABLE', /it is not a database of dcycle-upload/);
    expect(contentsOf(folder)).toEqual(before);
  });

  test('tables of a newer version', async () => {
    const folder = temporaryFolder();
    const db = join(folder, 'a.db');
    await (await serveForTest(['--quiet', '--db', db])).stop();
    const own = new Libsql(db);
    own.exec('PRAGMA user_version = 99');
    own.close();
    await expectRefusal(['--db', db], 'DATABASE_UNUSABLE', /its tables have version 99, this program knows \d+/);
  });

  test('a damaged file of its own', async () => {
    const db = join(temporaryFolder(), 'a.db');
    await (await serveForTest(['--quiet', '--db', db])).stop();
    const bytes = readFileSync(db);
    writeFileSync(db, bytes.fill(0xff, 100, 4096));
    await expectRefusal(['--db', db], 'DATABASE_UNUSABLE', /malformed/);
    expect(readFileSync(db).equals(bytes)).toBe(true);
  });

  test('a directory, or a folder that is not there', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'a.db'));
    for (const path of ['a.db', 'no/such.db']) {
      await expectRefusal(['--db', join(folder, path)], 'DATABASE_UNUSABLE', /may not be opened/);
    }
    expect(existsSync(join(folder, 'no'))).toBe(false);
  });

  test('the database of a running server, which keeps running', async () => {
    const db = join(temporaryFolder(), 'a.db');
    const access = newAccess();
    const { client } = await serveForTest(['--quiet', '--db', db, ...access.args]);
    await expectRefusal(['--db', db], 'DATABASE_IN_USE', /a\.db is in use by another process/);
    expect((await client(access).call('POST', paths.requests, aShipment)).status).toBe(200);
  });
});
