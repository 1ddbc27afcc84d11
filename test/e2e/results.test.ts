import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { type Api, readBulk, refuse, startApi } from '../support/api-server.ts';
import { dcycleUpload, folderWith, readErrors, readLines, summaryOf } from '../support/command.ts';
import { legHeader, legs } from '../support/legs.ts';
import { isBulk, privateState, sentIn, startRun, storedIn } from '../support/runs.ts';
import { newAccount } from '../support/serve.ts';

interface ResultLine {
  readonly _row: number;
  readonly movement_id: string;
  readonly id: string;
  readonly co2e_kg: number | null;
  readonly status: string;
}

interface Page {
  readonly total: number;
  readonly items: readonly Record<string, unknown>[];
}

/** A page of a list in which some shipments are not calculated yet. */
const withPending = (body: string, isPending: (movementId: string) => boolean): object => {
  const page = JSON.parse(body) as Page;
  const items = page.items.map((item) =>
    isPending(String(item['movement_id'])) ? { ...item, co2e: null, kgco2e: null, status: 'pending' } : item,
  );
  return { ...page, items };
};

/** The front gives no ids of batches. */
const startWithoutFiles = (): Promise<Api> =>
  startApi(async (call, _response, _index, forward) => {
    const reply = await forward();
    if (!isBulk(call)) return reply;
    const { file_id: _file, processing_job_id: _job, ...rest } = { processing_job_id: '', ...readBulk(reply) };
    return rest;
  });

const figures = (cwd: string, name: string): readonly unknown[] =>
  readLines<ResultLine>(cwd, name).map(({ _row: row, co2e_kg: kg }) => [row, kg]);

describe('emissions that are read back', () => {
  test.each([
    ['by the ids of batches', () => startApi()],
    ['by movement_id', startWithoutFiles],
  ])('%s are those of --local, to the last digit', async (_name, start) => {
    const api = await start();
    const cwd = folderWith({ 'a.csv': legs(250) });
    const args = ['requests', 'a.csv', '--chunk-size', '120'];
    const local = await dcycleUpload([...args, '--local', '--out', 'local.jsonl', '--json'], { cwd });
    expect(local.code).toBe(0);
    const { id, result } = await startRun(args, { cwd, env: api.env });
    expect(result.code).toBe(0);
    const bulkCalls = sentIn(api.calls).length;
    const read = await dcycleUpload(['results', id, '--wait', '30', '--out', 'o.jsonl', '--json'], {
      cwd,
      env: api.env,
    });
    expect(read.code).toBe(0);
    expect(figures(cwd, 'o.jsonl')).toEqual(figures(cwd, 'local.jsonl'));
    expect(summaryOf(read)).toMatchObject({ run_id: id, records: { accepted: 250 } });
    const total = summaryOf(local).emissions?.co2e_kg;
    expect(summaryOf(read).emissions?.co2e_kg).toBeCloseTo(total ?? 0, 8);
    // Reading sends nothing.
    expect(sentIn(api.calls).length).toBe(bulkCalls);
    const lines = readLines<ResultLine>(cwd, 'o.jsonl');
    expect(new Set(lines.map(({ status }) => status))).toEqual(new Set(['calculated']));
    expect(lines.map(({ id: each }) => each)).toEqual((await storedIn(api)).map(({ id: each }) => each));
  });

  test('with requests --wait are there when it ends', async () => {
    const api = await startApi();
    const cwd = folderWith({ 'a.csv': legs(20) });
    const local = await dcycleUpload(['requests', 'a.csv', '--local', '--out', 'local.jsonl'], { cwd });
    expect(local.code).toBe(0);
    const args = ['requests', 'a.csv', '--wait', '30', '--json', '--chunk-size', '6', '--out', 'o.jsonl'];
    const result = await dcycleUpload(args, { cwd, env: api.env });
    expect(result.code).toBe(0);
    expect(figures(cwd, 'o.jsonl')).toEqual(figures(cwd, 'local.jsonl'));
    // To another account: what this one has accepted is not sent again.
    const { env } = await newAccount();
    const plain = await dcycleUpload(['requests', 'a.csv', '--wait', '30', '--json'], { cwd, env });
    expect(summaryOf(plain).files.results).toBe('a.results.csv');
  });
});

describe('a shipment that can’t be calculated', () => {
  const content = `${legs(2)}M-3,Xqzwv,Sevilla,3,van_diesel\nM-4,"Madrid, Spain",Sevilla,4,van_diesel\n`;

  test.each(['results', 'requests --wait'])(
    'is an error of its row with %s, and is in the rejected file with its id',
    async (how) => {
      const api = await startApi();
      const cwd = folderWith({ 'a.csv': content });
      const upload = ['requests', 'a.csv', '--chunk-size', '2'];
      const writing = ['--wait', '30', '--json', '--out', 'o.jsonl', '--errors', 'e.jsonl'];
      let args = [...upload, ...writing];
      if (how === 'results') {
        const { id, result } = await startRun(upload, { cwd, env: api.env });
        expect(result.code).toBe(0);
        args = ['results', id, ...writing];
      }
      const result = await dcycleUpload(args, { cwd, env: api.env });
      expect(result.code).toBe(1);
      expect(readErrors(cwd, 'e.jsonl')).toMatchObject([
        { row: 3, line: 4, movement_id: 'M-3', stage: 'calculate', code: 'UNKNOWN_PLACE' },
      ]);
      expect(readErrors(cwd, 'e.jsonl')[0]?.['message']).toContain('Xqzwv');
      expect(readLines<ResultLine>(cwd, 'o.jsonl').map(({ movement_id: id }) => id)).toEqual(['M-1', 'M-2', 'M-4']);
      const rejected = summaryOf(result).files.rejected ?? '';
      expect(rejected).toBe(how === 'results' ? 'a.results.rejected.csv' : 'a.rejected.csv');
      const failed = (await storedIn(api)).find(({ movement_id: id }) => id === 'M-3')?.id ?? '';
      expect(readErrors(cwd, 'e.jsonl')[0]?.['message']).toContain(`stored as ${failed}`);
      writeFileSync(join(cwd, 'fixed.csv'), readFileSync(join(cwd, rejected), 'utf8').replace('Xqzwv', 'Lyon'));
      const fixed = await dcycleUpload(['requests', 'fixed.csv', '--wait', '30', '--json'], { cwd, env: api.env });
      expect([fixed.code, summaryOf(fixed).warnings.map(({ code }) => code)]).toEqual([
        0,
        ['UNIT_ASSUMED', 'REPLACED'],
      ]);
      const stored = await storedIn(api);
      expect(stored.map(({ movement_id: id }) => id).toSorted()).toEqual(['M-1', 'M-2', 'M-3', 'M-4']);
      expect(stored.map(({ id }) => id)).not.toContain(failed);
    },
  );
});

