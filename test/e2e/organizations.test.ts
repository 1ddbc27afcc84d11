import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SharesDocument } from '../../src/report/shares.ts';
import { someCredentials } from '../support/api-server.ts';
import { type CommandResult, dcycleUpload, folderWith } from '../support/command.ts';
import { privateState } from '../support/runs.ts';
import { schemaErrors } from '../support/schemas.ts';

const acme = 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa';
const iberia = 'b8315ef3-dd50-43f8-b7ce-d839e68d51fb';
const closed = 'c8315ef3-dd50-43f8-b7ce-d839e68d51fc';

const tree = {
  data: [
    {
      id: acme,
      name: 'ACME Holding',
      owner: { id: '00000000-0000-4000-8000-000000000001', name: 'Ibérica' },
      children: [
        { id: iberia, name: 'ACME Ibérica, S.L.', children: [] },
        { id: closed, name: 'Closed' },
      ],
    },
  ],
};

interface Accounts {
  readonly env: Readonly<Record<string, string>>;
  /** The movements that each account got. */
  readonly received: Record<string, unknown[]>;
}

/** Several accounts of one key: takes every record of an account but one, which is closed. */
async function startAccounts(): Promise<Accounts> {
  const received: Accounts['received'] = {};
  const answer = (url: string, organization: string, body: string): [status: number, reply: object] => {
    if (url === '/v2/organizations/tree') return [200, tree];
    if (organization === closed) return [403, { code: 'FORBIDDEN', detail: 'no access' }];
    if (url.includes('?')) return [200, { page: 1, size: 100, total: 0, pages: 0, items: [] }];
    const { records } = JSON.parse(body) as { records: { movement_id: string }[] };
    const known = (received[organization] ??= []);
    const results = records.map((record, index) => {
      known.push(record.movement_id);
      return {
        index,
        id: `${organization.slice(0, -12)}${String(known.length).padStart(12, '0')}`,
        movement_id: record.movement_id,
        package_id: null,
        co2e: null,
      };
    });
    const { length } = records;
    const counts = { total_received: length, total_processed: length, success: length, failed: 0 };
    return [200, { ...counts, results, errors: [], processing_job_id: acme, file_id: acme }];
  };
  const server = createServer((request, response) => {
    void (async () => {
      const [status, reply] = answer(
        request.url ?? '',
        String(request.headers['x-organization-id']),
        await text(request),
      );
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { env: { ...someCredentials, ...privateState(), DCYCLE_BASE_URL: url }, received };
}

const row = (organization: string, id: string): string => `${organization},${id},100,500,van_diesel,2025-05-01\n`;
const header = 'Organization,movement_id,distance_km,load,toc,shipment_date\n';

const documentOf = ({ stdout }: CommandResult): SharesDocument => {
  const document = JSON.parse(stdout) as SharesDocument;
  expect(schemaErrors('organizations-1.json', document)).toEqual([]);
  return document;
};

const upload = ['requests', 'a.csv', '--yes', '--settle', '1'];

describe('rows that name their organisations', () => {
  test('go to the accounts of these names and ids, each as a run with files of its own', async () => {
    const { env, received } = await startAccounts();
    const bad = row('ACME Holding', 'H2').replace(',100,', ',far,');
    const cwd = folderWith({
      'a.csv': [
        header,
        row('ACME Holding', 'H1'),
        row('acme iberica, s.l.', 'I1').replace('acme iberica, s.l.', '"acme iberica, s.l."'),
        row('closed', 'C1'),
        bad,
        row(iberia.toUpperCase(), 'I2'),
        // The same shipment in two accounts is two records.
        row('Closed', 'H1'),
        row('', 'H3'),
      ].join(''),
    });
    const result = await dcycleUpload([...upload, '--json', '--set', 'organization=ACME Holding'], { cwd, env });
    expect(result.code).toBe(4);
    const { organizations, exit_code: exitCode, error, not_begun: notBegun } = documentOf(result);
    expect({ exitCode, code: error?.code, notBegun }).toEqual({ exitCode: 4, code: 'ACCESS_REFUSED', notBegun: [] });
    expect(organizations.map(({ id, name, summary }) => [id, name, summary.exit_code])).toEqual([
      [acme, 'ACME Holding', 1],
      [iberia, 'ACME Ibérica, S.L.', 0],
      [closed, 'Closed', 4],
    ]);
    expect(organizations.map(({ summary: { rows, records, files } }) => ({ rows, records, files }))).toMatchObject([
      {
        rows: { read: 7, valid: 2, invalid: 1, duplicates: 0, skipped: 4 },
        records: { accepted: 2 },
        files: { errors: 'a.errors.acme-holding.csv', rejected: 'a.rejected.acme-holding.csv' },
      },
      { rows: { valid: 2, invalid: 0, skipped: 5 }, records: { accepted: 2 }, files: { errors: null } },
      { rows: { valid: 2, skipped: 5 }, records: { accepted: 0, not_sent: 2 } },
    ]);
    expect(received).toEqual({ [acme]: ['H1', 'H3'], [iberia]: ['I1', 'I2'] });
    expect(readFileSync(join(cwd, 'a.errors.acme-holding.csv'), 'utf8')).toContain('H2');
    expect(existsSync(join(cwd, 'a.errors.csv'))).toBe(false);

    // The same upload again: what is known is left out, account by account.
    const again = documentOf(await dcycleUpload([...upload, '--json', '--set', `organization=${acme}`], { cwd, env }));
    expect(again.organizations.map(({ summary }) => summary.records.accepted_before)).toEqual([2, 2, 0]);

    const lost = organizations.find(({ id }) => id === closed)?.summary.run_id ?? '';
    expect((await dcycleUpload(['resume', lost], { cwd, env })).code).toBe(4);
    expect(received).toEqual({ [acme]: ['H1', 'H3'], [iberia]: ['I1', 'I2'] });
  });

  test('of one organisation, by a column of another name, are one run; its name is above the tables', async () => {
    const { env, received } = await startAccounts();
    const cwd = folderWith({ 'a.csv': header.replace('Organization', 'Sociedad') + row('acme iberica s l', 'A') });
    const result = await dcycleUpload([...upload, '--map', 'organization=Sociedad'], { cwd, env });
    expect(result.code).toBe(0);
    expect(result.stdout).not.toContain('warning');
    expect(result.stdout).toMatch(new RegExp(`^ACME Ibérica, S\\.L\\. \\(${iberia}\\)\n`));
    expect(result.stdout).toMatch(/│ ACME Ibérica, S\.L\. +│ +1 │ +0 │ +0 │ +0 │ [0-9a-f]{8} │ +0 │/);
    expect(received).toEqual({ [iberia]: ['A'] });
  });

  test.each([
    ['an unknown name', row('ACME Holdings', 'A'), 'ORGANIZATION_UNKNOWN', /unknown; did you mean "ACME Holding"\?/],
    ['a person’s name', row('Ibérica', 'A'), 'ORGANIZATION_UNKNOWN', /the organisation "Ibérica" is unknown/],
    ['none', row('', 'B'), 'ORGANIZATION_MISSING', /a\.csv, line 3 names no organisation/],
  ])('with %s send nothing', async (_name, bad, code, message) => {
    const { env, received } = await startAccounts();
    const cwd = folderWith({ 'a.csv': header + row('ACME Holding', 'A1') + bad });
    const result = await dcycleUpload([...upload, '--json'], { cwd, env });
    expect(result.code).toBe(2);
    expect(JSON.parse(result.stdout)).toMatchObject({ error: { code }, exit_code: 2 });
    expect(result.stderr).toMatch(message);
    expect(received).toEqual({});
  });

  test('in a column that does not name accounts go to the configured one, with --map organization=', async () => {
    const { env, received } = await startAccounts();
    const cwd = folderWith({ 'a.csv': header + row('1000', 'A') + row('', 'B') });
    const refused = await dcycleUpload(upload, { cwd, env });
    expect(refused.stderr).toContain('--set organization=');
    expect((await dcycleUpload([...upload, '--map', 'organization='], { cwd, env })).code).toBe(0);
    expect(received).toEqual({ [acme]: ['A', 'B'] });
    const other = ['--map', 'organization=', '--set', `organization=${iberia}`];
    expect((await dcycleUpload([...upload, ...other], { cwd, env })).code).toBe(0);
    expect(received).toEqual({ [acme]: ['A', 'B'], [iberia]: ['A', 'B'] });
  });

  test('late in a file of JSON are not sent to another account', async () => {
    const { env, received } = await startAccounts();
    const shipment = { movement_id: 'A', distance_km: 100, load: 500, toc: 'van_diesel', client: 'x'.repeat(400) };
    const rows = Array.from({ length: 3000 }, (_, at) => JSON.stringify({ ...shipment, movement_id: String(at) }));
    const last = JSON.stringify({ ...shipment, organization: 'ACME Holding' });
    const cwd = folderWith({ 'a.jsonl': `${[...rows, last].join('\n')}\n`, 'b.jsonl': `${rows.join('\n')}\n` });
    const result = await dcycleUpload(['requests', 'a.jsonl', '--yes', '--json'], { cwd, env });
    expect(JSON.parse(result.stdout)).toMatchObject({ error: { code: 'ORGANIZATIONS_UNREADABLE' }, exit_code: 2 });
    expect(result.stderr).toContain('a.jsonl, line 3001 names an organisation');
    expect(received).toEqual({});
    expect((await dcycleUpload(['requests', 'b.jsonl', '--yes', '--json'], { cwd, env })).code).toBe(0);
    expect(received[acme]).toHaveLength(3000);
  });

  test('of several organisations are not read from standard input', async () => {
    const { env, received } = await startAccounts();
    const stdin = header + row(acme, 'A') + row(iberia, 'B');
    const result = await dcycleUpload(['requests', '-', '--yes', '--json'], { env, stdin });
    expect(JSON.parse(result.stdout)).toMatchObject({ error: { code: 'ORGANIZATIONS_UNREADABLE' } });
    expect(received).toEqual({});
  });
});
