import type { Fields, FieldValue, RecordKind } from '../records/kind.ts';
import { createValidator } from '../records/validate.ts';
import type { InvalidPart } from './api-error.ts';

/** A record of a call, or what is wrong with its fields. */
export type ReadRecord =
  | { readonly ok: true; readonly record: Fields }
  | { readonly ok: false; readonly problems: readonly { readonly field: string; readonly message: string }[] };

export type ReadRecordOf = (value: Readonly<Record<string, unknown>>) => ReadRecord;

/** Products and sums of numbers up to this one stay numbers. */
const largestNumber = 1e15;

/** Said by the API word for word. */
const countryMessage = 'Not Valid Country Code, must be ISO 3166-1 alpha-2';

/**
 * Makes the reader of one kind's records: with the schema that the command checks rows with. As the API does, it ignores
 * fields of other names and takes null, and text without any, for no value.
 */
export function createRecordReader(kind: RecordKind, currentYear: number): ReadRecordOf {
  const names = Object.entries(kind.fields).flatMap(([name, { isHint }]) => (isHint === true ? [] : [name]));
  const validate = createValidator(kind, { currentYear, target: 'api' });
  return (value) => {
    const fields: Record<string, FieldValue> = {};
    const unreadable = new Map<string, string>();
    for (const name of names) {
      const given = value[name];
      if (given === undefined || given === null || (typeof given === 'string' && given.trim() === '')) continue;
      const problem = problemOf(given);
      // The schema finds out about single values of other types.
      if (problem === undefined) fields[name] = given as FieldValue;
      else unreadable.set(name, problem);
    }
    const checked = validate(fields, new Set(unreadable.keys()));
    if (checked.valid && unreadable.size === 0) return { ok: true, record: checked.record };
    const problems = checked.valid ? [] : checked.issues;
    return {
      ok: false,
      problems: [
        ...[...unreadable].map(([field, problem]) => ({ field, message: `${field} ${problem}` })),
        ...problems.map(({ code, field = '', message }) => ({
          field,
          message: code === 'INVALID_COUNTRY' ? countryMessage : message,
        })),
      ],
    };
  };
}

/** What no schema is asked about. */
function problemOf(given: unknown): string | undefined {
  // Nested deep enough, their text can't even be made.
  if (typeof given === 'object') return `is ${Array.isArray(given) ? 'a list' : 'an object'}, not a single value`;
  if (typeof given === 'number' && given > largestNumber) return `must be at most ${String(largestNumber)}`;
  // SQLite takes it for the end of the text.
  if (typeof given === 'string' && given.includes('\0')) return 'must not hold the character NUL';
  return undefined;
}

/** What is wrong with a record of a bulk call, in one text. */
export const errorText = (problems: readonly { readonly message: string }[]): string =>
  [...new Set(problems.map(({ message }) => message))].join('; ');

/** What is wrong with the record that is the body of a call. */
export const bodyParts = (
  problems: readonly { readonly field: string; readonly message: string }[],
): readonly InvalidPart[] => problems.map(({ field, message }) => ({ loc: ['body', field], msg: message }));
