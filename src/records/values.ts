import * as z from 'zod';
import { countryCodes } from './countries.ts';
import type { Requirement } from './kind.ts';

/** Schemas of single values that both record kinds share. */

export const text = z.string().min(1);

/** ISO 3166-1 alpha-2, upper case. */
export const country = z.string().refine((code) => countryCodes.has(code), { params: { code: 'INVALID_COUNTRY' } });

/** `YYYY-MM-DD`, a day that exists. */
export const date = z.iso.date();

/** Any RFC 9562 text form; the API's own samples are not all version 4. */
export const uuid = z.guid();

const isMet = (record: Readonly<Record<string, unknown>>, { anyOf }: Requirement): boolean =>
  anyOf.some((fields) => fields.every((field) => record[field] !== undefined));

/** Adds to an object schema that each requirement is met, checked even where single fields are wrong. */
export function withRequirements<S extends z.ZodObject>(schema: S, requirements: readonly Requirement[]): S {
  return requirements.reduce<S>(
    (refined, requirement) =>
      refined.refine((record) => isMet(record as Readonly<Record<string, unknown>>, requirement), {
        params: { code: 'MISSING_FIELD', requirement },
        when: () => true,
      }),
    schema,
  );
}
