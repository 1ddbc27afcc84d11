import { quote, type Warning } from '../issues.ts';
import type { Category, ShipmentRequest } from '../records/request.ts';
import type { CalculatorData, Factor, VehicleType } from './data.ts';
import { factorYear, foldName } from './data.ts';
import { type Calculated, type Emissions, type Failure, failure } from './result.ts';

/** The emissions of one leg and everything they rest on. */
export interface ShipmentEmissions extends Emissions {
  readonly category: Category;
  readonly toc: string;
  /** Transport activity, tonne-kilometres. */
  readonly tonneKm: number;
  /** Tonnes; `undefined` where the activity was given as tkm without a load. */
  readonly loadT: number | undefined;
  /** Kilometres; `undefined` where the activity was given as tkm. */
  readonly distanceKm: number | undefined;
  readonly distanceSource: 'given' | 'given tkm';
  readonly factorKgPerTkm: number;
  readonly factorRegion: string;
  readonly factorSource: string;
  readonly assumptions: readonly string[];
}

/** Under this distance a flight has the short-haul factor (GLEC Framework's limit; DESNZ goes by countries). */
const shortHaulKm = 1500;

/** Given tonne-kilometres and load x distance may differ by this share without a warning. */
const tkmTolerance = 0.05;

/**
 * Calculates one leg after ISO 14083: kg CO2e = tonnes x km x intensity, as WTW with its WTT and TTW parts.
 *
 * @param suggest finds the known vehicle type nearest to an unknown one, for the message
 * @returns the emissions in kg CO2e with full precision, or UNKNOWN_TOC, NO_TOC, NO_LOAD, NO_DISTANCE
 */
export function calculateShipment(
  request: ShipmentRequest,
  data: CalculatorData,
  suggest: (toc: string) => string,
): Calculated<ShipmentEmissions> {
  const assumptions: string[] = [];
  const warnings: Warning[] = [];
  const type = findVehicleType(request, data, suggest, assumptions);
  if ('ok' in type) return type;
  const activity = findActivity(request, type, data, assumptions, warnings);
  if ('ok' in activity) return activity;
  const factor = findFactor(type, activity.distanceKm, data, assumptions);
  if (factor === undefined) return failure('UNKNOWN_TOC', 'toc', noFactor(type));

  if (type.note !== null) assumptions.push(`factor: ${type.note}`);
  const year =
    request.year ?? (request.shipment_date === undefined ? undefined : Number(request.shipment_date.slice(0, 4)));
  if (year !== undefined && year !== factorYear) {
    assumptions.push(`factor: set of ${String(factorYear)} for ${String(year)}`);
  }
  if (request.cleaning === true) {
    assumptions.push('cleaning: not included');
    warnings.push({ code: 'CLEANING_NOT_INCLUDED', message: 'the emissions of cleaning are not included yet' });
  }
  if (request.category !== undefined && request.category !== type.category) {
    warnings.push({
      code: 'CATEGORY_MISMATCH',
      message: `${type.toc} is ${type.category}, the row says ${request.category}; calculated as ${type.toc}`,
    });
  }
  return {
    ok: true,
    warnings,
    value: {
      co2eKg: activity.tonneKm * factor.wtwKgPerTkm,
      co2eWttKg: activity.tonneKm * factor.wttKgPerTkm,
      co2eTtwKg: activity.tonneKm * factor.ttwKgPerTkm,
      ...activity,
      category: type.category,
      toc: type.toc,
      factorKgPerTkm: factor.wtwKgPerTkm,
      factorRegion: factor.region,
      factorSource: `${factor.set} ${factor.id}`,
      assumptions,
    },
  };
}

