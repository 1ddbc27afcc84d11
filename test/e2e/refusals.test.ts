import { describe, expect, test } from 'vitest';
import type { BulkReply } from '../../src/delivery/reply.ts';
import { type Api, type Call, readBulk, refuse, type Script, startApi } from '../support/api-server.ts';
import { dcycleUpload, folderWith, readErrors, readText, summaryOf } from '../support/command.ts';
import { legs } from '../support/legs.ts';
import { isBulk, movements, movementsIn, sentIn } from '../support/runs.ts';

/** A script for the bulk calls; look-ups go to the server. */
const atBulk =
  (script: Script): Script =>
  (call, response, index, forward) =>
    isBulk(call) ? script(call, response, index, forward) : forward();

const holds = ({ records }: Call, ...wanted: readonly string[]): boolean =>
  records.some(({ movement_id: id }) => wanted.includes(String(id)));

const upload = async (api: Api, count: number, ...options: readonly string[]) => {
  const cwd = folderWith({ 'a.csv': legs(count) });
  const args = ['requests', 'a.csv', '--json', '--errors', 'e.jsonl', '--settle', '1', ...options];
  const result = await dcycleUpload(args, { cwd, env: api.env });
  return { ...result, cwd, summary: summaryOf(result) };
};

describe('a chunk that is too large (413)', () => {
  test('is halved until it is not', async () => {
    const api = await startApi(
      atBulk((call, response, _index, forward) =>
        call.records.length > 3 ? refuse(response, 413, { detail: 'too large' }) : forward(),
      ),
    );
    const { code, summary } = await upload(api, 10);
    expect(code).toBe(0);
    expect(summary.records.accepted).toBe(10);
    expect(sentIn(api.calls).map(({ length }) => length)).toEqual([10, 5, 3, 2, 5, 3, 2]);
    expect(await movementsIn(api)).toEqual(movements(1, 10));
  });

  test('with one record that is too large alone: that is rejected, the others are stored', async () => {
    const api = await startApi(
      atBulk((call, response, _index, forward) =>
        holds(call, 'M-4') ? refuse(response, 413, { detail: 'too large' }) : forward(),
      ),
    );
    const { code, summary, cwd } = await upload(api, 6);
    expect(code).toBe(1);
    expect(summary.records).toEqual({ accepted: 5, accepted_before: 0, rejected: 1, not_sent: 0, uncertain: 0 });
    expect(readErrors(cwd, 'e.jsonl')).toMatchObject([{ row: 4, code: 'API_REJECTED', movement_id: 'M-4' }]);
    expect(readText(cwd, 'a.rejected.csv').trimEnd().split('\n').length).toBe(2);
    expect(await movementsIn(api)).toEqual(movements(1, 6).filter((id) => id !== 'M-4'));
  });
});

