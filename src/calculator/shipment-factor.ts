import { quote, type Warning } from '../issues.ts';
import type { Category } from '../records/request.ts';
import type { Assumption } from './assumption.ts';
import type { Catalogue, Intensity, VehicleType } from './catalogue.ts';
import type { Electricity } from './electricity.ts';
import type { EnergyCarrier } from './energy-carrier.ts';
import type { Publication } from './publication.ts';
import { type Failure, failure } from './result.ts';

/** What a factor is chosen from. */
export interface FactorBasis {
  readonly catalogue: Catalogue;
  readonly electricity: () => Electricity;
  /** Tonnes of the cargo of one TEU. */
  readonly teuTonnes: number;
}

/** What a factor is chosen by. */
export interface FactorWanted {
  /** ISO 3166-1 alpha-2. */
  readonly country: string | undefined;
  readonly year: number | undefined;
  /** `undefined` where the distance is unknown. */
  readonly km: number | undefined;
}

/** What the row says of its vehicle. */
export interface VehicleWords {
  readonly toc?: string | undefined;
  readonly category?: Category | undefined;
}

/** What a kilometre of a tonne emits, and what was assumed in choosing it. */
export interface ShipmentFactor {
  readonly ok: true;
  readonly wtwKgPerTkm: number;
  readonly wttKgPerTkm: number | undefined;
  readonly ttwKgPerTkm: number | undefined;
  readonly factorRegion: string;
  readonly factorSource: string;
  readonly publications: readonly Publication[];
  readonly carrier: EnergyCarrier | undefined;
  readonly distanceAdjustment: number;
  /** Tonnes of a TEU, where the factor is per TEU-kilometre. */
  readonly teuTonnes: number | undefined;
  readonly assumptions: readonly Assumption[];
  readonly warnings: readonly Warning[];
}

/** Chooses the factor of a vehicle type for a country, year and distance. */
export function chooseFactor(
  type: VehicleType,
  { toc, category }: VehicleWords,
  wanted: FactorWanted,
  basis: FactorBasis,
): ShipmentFactor | Failure {
  const { country, year, km } = wanted;
  const { catalogue, teuTonnes } = basis;
  const chosen = catalogue.choose(type, country, year, km);
  if (chosen === undefined) return notCovered(type, km);
  const { intensity } = chosen;
  const assumptions: Assumption[] = [];
  if (toc === undefined) {
    const detail = { toc: type.toc, category: type.category };
    assumptions.push({ subject: 'toc', kind: 'default toc', detail });
  }
  assumptions.push(...chosen.assumptions);
  if (type.note !== undefined) {
    assumptions.push({ subject: 'factor', kind: 'note of type', detail: { toc: type.toc, note: type.note } });
  }
  const warnings: Warning[] = [];
  if (chosen.isOtherYear) {
    const message = `no factors are known for ${String(year)}; the nearest year was taken`;
    warnings.push({ code: 'FACTOR_YEAR', message });
  }
  if (category !== undefined && category !== type.category) {
    const message = `${type.toc} is ${type.category}, the row says ${category}; calculated as ${type.toc}`;
    warnings.push({ code: 'CATEGORY_MISMATCH', message });
  }
  const perTkm =
    intensity.kwhPerTkm === undefined
      ? perTkmOf(intensity, teuTonnes)
      : electricPerTkm(intensity, intensity.kwhPerTkm, wanted, basis, assumptions, warnings);
  const { distanceAdjustment = 1, isPerTeu = false } = intensity;
  if (distanceAdjustment !== 1) {
    assumptions.push({ subject: 'distance', kind: 'distance adjustment', detail: { factor: distanceAdjustment } });
  }
  if (km === undefined && catalogue.hasBands(type)) {
    assumptions.push({ subject: 'factor', kind: 'long distance', detail: {} });
  }
  return {
    ok: true,
    ...perTkm,
    distanceAdjustment,
    teuTonnes: isPerTeu ? teuTonnes : undefined,
    assumptions,
    warnings,
  };
}

type PerTkm = Pick<
  ShipmentFactor,
  'wtwKgPerTkm' | 'wttKgPerTkm' | 'ttwKgPerTkm' | 'factorRegion' | 'factorSource' | 'publications' | 'carrier'
>;

/** A TEU-kilometre is so many tonne-kilometres as a TEU has tonnes. */
function perTkmOf(intensity: Intensity, teuTonnes: number): PerTkm {
  const scale = intensity.isPerTeu === true ? 1 / teuTonnes : 1;
  const scaled = (value: number | undefined): number | undefined => (value === undefined ? undefined : value * scale);
  const { wttKgPerTkm: wtt, ttwKgPerTkm: ttw, wtwKgPerTkm: wtw = (wtt ?? 0) + (ttw ?? 0) } = intensity;
  return {
    wtwKgPerTkm: wtw * scale,
    wttKgPerTkm: scaled(wtt),
    ttwKgPerTkm: scaled(ttw),
    factorRegion: intensity.region,
    factorSource: intensity.source,
    publications: intensity.publications ?? [],
    carrier: intensity.carrier && { name: intensity.carrier, year: intensity.year },
  };
}

/** All that an electric vehicle emits is emitted where its electricity is made. */
function electricPerTkm(
  { source, publications = [], carrier }: Intensity,
  kwhPerTkm: number,
  { country, year }: FactorWanted,
  { electricity }: FactorBasis,
  assumptions: Assumption[],
  warnings: Warning[],
): PerTkm {
  const grid = electricity().factor(country, year);
  const kgPerTkm = kwhPerTkm * grid.kgPerKwh;
  assumptions.push(...grid.assumptions);
  if (grid.isOtherYear) {
    const message = `no electricity is known for ${String(year)}; the nearest year was taken`;
    warnings.push({ code: 'FACTOR_YEAR', message });
  }
  return {
    wtwKgPerTkm: kgPerTkm,
    wttKgPerTkm: kgPerTkm,
    ttwKgPerTkm: 0,
    factorRegion: grid.region,
    factorSource: `${source} x ${grid.source}`,
    publications: [...publications, grid.publication],
    carrier: carrier && { name: carrier, kgPerKwh: grid.kgPerKwh },
  };
}

function notCovered({ toc, intensities }: VehicleType, km: number | undefined): Failure {
  const distance = km === undefined ? 'unknown distances' : `${String(km)} km`;
  return failure('UNKNOWN_TOC', 'toc', {
    value: toc,
    message:
      intensities.length === 0
        ? `no openly licensed factor exists for ${quote(toc)}`
        : `the factors of ${quote(toc)} do not cover ${distance}`,
    hint: 'give one in a file of your own (--factors), or use the vehicle type that is nearest to it',
  });
}