function findVehicleType(
  { toc, category }: ShipmentRequest,
  data: CalculatorData,
  suggest: (toc: string) => string,
  assumptions: string[],
): VehicleType | Failure {
  if (toc !== undefined) {
    const type = data.vehicleTypes.get(foldName(toc));
    if (type !== undefined) return type;
    const message = `the calculator knows no vehicle type ${quote(toc)}${suggest(toc)}`;
    return failure('UNKNOWN_TOC', 'toc', {
      value: toc,
      message,
      hint: 'docs/calculation.md lists the vehicle types; or leave toc empty and give category',
    });
  }
  const type = category === undefined ? undefined : data.categoryDefaults.get(category);
  if (type === undefined) {
    return failure('NO_TOC', 'toc', { message: 'has neither a vehicle type (toc) nor a category' });
  }
  assumptions.push(`toc: ${type.toc}, the default of ${type.category}`);
  return type;
}

const noFactor = ({ toc }: VehicleType) => ({
  value: toc,
  message: `no openly licensed factor exists for ${quote(toc)}`,
  hint: 'use the vehicle type that is nearest to it',
});

/** The load in tonnes, with `load_factor` multiplied in; the vehicle's default where the row gives none. */
function findLoad(
  { load, load_unit: unit = 'kg', load_factor: loadFactor = 1 }: ShipmentRequest,
  type: VehicleType,
  data: CalculatorData,
  assumptions: string[],
): number | undefined {
  if (load === undefined) {
    const standard = data.defaultLoads.get(type.toc);
    if (standard === undefined) return undefined;
    assumptions.push(`load: ${String(standard.tonnes)} t, the default of ${type.toc}`);
    return standard.tonnes * loadFactor;
  }
  const conversion = data.loads.get(unit);
  if (conversion === undefined) return undefined;
  if (conversion.isAssumption) {
    assumptions.push(`load: ${String(conversion.tonnes)} t for one of ${unit}`);
  }
  return load * loadFactor * conversion.tonnes;
}

type Activity = Pick<ShipmentEmissions, 'tonneKm' | 'loadT' | 'distanceKm' | 'distanceSource'>;

function findActivity(
  request: ShipmentRequest,
  type: VehicleType,
  data: CalculatorData,
  assumptions: string[],
  warnings: Warning[],
): Activity | Failure {
  const { distance_km: distanceKm, tkm } = request;
  if (distanceKm === undefined) {
    if (tkm === undefined) {
      return failure('NO_DISTANCE', 'distance_km', {
        message: `has no distance_km; distances from places (${quote(request.origin ?? '')} to ${quote(request.destination ?? '')}) are not calculated yet`,
        cause: 'has no distance_km; distances from places are not calculated yet',
        hint: 'give distance_km, or upload: the API works out distances from places',
      });
    }
    const loadT = request.load === undefined ? undefined : findLoad(request, type, data, assumptions);
    return { tonneKm: tkm, loadT, distanceKm: undefined, distanceSource: 'given tkm' };
  }
  const loadT = findLoad(request, type, data, assumptions);
  if (request.load === undefined && loadT !== undefined) {
    warnings.push({
      code: 'DEFAULT_LOAD',
      message: `no load is given; the default of ${type.toc}, ${String(loadT)} t, was taken`,
    });
  }
  if (loadT === undefined) {
    return failure('NO_LOAD', 'load', {
      message: `has no load, and there is no default load for ${type.toc}`,
      hint: 'fill in load; --set load=<kg> gives one value for every row that has none',
    });
  }
  const tonneKm = loadT * distanceKm;
  if (tkm !== undefined && Math.abs(tkm - tonneKm) > tkmTolerance * tonneKm) {
    warnings.push({
      code: 'TKM_MISMATCH',
      message: 'tkm differs from load x distance by more than 5 %; load x distance was used',
    });
  }
  return { tonneKm, loadT, distanceKm, distanceSource: 'given' };
}

function findFactor(
  type: VehicleType,
  distanceKm: number | undefined,
  data: CalculatorData,
  assumptions: string[],
): Factor | undefined {
  const isShort = type.shortHaulFactorId !== null && distanceKm !== undefined && distanceKm < shortHaulKm;
  if (isShort) assumptions.push(`factor: short haul, under ${String(shortHaulKm)} km`);
  const id = isShort ? type.shortHaulFactorId : type.factorId;
  return id === null ? undefined : data.factors.get(id);
}
