import * as z from 'zod';
import { issueCodes } from '../../codes/issue-codes.ts';
import { clip, type Issue, stages } from '../../issues.ts';
import { columnsOf, type PlannedInput } from '../../pipeline/plan.ts';
import type { RefusedRow } from './refused-row.ts';

const text = z.string().nullable();

/**
 * One row of the error report: one thing that is wrong with one row of an input.
 *
 * @public published in schemas/
 */
export const errorRowSchema = z.strictObject({
  file: z.string().describe('the input as it was named'),
  row: z.int().min(1).describe('data rows are counted from 1'),
  line: z.int().min(1).describe('the physical line of the file where the row starts, from 1'),
  field: text.describe('the record field concerned'),
  column: text.describe("the input's own column name"),
  code: z.enum(issueCodes),
  message: z.string().describe('what is wrong and what would be right'),
  value: text.describe('the offending text, cut at 200 characters'),
  stage: z.enum(stages),
  movement_id: text,
});

export type ErrorRow = z.infer<typeof errorRowSchema>;

export const errorColumns = Object.keys(errorRowSchema.shape) as (keyof ErrorRow)[];

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
