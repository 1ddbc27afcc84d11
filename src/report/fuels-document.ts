import * as z from 'zod';
import { accountOf, failure, provenance } from './catalogue-document.ts';

const unit = z.enum(['l', 'kg', 'm3', 'kWh']);

const factorSchema = z.strictObject({
  id: z.string().describe('as factor_source of the results has it'),
  year: z.int(),
  unit,
  wtw_kg: z.number().describe('kg CO2e of one unit, well-to-wheel'),
  wtt_kg: z.number().describe('its well-to-tank part'),
  ttw_kg: z.number().describe('its tank-to-wheel part'),
  biogenic_co2_kg: z.number().nullable().describe('CO2 from biomass, outside of the sum; null where none is published'),
  ...provenance,
});

const embeddedSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  aliases: z.array(z.string()),
  ids: z.array(z.string()).describe('ids of this fuel in the API, as far as they are published'),
  region: z.string(),
  unit: unit.describe('of a quantity without one'),
  density_kg_per_l: z.number().nullable(),
  is_electricity: z.boolean(),
  notes: z.array(z.string()),
  factors: z.array(factorSchema).describe('by year and unit, the latest year first'),
  further_sources: z.array(z.strictObject(provenance)).describe('electricity: those of the other countries'),
});

const ownSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  unit_id: z.string().nullable(),
  region: z.string().nullable(),
  calculated_as: z.string().nullable().describe('the embedded fuel as which --local calculates it'),
});

/**
 * The document that `fuels --json` prints.
 *
 * @public published in schemas/
 */
export const fuelsDocumentSchema = z.strictObject({
  schema: z.literal('dcycle-upload/fuels/1'),
  embedded: z.array(embeddedSchema).describe('the fuels that --local calculates'),
  account: accountOf(ownSchema),
  error: failure,
});

export type FuelsDocument = z.infer<typeof fuelsDocumentSchema>;
export type ListedFuel = z.infer<typeof embeddedSchema>;
export type ListedAccountFuel = z.infer<typeof ownSchema>;
