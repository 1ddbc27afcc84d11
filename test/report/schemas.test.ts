import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { schemaErrors } from '../support/schemas.ts';

interface SchemaBuilder {
  readonly schemas: Readonly<Record<string, unknown>>;
  toText(entry: unknown): string;
}

test('the published schemas are those that the code defines', async () => {
  const path = '../../schemas/build.js';
  const { schemas, toText } = (await import(path)) as SchemaBuilder;
  for (const [name, entry] of Object.entries(schemas)) {
    expect(readFileSync(new URL(`../../schemas/${name}`, import.meta.url), 'utf8')).toBe(toText(entry));
  }
});

test('the mapping file’s schema takes what the tool takes', () => {
  const file = {
    fields: { origin: ['City', 'Country'], client: 'C' },
    values: { toc: { Furgoneta: 'van_diesel' } },
    set: { load_unit: 'kg' },
  };
  expect(schemaErrors('mapping-1.json', file)).toEqual([]);
  expect(schemaErrors('mapping-1.json', { field: {} })).not.toEqual([]);
});
