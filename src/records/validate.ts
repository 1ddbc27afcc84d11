import * as z from 'zod';
import type { IssueCode } from '../codes/issue-codes.ts';
import { type Issue, quote } from '../issues.ts';
import type { FieldDefinition, Fields, FieldValue, RecordKind, Requirement, SchemaOptions } from './kind.ts';

/** A record that is valid, or every reason why it is not. */
export type Validation =
  { readonly valid: true; readonly record: Fields } | { readonly valid: false; readonly issues: readonly Issue[] };

/**
 * Makes the check of one record kind.
 *
 * @returns a function that takes the fields that could be read and the names of those that were given but could not
 *   be read as their type (these have issues of their own, so nothing else is said about them)
 */
export function createValidator(
  kind: RecordKind,
  options: SchemaOptions,
): (fields: Fields, unreadable: ReadonlySet<string>) => Validation {
  const schema = kind.schema(options);
  return (fields, unreadable) => {
    const parsed = schema.safeParse(fields);
    if (parsed.success) return { valid: true, record: fields };
    const issues = parsed.error.issues.flatMap((issue) => explain(issue, kind, fields, unreadable) ?? []);
    return { valid: false, issues };
  };
}

const invalidCode: Record<FieldDefinition['type'], IssueCode> = {
  text: 'INVALID_CHOICE',
  number: 'INVALID_NUMBER',
  integer: 'INVALID_NUMBER',
  boolean: 'INVALID_BOOLEAN',
  date: 'INVALID_DATE',
  country: 'INVALID_COUNTRY',
  uuid: 'INVALID_UUID',
  choice: 'INVALID_CHOICE',
};

const missing = (requirement: Requirement): Issue => ({
  code: 'MISSING_FIELD',
  stage: 'validate',
  field: requirement.anyOf[0]?.[0] ?? '',
  message: requirement.text,
  hint: requirement.hint,
  ...(requirement.fix === undefined ? {} : { fix: requirement.fix }),
});

/** Our words for one zod issue; `undefined` where the field has an issue already. */
function explain(
  issue: z.core.$ZodIssue,
  kind: RecordKind,
  fields: Fields,
  unreadable: ReadonlySet<string>,
): Issue | undefined {
  if (issue.code === 'custom' && issue.params?.['requirement'] !== undefined) {
    const requirement = issue.params['requirement'] as Requirement;
    return isSuppressed(requirement, (field) => unreadable.has(field)) ? undefined : missing(requirement);
  }
  const field = String(issue.path[0]);
  if (unreadable.has(field)) return undefined;
  const value = fields[field];
  return value === undefined ? missingField(kind, field) : invalidValue(issue, kind, field, value);
}

/** A requirement that is not met says nothing where one of its fields has a text that could not be read. */
const isSuppressed = ({ anyOf }: Requirement, isUnreadable: (field: string) => boolean): boolean =>
  anyOf.some((fields) => fields.some(isUnreadable));

function missingField(kind: RecordKind, field: string): Issue {
  const requirement = kind.requirements.find(({ anyOf }) => anyOf.flat().includes(field));
  return missing(requirement ?? { anyOf: [[field]], text: `needs ${field}`, hint: `fill in ${field}` });
}

/** What is wrong with a value, by what its field's schema says. */
function invalidValue(issue: z.core.$ZodIssue, kind: RecordKind, field: string, value: FieldValue): Issue {
  const definition = kind.fields[field];
  const shown = quote(String(value));
  if (issue.code === 'too_small' || issue.code === 'too_big') {
    const range = describeRange(issue);
    if (typeof value === 'number' && value < 0) {
      return {
        code: 'OUT_OF_RANGE',
        stage: 'validate',
        field,
        value: String(value),
        message: `${field} is negative; it must be ${range}, and is ${String(value)}`,
        cause: `${field} is negative`,
      };
    }
    return {
      code: 'OUT_OF_RANGE',
      stage: 'validate',
      field,
      value: String(value),
      message: `${field} must be ${range}; it is ${String(value)}`,
      cause: `${field} must be ${range}`,
    };
  }
  const type = definition?.type ?? 'text';
  return {
    code: invalidCode[type],
    stage: 'validate',
    field,
    value: String(value),
    ...wording(field, type, shown, definition),
  };
}