describe('what is not calculated yet', () => {
  test('ends results with 8; what is calculated is there', async () => {
    // On the first and the last of three pages.
    const late = ['M-1', 'M-250'];
    const api = await startApi(async (call, _response, _index, forward) => {
      const reply = await forward();
      return isBulk(call) ? reply : withPending(reply.body, (id) => late.includes(id));
    });
    const cwd = folderWith({ 'a.csv': legs(250) });
    const { id } = await startRun(['requests', 'a.csv'], { cwd, env: api.env });
    await vi.waitFor(async () => {
      const stored = await storedIn(api);
      expect(stored.every(({ status }) => status === 'active')).toBe(true);
    }, 20_000);
    const result = await dcycleUpload(['results', id, '--json', '--out', 'o.jsonl'], { cwd, env: api.env });
    expect(result.code).toBe(8);
    expect(result.stderr).toContain(`dcycle-upload results ${id}`);
    expect(summaryOf(result)).toMatchObject({ exit_code: 8, records: { accepted: 250, uncertain: 0, not_sent: 0 } });
    const pending = readLines<ResultLine>(cwd, 'o.jsonl').filter(({ status }) => status !== 'calculated');
    expect(pending.map(({ movement_id: movement }) => movement)).toEqual(late);
  });

  test('ends requests --wait with 8 when the time is over, and results reads it later', async () => {
    let isBusy = true;
    const api = await startApi(async (call, _response, _index, forward) => {
      const reply = await forward();
      return isBulk(call) || !isBusy ? reply : withPending(reply.body, () => true);
    });
    const cwd = folderWith({ 'a.csv': legs(3) });
    const { id, result } = await startRun(['requests', 'a.csv', '--wait', '1'], { cwd, env: api.env });
    expect(result.code).toBe(8);
    expect(summaryOf(result).records.accepted).toBe(3);
    expect(api.calls.length).toBeGreaterThan(2);
    isBusy = false;
    const read = await dcycleUpload(['results', id, '--wait', '30', '--json'], { cwd, env: api.env });
    expect(read.code).toBe(0);
    expect(summaryOf(read).emissions?.co2e_kg).toBeGreaterThan(0);
  });

  test('can’t be read from an API that lists nothing: exit 8 says why', async () => {
    const api = await startApi((call, response, _index, forward) =>
      isBulk(call) ? forward() : refuse(response, 404, { detail: 'no such list' }),
    );
    const cwd = folderWith({ 'a.csv': legs(3) });
    const result = await dcycleUpload(['requests', 'a.csv', '--wait', '5', '--json'], { cwd, env: api.env });
    expect(result.code).toBe(8);
    expect(result.stderr).toContain('no such list');
  });
});

describe('results are refused', () => {
  test('of a run that is not there', async () => {
    const api = await startApi();
    const env = { ...api.env, ...privateState() };
    const none = await dcycleUpload(['results', 'nothing', '--json'], { env });
    expect([none.code, summaryOf(none).error?.code]).toEqual([2, 'RUN_UNKNOWN']);
  });

  test('where the input has changed', async () => {
    const api = await startApi();
    const cwd = folderWith({ 'a.csv': legs(3) });
    const { id } = await startRun(['requests', 'a.csv'], { cwd, env: api.env });
    writeFileSync(join(cwd, 'a.csv'), `${legHeader}M-9,A,B,1,van_diesel\n`);
    const result = await dcycleUpload(['results', id, '--json'], { cwd, env: api.env });
    expect(result.code).toBe(3);
    expect(summaryOf(result).error?.code).toBe('INPUT_CHANGED');
    expect(result.stderr).toContain('3 records that this run brought are no longer in the input');
  });
});

test('--stop-on-error holds with --wait: nothing is sent after the first rejected record', async () => {
  const api = await startApi((call, response, _index, forward) =>
    isBulk(call) && call.records.some(({ movement_id: id }) => id === 'M-1')
      ? refuse(response, 422, { detail: [{ loc: ['body', 'records', 0, 'load'], msg: 'odd' }] })
      : forward(),
  );
  const cwd = folderWith({ 'a.csv': legs(6) });
  const args = ['requests', 'a.csv', '--json', '--chunk-size', '1', '--stop-on-error', '--wait', '10'];
  const result = await dcycleUpload(args, { cwd, env: api.env });
  expect(result.code).toBe(7);
  expect(sentIn(api.calls)).toEqual([['M-1']]);
});
