import type { Calculator } from '../calculator/calculator.ts';
import type { Database } from '../state/database.ts';
import type { Calculations } from './calculation/calculations.ts';
import type { JobRunner } from './calculation/job-runner.ts';
import type { Quiet } from './calculation/quiet.ts';
import type { ListedFuel, ListedToc } from './catalogues.ts';

/** What the endpoints work with. */
export interface Services {
  readonly database: Database;
  /** For fuel purchases, which need no places. */
  readonly calculator: Calculator;
  /** For shipments. */
  readonly calculations: Calculations;
  readonly jobs: JobRunner;
  readonly quiet: Quiet;
  readonly fuels: readonly ListedFuel[];
  readonly tocs: readonly ListedToc[];
  /** Whether two purchases that lack the same part of their key may be the same one. */
  readonly nullsAreEqual: boolean;
  readonly now: () => Date;
}

/** The time as it is stored and answered: ISO 8601 UTC. */
export const timeOf = ({ now }: Services): string => now().toISOString();
