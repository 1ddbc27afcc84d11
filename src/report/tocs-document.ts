import * as z from 'zod';
import { accountOf, failure, provenance } from './catalogue-document.ts';

const figure = z.number().nullable();

const factorSchema = z.strictObject({
  id: z.string().describe('as factor_source of the results has it'),
  vehicle: z.string().nullable().describe('the class of vehicles as the source names it'),
  year: z.int().nullable(),
  region: z.string(),
  from_km: figure.describe('the distances it holds for, km: from this one on; null without a limit'),
  below_km: figure.describe('and below this one'),
  wtw_kg_per_tkm: figure.describe('kg CO2e per tonne-km, well-to-wheel; null for electric vehicles'),
  wtt_kg_per_tkm: figure.describe('its well-to-tank part'),
  ttw_kg_per_tkm: figure.describe('its tank-to-wheel part'),
  kwh_per_tkm: figure.describe('electric vehicles: kWh at the plug per tonne-km; the grid of origin_country applies'),
  ...provenance,
});

const embeddedSchema = z.strictObject({
  toc: z.string(),
  aliases: z.array(z.string()),
  category: z.enum(['road', 'rail', 'maritime', 'air']),
  is_default: z.boolean().describe('represents its category, for rows without a vehicle type'),
  default_load: z
    .strictObject({ tonnes: z.number(), ...provenance })
    .nullable()
    .describe('for rows without a load'),
  notes: z.array(z.string()),
  factors: z.array(factorSchema).describe('empty for a type that is known and cannot be calculated'),
});

const ownSchema = z.strictObject({
  id: z.string().nullable(),
  toc: z.string(),
  category: z.string(),
  vehicle: z.string().nullable(),
  type: z.string().nullable(),
  wtw: figure.describe('kg CO2e per tonne-km'),
  default_load: figure.describe('kg'),
  location: z.string().nullable(),
});

/**
 * The document that `tocs --json` prints.
 *
 * @public published in schemas/
 */
export const tocsDocumentSchema = z.strictObject({
  schema: z.literal('dcycle-upload/tocs/1'),
  embedded: z.array(embeddedSchema).describe('the vehicle types that --local calculates'),
  account: accountOf(ownSchema),
  error: failure,
});

export type TocsDocument = z.infer<typeof tocsDocumentSchema>;
export type ListedToc = z.infer<typeof embeddedSchema>;
export type ListedAccountToc = z.infer<typeof ownSchema>;
