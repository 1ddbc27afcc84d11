import type { IssueCode } from '../codes/issue-codes.ts';
import type { Issue, Warning } from '../issues.ts';

/** What can't be calculated, and why. */
export interface Failure {
  readonly ok: false;
  readonly issue: Issue;
}

export interface Success<T> {
  readonly ok: true;
  readonly value: T;
  readonly warnings: readonly Warning[];
}

export type Calculated<T> = Success<T> | Failure;

/** Emissions in kg CO2e: well-to-wheel, and its parts well-to-tank (energy provision) and tank-to-wheel (operation). */
export interface Emissions {
  readonly co2eKg: number;
  /** `undefined` where the factor's source gives the sum alone. */
  readonly co2eWttKg: number | undefined;
  readonly co2eTtwKg: number | undefined;
}

/** A row that the calculator can't work out. */
export const failure = (code: IssueCode, field: string, issue: Omit<Issue, 'code' | 'stage' | 'field'>): Failure => ({
  ok: false,
  issue: { code, stage: 'calculate', field, ...issue },
});
