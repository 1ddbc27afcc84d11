import type * as z from 'zod';
import type { InvalidPart } from './api-error.ts';

/** Issues of a zod schema in the API's words, which are those of pydantic. */
export const invalidParts = (context: string, issues: readonly z.core.$ZodIssue[]): readonly InvalidPart[] =>
  issues.map((issue) => ({
    loc: [context, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))],
    msg: messageOf(issue),
  }));

function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      return sizeMessage(issue, issue.minimum, 'at least', 'greater than');
    case 'too_big':
      return sizeMessage(issue, issue.maximum, 'at most', 'less than');
    case 'invalid_type':
      return issue.input === undefined
        ? 'field required'
        : `value is not a valid ${typeNames[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `value is not a valid enumeration member; permitted: ${issue.values.map((value) => `'${String(value)}'`).join(', ')}`;
    case 'invalid_format':
      return issue.format === 'guid' ? 'value is not a valid uuid' : `invalid ${issue.format} format`;
    case 'invalid_union':
      // A list or one value of it: what is wrong with the one value says more.
      return issue.errors.at(-1)?.map(messageOf).join('; ') ?? issue.message;
    default:
      return issue.message;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  array: 'list',
  object: 'dict',
  record: 'dict',
  string: 'str',
  int: 'integer',
  boolean: 'boolean',
};

function sizeMessage(
  issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig,
  limit: number | bigint,
  items: string,
  value: string,
): string {
  if (issue.origin === 'array') return `ensure this value has ${items} ${String(limit)} items`;
  if (issue.origin === 'string') return `ensure this value has ${items} ${String(limit)} characters`;
  return `ensure this value is ${value} ${issue.inclusive === true ? 'or equal to ' : ''}${String(limit)}`;
}
