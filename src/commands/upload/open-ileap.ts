import type { ShipmentFacts } from '../../destinations/local.ts';
import { usageError } from '../../errors.ts';
import type { Plan } from '../../pipeline/plan.ts';
import type { IleapFile } from '../../report/ileap/ileap-file.ts';
import type { CommandContext } from '../context.ts';
import type { UploadOptions } from '../upload-options.ts';
import type { ChosenTarget } from './create-destination.ts';

/**
 * Prepares the footprints of `--ileap`; `undefined` where none are asked for.
 *
 * @returns what opens their file
 * @throws RunError (exit 2) where rows give distances, and nothing says what these are
 */
export async function prepareIleap(
  plan: Plan,
  { ileap: path, company = '', companyId = [], distanceKind }: UploadOptions,
  target: ChosenTarget,
  { now }: CommandContext,
): Promise<(() => IleapFile) | undefined> {
  const facts: ShipmentFacts | undefined = target.mode === 'local' ? target.destination.facts : undefined;
  if (path === undefined || facts === undefined) return undefined;
  if (distanceKind === undefined && givesDistances(plan)) {
    throw usageError(
      'DISTANCE_KIND_UNKNOWN',
      'the rows give distances, and footprints have to say what these are',
      'add --distance-kind actual (as driven), gcd (great circle) or sfd (shortest feasible)',
    );
  }
  const rejected = plan.inputs.find(({ input }) => input.table.columns.includes('_errors'));
  if (rejected !== undefined) {
    throw usageError(
      'OPTIONS_CONFLICT',
      `${rejected.path} has rejected rows: a shipment may have legs in another file`,
      'fix the rows in the original file, and run that with --ileap',
    );
  }
  const { IleapFile: File } = await import('../../report/ileap/ileap-file.ts');
  const provider = { companyName: company, companyIds: companyId, createdAt: now() };
  return () => new File(plan, facts, { path, provider, givenDistance: distanceKind });
}

const givesDistances = ({ inputs }: Plan): boolean =>
  inputs.some(({ mapping }) => mapping.sources.some(({ field }) => field === 'distance_km'));