describe('a 422 that names records', () => {
  const naming =
    (...wanted: readonly string[]): Script =>
    (call, response, _index, forward) => {
      const detail = call.records.flatMap(({ movement_id: id }, index) =>
        wanted.includes(String(id))
          ? [{ loc: ['body', 'records', index, 'load'], msg: `odd load of ${String(id)}` }]
          : [],
      );
      return detail.length === 0 ? forward() : refuse(response, 422, { detail });
    };

  test('rejects these; the others are sent in one more call', async () => {
    const api = await startApi(atBulk(naming('M-2', 'M-5')));
    const { code, summary, cwd } = await upload(api, 6);
    expect(code).toBe(1);
    expect(summary.records).toEqual({ accepted: 4, accepted_before: 0, rejected: 2, not_sent: 0, uncertain: 0 });
    expect(sentIn(api.calls)).toEqual([movements(1, 6), ['M-1', 'M-3', 'M-4', 'M-6']]);
    expect(
      readErrors(cwd, 'e.jsonl').map(({ row, line, code: issue, stage, message }) => [
        row,
        line,
        issue,
        stage,
        message,
      ]),
    ).toEqual([
      [2, 3, 'API_REJECTED', 'api', expect.stringContaining('load: odd load of M-2')],
      [5, 6, 'API_REJECTED', 'api', expect.stringContaining('load: odd load of M-5')],
    ]);
    expect(await movementsIn(api)).toEqual(['M-1', 'M-3', 'M-4', 'M-6']);
  });

  test('may name all', async () => {
    const api = await startApi(atBulk(naming(...movements(1, 3))));
    const { code, summary } = await upload(api, 3);
    expect(code).toBe(1);
    expect(summary.records.rejected).toBe(3);
    expect(api.calls.length).toBe(1);
  });

  test('that were not sent names nothing: the chunk is bisected', async () => {
    const api = await startApi(
      atBulk((call, response, _index, forward) =>
        holds(call, 'M-2')
          ? refuse(response, 422, { detail: [{ loc: ['body', 'records', 99], msg: 'odd' }] })
          : forward(),
      ),
    );
    const { code, summary, cwd } = await upload(api, 4);
    expect(code).toBe(1);
    expect(summary.records).toEqual({ accepted: 3, accepted_before: 0, rejected: 1, not_sent: 0, uncertain: 0 });
    expect(readErrors(cwd, 'e.jsonl').map(({ row }) => row)).toEqual([2]);
  });

  test('ends the sending with --stop-on-error', async () => {
    const api = await startApi(atBulk(naming('M-2')));
    const { code, summary } = await upload(api, 6, '--stop-on-error', '--chunk-size', '3');
    expect(code).toBe(7);
    expect(sentIn(api.calls)).toEqual([movements(1, 3)]);
    expect(summary.records).toEqual({ accepted: 0, accepted_before: 0, rejected: 1, not_sent: 5, uncertain: 0 });
  });
});

describe('a chunk that is refused without a name', () => {
  test.each([
    [400, { detail: 'bad request' }],
    [422, { detail: 'unprocessable' }],
    [422, { detail: [{ loc: ['body'], msg: 'unprocessable' }] }],
    [500, { detail: 'oops' }],
  ] as const)('(%i %j) is bisected to the record that is the reason', async (status, body) => {
    const api = await startApi(
      atBulk((call, response, _index, forward) => (holds(call, 'M-3') ? refuse(response, status, body) : forward())),
    );
    // Others are accepted after it: what the list does not show then is not there, and may be sent again.
    const { code, summary, cwd } = await upload(api, 8, '--chunk-size', '4', '--concurrency', '1');
    expect(code).toBe(1);
    expect(summary.records).toEqual({ accepted: 7, accepted_before: 0, rejected: 1, not_sent: 0, uncertain: 0 });
    expect(readErrors(cwd, 'e.jsonl').map(({ row, code: issue }) => [row, issue])).toEqual([[3, 'API_REJECTED']]);
    expect(await movementsIn(api)).toEqual(movements(1, 8).filter((id) => id !== 'M-3'));
    expect(api.calls.filter((call) => isBulk(call) && call.reply === undefined).length).toBe(3);
  });

  test('costs no more than 100 further calls; what is left was not sent and can be resumed', async () => {
    const api = await startApi(atBulk((_call, response) => refuse(response, 413, { detail: 'no' })));
    const { code, summary, stderr } = await upload(api, 400);
    expect(code).toBe(5);
    expect(api.calls.length).toBe(101);
    const { rejected, not_sent: notSent, accepted, uncertain } = summary.records;
    expect([accepted, uncertain, rejected + notSent]).toEqual([0, 0, 400]);
    expect(rejected).toBeGreaterThan(0);
    expect(notSent).toBeGreaterThan(0);
    expect(stderr).toContain('dcycle-upload resume');
  });

  test('is not bisected where the records can’t be the reason', async () => {
    const api = await startApi(atBulk((_call, response) => refuse(response, 405, { detail: 'no such method' })));
    const { code, summary } = await upload(api, 8);
    expect(code).toBe(5);
    expect(api.calls.length).toBe(1);
    expect(summary.records.not_sent).toBe(8);
  });

  test('by an API that fails with everything: no record is to blame', async () => {
    const api = await startApi(atBulk((_call, response) => refuse(response, 500, { detail: 'oops' })));
    const { code, summary } = await upload(api, 4, '--retries', '0');
    expect(code).toBe(5);
    expect(summary.records).toEqual({ accepted: 0, accepted_before: 0, rejected: 0, not_sent: 0, uncertain: 4 });
  });
});

