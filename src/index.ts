/**
 * The calculator as a library: emissions of shipments and fuel purchases after ISO 14083, offline.
 *
 * ```ts
 * import { assumptionText, calculateShipment } from 'dcycle-upload';
 *
 * const result = calculateShipment({ origin: 'Madrid, Spain', destination: 'Lyon, France', load: 12, load_unit: 'ton', category: 'road' });
 * if (result.ok) console.log(result.value.co2eKg, result.value.assumptions.map(assumptionText));
 * else console.error(result.issue.code, result.issue.message);
 * ```
 *
 * Fields are those of the Dcycle API. What a result is based on (assumptions, the source of the distance, publications) is
 * data; `assumptionText` and `distanceSourceText` put it into words. Emissions are kg CO2e with full precision. What can't be calculated is a value with
 * a code, never an exception.
 */
import { Calculator, type CalculatorSettings } from './calculator/calculator.ts';
import type { Intensity } from './calculator/catalogue.ts';
import type { GivenFactor, Recharge, RechargeEmissions } from './calculator/recharge.ts';
import type { Calculated, Failure } from './calculator/result.ts';
import type { ShipmentEmissions } from './calculator/shipment.ts';
import { readCountryText } from './mapping/countries.ts';
import { createSuggester, nearestNames } from './mapping/names.ts';
import type { Fields, RecordKind } from './records/kind.ts';
import { localRecharges } from './records/recharge.ts';
import { requests, type ShipmentRequest } from './records/request.ts';
import { createValidator } from './records/validate.ts';
import { placeText } from './report/words/place-text.ts';

export * from './calculator/iso14083.ts';
export type { Assumption, AssumptionSubject } from './calculator/assumption.ts';
export { type Calculator, type CalculatorSettings } from './calculator/calculator.ts';
export type { Intensity, VehicleType } from './calculator/catalogue.ts';
export type { DistanceSource } from './calculator/distances/distance-source.ts';
export type { Passage } from './calculator/distances/sea.ts';
export { readFactorFile } from './calculator/factor-file.ts';
export type { Place } from './calculator/places/place.ts';
export type { Publication } from './calculator/publication.ts';
export type { GivenFactor, Recharge, RechargeEmissions } from './calculator/recharge.ts';
export type { Calculated, Emissions, Failure, Success } from './calculator/result.ts';
export type { ShipmentEmissions } from './calculator/shipment.ts';
export type { Issue, Warning } from './issues.ts';
export type { ShipmentRequest } from './records/request.ts';
export { assumptionText } from './report/words/assumption-text.ts';
export { distanceSourceText } from './report/words/distance-source-text.ts';

/** A calculator with settings of its own. Make one and keep it: it remembers places, distances and factors. */
export function createCalculator(settings: CalculatorSettings = {}): Calculator {
  return new Calculator(
    { readCountry: readCountryText, nearestNames, suggest: createSuggester(), placeText },
    settings,
  );
}

let standard: Calculator | undefined;

function standardCalculator(): Calculator {
  standard ??= createCalculator();
  return standard;
}

/** Why a record is not valid, as the calculator says what it can't calculate. */
function problemOf(kind: RecordKind, record: object): Failure | undefined {
  const validate = createValidator(kind, { currentYear: new Date().getUTCFullYear(), target: 'calculator' });
  const given = Object.entries(record).filter(([, value]) => value !== undefined);
  const checked = validate(Object.fromEntries(given) as Fields, new Set());
  const [issue] = checked.valid ? [] : checked.issues;
  return issue === undefined ? undefined : { ok: false, issue };
}

/**
 * The emissions of one leg with the embedded factors and the standard settings. The record is checked as the command
 * checks a row; the methods of a calculator of your own expect records that are valid.
 *
 * @param request the fields of the API: `distance_km`, or `origin` and `destination`; `toc` or `category`; `load` in `load_unit`
 * @param intensity an intensity of your own, instead of the embedded ones
 */
export const calculateShipment = (request: ShipmentRequest, intensity?: Intensity): Calculated<ShipmentEmissions> =>
  problemOf(requests, request) ?? standardCalculator().shipment(request, intensity);

/**
 * The emissions of one fuel purchase with the embedded factors; the record is checked.
 *
 * @param recharge the fields of the API; `fuel_id` may be a name, and `quantity_unit` one of l, kg, m3 and kwh
 * @param factor a factor of your own, instead of the embedded ones
 */
export const calculateRecharge = (recharge: Recharge, factor?: GivenFactor): Calculated<RechargeEmissions> =>
  problemOf(localRecharges, recharge) ?? standardCalculator().recharge(recharge, factor);
