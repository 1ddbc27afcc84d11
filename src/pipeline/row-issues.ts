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

/** A row of a second copy, which other columns tell from its first version. */
export const copyIssue = (where: string, columns: readonly string[]): Issue => ({
  code: 'DUPLICATE',
  stage: 'dedupe',
  message: `repeats ${where}, which is kept, but for ${columns.join(', ')}; so do the rows around it, in the same order: a second copy`,
  cause: 'is of a second copy: twenty or more rows in the order of earlier ones, which are kept',
  hint: 'where they are records of their own, use --dedupe-key none',
});

/** A record that the API would make one with an earlier one, while other columns say that it is another. */
export const sameKeyIssue = (where: string, columns: readonly string[]): Issue => ({
  code: 'SAME_KEY',
  stage: 'dedupe',
  message: `is equal to ${where} but for ${columns.join(', ')}; the API keeps one of two with the same country, date, quantity and plate`,
  cause: 'the API keeps one of two purchases with the same country, date, quantity and plate',
  hint: 'enter both as one row with the sum of their quantities',
});

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

/** What is known of a purchase with a negative quantity; texts say where rows are. */
interface RefusedRefund {
  readonly quantity: number;
  /** The unit of the quantity; empty where none is given. */
  readonly unit: string;
  /** The purchase that it takes back. */
  readonly purchase: string | undefined;
  /** An earlier refund that is equal in every cell. */
  readonly repeats: string | undefined;
  readonly canNet: boolean;
}

/** A purchase that was taken back: what it takes back stays counted. */
export function refundIssue({ quantity, unit, purchase, repeats, canNet }: RefusedRefund): Issue {
  const amount = `${String(Number(Math.abs(quantity).toPrecision(12)))} ${unit}`.trim();
  const issue = { code: 'OUT_OF_RANGE', stage: 'validate', field: 'quantity', value: String(quantity) } as const;
  if (repeats !== undefined) {
    return {
      ...issue,
      message: `quantity is negative: a refund of ${amount} that is equal to ${repeats} in every cell, and takes nothing back`,
      cause: 'quantity is negative: a refund that is equal to an earlier one',
      hint: 'where both are refunds, use --dedupe-key none',
    };
  }
  if (purchase === undefined) {
    return {
      ...issue,
      message:
        `quantity is negative: a refund of ${amount}, and no other purchase of this amount, on the same day or earlier, ` +
        `has all its other values; what it takes back stays counted, if it is here: over by ${amount}`,
      cause: 'quantity is negative: a refund without a purchase of its amount',
      hint: 'correct the quantity of the purchase that it takes a part of back, and leave the refund out',
    };
  }
  return {
    ...issue,
    message: `quantity is negative: a refund of ${amount}; the purchase that it takes back, ${purchase}, stays counted: over by ${amount}`,
    cause: 'quantity is negative: a refund, and its purchase stays counted',
    ...(canNet
      ? { hint: '--refunds net leaves both out', fix: ['--refunds', 'net'] }
      : { hint: 'take the purchase and its refund out of the file' }),
  };
}
