import * as z from 'zod';
import { accountOf, failure } from './catalogue-document.ts';

const text = z.string().nullable();

const hubSchema = z.strictObject({
  id: z.string(),
  name: z.string().describe('means the address, in origin and destination'),
  address: text,
  country: text.describe('ISO 3166-1 alpha-2'),
  type: text.describe('owned or subcontracted'),
  category: text,
  status: text.describe('active or archived'),
  place: text.describe('the place that --local takes the address for; null where it knows none'),
  note: text.describe('what is open about that place, or why there is none'),
});

/**
 * The document that `hubs --json` prints.
 *
 * @public published in schemas/
 */
export const hubsDocumentSchema = z.strictObject({
  schema: z.literal('dcycle-upload/hubs/1'),
  account: accountOf(hubSchema),
  error: failure,
});

export type HubsDocument = z.infer<typeof hubsDocumentSchema>;
export type ListedHub = z.infer<typeof hubSchema>;
