import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, onTestFinished, test } from 'vitest';
import { someCredentials } from '../support/api-server.ts';
import { dcycleUpload, fixture, folderWith, readText, summaryOf, temporaryFolder } from '../support/command.ts';
import { type Account, listAll, newAccount } from '../support/serve.ts';

type Item = Readonly<Record<string, unknown>>;

const rowsOf = (text: string): Record<string, string>[] => parse(text, { columns: true });

/** An account with more shipments than two pages hold. */
async function filledAccount(): Promise<Account> {
  const account = await newAccount();
  const sent = await dcycleUpload(['requests', fixture('shipments-clean.csv'), '--yes', '--quiet', '--wait'], account);
  expect([sent.code, sent.stderr]).toEqual([0, '']);
  return account;
}

/** A list of an API that answers as it is told: by page, from 1, counted over all calls. */
async function startList(answer: (page: number, call: number) => { status?: number; body: object }) {
  let calls = 0;
  const server = createServer((request, response) => {
    const page = Number(new URL(request.url ?? '', 'http://localhost').searchParams.get('page'));
    calls += 1;
    const { status = 200, body } = answer(page, calls);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { env: { ...someCredentials, DCYCLE_BASE_URL: url }, calls: () => calls };
}

/** Shipments as a list has them. */
const items = (from: number, to: number): Item[] =>
  Array.from({ length: to - from }, (_, i) => ({ id: `id-${String(from + i)}`, movement_id: 'M', load: 1 }));

describe('an export', () => {
  test('has every record of the account, and is read again by the other commands', async () => {
    const account = await filledAccount();
    const cwd = temporaryFolder();
    const exported = await dcycleUpload(['export', 'requests', '--out', 'all.csv'], { ...account, cwd });
    expect([exported.code, exported.stdout, exported.stderr]).toEqual([0, '', 'wrote 275 shipments to all.csv\n']);
    const stored = await listAll<Item>(account, '/v1/logistics/requests');
    expect(
      rowsOf(readText(cwd, 'all.csv')).map(({ _id: id, movement_id: movement, load }) => [id, movement, load]),
    ).toEqual(stored.map(({ id, movement_id: movement, load }) => [id, movement ?? '', String(load ?? '')]));

    const local = ['requests', 'all.csv', '--local', '--json'];
    const again = summaryOf(await dcycleUpload(local, { cwd }));
    const first = summaryOf(
      await dcycleUpload(['requests', fixture('shipments-clean.csv'), '--local', '--json'], { cwd }),
    );
    expect(again.rows.valid).toBe(275);
    expect(again.emissions?.co2e_kg).toBeCloseTo(first.emissions?.co2e_kg ?? 0, 6);
  });

  test('has the records that were asked for, by day, client, movement and status, as JSON Lines too', async () => {
    const account = await filledAccount();
    const stored = await listAll<Item>(account, '/v1/logistics/requests');
    const idsOf = (wanted: (item: Item) => boolean): unknown[] => stored.filter(wanted).map(({ id }) => id);
    const [{ client, movement_id: movement } = {}] = stored;
    const between = (item: Item): boolean =>
      String(item['shipment_date']) >= '2025-03-01' && String(item['shipment_date']) <= '2025-03-31';
    for (const [options, wanted] of [
      [['--from', '2025-03-01', '--to', '2025-03-31'], between],
      [['--client', String(client)], (item: Item) => item['client'] === client],
      [['--movement', String(movement)], (item: Item) => item['movement_id'] === movement],
      [['--status', 'error'], (item: Item) => item['status'] === 'error'],
    ] as const) {
      const cwd = temporaryFolder();
      const { code } = await dcycleUpload(['export', 'requests', ...options, '--out', 'some.jsonl'], {
        ...account,
        cwd,
      });
      expect(code).toBe(0);
      const lines = readText(cwd, 'some.jsonl').split('\n').slice(0, -1);
      expect(lines.map((line) => (JSON.parse(line) as Item)['_id'])).toEqual(idsOf(wanted));
    }
  });

  test('of fuel purchases goes to standard output, and from there to another command', async () => {
    const account = await newAccount();
    await dcycleUpload(['recharges', fixture('recharges-clean.csv'), '--yes', '--quiet'], account);
    const { code, stdout } = await dcycleUpload(['export', 'recharges'], account);
    expect(code).toBe(0);
    const { rows } = summaryOf(await dcycleUpload(['recharges', '-', '--local', '--json'], { stdin: stdout }));
    expect(rows.valid).toBe(rowsOf(stdout).length);
    expect(rows.valid).toBeGreaterThan(0);
  });
});

test.each([
  ['a day that there is not', ['--from', '2025-02-30'], 'It must be a date'],
  ['no day at all', ['--from', '2025-02-02', '--to', '2025-02-01'], 'is after'],
])('an export of %s is refused', async (_what, options, message) => {
  const { code, stderr } = await dcycleUpload(['export', 'requests', ...options], { env: someCredentials });
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});

describe('an export that can’t be complete writes no file', () => {
  test.each([
    ['where the list changes again and again', 5, (call: number) => ({ total: 200 + call, items: items(0, 100) })],
    [
      'where the list has fewer than it says',
      5,
      (call: number) => ({ total: 150, items: call % 2 === 1 ? items(0, 100) : [] }),
    ],
    ['where the answer is not a list', 5, () => ({ message: 'hello' })],
  ])('%s', async (_what, exitCode, reply) => {
    const list = await startList((_page, call) => ({ body: reply(call) }));
    const cwd = temporaryFolder();
    const { code, stderr } = await dcycleUpload(['export', 'requests', '--out', 'all.csv'], { ...list, cwd });
    expect(code).toBe(exitCode);
    expect(stderr).toContain('all.csv was not written; run it again');
    expect(existsSync(join(cwd, 'all.csv'))).toBe(false);
  });

  test('but one that changed once is read again', async () => {
    const list = await startList((page, call) => ({
      body: { total: call === 1 ? 149 : 150, items: page === 1 ? items(0, 100) : items(100, 150) },
    }));
    const cwd = temporaryFolder();
    const { code } = await dcycleUpload(['export', 'requests', '--out', 'all.csv'], { ...list, cwd });
    expect([code, list.calls()]).toEqual([0, 6]);
    expect(rowsOf(readText(cwd, 'all.csv')).map(({ _id: id }) => id)).toEqual(items(0, 150).map(({ id }) => id));
  });

  test('nor where the key is refused, and says so', async () => {
    const list = await startList(() => ({ status: 401, body: { code: 'INVALID_API_KEY', detail: 'Invalid API key' } }));
    const { code, stderr } = await dcycleUpload(['export', 'requests', '--out', 'all.csv'], list);
    expect(code).toBe(4);
    expect(stderr).toContain('the API refused access (HTTP 401: Invalid API key)');
  });

  test('and an earlier file stays as it is', async () => {
    const list = await startList(() => ({ status: 400, body: { detail: 'no' } }));
    const cwd = folderWith({ 'all.csv': 'of yesterday' });
    const { code } = await dcycleUpload(['export', 'requests', '--out', 'all.csv'], { ...list, cwd });
    expect([code, readText(cwd, 'all.csv')]).toEqual([5, 'of yesterday']);
  });
});

test.each([
  [['export', 'recharges', '--client', 'X'], '--client is for shipments'],
  [['export', 'requests', '--from', '1.2.2025'], 'It must be a date such as 2025-06-15.'],
  [['export', 'requests', '--out', 'a.xlsx'], 'not written as a workbook'],
  [['export', 'requests'], 'an export needs an API key and an organisation'],
])('%j is refused before a call', async (args, message) => {
  const { code, stderr } = await dcycleUpload(args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
