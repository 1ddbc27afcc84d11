import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SharesDocument } from '../../src/report/shares.ts';
import { someCredentials } from '../support/api-server.ts';
import { type CommandResult, dcycleUpload, folderWith } from '../support/command.ts';
import { createKill, privateState } from '../support/runs.ts';
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

interface Troubles {
  /** The status with which an account refuses every call. */
  readonly refusal?: (organization: string) => number | undefined;
  /** Whether the answer of a call that has stored records is lost. */
  readonly isLost?: (organization: string) => boolean | Promise<boolean>;
}

/** Several accounts of one key, of which one is closed: what the other ones take, they list. */
async function startAccounts({
  refusal = (organization) => (organization === closed ? 403 : undefined),
  isLost = () => false,
}: Troubles = {}): Promise<Accounts> {
  const received: Accounts['received'] = {};
  const stored: Record<string, { readonly id: string; readonly movement_id: string; readonly created_at: string }[]> =
    {};
  const list = (organization: string, query: URLSearchParams): object => {
    const asked = query.getAll('movement_id').flatMap((ids) => ids.split(','));
    const known = stored[organization] ?? [];
    const items = known.filter(({ movement_id: id }) => asked.length === 0 || asked.includes(id));
    return { page: 1, size: 100, total: items.length, pages: 1, items };
  };
  const take = (organization: string, body: string): object => {
    const { records } = JSON.parse(body) as { records: { movement_id: string }[] };
    const results = records.map((record, index) => {
      (received[organization] ??= []).push(record.movement_id);
      const known = (stored[organization] ??= []);
      const id = `${organization.slice(0, -12)}${String(known.length + 1).padStart(12, '0')}`;
      known.push({ ...record, id, created_at: new Date().toISOString() });
      return { index, id, movement_id: record.movement_id, package_id: null, co2e: null };
    });
    const { length } = records;
    const counts = { total_received: length, total_processed: length, success: length, failed: 0 };
    return { ...counts, results, errors: [], processing_job_id: acme, file_id: acme };
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const reply = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const organization = String(request.headers['x-organization-id']);
    const url = new URL(request.url ?? '', 'http://localhost');
    const body = await text(request);
    if (url.pathname === '/v2/organizations/tree') return reply(200, tree);
    const refused = refusal(organization);
    if (refused !== undefined) return reply(refused, { code: 'REFUSED', detail: 'not now, not you' });
    if (request.method === 'GET') return reply(200, list(organization, url.searchParams));
    const taken = take(organization, body);
    if (await isLost(organization)) response.destroy();
    else reply(200, taken);
  };
  const server = createServer((request, response) => void answer(request, response));
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
    expect(error?.hint).toContain('the organisation that is named by "closed" in a.csv, line 4');
    expect(organizations.map(({ id, name, summary }) => [id, name, summary.exit_code])).toEqual([
      [acme, 'ACME Holding', 1],
      [iberia, 'ACME Ibérica, S.L.', 0],
      [closed, 'Closed', 4],
    ]);
    expect(organizations.map(({ summary: { rows, records, files } }) => ({ rows, records, files }))).toMatchObject([
      {
        rows: { read: 3, valid: 2, invalid: 1, duplicates: 0, skipped: 0 },
        records: { accepted: 2 },
        files: { errors: 'a.errors.acme-holding.csv', rejected: 'a.rejected.acme-holding.csv' },
      },
      { rows: { read: 2, valid: 2, invalid: 0, skipped: 0 }, records: { accepted: 2 }, files: { errors: null } },
      { rows: { read: 2, valid: 2, skipped: 0 }, records: { accepted: 0, not_sent: 2 } },
    ]);
    expect(received).toEqual({ [acme]: ['H1', 'H3'], [iberia]: ['I1', 'I2'] });
    expect(readFileSync(join(cwd, 'a.errors.acme-holding.csv'), 'utf8')).toContain('H2');
    expect(existsSync(join(cwd, 'a.errors.csv'))).toBe(false);

    // The same upload again: what is known is left out, account by account.
    const again = documentOf(await dcycleUpload([...upload, '--json', '--set', `organization=${acme}`], { cwd, env }));
    expect(again.organizations.map(({ summary }) => summary.records.accepted_before)).toEqual([2, 2, 0]);

    const lost = organizations.find(({ id }) => id === closed)?.summary.run_id ?? '';
    const resumed = await dcycleUpload(['resume', lost], { cwd, env });
    expect(resumed.code).toBe(4);
    expect(resumed.stderr).toContain('a.csv, line 4');
    expect(resumed.stderr).toContain('0 of 2 rows accepted');
    expect(received).toEqual({ [acme]: ['H1', 'H3'], [iberia]: ['I1', 'I2'] });
  });

  test.each([
    ['401', 401, 4, 'ACCESS_REFUSED'],
    ['503', 503, 5, 'API_UNAVAILABLE'],
  ])('go to the other accounts where one answers %s, and later to that one', async (_name, status, exitCode, code) => {
    const ill = new Set([iberia]);
    const { env, received } = await startAccounts({ refusal: (each) => (ill.has(each) ? status : undefined) });
    const cwd = folderWith({ 'a.csv': header + row(acme, 'A') + row(iberia, 'I') + row(closed, 'C') });
    const asked = [...upload, '--json', '--retries', '0'];
    const { organizations } = documentOf(await dcycleUpload(asked, { cwd, env }));
    expect(organizations.map(({ summary }) => [summary.exit_code, summary.error?.code])).toEqual([
      [0, undefined],
      [exitCode, code],
      [0, undefined],
    ]);
    ill.clear();
    expect((await dcycleUpload(asked, { cwd, env })).code).toBe(0);
    expect(received).toEqual({ [acme]: ['A'], [iberia]: ['I'], [closed]: ['C'] });
  });

  test('are each stored once where an answer is lost, the process is killed, and both runs are resumed', async () => {
    const { onStart, kill } = createKill();
    const losses = new Map([
      [acme, async () => false],
      [iberia, async () => true],
      [closed, async () => kill().then(() => true)],
    ]);
    const { env, received } = await startAccounts({
      refusal: () => undefined,
      isLost: async (each) => {
        const loss = losses.get(each);
        losses.delete(each);
        return (await loss?.()) ?? false;
      },
    });
    const rows = Array.from({ length: 6 }, (_, at) => row([iberia, acme, closed][at % 3] ?? '', `M${String(at)}`));
    const cwd = folderWith({ 'a.csv': header + rows.join('') });
    const killed = await dcycleUpload([...upload, '--timeout', '1'], { cwd, env, onStart });
    expect(killed.signal).toBe('SIGKILL');
    const { organizations } = documentOf(await dcycleUpload([...upload, '--timeout', '1', '--json'], { cwd, env }));
    expect(organizations.map(({ summary: { records } }) => records)).toMatchObject([
      { accepted: 2, uncertain: 0 },
      { accepted: 2, accepted_before: 2 },
      { accepted: 0, uncertain: 2 },
    ]);
    const [, id = ''] = /resume ([0-9a-f]{8})/.exec(organizations[2]?.summary.error?.hint ?? '') ?? [];
    expect((await dcycleUpload(['resume', id, '--settle', '1'], { cwd, env })).code).toBe(0);
    expect(received).toEqual({ [iberia]: ['M0', 'M3'], [acme]: ['M1', 'M4'], [closed]: ['M2', 'M5'] });
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

  test('late in a file of JSON go to their accounts, too', async () => {
    const { env, received } = await startAccounts();
    const shipment = { distance_km: 100, load: 500, toc: 'van_diesel', client: 'x'.repeat(400) };
    const rows = Array.from({ length: 3000 }, (_, at) => JSON.stringify({ ...shipment, movement_id: String(at) }));
    const last = JSON.stringify({ ...shipment, movement_id: 'Z', organization: 'ACME Ibérica, S.L.' });
    const cwd = folderWith({ 'a.jsonl': `${[...rows, last].join('\n')}\n` });
    const named = ['requests', 'a.jsonl', '--yes', '--json', '--set', 'load_unit=kg'];
    const refused = await dcycleUpload(named, { cwd, env });
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'ORGANIZATION_MISSING' }, exit_code: 2 });
    expect(refused.stderr).toContain('a.jsonl, line 1 names no organisation');
    expect(received).toEqual({});
    const shared = documentOf(await dcycleUpload([...named, '--set', `organization=${acme}`], { cwd, env }));
    expect(
      shared.organizations.map(
        ({
          summary: {
            rows: { read },
            warnings,
          },
        }) => [read, warnings],
      ),
    ).toEqual([
      [3000, []],
      [1, []],
    ]);
    expect([received[acme]?.length, received[iberia]]).toEqual([3000, ['Z']]);
  });

  test('are reported once where they can’t be read, and not asked for where a rule leaves them out', async () => {
    const { env, received } = await startAccounts();
    const cwd = folderWith({
      'a.csv': [header, row(iberia, 'I'), row('Σ|=', 'X'), row(acme, 'A'), 'broken\n', row('total', '')].join(''),
    });
    const skip = ['--skip', 'Organization=Σ|=|total', '--skip', 'Organization=σ', '--json'];
    const { organizations } = documentOf(
      await dcycleUpload([...upload, ...skip, '--where', `Organization=${iberia}|${acme}`], { cwd, env }),
    );
    expect(organizations.map(({ summary: { rows } }) => rows)).toEqual([
      { read: 4, valid: 1, invalid: 1, duplicates: 0, skipped: 2 },
      { read: 1, valid: 1, invalid: 0, duplicates: 0, skipped: 0 },
    ]);
    expect(received).toEqual({ [iberia]: ['I'], [acme]: ['A'] });
  });

  test('of several organisations are not read from standard input', async () => {
    const { env, received } = await startAccounts();
    const stdin = header + row(acme, 'A') + row(iberia, 'B');
    const result = await dcycleUpload(['requests', '-', '--yes', '--json'], { env, stdin });
    expect(JSON.parse(result.stdout)).toMatchObject({ error: { code: 'ORGANIZATIONS_UNREADABLE' } });
    expect(received).toEqual({});
  });
});
