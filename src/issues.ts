import type { IssueCode } from './codes/issue-codes.ts';
import type { WarningCode } from './codes/warning-codes.ts';

/** Where in the flow an issue was found. */
export const stages = ['parse', 'validate', 'dedupe', 'calculate', 'send', 'api'] as const;

export type Stage = (typeof stages)[number];

/** One thing that is wrong with one row. */
export interface Issue {
  readonly code: IssueCode;
  readonly stage: Stage;
  /** The record field concerned, if one is. */
  readonly field?: string;
  /** The offending text as it is in the input. */
  readonly value?: string;
  /** What is wrong with this row and what would be right. */
  readonly message: string;
  /**
   * What is wrong, without what only this row has: issues with the same code, field and cause are one line of the
   * summary. Absent means the message itself.
   */
  readonly cause?: string;
  /** Whether the API has the record all the same: then its row is not in the rejected file. */
  readonly isStored?: true;
  /** Id of a stored record that has no emissions: the rejected file has the row with it, and the fixed row takes its place. */
  readonly storedId?: string;
  /** What the rejected file adds, for a later run to read; see `pipeline/conflict-mark.ts`. */
  readonly mark?: string;
  /** What to do about this cause. */
  readonly hint?: string;
  /** Options with which such rows are read, or left out. */
  readonly fix?: readonly string[];
}

/** Something the user should know that refuses no row; counted by `code` and `message`. */
export interface Warning {
  readonly code: WarningCode;
  readonly message: string;
}

/** A value as error reports show it: cut at 200 characters, the last of them an ellipsis. */
export const clip = (value: string, length = 200): string =>
  value.length <= length ? value : `${value.slice(0, length - 1)}…`;

// oxlint-disable-next-line no-control-regex -- control characters are what must not reach a terminal
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g;

/** A text without what could play with a terminal: control characters but line ends are made visible. */
export const printable = (text: string): string =>
  text.replace(controls, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** A value quoted for a message: clipped, and with control characters made visible. */
export const quote = (value: string): string => `"${printable(clip(value, 60)).replaceAll('\n', '\\x0a')}"`;
