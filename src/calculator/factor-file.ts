import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { errorMessage, usageError } from '../errors.ts';
import type { Intensity, VehicleType } from './catalogue.ts';
import { foldName } from './data.ts';

const factor = z.number().min(0);

const rowSchema = z
  .strictObject({
    toc: z.string().min(1).describe('name of the vehicle type, as in the toc column'),
    aliases: z.array(z.string().min(1)).optional().describe('other names of it'),
    category: z.enum(['road', 'rail', 'maritime', 'air']),
    region: z
      .string()
      .min(1)
      .default('GLO')
      .describe('where it holds: ISO 3166-1 alpha-2, a continent (EU, NA, SA, AS, AF, OC), or GLO'),
    year: z.int().min(1990).max(2100).optional().describe('the year it holds for; without one it holds for all'),
    wtw_kg_per_tkm: factor.optional().describe('kg CO2e per tonne-km, well-to-wheel'),
    wtt_kg_per_tkm: factor.optional().describe('its well-to-tank part'),
    ttw_kg_per_tkm: factor.optional().describe('its tank-to-wheel part'),
    wtw_kg_per_teu_km: factor.optional().describe('kg CO2e per TEU-km, for container ships'),
    wtt_kg_per_teu_km: factor.optional(),
    ttw_kg_per_teu_km: factor.optional(),
    kwh_per_tkm: factor.optional().describe('electric vehicles: kWh at the plug per tonne-km'),
    from_km: factor.optional().describe('the distances it holds for: from this one on'),
    below_km: factor.optional().describe('and below this one'),
    distance_adjustment: z
      .number()
      .gt(0)
      .max(2)
      .optional()
      .describe('factor on distances, where the intensity rests on actual distances (DAF)'),
    default_load_t: z.number().gt(0).optional().describe('tonnes of rows without a load'),
    source: z.string().min(1).describe('document, edition, table or page; stands in every result row'),
    licence: z.string().optional().describe('the terms under which you hold it'),
  })
  .refine(
    (row) =>
      [
        row.wtw_kg_per_tkm !== undefined || (row.wtt_kg_per_tkm !== undefined && row.ttw_kg_per_tkm !== undefined),
        row.wtw_kg_per_teu_km !== undefined ||
          (row.wtt_kg_per_teu_km !== undefined && row.ttw_kg_per_teu_km !== undefined),
        row.kwh_per_tkm !== undefined,
      ].filter(Boolean).length === 1,
    'needs one of wtw_kg_per_tkm, wtw_kg_per_teu_km and kwh_per_tkm (or both parts of one of the first two)',
  );

/**
 * A file of emission factors that the user holds (`--factors`).
 *
 * @public published in schemas/
 */
export const factorFileSchema = z.strictObject({
  $schema: z.string().optional(),
  title: z.string().optional(),
  rows: z.array(rowSchema).min(1),
});

type FactorFileRow = z.infer<typeof rowSchema>;

/**
 * Reads a factor file: the vehicle types it defines, each with its intensities by region, year and distance.
 *
 * @throws RunError (exit 2) when it can't be read or a row is not valid; the message names the row
 */
export async function readFactorFile(path: string): Promise<readonly VehicleType[]> {
  let content: unknown;
  try {
    content = JSON.parse((await readFile(path, 'utf8')).replace(/^\ufeff/, ''));
  } catch (error) {
    throw usageError('FACTORS_UNREADABLE', `the factor file ${path} can't be read: ${errorMessage(error)}`);
  }
  const parsed = factorFileSchema.safeParse(content);
  if (parsed.success) return vehicleTypesOf(parsed.data.rows);
  const [issue] = parsed.error.issues;
  const [list, index, ...rest] = issue?.path ?? [];
  const place = list === 'rows' && typeof index === 'number' ? ` in row ${String(index + 1)}` : '';
  const field = rest.length === 0 ? '' : ` (${rest.join('.')})`;
  throw usageError(
    'FACTORS_INVALID',
    `the factor file ${path} is not valid${place}${field}: ${issue?.message ?? ''}`,
    'docs/calculation.md describes it; schemas/factors-1.json is its JSON Schema',
  );
}

function vehicleTypesOf(rows: readonly FactorFileRow[]): readonly VehicleType[] {
  const types = new Map<string, VehicleType & { intensities: Intensity[]; aliases: string[] }>();
  for (const row of rows) {
    const key = foldName(row.toc);
    const known = types.get(key);
    if (known !== undefined && known.category !== row.category) {
      throw usageError('FACTORS_INVALID', `the factor file has ${row.toc} as ${known.category} and as ${row.category}`);
    }
    const type = known ?? {
      toc: row.toc,
      aliases: [],
      category: row.category,
      intensities: [],
      defaultLoadT: row.default_load_t,
      defaultLoadSource: row.source,
    };
    type.aliases.push(...(row.aliases ?? []));
    type.intensities.push(intensityOf(row));
    types.set(key, type);
  }
  return [...types.values()];
}

function intensityOf(row: FactorFileRow): Intensity {
  const isPerTeu = row.wtw_kg_per_teu_km !== undefined || row.wtt_kg_per_teu_km !== undefined;
  const wtt = isPerTeu ? row.wtt_kg_per_teu_km : row.wtt_kg_per_tkm;
  const ttw = isPerTeu ? row.ttw_kg_per_teu_km : row.ttw_kg_per_tkm;
  return {
    wtwKgPerTkm: isPerTeu ? row.wtw_kg_per_teu_km : row.wtw_kg_per_tkm,
    wttKgPerTkm: wtt,
    ttwKgPerTkm: ttw,
    kwhPerTkm: row.kwh_per_tkm,
    isPerTeu,
    region: row.region,
    year: row.year,
    fromKm: row.from_km,
    belowKm: row.below_km,
    distanceAdjustment: row.distance_adjustment,
    source: row.source,
    licence: row.licence,
  };
}
