import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { errorMessage, usageError } from '../errors.ts';
import { didYouMean } from './names.ts';

const rules = z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)]));

/**
 * A mapping file: how the columns and values of one kind of export become fields.
 *
 * @public published in schemas/
 */
export const mappingFileSchema = z.strictObject({
  $schema: z.string().optional(),
  kind: z.enum(['requests', 'recharges']).optional().describe('what the file holds that it was made for'),
  columns: z
    .array(z.string())
    .optional()
    .describe('all columns of the file that it was made for: a run takes it by itself for files that have the same'),
  fields: z
    .record(z.string(), z.union([z.string(), z.array(z.string()).min(1)]))
    .optional()
    .describe('field: the column that holds it, or several columns that are joined with ", "'),
  values: z
    .record(z.string(), z.record(z.string(), z.string()))
    .optional()
    .describe('field: raw value: the value it means, compared without case'),
  decimal: z.enum(['.', ',']).optional().describe('decimal mark of numbers'),
  dateFormat: z.enum(['iso', 'dmy', 'mdy', 'epoch']).optional().describe('order of dates that are not ISO 8601'),
  skip: rules.optional().describe('column or field: the values of rows that are left out'),
  where: rules.optional().describe('column or field: the values of the only rows that are read'),
  refunds: z.enum(['net']).optional().describe('sets negative quantities off against their purchases'),
  null: z.array(z.string()).optional().describe('further texts that mean "no value"'),
  gallon: z.enum(['us', 'imperial']).optional().describe('which gallon "gal" is'),
  ton: z.enum(['metric', 'short']).optional().describe('which ton "ton" is'),
  set: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .optional()
    .describe('field: the value of rows that leave it empty'),
});

export type MappingFile = z.infer<typeof mappingFileSchema>;

/**
 * Reads and checks a mapping file, or parts of one. Whether its fields and columns exist is seen when it is applied.
 *
 * @throws RunError (exit 2) when it can't be read or has a key that is not one of its own
 */
export async function readMappingFile(path: string, what = 'the mapping file'): Promise<MappingFile> {
  let content: unknown;
  try {
    content = JSON.parse((await readFile(path, 'utf8')).replace(/^\ufeff/, ''));
  } catch (error) {
    throw usageError('MAPPING_UNREADABLE', `${what} ${path} can't be read: ${errorMessage(error)}`);
  }
  const parsed = mappingFileSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const known = Object.keys(mappingFileSchema.shape).filter((name) => name !== '$schema');
    throw usageError(
      'MAPPING_INVALID',
      `${what} ${path} has an unknown key "${key}"${didYouMean(key, known)}`,
      `its keys are ${known.join(', ')}`,
    );
  }
  const place = issue?.path.join('.') ?? '';
  throw usageError(
    'MAPPING_INVALID',
    `${what} ${path} is not valid${place === '' ? '' : ` at ${place}`}: ${issue?.message ?? ''}`,
  );
}