/** The definition of what is valid, asked a value at a time. */
export interface FieldChecks {
  /** Why a value is not valid in a field; nothing where it is. */
  explain(field: string, value: FieldValue): readonly Issue[];
  /** What is wrong with a record without a value in a field; nothing where it needs none. */
  missing(field: string): readonly Issue[];
  /** Numbers between these are valid in a field, whole ones where it takes no others. */
  range(field: string): { readonly above: number; readonly below: number; readonly isWhole: boolean };
  /** What is wrong with a record that has values in some fields, by what needs more than one of them. */
  requirements(has: (field: string) => boolean, isUnreadable: (field: string) => boolean): readonly Issue[];
}

/** The schema of a kind by its fields: the same rules and words as `createValidator`, for readers of whole columns. */
export function createFieldChecks(kind: RecordKind, options: SchemaOptions): FieldChecks {
  const shape = kind.shape(options);
  const errorsOf = (field: string, value: FieldValue | undefined): readonly z.core.$ZodIssue[] =>
    shape[field]?.safeParse(value).error?.issues ?? [];
  const issues = new Map(kind.requirements.map((requirement) => [requirement, [missing(requirement)]]));
  // What a single field needs is in its own schema.
  const crossing = kind.requirements.filter(
    ({ anyOf: [first = []] }) => errorsOf(first[0] ?? '', undefined).length === 0,
  );
  return {
    explain: (field, value) => errorsOf(field, value).map((issue) => invalidValue(issue, kind, field, value)),
    missing: (field) => (errorsOf(field, undefined).length === 0 ? [] : [missingField(kind, field)]),
    range: (field) => rangeOf(shape[field]),
    requirements: (has, isUnreadable) =>
      crossing.flatMap((requirement) => {
        if (requirement.anyOf.some((fields) => fields.every(has))) return [];
        return isSuppressed(requirement, isUnreadable) ? [] : (issues.get(requirement) ?? []);
      }),
  };
}

function rangeOf(schema: z.ZodType | undefined): ReturnType<FieldChecks['range']> {
  const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  if (!(inner instanceof z.ZodNumber)) return { above: 0, below: 0, isWhole: false };
  return { above: inner.minValue ?? -Infinity, below: inner.maxValue ?? Infinity, isWhole: inner.format === 'safeint' };
}

const fuelHint =
  'dcycle-upload fuels lists them, fuels --sync those of the account; ' +
  'a mapping file can translate names: {"values": {"fuel_id": {"diesel": "<id>"}}}';

function describeRange(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  if (issue.code === 'too_small') return `${issue.inclusive ? 'at least' : 'more than'} ${String(issue.minimum)}`;
  return `${issue.inclusive ? 'at most' : 'less than'} ${String(issue.maximum)}`;
}

function wording(
  field: string,
  type: FieldDefinition['type'],
  shown: string,
  definition: FieldDefinition | undefined,
): Pick<Issue, 'message' | 'cause' | 'hint'> {
  const example = definition?.example ?? '';
  switch (type) {
    case 'country':
      return {
        message: `${field} ${shown} is not a valid ISO 3166-1 alpha-2 country code. Example: ${example}`,
        cause: `${field} ${shown} is not a valid ISO 3166-1 alpha-2 country code`,
      };
    case 'uuid':
      if (field === 'fuel_id') {
        return {
          message: `${field} ${shown} is not a valid UUID, and no fuel is known by this name`,
          cause: `${field} ${shown} is not a valid UUID, and no fuel is known by this name`,
          hint: fuelHint,
        };
      }
      return {
        message: `${field} ${shown} is not a valid UUID such as ${example}`,
        cause: `${field} is not a valid UUID such as ${example}`,
      };
    case 'choice': {
      const choices = definition?.choices?.join(', ') ?? '';
      return {
        message: `${field} ${shown} is none of ${choices}`,
        cause: `${field} ${shown} is none of ${choices}`,
      };
    }
    case 'integer':
      return {
        message: `${field} ${shown} is not a whole number such as ${example}`,
        cause: `${field} is not a whole number such as ${example}`,
      };
    default:
      return {
        message: `${field} ${shown} is not valid; expected something like ${example}`,
        cause: `${field} is not valid; expected something like ${example}`,
      };
  }
}
