import * as z from 'zod';
import { issueCodes } from '../../codes/issue-codes.ts';
import { stages } from '../../issues.ts';

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
