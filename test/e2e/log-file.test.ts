import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { patternOf } from '../../src/pipeline/text-pattern.ts';
import { refuse, someCredentials, startApi } from '../support/api-server.ts';
import {
  createInterruption,
  dcycleUpload,
  folderWith,
  readText,
  summaryOf,
  temporaryFolder,
} from '../support/command.ts';
import { leg, legHeader, legs, legsOf } from '../support/legs.ts';
import { eventsOf, namesOf, postsOf, readLog, textsIn } from '../support/log.ts';
import { createKill, isBulk, onlyRunIn, privateState } from '../support/runs.ts';
import { startServer } from '../support/serve.ts';

describe('a run is written down as it happens', () => {
  test('from its first moment to its last', async () => {
    const api = await startApi();
    const rows = `${legs(4)}M-5,"Madrid, Spain",Sevilla,many,van_diesel\n${leg(1)}`.replace('toc\n', 'toc,colour\n');
    const cwd = folderWith({ 'a.csv': rows.replaceAll(/(van_diesel)\n/g, '$1,red\n') });
    const args = ['requests', 'a.csv', '--chunk-size', '3', '--concurrency', '1', '--set', 'client=Acme'];
    const result = await dcycleUpload([...args, '--json', '--log-file', 'run.log'], { cwd, env: api.env });
    const summary = summaryOf(result);
    const log = readLog(cwd, 'run.log');
    expect(namesOf(log)).toEqual([
      'run_started',
      'input_understood',
      'target_chosen',
      // Whether the API can be read, and has none of these shipments yet.
      'call',
      'call',
      'call',
      'chunk_settled',
      'call',
      'chunk_settled',
      'rows_refused',
      'rows_refused',
      'warning',
      'warning',
      'file_written',
      'file_written',
      'run_ended',
    ]);
    expect(new Set(log.map(({ run_id: id }) => id))).toEqual(new Set([summary.run_id]));
    expect(log.map(({ time }) => time)).toEqual(log.map(({ time }) => time).toSorted());
    expect(eventsOf(log, 'run_started')).toMatchObject([
      {
        command: 'requests',
        task: 'upload',
        mode: 'upload',
        inputs: ['a.csv'],
        options: { chunkSize: 3, set: ['client'] },
      },
    ]);
    expect(eventsOf(log, 'input_understood')).toMatchObject([
      { path: 'a.csv', format: 'csv', encoding: 'utf-8', delimiter: ',', decimal: '.', columns_not_used: 1 },
    ]);
    expect(eventsOf(log, 'input_understood')[0]?.mapping).toMatchObject({ origin: ['origin'], client: [] });
    expect(eventsOf(log, 'target_chosen')).toMatchObject([
      { host: new URL(api.url).host, organization_id: api.organizationId },
    ]);
    expect(postsOf(log).map(({ chunk, records, bytes, status }) => [chunk, records, bytes, status])).toEqual(
      api.calls.map(({ records, bytes }, index) => [index + 1, records.length, bytes, 200]),
    );
    expect(eventsOf(log, 'chunk_settled').map(({ chunk, state, accepted }) => [chunk, state, accepted])).toEqual([
      [1, 'accepted', 3],
      [2, 'accepted', 1],
    ]);
    expect(eventsOf(log, 'rows_refused').map(({ code, field, count }) => [code, field, count])).toEqual([
      ['INVALID_NUMBER', 'load', 1],
      ['DUPLICATE', null, 1],
    ]);
    expect(eventsOf(log, 'warning')).toMatchObject([
      { code: 'UNIT_ASSUMED', count: 1, messages: 1 },
      { code: 'UNMAPPED_COLUMN', count: 1, messages: 1 },
    ]);
    expect(eventsOf(log, 'file_written').map(({ holds, path }) => [holds, path])).toEqual([
      ['errors', 'a.errors.csv'],
      ['rejected', 'a.rejected.csv'],
    ]);
    const { exit_code, rows: counted, records, chunks } = summary;
    expect(log.at(-1)).toMatchObject({ event: 'run_ended', exit_code, rows: counted, records, chunks });
  });

  test('with the wait that the API asked for', async () => {
    const api = await startApi((_call, response, index, forward) =>
      index === 0 ? refuse(response, 429, { detail: 'slowly' }, { 'retry-after': '0' }) : forward(),
    );
    const cwd = folderWith({ 'a.csv': legs(2) });
    const result = await dcycleUpload(['requests', 'a.csv', '--log-file', 'run.log'], { cwd, env: api.env });
    expect(result.code).toBe(0);
    const log = readLog(cwd, 'run.log');
    expect(eventsOf(log, 'throttled')).toMatchObject([{ chunk: 1, status: 429, retry_after_ms: 0 }]);
    expect(postsOf(log).map(({ attempt, status, retry_in_ms: wait }) => [attempt, status, wait])).toEqual([
      [1, 429, 0],
      [2, 200, null],
    ]);
  });

  test('with why there was no answer, and without the words of the API', async () => {
    const api = await startApi((_call, response, index) => {
      if (index > 0) return refuse(response, 405, { detail: 'M-1 is gone' });
      response.destroy();
      return undefined;
    });
    const cwd = folderWith({
      'a.csv': 'country,date,quantity,fuel_id\nES,2025-06-15,3,f51a1645-c201-43da-9dcd-6408be3cb517\n',
    });
    const args = ['recharges', 'a.csv', '--settle', '0', '--log-file', 'run.log'];
    const result = await dcycleUpload(args, { cwd, env: api.env });
    expect(result.code).toBe(5);
    const log = readLog(cwd, 'run.log');
    const calls = eventsOf(log, 'call').map(({ method, status, failure }) => [method, status, failure !== null]);
    expect(calls.slice(-2)).toEqual([
      ['POST', null, true],
      ['GET', 405, false],
    ]);
    expect(eventsOf(log, 'chunk_settled')).toMatchObject([{ state: 'uncertain', uncertain: 1 }]);
    expect(eventsOf(log, 'chunk_settled')[0]?.reason).toContain('HTTP 405: …');
    expect(readText(cwd, 'run.log')).not.toContain('gone');
  });

  test('also where it ends before it begins', async () => {
    const cwd = temporaryFolder();
    const result = await dcycleUpload(['requests', 'a.csv', '--dry-run', '--log-file', 'run.log'], { cwd });
    expect(result.code).toBe(3);
    const log = readLog(cwd, 'run.log');
    expect(namesOf(log)).toEqual(['run_started', 'run_ended']);
    expect(log.at(-1)).toMatchObject({ exit_code: 3, error: 'INPUT_NOT_FOUND' });
  });

  test('without calls where nothing is sent', async () => {
    const cwd = folderWith({ 'a.csv': legs(2) });
    await dcycleUpload(['requests', 'a.csv', '--local', '--log-file', 'run.log'], { cwd });
    expect(namesOf(readLog(cwd, 'run.log'))).toEqual([
      'run_started',
      'input_understood',
      'warning',
      'file_written',
      'run_ended',
    ]);
  });

  test('with the signal that interrupts it', async () => {
    const { onStart, interrupt } = createInterruption('SIGTERM');
    const api = await startApi(async (_call, _response, _index, forward) => {
      await interrupt();
      return forward();
    });
    const cwd = folderWith({ 'a.csv': legs(6) });
    const args = ['requests', 'a.csv', '--chunk-size', '3', '--concurrency', '1', '--log-file', 'run.log'];
    await dcycleUpload(args, { cwd, env: api.env, onStart });
    const log = readLog(cwd, 'run.log');
    expect(eventsOf(log, 'interrupted')).toMatchObject([{ signal: 'SIGTERM' }]);
    expect(log.at(-1)).toMatchObject({ event: 'run_ended', exit_code: 143, records: { accepted: 3, not_sent: 3 } });
  });

  test('and resume and results continue in the log of the run', async () => {
    let isBroken = true;
    const api = await startApi((call, response, _index, forward) =>
      isBroken && isBulk(call) && call.records[0]?.['movement_id'] === 'M-4'
        ? refuse(response, 405, { detail: 'gone' })
        : forward(),
    );
    const state = privateState();
    const env = { ...api.env, ...state };
    const cwd = folderWith({ 'a.csv': legs(6) });
    await dcycleUpload(['requests', 'a.csv', '--chunk-size', '3', '--log-file', 'run.log'], { cwd, env });
    isBroken = false;
    const id = onlyRunIn(state);
    const elsewhere = temporaryFolder();
    expect((await dcycleUpload(['resume', id], { cwd: elsewhere, env })).code).toBe(0);
    const read = await dcycleUpload(['results', id, '--wait', '60', '--log-file', 'own.log'], { cwd: elsewhere, env });
    expect(read.code).toBe(0);
    const log = readLog(cwd, 'run.log');
    expect(eventsOf(log, 'run_started').map(({ task }) => task)).toEqual(['upload', 'resume']);
    expect(eventsOf(log, 'run_ended').map(({ exit_code: code }) => code)).toEqual([5, 0]);
    const own = readLog(elsewhere, 'own.log');
    expect(eventsOf(own, 'run_started').map(({ task }) => task)).toEqual(['results']);
    expect(eventsOf(own, 'call').map(({ method }) => method)).toContain('GET');
  });
});

