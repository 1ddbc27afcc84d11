import type { Fields } from '../../src/records/kind.ts';
import type { Row } from './row.ts';
import type { JudgedRow } from './run.ts';

/** Fields that a total adds up. */
const additive = ['load', 'quantity', 'distance_km', 'tkm'] as const;

/** A row below all others of a single input that is called a total, and is one of each field that it has. */
export function isTotal({ cells }: Row, fields: Fields, above: readonly JudgedRow[]): boolean {
  if (!/^total$/i.test(cells.find((cell) => cell.trim() !== '') ?? '')) return false;
  const sums = additive.flatMap((field) => {
    const total = fields[field];
    const sum = above.reduce((all, { record }) => all + Number(record?.[field] ?? 0), 0);
    return total === undefined ? [] : [Math.abs(sum - Number(total))];
  });
  return sums.length > 0 && sums.every((difference) => difference < 1e-6);
}
