import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { errorMessage, usageError } from '../errors.ts';
import type { Intensity, VehicleType } from './catalogue.ts';
import { foldName } from './data.ts';

/** No vehicle emits more: larger figures are in grams, or in another unit. */
const factor = z.number().min(0).max(20, 'must be at most 20: are these grams, not kilograms?');
const teuFactor = z.number().min(0).max(200, 'must be at most 200: are these grams, not kilograms?');
const kilometres = z.number().min(0);

/** Well-to-wheel and its parts well-to-tank and tank-to-wheel, as far as a row has them. */
type Figures = readonly [wtw: number | undefined, wtt: number | undefined, ttw: number | undefined];

interface FigureFields {
  readonly wtw_kg_per_tkm?: number | undefined;
  readonly wtt_kg_per_tkm?: number | undefined;
  readonly ttw_kg_per_tkm?: number | undefined;
  readonly wtw_kg_per_teu_km?: number | undefined;
  readonly wtt_kg_per_teu_km?: number | undefined;
  readonly ttw_kg_per_teu_km?: number | undefined;
}

const tkmFigures = (row: FigureFields): Figures => [row.wtw_kg_per_tkm, row.wtt_kg_per_tkm, row.ttw_kg_per_tkm];
const teuFigures = (row: FigureFields): Figures => [
  row.wtw_kg_per_teu_km,
  row.wtt_kg_per_teu_km,
  row.ttw_kg_per_teu_km,
];
const isGiven = (figures: Figures): boolean => figures.some((figure) => figure !== undefined);
const isEnough = ([wtw, wtt, ttw]: Figures): boolean => wtw !== undefined || (wtt !== undefined && ttw !== undefined);

/** Published figures are rounded: their parts may differ from the sum by 2 %. */
const addsUp = ([wtw, wtt, ttw]: Figures): boolean =>
  wtw === undefined || wtt === undefined || ttw === undefined || Math.abs(wtt + ttw - wtw) <= 0.02 * wtw + 1e-9;

/** The three figures of a row: of two the third follows, and the parts add up exactly. */
function completed([wtw, wtt, ttw]: Figures): Pick<Intensity, 'wtwKgPerTkm' | 'wttKgPerTkm' | 'ttwKgPerTkm'> {
  if (wtt !== undefined && ttw !== undefined) {
    return { wtwKgPerTkm: wtw ?? wtt + ttw, wttKgPerTkm: wtw === undefined ? wtt : wtw - ttw, ttwKgPerTkm: ttw };
  }
  if (wtw === undefined) return {};
  if (wtt !== undefined) return { wtwKgPerTkm: wtw, wttKgPerTkm: wtt, ttwKgPerTkm: wtw - wtt };
  return { wtwKgPerTkm: wtw, ...(ttw === undefined ? {} : { wttKgPerTkm: wtw - ttw, ttwKgPerTkm: ttw }) };
}

const rowSchema = z
  .strictObject({
    toc: z.string().min(1).describe('name of the vehicle type, as in the toc column'),
    aliases: z.array(z.string().min(1)).optional().describe('other names of it'),
    category: z.enum(['road', 'rail', 'maritime', 'air']),
    region: z
      .string()
      .regex(/^(?:[A-Za-z]{2}|GLO)$/, 'must be an ISO 3166-1 alpha-2 code, EU, NA, SA, AS, AF, OC or GLO')
      .default('GLO')
      .describe('where it holds: ISO 3166-1 alpha-2, a continent (EU, NA, SA, AS, AF, OC), or GLO'),
    year: z.int().min(1990).max(2100).optional().describe('the year it holds for; without one it holds for all'),
    wtw_kg_per_tkm: factor.optional().describe('kg CO2e per tonne-km, well-to-wheel'),
    wtt_kg_per_tkm: factor.optional().describe('its well-to-tank part'),
    ttw_kg_per_tkm: factor.optional().describe('its tank-to-wheel part'),
    wtw_kg_per_teu_km: teuFactor.optional().describe('kg CO2e per TEU-km, for container ships'),
    wtt_kg_per_teu_km: teuFactor.optional(),
    ttw_kg_per_teu_km: teuFactor.optional(),
    kwh_per_tkm: factor.optional().describe('electric vehicles: kWh at the plug per tonne-km'),
    from_km: kilometres.optional().describe('the distances it holds for: from this one on'),
    below_km: kilometres.optional().describe('and below this one'),
    distance_adjustment: z
      .number()
      .gt(0)
      .max(2)
      .optional()
      .describe('factor on distances, where the intensity is based on actual distances (DAF)'),
    default_load_t: z.number().gt(0).optional().describe('tonnes of rows without a load'),
    source: z.string().min(1).describe('document, edition, table or page; written to every result row'),
    licence: z.string().optional().describe('the terms under which you hold it'),
  })
  .refine((row) => {
    const [perTkm, perTeu] = [tkmFigures(row), teuFigures(row)];
    const families = [isGiven(perTkm), isGiven(perTeu), row.kwh_per_tkm !== undefined].filter(Boolean).length;
    return families === 1 && (row.kwh_per_tkm !== undefined || isEnough(perTkm) || isEnough(perTeu));
  }, 'needs wtw_kg_per_tkm or wtw_kg_per_teu_km (or both parts of it) or kwh_per_tkm, and only one of the three')
  .refine(
    (row) => [tkmFigures(row), teuFigures(row)].every(addsUp),
    'the well-to-tank and tank-to-wheel parts do not add up to the well-to-wheel figure',
  )
  .refine(({ from_km: from = 0, below_km: below = Infinity }) => from < below, 'from_km must be less than below_km');

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
  const seen = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    const identity = JSON.stringify([foldName(row.toc), row.region.toUpperCase(), row.year, row.from_km, row.below_km]);
    const earlier = seen.get(identity);
    if (earlier !== undefined) {
      throw usageError(
        'FACTORS_INVALID',
        `the factor file has ${row.toc} twice for the same region, year and distances: rows ${String(earlier)} and ${String(index + 1)}`,
        'leave one of them out',
      );
    }
    seen.set(identity, index + 1);
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
  const isPerTeu = isGiven(teuFigures(row));
  return {
    ...completed(isPerTeu ? teuFigures(row) : tkmFigures(row)),
    kwhPerTkm: row.kwh_per_tkm,
    isPerTeu,
    region: row.region.toUpperCase(),
    year: row.year,
    fromKm: row.from_km,
    belowKm: row.below_km,
    distanceAdjustment: row.distance_adjustment,
    source: row.source,
    licence: row.licence,
  };
}