describe('a log that several runs share', () => {
  test('has every line whole when they append at once', async () => {
    const api = await startApi();
    const count = 40;
    const numbers = (run: number): readonly number[] => Array.from({ length: count }, (_, i) => 1000 * run + i);
    const cwd = folderWith({ 'a.csv': legsOf(numbers(1)), 'b.csv': legsOf(numbers(2)), 'c.csv': legsOf(numbers(3)) });
    const results = await Promise.all(
      ['a.csv', 'b.csv', 'c.csv'].map((name) =>
        dcycleUpload(['requests', name, '--chunk-size', '1', '--log-file', 'run.log', '--json'], { cwd, env: api.env }),
      ),
    );
    const log = readLog(cwd, 'run.log');
    for (const { run_id: id } of results.map(summaryOf)) {
      const own = log.filter(({ run_id: run }) => run === id);
      expect(namesOf(own).at(0)).toBe('run_started');
      expect(namesOf(own).at(-1)).toBe('run_ended');
      expect(
        postsOf(own)
          .map(({ chunk }) => chunk)
          .toSorted((a, b) => a - b),
      ).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    }
  });

  test('holds what happened until one of them was killed', async () => {
    const { onStart, kill } = createKill();
    const api = await startApi(async (_call, response, index, forward) => {
      if (index === 0) return forward();
      await kill();
      response.destroy();
      return undefined;
    });
    const cwd = folderWith({ 'a.csv': legs(9) });
    const args = ['requests', 'a.csv', '--chunk-size', '3', '--concurrency', '1', '--log-file', 'run.log'];
    const killed = await dcycleUpload(args, { cwd, env: { ...api.env, ...privateState() }, onStart });
    expect(killed.signal).toBe('SIGKILL');
    const log = readLog(cwd, 'run.log');
    expect(namesOf(log).slice(-2)).toEqual(['call', 'chunk_settled']);
    const [input] = eventsOf(log, 'input_understood');
    expect(input?.path).toBe('a.csv');
    await dcycleUpload(['requests', 'a.csv', '--dry-run', '--log-file', 'run.log'], { cwd });
    expect(eventsOf(readLog(cwd, 'run.log'), 'run_ended').length).toBe(1);
  });

  test('continues after a line that a full disk has cut off', async () => {
    const cwd = folderWith({ 'a.csv': legs(1), 'run.log': '{"time":"2025-01-01T00:00:0' });
    expect((await dcycleUpload(['requests', 'a.csv', '--dry-run', '--log-file', 'run.log'], { cwd })).code).toBe(0);
    const [cut, ...lines] = readText(cwd, 'run.log').trimEnd().split('\n');
    expect(cut).toBe('{"time":"2025-01-01T00:00:0');
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)[0]).toBe('run_started');
  });
});

