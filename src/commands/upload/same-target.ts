import type { Target } from '../../destinations/destination.ts';
import { usageError } from '../../errors.ts';

/**
 * Refuses to continue a run elsewhere than where it went, before anything is sent, be it the key.
 *
 * @throws RunError (exit 2)
 */
export function refuseOtherTarget(id: string, went: Target, goes: Target): void {
  if (went.baseUrl === goes.baseUrl && went.organizationId === goes.organizationId) return;
  throw usageError(
    'RUN_ELSEWHERE',
    `run ${id} went to ${went.baseUrl}, organisation ${went.organizationId}`,
    'set DCYCLE_BASE_URL and DCYCLE_ORG_ID to these, or give its --profile',
  );
}
