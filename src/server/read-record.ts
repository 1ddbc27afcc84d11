import { quote } from '../issues.ts';
import type { Fields, FieldValue, RecordKind } from '../records/kind.ts';
import { createValidator } from '../records/validate.ts';
import type { InvalidPart } from './api-error.ts';

/** A record of a call, or what is wrong with its fields. */
export type ReadRecord =
  | { readonly ok: true; readonly record: Fields }
  | { readonly ok: false; readonly problems: readonly { readonly field: string; readonly message: string }[] };

export type ReadRecordOf = (value: Readonly<Record<string, unknown>>) => ReadRecord;

/** Said by the API word for word. */
const countryMessage = 'Not Valid Country Code, must be ISO 3166-1 alpha-2';

/**
 * Makes the reader of one kind's records: with the schema that the command checks rows with. As the API does, it ignores
 * fields of other names and takes null, and text without any, for no value.
 */
export function createRecordReader(kind: RecordKind, currentYear: number): ReadRecordOf {
  const names = Object.keys(kind.fields);
  const validate = createValidator(kind, { currentYear, target: 'api' });
  return (value) => {
    const fields: Record<string, FieldValue> = {};
    for (const name of names) {
      const given = value[name];
      if (given === undefined || given === null || (typeof given === 'string' && given.trim() === '')) continue;
      // The schema finds out about values of other types.
      fields[name] = given as FieldValue;
    }
    const checked = validate(fields, new Set());
    if (checked.valid) return { ok: true, record: checked.record };
    const problems = checked.issues.map(({ code, field = '', message }) => ({
      field,
      message: code === 'INVALID_COUNTRY' ? countryMessage : messageOf(field, value[field], message),
    }));
    return { ok: false, problems };
  };
}

/** Objects and lists have no text that a message could show. */
const messageOf = (field: string, value: unknown, message: string): string =>
  typeof value === 'object' && value !== null ? `${field} ${quote(JSON.stringify(value))} is no single value` : message;

/** What is wrong with a record of a bulk call, in one text. */
export const errorText = (problems: readonly { readonly message: string }[]): string =>
  [...new Set(problems.map(({ message }) => message))].join('; ');

/** What is wrong with the record that is the body of a call. */
export const bodyParts = (
  problems: readonly { readonly field: string; readonly message: string }[],
): readonly InvalidPart[] => problems.map(({ field, message }) => ({ loc: ['body', field], msg: message }));