describe('a log that can not be written', () => {
  test('ends no run that has begun, and is said once', async () => {
    const cwd = folderWith({ 'a.csv': legs(3) });
    const result = await dcycleUpload(['requests', 'a.csv', '--dry-run', '--json', '--log-file', '/dev/full'], { cwd });
    expect(result.code).toBe(0);
    expect(result.stderr).toMatch(
      /^note: \/dev\/full can't be written any more: .*ENOSPC.*; the run continues without a log\n$/,
    );
    expect(summaryOf(result).exit_code).toBe(0);
  });

  test('is refused where a reader could keep the run waiting', async () => {
    const cwd = folderWith({ 'a.csv': legs(1) });
    execFileSync('mkfifo', [join(cwd, 'pipe')]);
    const result = await dcycleUpload(['requests', 'a.csv', '--dry-run', '--log-file', 'pipe'], { cwd });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain("pipe can't be written: it is a pipe");
  });

  const notALog = '{"movement_id":"M-1","load":1}\n';
  test.each([
    ['in no folder', ['--log-file', 'none/run.log'], 'OUTPUT_UNWRITABLE', 'there is no such folder'],
    ['a folder', ['--log-file', '.'], 'OUTPUT_UNWRITABLE', 'it is a directory'],
    ['the input', ['--log-file', './a.csv'], 'OUTPUT_TAKEN', 'is the input a.csv'],
    ['another file', ['--log-file', 'other.jsonl'], 'OUTPUT_TAKEN', 'something else than a log'],
    ['another output', ['--log-file', 'x.csv', '--errors', './x.csv'], 'OUTPUT_TAKEN', 'name the same file'],
    ['the report', ['--log-file', 'x.html', '--report', 'x.html'], 'OUTPUT_TAKEN', 'name the same file'],
    ['what is written by itself', ['--log-file', 'a.errors.csv'], 'OUTPUT_TAKEN', 'is the file of --log-file'],
    ['standard output', ['--log-file', '-'], 'OPTIONS_CONFLICT', '--log-file takes a file'],
    ['no name', ['--log-file', ' '], 'OPTIONS_EMPTY', '--log-file is empty'],
  ])('is refused at the start: %s', async (_name, args, code, message) => {
    const cwd = folderWith({ 'a.csv': legs(1), 'other.jsonl': notALog });
    const result = await dcycleUpload(['requests', 'a.csv', '--dry-run', '--json', ...args], { cwd });
    expect(result.code).toBe(2);
    expect(summaryOf(result).error?.code).toBe(code);
    expect(result.stderr).toContain(message);
    expect(readText(cwd, 'a.csv')).toBe(legs(1));
    expect(readText(cwd, 'other.jsonl')).toBe(notALog);
  });
});

