import type * as z from 'zod';
import { clip, type Issue } from '../../issues.ts';
import { columnsOf, type PlannedInput } from '../../pipeline/plan.ts';
import type { errorRowSchema } from './error-row-schema.ts';
import type { RefusedRow } from './refused-row.ts';

export type ErrorRow = z.infer<typeof errorRowSchema>;

export const errorColumns = [
  'file',
  'row',
  'line',
  'field',
  'column',
  'code',
  'message',
  'value',
  'stage',
  'movement_id',
] as const satisfies readonly (keyof ErrorRow)[];

const orNull = (value: string): string | null => (value === '' ? null : value);

/** The columns of a field, as the input calls them. */
export const columnOf = (planned: PlannedInput, field: string | undefined): string | null =>
  field === undefined ? null : orNull(columnsOf(planned, field).join(', '));

/** An issue at its place. */
export function errorRow(planned: PlannedInput, row: RefusedRow, issue: Issue): ErrorRow {
  const { field, value } = issue;
  const inFile = field === undefined || row.isMalformed ? '' : row.textOf(field);
  return {
    file: planned.path,
    row: row.row,
    line: row.line,
    field: field ?? null,
    column: columnOf(planned, field),
    code: issue.code,
    message: issue.message,
    value: value === undefined ? null : orNull(clip(inFile === '' ? value : inFile)),
    stage: issue.stage,
    movement_id: row.movementId ?? null,
  };
}
