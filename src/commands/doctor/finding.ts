import { asRunError } from '../../errors.ts';
import type { Finding } from '../../report/doctor-document.ts';

/** Says what was found in an area. */
export interface Findings {
  readonly found: readonly Finding[];
  ok(check: string, message: string): void;
  warning(check: string, message: string, remedy: string): void;
  problem(check: string, message: string, remedy: string | undefined): void;
  /** A failure that another command would have ended with. */
  failed(check: string, error: unknown, remedy?: string): void;
}

/** Collects what is found in an area. */
export function createFindings(area: Finding['area']): Findings {
  const found: Finding[] = [];
  const add = (check: string, state: Finding['state'], message: string, remedy: string | undefined): void => {
    found.push({ area, check, state, message, remedy: remedy ?? null });
  };
  return {
    found,
    ok: (check, message) => add(check, 'ok', message, undefined),
    warning: (check, message, remedy) => add(check, 'warning', message, remedy),
    problem: (check, message, remedy) => add(check, 'problem', message, remedy),
    failed(check, error, remedy) {
      const { message, hint } = asRunError(error);
      add(check, 'problem', message, remedy ?? hint);
    },
  };
}
