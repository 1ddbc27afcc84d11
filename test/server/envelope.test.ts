import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  aShipment,
  dieselId,
  paths,
  type Refusal,
  type Reply,
  shareServer,
  type ShipmentPage,
} from '../support/serve-client.ts';

/** What is refused before a record is looked at. */

const server = shareServer();

const bulkPaths = [paths.requestsBulk, paths.requestsBulkV2, paths.rechargesBulk] as const;
const aRecharge = { fuel_id: dieselId, country: 'ES', date: '2025-06-15' };
const recordFor = (path: string): object => (path === paths.rechargesBulk ? aRecharge : aShipment);

const countOf = async (path: string, { call }: ReturnType<typeof server.newClient>): Promise<number> => {
  const list = path === paths.rechargesBulk ? paths.recharges : paths.requests;
  return (await call<ShipmentPage>('GET', list)).body.total;
};

describe.each(bulkPaths)('%s', (path) => {
  const post = (body: unknown, headers: Readonly<Record<string, string | undefined>> = {}): Promise<Reply<Refusal>> =>
    server.newClient().call('POST', path, body, headers);

  test.each([
    ['no records', {}, ['body', 'records'], 'field required'],
    ['records of null', { records: null }, ['body', 'records'], 'value is not a valid list'],
    ['records as an object', { records: {} }, ['body', 'records'], 'value is not a valid list'],
    ['records as text', { records: 'x' }, ['body', 'records'], 'value is not a valid list'],
    ['a list as the body', [], ['body'], 'value is not a valid dict'],
    ['text as the body', '"records"', ['body'], 'value is not a valid dict'],
    ['null as the body', 'null', ['body'], 'value is not a valid dict'],
    ['options as a list', { records: [{}], options: [] }, ['body', 'options'], 'value is not a valid dict'],
    ['options as a number', { records: [{}], options: 5 }, ['body', 'options'], 'value is not a valid dict'],
    [
      'continue_on_error as text',
      { records: [{}], options: { continue_on_error: 'true' } },
      ['body', 'options', 'continue_on_error'],
      'value is not a valid boolean',
    ],
  ])('refuses %s with 422 and its place', async (_name, body, loc, msg) => {
    const reply = await post(body);
    expect(reply.status).toBe(422);
    expect(reply.body).toEqual({ detail: [{ loc, msg }] });
  });

  test('refuses records that are not objects, naming each, and stores none of the others', async () => {
    const client = server.newClient();
    const reply = await client.call('POST', path, { records: [recordFor(path), null, 'x', [], 5] });
    expect(reply.status).toBe(422);
    expect(reply.body.detail).toEqual(
      [1, 2, 3, 4].map((index) => ({ loc: ['body', 'records', index], msg: 'value is not a valid dict' })),
    );
    expect(await countOf(path, client)).toBe(0);
  });

  test.each([
    ['cut off', '{"records": [{"toc": "van_diesel"'],
    ['with a comma too much', '{"records": [{},]}'],
    ['with NaN', '{"records": [{"load": NaN}]}'],
    ['empty', ''],
    ['of nothing but spaces', '  '],
  ])('refuses JSON %s with 400', async (_name, body) => {
    const reply = await post(body, { 'content-type': 'application/json' });
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual({ detail: expect.any(String) as string, code: 'INVALID_JSON' });
  });

  test('refuses a call without a body with 422', async () => {
    const reply = await post(undefined);
    expect(reply.status).toBe(422);
    expect(reply.body).toMatchObject({ detail: [{ loc: ['body'] }] });
  });

  test.each(['text/plain', 'text/plain;charset=UTF-8', 'application/x-www-form-urlencoded', 'text/csv', 'nonsense'])(
    'refuses the content type %s with 415',
    async (type) => {
      const reply = await post({ records: [recordFor(path)] }, { 'content-type': type });
      expect(reply.status).toBe(415);
      expect(reply.body).toEqual({ detail: 'The body must be application/json', code: 'UNSUPPORTED_MEDIA_TYPE' });
    },
  );

  test('refuses bytes without a content type with 415', async () => {
    const reply = await post(new TextEncoder().encode(JSON.stringify({ records: [recordFor(path)] })), {
      'content-type': undefined,
    });
    expect(reply.status).toBe(415);
  });

  test.each(['application/json; charset=utf-8', 'Application/JSON'])('takes the content type %s', async (type) => {
    const reply = await post({ records: [recordFor(path)] }, { 'content-type': type });
    expect(reply.status).toBe(200);
  });

  test('refuses a body over 16 MiB with 413, and takes one that is just as large', async () => {
    const most = 16 * 1024 * 1024;
    const bodyOf = (bytes: number): string => {
      const [head = '', tail = ''] = JSON.stringify({ records: [{ ...recordFor(path), note: '|' }] }).split('|');
      return `${head}${'x'.repeat(bytes - head.length - tail.length)}${tail}`;
    };
    const refused = await post(bodyOf(most + 1));
    expect(refused.status).toBe(413);
    expect(refused.body).toEqual({
      detail: 'The body must not be larger than 16777216 bytes',
      code: 'PAYLOAD_TOO_LARGE',
    });
    expect((await post(bodyOf(most))).status).toBe(200);
  });

  describe('with content-encoding', () => {
    const json = Buffer.from(JSON.stringify({ records: [recordFor(path)] }));
    const encoded = (body: Buffer, encoding: string): ReturnType<typeof post> =>
      post(new Uint8Array(body), { 'content-encoding': encoding });

    test.each(['gzip', 'GZIP', 'identity'])('%s takes the body', async (encoding) => {
      const reply = await encoded(encoding === 'identity' ? json : gzipSync(json), encoding);
      expect(reply).toMatchObject({ status: 200, body: { success: 1 } });
    });

    test.each([
      ['that is no gzip', json],
      ['that is cut off', gzipSync(json).subarray(0, 40)],
    ])('gzip refuses a body %s with 400', async (_name, body) => {
      expect(await encoded(body, 'gzip')).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } });
    });

    test('gzip refuses a body that becomes larger than 16 MiB with 413', async () => {
      const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));
      expect(await encoded(bomb, 'gzip')).toMatchObject({ status: 413, body: { code: 'PAYLOAD_TOO_LARGE' } });
    });

    test('br refuses the body with 415', async () => {
      expect(await encoded(brotliCompressSync(json), 'br')).toMatchObject({
        status: 415,
        body: { detail: 'The body must be plain or gzip' },
      });
    });
  });

  test('takes 5,000 records', async () => {
    const records = Array.from({ length: 5000 }, (_, index) => ({
      ...recordFor(path),
      ...(path === paths.rechargesBulk ? { quantity: index + 1 } : { movement_id: `M-${String(index)}` }),
    }));
    const { body } = await server.newClient().call<{ success: number }>('POST', path, { records });
    expect(body.success).toBe(5000);
  });

  test('looks at the key before the body', async () => {
    const reply = await post('{', { 'x-api-key': undefined, 'content-type': 'text/csv' });
    expect(reply.status).toBe(401);
  });
});