/** A text that is not another's by chance, nor its own pattern. */
const cell = fc
  .string({ unit: 'grapheme', minLength: 8, maxLength: 24 })
  .map((text) => text.replace(/\s+/gu, ' ').trim())
  .filter((text) => text.length >= 8 && patternOf(text) !== text && !text.startsWith('#'));
const key = fc.stringMatching(/^[!-~]{12,40}$/).filter((text) => text.length >= 12);

const rows = fc.array(fc.tuple(cell, cell, cell, cell, cell, cell), { minLength: 20, maxLength: 20 });

test('no cell and no key is ever in a log or a support bundle', async () => {
  const property = fc.asyncProperty(rows, key, async (cells, apiKey) => {
    const line = (...row: readonly string[]): string =>
      `${row.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')}\n`;
    const header = line(...legHeader.trim().split(','), 'client', 'origin_country', 'shipment_date');
    const lines = cells.flatMap(([movement, origin, destination, client, wrong, toc]) => [
      line(movement, origin, destination, '5', 'van_diesel', client, 'ES', '2025-06-15'),
      line(movement, destination, origin, '5', toc, client, 'ES', '2025-06-16'),
      line(`${movement}2`, origin, destination, wrong, toc, client, wrong, wrong),
      line(movement, origin, destination, '6', 'van_diesel', client, 'ES', '2025-06-15'),
    ]);
    const cwd = folderWith({ 'a.csv': [header, ...lines].join('') });
    const { url } = await startServer(['--api-key', `${someCredentials.DCYCLE_ORG_ID}=${apiKey}`]);
    const api = await startApi(
      (call, response) => refuse(response, 405, { detail: `${apiKey} may not send ${JSON.stringify(call.records)}` }),
      url,
    );
    writeFileSync(join(cwd, 'key'), apiKey);
    const env = { ...api.env, DCYCLE_ORG_ID: someCredentials.DCYCLE_ORG_ID, ...privateState() };
    const args = ['requests', 'a.csv', '--log-file', 'run.log', '--quiet', '--encoding', 'utf-8'];
    await dcycleUpload([...args, '--api-key-file', 'key'], { cwd, env });
    await dcycleUpload([...args, '--local'], { cwd, env });
    expect(api.calls.length).toBeGreaterThan(0);
    const log = readLog(cwd, 'run.log');
    expect(eventsOf(log, 'chunk_settled').length).toBe(1);
    expect(new Set(eventsOf(log, 'rows_refused').map(({ stage }) => stage))).toEqual(
      new Set(['validate', 'dedupe', 'send', 'calculate']),
    );
    const about = ['--run', log[0]?.run_id ?? '', '--input', 'a.csv', '--out', 'bundle.json'];
    expect((await dcycleUpload(['support-bundle', ...about], { cwd, env })).code).toBe(0);
    const texts = [...log, JSON.parse(readText(cwd, 'bundle.json')) as unknown].flatMap(textsIn);
    for (const secret of [...cells.flat(), apiKey]) {
      expect([secret, texts.filter((text) => text.includes(secret))]).toEqual([secret, []]);
    }
  });
  await fc.assert(property, { numRuns: 2, endOnFailure: true });
});