describe('a reply that is wrong', () => {
  const wrong: readonly (readonly [string, (reply: BulkReply) => string])[] = [
    ['is not JSON', () => '<html>'],
    ['breaks off', (reply) => JSON.stringify(reply).slice(0, -20)],
    ['lacks a field', ({ errors: _errors, ...reply }) => JSON.stringify(reply)],
    ['received more', (reply) => JSON.stringify({ ...reply, total_received: 5 })],
    ['processed fewer', (reply) => JSON.stringify({ ...reply, total_processed: 3 })],
    ['counts more successes than it names', (reply) => JSON.stringify({ ...reply, results: reply.results.slice(1) })],
    ['counts failures that it does not name', (reply) => JSON.stringify({ ...reply, success: 3, failed: 1 })],
    [
      'names a record twice',
      (reply) => JSON.stringify({ ...reply, results: reply.results.map((each) => ({ ...each, index: 0 })) }),
    ],
    [
      'names a record that was not sent',
      (reply) =>
        JSON.stringify({ ...reply, results: reply.results.map((each) => ({ ...each, index: each.index + 1 })) }),
    ],
  ];

  test.each(wrong)(
    '(it %s) is not believed: the records are looked up, and none is stored twice',
    async (_name, bodyOf) => {
      const api = await startApi(
        atBulk(async (_call, response, _index, forward) => {
          response.end(bodyOf(readBulk(await forward())));
          return undefined;
        }),
      );
      const { code, summary, cwd } = await upload(api, 4, '--out', 'o.jsonl');
      expect(code).toBe(0);
      expect(summary.records).toEqual({ accepted: 4, accepted_before: 0, rejected: 0, not_sent: 0, uncertain: 0 });
      expect(sentIn(api.calls).length).toBe(1);
      expect(await movementsIn(api)).toEqual(movements(1, 4));
      const { items } = await api.get<{ items: readonly { id: string }[] }>('/v1/logistics/requests');
      const ids = readErrors(cwd, 'o.jsonl').map(({ id }) => String(id));
      expect(ids.toSorted()).toEqual(items.map(({ id }) => id).toSorted());
    },
  );

  test('for records of which the API stored some: the others are sent', async () => {
    let isFirst = true;
    const api = await startApi(
      atBulk(async (call, response, _index, forward) => {
        if (!isFirst) return forward();
        isFirst = false;
        const { DCYCLE_API_KEY: key = '', DCYCLE_ORG_ID: organization = '', DCYCLE_BASE_URL: own = '' } = api.env;
        // The API keeps two of the four and breaks down.
        await fetch(`${own}/v2/logistics/requests/bulk`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-api-key': key, 'x-organization-id': organization },
          body: JSON.stringify({ records: call.records.slice(0, 2), options: { continue_on_error: true } }),
        });
        return refuse(response, 502, { detail: 'bad gateway' });
      }),
    );
    const { code, summary } = await upload(api, 8, '--chunk-size', '4', '--concurrency', '1');
    expect(code).toBe(0);
    expect(summary.records.accepted).toBe(8);
    expect(await movementsIn(api)).toEqual(movements(1, 8));
  });

  test.each([
    ['ignores the filter', () => ({ total: 1, items: [{ id: 'x', movement_id: 'OTHER' }] })],
    ['gives no list', () => ({ message: 'hello' })],
  ])('of an API that %s: the records stay uncertain and are not sent again', async (_name, list) => {
    const api = await startApi(async (call, response, _index, forward) => {
      if (!isBulk(call)) return list();
      await forward();
      response.destroy();
      return undefined;
    });
    const { code, summary, stderr } = await upload(api, 2);
    expect(code).toBe(5);
    expect(summary.records).toEqual({ accepted: 0, accepted_before: 0, rejected: 0, not_sent: 0, uncertain: 2 });
    expect(summary.files.rejected).toBeNull();
    expect(sentIn(api.calls).length).toBe(1);
    expect(stderr).toContain('dcycle-upload resume');
    expect(await movementsIn(api)).toEqual(movements(1, 2));
  });
});
