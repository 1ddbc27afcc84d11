import * as z from 'zod';
import { failure } from './catalogue-document.ts';

const origin = z
  .strictObject({
    kind: z.enum(['option', 'environment', '.env', 'profile', 'file', 'default']),
    name: z.string().nullable().describe('of the option, the variable or the profile'),
  })
  .describe('where the value comes from');

const settingSchema = z.strictObject({
  name: z.string(),
  value: z.union([z.string(), z.number()]).nullable().describe('null where there is none, and always for a key'),
  is_set: z.boolean(),
  wrong: z.string().nullable().describe('what is wrong with the value, which is not shown then'),
  origin: origin.nullable(),
});

/**
 * The document that `config show --json` prints.
 *
 * @public published in schemas/
 */
export const settingsDocumentSchema = z.strictObject({
  schema: z.literal('dcycle-upload/settings/1'),
  file: z.string().nullable().describe('the configuration file; null where there is none'),
  profile: z.strictObject({ name: z.string(), origin }).nullable().describe('the profile in use'),
  profiles: z.array(z.string()),
  settings: z.array(settingSchema),
  error: failure,
});

export type SettingsDocument = z.infer<typeof settingsDocumentSchema>;
export type ListedSetting = z.infer<typeof settingSchema>;
