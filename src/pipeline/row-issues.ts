import type { NotAccepted } from '../destinations/destination.ts';
import type { Issue } from '../issues.ts';

/** A row whose duplicate key an earlier row has; `where` names that row. */
export function duplicateIssue(where: string, differing: readonly string[], mark: string): Issue {
  const [field] = differing;
  if (field === undefined) {
    return {
      code: 'DUPLICATE',
      stage: 'dedupe',
      message: `is the same record as ${where}, which is kept`,
      cause: 'is the same record as an earlier row, which is kept',
    };
  }
  const difference = `which is kept, but differs in ${differing.join(', ')}`;
  return {
    code: 'CONFLICT',
    stage: 'dedupe',
    field,
    message: `has the duplicate key of ${where}, ${difference}`,
    cause: `has the duplicate key of an earlier row, ${difference}`,
    mark,
    hint: conflictHint,
  };
}

const conflictHint =
  'correct the key fields, or delete the wrong one of the two; --dedupe-key chooses other key fields';

/** A row of a rejected file that still has the key for which it was refused. */
export const stillInConflict = (mark: string): Issue => ({
  code: 'CONFLICT',
  stage: 'dedupe',
  message: 'still has the duplicate key of the row that an earlier run kept',
  mark,
  hint: conflictHint,
});

/** A valid record that was not sent, or that the API did not take. */
export const unsent = (reason: string): NotAccepted => ({
  fate: 'not-sent',
  issue: {
    code: 'NOT_SENT',
    stage: 'send',
    message: `not sent: ${reason}`,
    hint: 'the rejected file holds these rows: give it to the same command to finish the job',
  },
});

/** A record that was sent, and nobody knows what became of it. */
export const uncertain = (reason: string): NotAccepted => ({
  fate: 'uncertain',
  issue: {
    code: 'UNCERTAIN',
    stage: 'send',
    message: `sent, but nobody knows whether it was taken: ${reason}`,
    hint: 'look the records up in Dcycle before you send them again: a shipment that is sent twice is stored twice',
  },
});
