import { beforeAll, describe, expect, test } from 'vitest';
import { recharges } from '../../src/records/recharge.ts';
import { requests } from '../../src/records/request.ts';
import { shareServer } from '../support/serve-client.ts';

/** What the server says of itself: `/openapi.json` and `/docs`. */

const server = shareServer();

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

const nodeAt = (value: unknown, ...keys: readonly string[]): Node => {
  let found: unknown = value;
  for (const key of keys) found = isNode(found) ? found[key] : undefined;
  if (!isNode(found)) throw new Error(`nothing at ${keys.join(' ')}`);
  return found;
};

/** What a JSON pointer of the document refers to. */
function resolve(document: unknown, reference: string): unknown {
  if (!reference.startsWith('#/')) throw new Error(`${reference} is not of this document`);
  const keys = reference.slice(2).split('/');
  return nodeAt(document, ...keys.map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~')));
}

/** Every object of the document, with those in it. */
const nodesOf = (value: unknown): readonly Node[] =>
  isNode(value) ? [value, ...Object.values(value).flatMap(nodesOf)] : [];

describe('/openapi.json', () => {
  let document: Node;
  beforeAll(async () => {
    document = (await server.newClient().call<Node>('GET', '/openapi.json')).body;
  });

  const operations = (): readonly (readonly [name: string, operation: Node])[] =>
    Object.entries(nodeAt(document, 'paths')).flatMap(([path, methods]) =>
      Object.entries(nodeAt(methods)).map(([method, operation]) => [`${method} ${path}`, nodeAt(operation)] as const),
    );

  /** The schema of a call's body, with its reference followed. */
  const bodySchema = (path: string): Node => {
    const schema = nodeAt(document, 'paths', path, 'post', 'requestBody', 'content', 'application/json', 'schema');
    return typeof schema['$ref'] === 'string' ? nodeAt(resolve(document, schema['$ref'])) : schema;
  };

  const recordSchema = (path: string): Node => {
    const items = nodeAt(bodySchema(path), 'properties', 'records', 'items');
    return nodeAt(resolve(document, String(items['$ref'])));
  };

  test('is an OpenAPI 3.1 document with title and version', () => {
    expect(document['openapi']).toMatch(/^3\.1\.\d+$/);
    expect(document['info']).toMatchObject({
      title: 'dcycle-upload serve',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    });
  });

  test('has only references that lead somewhere', () => {
    const references = nodesOf(document).flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));
    expect(references.length).toBeGreaterThan(20);
    const broken = references.filter((reference) => {
      try {
        resolve(document, reference);
        return false;
      } catch {
        return true;
      }
    });
    expect(broken).toEqual([]);
  });

  test('has for each call a summary, tags, and responses with a description', () => {
    expect(operations().length).toBeGreaterThan(20);
    const described = operations().map(([name, operation]) => {
      const responses = Object.entries(nodeAt(operation, 'responses'));
      return {
        name,
        summary: typeof operation['summary'],
        tags: Object.keys(nodeAt(operation, 'tags')).length,
        succeeds: responses.some(([status]) => /^20[014]$/.test(status)),
        undescribed: responses.filter(([, response]) => typeof nodeAt(response)['description'] !== 'string'),
      };
    });
    expect(described).toEqual(
      operations().map(([name]) => ({ name, summary: 'string', tags: 1, succeeds: true, undescribed: [] })),
    );
  });

  test('has for each call with a key the refusals that it may answer', () => {
    const needed = ['401', '403', '404', '415', '422', '429', '500'];
    const lacking = operations().flatMap(([name, operation]) => {
      const statuses = Object.keys(nodeAt(operation, 'responses'));
      return needed.every((status) => statuses.includes(status)) ? [] : [name];
    });
    expect(lacking).toEqual(['get /healthz']);
    expect(nodeAt(document, 'paths', '/healthz', 'get')['security']).toEqual([]);
    const schemes = Object.values(nodeAt(document, 'components', 'securitySchemes'));
    expect(schemes).toEqual([
      { type: 'apiKey', in: 'header', name: 'x-api-key' },
      { type: 'apiKey', in: 'header', name: 'x-organization-id' },
    ]);
    expect(document['security']).toHaveLength(1);
  });

  test('has every part of a path as a required parameter', () => {
    const parameters = operations().map(([name, operation]) => [
      name,
      Object.values(nodeAt(operation['parameters'] ?? []))
        .map((parameter) => nodeAt(parameter))
        .filter((parameter) => parameter['in'] === 'path')
        .map((parameter) => [parameter['name'], parameter['required']]),
    ]);
    expect(parameters).toEqual(
      operations().map(([name]) => [name, [...name.matchAll(/\{(\w+)\}/g)].map(([, part]) => [part, true])]),
    );
  });

  test.each(['/v1/logistics/requests', '/v2/logistics/requests'])(
    'has the fields of a shipment as the body of %s, as the command has them',
    (path) => {
      const properties = nodeAt(bodySchema(path), 'properties');
      expect(Object.keys(properties)).toEqual(Object.keys(requests.fields));
      const { load_unit: unit, category, distance_km: distance, cleaning } = properties;
      expect(unit).toMatchObject({ type: 'string', enum: ['kg', 'ton', 'pallets', 'teu', 'feu'] });
      expect(category).toMatchObject({ type: 'string', enum: ['road', 'rail', 'maritime', 'air'] });
      expect([distance, cleaning]).toMatchObject([{ type: 'number' }, { type: 'boolean' }]);
    },
  );

  test('has the fields of a fuel purchase and which of them are required', () => {
    const schema = bodySchema('/v1/logistics/recharges');
    expect(Object.keys(nodeAt(schema, 'properties'))).toEqual(Object.keys(recharges.fields));
    expect(schema['required']).toEqual(['fuel_id', 'country', 'date']);
  });

  test.each([
    ['/v1/logistics/requests/bulk', '/v1/logistics/requests'],
    ['/v2/logistics/requests/bulk', '/v1/logistics/requests'],
    ['/v1/logistics/recharges/bulk', '/v1/logistics/recharges'],
  ])('has 1 to 5,000 records in %s, each what %s takes', (bulk, single) => {
    expect(nodeAt(bodySchema(bulk), 'properties', 'records')).toMatchObject({
      type: 'array',
      minItems: 1,
      maxItems: 5000,
    });
    expect(bodySchema(bulk)['required']).toEqual(['records']);
    expect(recordSchema(bulk)).toEqual(bodySchema(single));
  });

  test('has every parameter of the list of shipments', () => {
    const parameters = Object.values(nodeAt(document, 'paths', '/v1/logistics/requests', 'get', 'parameters'));
    const names = parameters.map((parameter) => nodeAt(parameter)['name']);
    expect(names).toEqual(
      expect.arrayContaining(['page', 'size', 'file_id', 'movement_id', 'status', 'created_at_from']),
    );
    const size = parameters.find((parameter) => nodeAt(parameter)['name'] === 'size');
    expect(size).toMatchObject({ in: 'query', required: false, schema: { minimum: 1, maximum: 100, default: 10 } });
  });
});

describe('/docs', () => {
  const bare = { 'x-api-key': undefined, 'x-organization-id': undefined };

  test('is a page that needs no key, and takes nothing from elsewhere', async () => {
    const { call } = server.newClient();
    const { status, headers, body } = await call<string>('GET', '/docs', undefined, bare);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/html/);
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(body).toContain('<!DOCTYPE html>');
    const sources = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source = '']) => source);
    expect(sources.length).toBeGreaterThan(2);
    const found = await Promise.all(
      sources.map(async (source) => {
        const { origin, pathname } = new URL(source, `${server.serving.url}/docs`);
        return [source, origin, (await call('GET', pathname, undefined, bare)).status];
      }),
    );
    expect(found).toEqual(sources.map((source) => [source, server.serving.url, 200]));
  });
});
