import Libsql from 'libsql';
import { copyFileSync, cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { BulkReply } from '../src/delivery/reply.ts';
import { type Api, startApi } from './support/api-server.ts';
import {
  dcycleUpload,
  folderWith,
  readErrors,
  readLines,
  readText,
  summaryOf,
  temporaryFolder,
} from './support/command.ts';
import { movementsIn, sentIn, storedIn } from './support/runs.ts';

const released = fileURLToPath(new URL('released/', import.meta.url));

/** The calls of the upload, as the released version made them; see released/README.md. */
const bodies = readFileSync(join(released, 'sent.jsonl'), 'utf8').trimEnd().split('\n');
const chunks = bodies.map((body) =>
  (JSON.parse(body) as { records: readonly { movement_id: string }[] }).records.map(({ movement_id: id }) => id),
);
const all = chunks.flat();

/** What a released version left on a disk, on this machine: the inputs in a folder, and its state directory. */
interface Left {
  readonly api: Api;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly id: string;
}

/** Stores the first chunks on a new server, as they were stored when the state was written, and adapts a copy of it. */
async function adapt(name: string, storedChunks: number): Promise<Left> {
  const api = await startApi();
  const cwd = temporaryFolder();
  for (const input of ['shipments.csv', 'shipments.jsonl']) copyFileSync(join(released, input), join(cwd, input));
  const state = { XDG_STATE_HOME: temporaryFolder() };
  cpSync(join(released, name), state.XDG_STATE_HOME, { recursive: true });
  const runs = join(state.XDG_STATE_HOME, 'dcycle-upload', 'runs');
  const runFile = readdirSync(runs).find((each) => each.endsWith('.db')) ?? '';
  const id = runFile.replace(/\.db$/, '');
  const database = new Libsql(join(runs, runFile));
  database
    .prepare('UPDATE run SET working_directory = ?, base_url = ?, organization_id = ?')
    .run(cwd, `${api.env['DCYCLE_BASE_URL'] ?? ''}/`, api.organizationId);
  for (const [place, body] of bodies.slice(0, storedChunks).entries()) {
    const { results, file_id: file } = await store(api, body);
    const ids = results.map((result) => result.id).join(' ');
    database
      .prepare(`UPDATE chunks SET ids = ?, files = ? WHERE position = ? AND state = 'accepted'`)
      .run(ids, file, place);
  }
  database.close();
  return { api, cwd, env: { ...api.env, ...state }, id };
}

/** Makes a call of the released version again, at the server itself. */
async function store(api: Api, body: string): Promise<BulkReply> {
  const headers = {
    'content-type': 'application/json',
    'x-api-key': api.apiKey,
    'x-organization-id': api.organizationId,
  };
  const response = await fetch(`${api.url}/v2/logistics/requests/bulk`, { method: 'POST', headers, body });
  const reply = (await response.json()) as BulkReply;
  expect(reply).toMatchObject({ failed: 0, success: 10 });
  // What the front has seen is what the command under test has sent.
  (api.calls as unknown[]).length = 0;
  return reply;
}

const idsOf = async (api: Api): Promise<Record<string, string>> =>
  Object.fromEntries((await storedIn(api)).map(({ movement_id: movement, id }) => [movement, id]));

const idsIn = (cwd: string, name: string): Record<string, unknown> =>
  Object.fromEntries(
    readText(cwd, name)
      .trimEnd()
      .split('\n')
      .map((text) => {
        // An id of that many digits is not a number.
        const line = JSON.parse(text.replace(/:(\d{16,}),/, ':"$1",')) as Record<string, unknown>;
        return [String(line['movement_id'] ?? line['Nº expedición']), line['id']] as const;
      }),
  );

const rejectedRows = [
  ['shipments.csv', 5, 'DUPLICATE'],
  ['shipments.csv', 11, 'INVALID_NUMBER'],
  ['shipments.csv', 18, 'CONFLICT'],
  ['shipments.jsonl', 7, 'OUT_OF_RANGE'],
  ['shipments.jsonl', 10, 'DUPLICATE'],
];

const placesOf = (errors: readonly Record<string, unknown>[]): unknown[] =>
  errors.map(({ file, row, code }) => [file, row, code]);

describe('a run of a released version', () => {
  test.each([
    ['broken-off', 2, [chunks[2]]],
    ['killed', 1, [chunks[1], chunks[2]]],
    ['finished', 3, []],
  ])('that is %s is finished by resume, each shipment stored once', async (name, stored, sent) => {
    const { api, cwd, env, id } = await adapt(name, stored);
    const resumed = await dcycleUpload(['resume', id, '--json'], { cwd: temporaryFolder(), env });
    expect(resumed.code).toBe(1);
    expect(summaryOf(resumed)).toMatchObject({
      run_id: id,
      rows: { read: 35, valid: 30, invalid: 2, duplicates: 3 },
      records: { accepted: 30, rejected: 0, not_sent: 0, uncertain: 0 },
    });
    // What may be stored already is looked up first, and sent after the others.
    expect(sentIn(api.calls).toSorted()).toEqual(sent.toSorted());
    expect((await movementsIn(api)).toSorted()).toEqual(all.toSorted());
    expect(idsIn(cwd, 'out.jsonl')).toEqual(await idsOf(api));
    expect(placesOf(readErrors(cwd, 'errors.jsonl'))).toEqual(rejectedRows);
  });

  test('is read back by results', async () => {
    const { api, cwd, env, id } = await adapt('finished', 3);
    const args = ['results', id, '--wait', '60', '--json', '--out', 'o.jsonl'];
    const read = await dcycleUpload(args, { cwd, env });
    expect(read.code).toBe(1);
    expect(summaryOf(read).records).toEqual({
      accepted: 30,
      accepted_before: 0,
      rejected: 0,
      not_sent: 0,
      uncertain: 0,
    });
    expect(sentIn(api.calls)).toEqual([]);
    expect(idsIn(cwd, 'o.jsonl')).toEqual(await idsOf(api));
    expect(new Set(readLines(cwd, 'o.jsonl').map(({ status }) => status))).toEqual(new Set(['calculated']));
  });

  test('that was accepted is left out with --since-last', async () => {
    const { api, cwd, env, id } = await adapt('finished', 3);
    writeFileSync(join(cwd, 'new.jsonl'), '{"movement_id":"EXP-40","distance_km":1,"toc":"van_diesel"}\n');
    const args = ['requests', 'shipments.csv', 'shipments.jsonl', 'new.jsonl', '--set', 'category=road'];
    const again = await dcycleUpload([...args, '--since-last', '--json'], { cwd, env });
    expect(again.code).toBe(1);
    expect(sentIn(api.calls)).toEqual([['EXP-40']]);
    const message = `accepted by run ${id} on 2026-01-15, and not sent again (--again sends them)`;
    expect(summaryOf(again).warnings).toContainEqual({ code: 'ACCEPTED_BEFORE', message, count: 30 });
  });

  test('that is uncertain is not sent with --since-last', async () => {
    const { api, cwd, env } = await adapt('broken-off', 2);
    const args = ['requests', 'shipments.csv', 'shipments.jsonl', '--set', 'category=road'];
    const again = await dcycleUpload([...args, '--since-last', '--json'], { cwd, env });
    expect(again.code).toBe(5);
    expect(summaryOf(again).records).toEqual({
      accepted: 20,
      accepted_before: 10,
      rejected: 0,
      not_sent: 0,
      uncertain: 10,
    });
    expect(sentIn(api.calls)).toEqual([chunks[2]]);
  });
});

describe('a row that a released version refused as a conflict', () => {
  const movement = { '"M-1"': '"M-9"', '\nM-1,': '\nM-9,', '\nM-2,': '\nM-8,' };
  const date = { '2025-01-02': '2024-01-02', '2025-01-03': '2024-01-03' };
  test.each([
    ['requests', 'conflicts.rejected.csv', [3, 6], movement],
    ['requests', 'conflicts.rejected.jsonl', [3, 6], movement],
    ['recharges', 'conflicts-recharges.rejected.jsonl', [2, 5], date],
    ['requests', 'conflicts-of-movements.rejected.csv', [3, 5, 6], movement],
  ])('is refused again until its key has changed: %s %s', async (kind, name, rows, fixing) => {
    const given = readFileSync(join(released, name), 'utf8');
    const fixed = Object.entries(fixing).reduce((text, [old, fix]) => text.replaceAll(old, fix), given);
    const cwd = folderWith({ [name]: given, [`fixed-${name}`]: fixed });
    const byMovement = name.includes('movements') ? ['--dedupe-key', 'movement_id'] : [];
    // Purchases without quantity were taken then.
    const options = kind === 'recharges' ? ['--allow-missing', 'quantity'] : byMovement;
    const conflictsIn = async (input: string): Promise<Record<string, unknown>[]> => {
      const reports = ['--errors', `${input}.e.jsonl`, '--rejected', `${input}.r.csv`];
      const result = await dcycleUpload([kind, input, '--dry-run', '--json', ...reports, ...options], { cwd });
      return summaryOf(result).files.errors === null
        ? []
        : readErrors(cwd, `${input}.e.jsonl`).filter(({ code }) => code === 'CONFLICT');
    };
    const conflicts = await conflictsIn(name);
    expect(conflicts).toHaveLength(rows.length);
    for (const { message } of conflicts) {
      expect(message).toBe('still has the duplicate key of the row that an earlier run kept');
    }
    // The mark comes back as it was.
    const marks = (text: string): readonly string[] => text.match(/\[key [0-9a-f]{16}\]/g) ?? [];
    expect(marks(readText(cwd, `${name}.r.csv`))).toEqual(marks(given));
    expect(marks(given)).toHaveLength(rows.length);

    // Two rows that were fixed in the same way may have one key now, but that is another one.
    for (const { message } of await conflictsIn(`fixed-${name}`)) {
      expect(message).toContain('has the duplicate key of row');
    }
  });
});
