import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
formats.default(ajv);

const read = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../schemas/${name}`, import.meta.url), 'utf8')) as object;

const validators = new Map(
  [
    'summary-2.json',
    'error-row-1.json',
    'map-1.json',
    'mapping-1.json',
    'ileap-footprint-1.json',
    'tocs-1.json',
    'fuels-1.json',
    'hubs-1.json',
    'organizations-1.json',
    'log-event-1.json',
    'support-bundle-1.json',
    'config-1.json',
    'settings-1.json',
    'doctor-1.json',
  ].map((name) => [name, ajv.compile(read(name))] as const),
);

/** What a published schema finds wrong with a value; empty when it is valid. */
export function schemaErrors(name: string, value: unknown): string[] {
  const validate = validators.get(name);
  if (validate === undefined) throw new Error(`no schema ${name}`);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}
