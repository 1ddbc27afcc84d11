import type { Stage } from '../issues.ts';

/** What can be wrong with a row. The names are part of the interface: error report, `--json`, docs/errors.md. */
export const issueTexts = {
  MALFORMED_ROW: {
    stages: ['parse'],
    meaning:
      "too few or too many cells, a broken quote, broken JSON, a key twice, bytes that can't be decoded, a record over 1 MiB",
    remedy: 'fix the line',
  },
  OTHER_HEADER: {
    stages: ['parse'],
    meaning: 'a header with other columns than the first, or a row below it, which the first would read wrong',
    remedy: 'divide the file at that header',
  },
  MISSING_FIELD: {
    stages: ['validate'],
    meaning: 'a field that is needed has no value',
    remedy: 'fill it in, `--map` its column, or `--set` one value',
  },
  INVALID_NUMBER: {
    stages: ['validate'],
    meaning: "no number, or one with another decimal mark than the file's",
    remedy: 'write it as the message says',
  },
  INVALID_DATE: {
    stages: ['validate'],
    meaning: "no date, one in another order than the file's, or a day that does not exist",
    remedy: 'write `2025-06-15`',
  },
  INVALID_BOOLEAN: {
    stages: ['validate'],
    meaning: 'neither true nor false',
    remedy: 'write `true` or `false`',
  },
  INVALID_UUID: {
    stages: ['validate'],
    meaning: 'an id that is not a valid UUID',
    remedy: 'take the id from Dcycle',
  },
  INVALID_COUNTRY: {
    stages: ['validate'],
    meaning: "no country's code or name",
    remedy: 'write `ES`',
  },
  INVALID_CHOICE: {
    stages: ['validate'],
    meaning: 'none of the values that the field can have',
    remedy: 'the message lists them',
  },
  OUT_OF_RANGE: {
    stages: ['validate'],
    meaning: "a number outside its field's range",
    remedy: 'the message names the range',
  },
  DUPLICATE: {
    stages: ['dedupe'],
    meaning:
      'the same record as an earlier row, or as one that an earlier run had accepted and that has no identity; or `resume` finds a later version of it accepted',
    remedy: 'nothing: it is sent once; `--again` sends what earlier runs sent',
  },
  CONFLICT: {
    stages: ['dedupe'],
    meaning: 'the key of an earlier row, but other values; or `_id` names the stored record of another row',
    remedy: 'correct the key or `_id`, or delete the wrong row',
  },
  TOTAL_ROW_MISMATCH: {
    stages: ['validate'],
    meaning: 'a row that is labelled as a total and does not add up: a row may be missing',
    remedy: 'check that the file is complete; `--skip` leaves the row out',
  },
  IMPLAUSIBLE: {
    stages: ['validate'],
    meaning: '(`--strict`) a value that is valid and hardly true',
    remedy: 'correct it; without `--strict` the row is taken, and shown',
  },
  SAME_KEY: {
    stages: ['dedupe'],
    meaning: 'a purchase that the API would make one with an earlier one, while another column says that it is another',
    remedy: 'enter both as one row',
  },
  SUPERSEDES: {
    stages: ['dedupe'],
    meaning:
      'the account has an earlier version of the record, or the same row was read otherwise when it was accepted',
    remedy: '`--replace`; of a row that is read otherwise, delete the earlier version in Dcycle, then `--again`',
  },
  UNKNOWN_TOC: {
    stages: ['calculate', 'validate'],
    meaning: 'a vehicle type that the calculator, or an account that was synced, does not have',
    remedy: 'the message names the nearest; `tocs` lists them',
  },
  UNKNOWN_FUEL: {
    stages: ['validate', 'calculate'],
    meaning: 'what is not a fuel, such as AdBlue or a toll, or a fuel that the calculator does not know',
    remedy: 'leave out what is not a fuel: `--skip` as the message says; of a fuel the message names the nearest',
  },
  UNKNOWN_PLACE: {
    stages: ['calculate'],
    meaning:
      'an origin or destination that is not a known place, not in the country it names, or could be one of several',
    remedy: 'the message has the nearest names, or the places that it could be; write town and country, or coordinates',
  },
  NO_TOC: {
    stages: ['calculate'],
    meaning: 'neither vehicle type nor category',
    remedy: 'fill in one',
  },
  NO_LOAD: {
    stages: ['calculate'],
    meaning: 'no load, and no default for the vehicle type',
    remedy: 'fill in `load`',
  },
  NO_DISTANCE: {
    stages: ['calculate'],
    meaning: 'neither `distance_km` nor two places with a way between them',
    remedy: 'the message says what is in the way; fill in `distance_km`',
  },
  API_REJECTED: {
    stages: ['api'],
    meaning: 'the API rejected the record; the message is its own',
    remedy: 'as it says',
  },
  NOT_SENT: {
    stages: ['send'],
    meaning: 'valid, but not sent or not taken',
    remedy: '`resume`; what came through standard input is in the rejected file',
  },
  UNCERTAIN: {
    stages: ['send', 'api'],
    meaning: "sent, and it can't be found out whether it was taken",
    remedy: '`resume` looks it up again; after a look in Dcycle, `resume --assume stored` or `missing` ends it',
  },
  STORED_TWICE: {
    stages: ['api'],
    meaning: 'accepted, and the API has the record more than once; the message has the ids',
    remedy: 'delete what is too much in Dcycle',
  },
} as const satisfies Readonly<Record<string, IssueText>>;

interface IssueText {
  readonly stages: readonly Stage[];
  readonly meaning: string;
  readonly remedy: string;
}

export type IssueCode = keyof typeof issueTexts;

export const issueCodes = Object.keys(issueTexts) as readonly IssueCode[];
