import { Calculator, type CalculatorSettings } from '../../src/calculator/calculator.ts';
import type { RechargeEmissions, Recharge } from '../../src/calculator/recharge.ts';
import type { ShipmentEmissions } from '../../src/calculator/shipment.ts';
import type { Issue, Warning } from '../../src/issues.ts';
import { readCountryText } from '../../src/mapping/countries.ts';
import { didYouMean, nearestNames } from '../../src/mapping/names.ts';
import type { ShipmentRequest } from '../../src/records/request.ts';
import { assumptionText } from '../../src/report/words/assumption-text.ts';
import { distanceSourceText } from '../../src/report/words/distance-source-text.ts';
import { placeText } from '../../src/report/words/place-text.ts';

export const words = { readCountry: readCountryText, nearestNames, suggest: didYouMean, placeText };

export const createCalculator = (settings?: CalculatorSettings): Calculator => new Calculator(words, settings);

/** The emissions of a leg that can be calculated, with its warnings, and with what it is based on in words. */
export function shipmentOf(
  calculator: Calculator,
  request: ShipmentRequest,
): ShipmentEmissions & {
  readonly warnings: readonly Warning[];
  readonly assumptionTexts: readonly string[];
  readonly distanceSourceText: string;
} {
  const calculated = calculator.shipment(request);
  if (!calculated.ok) throw new Error(`${calculated.issue.code}: ${calculated.issue.message}`);
  const { value, warnings } = calculated;
  return {
    ...value,
    warnings,
    assumptionTexts: value.assumptions.map(assumptionText),
    distanceSourceText: distanceSourceText(value.distanceSource),
  };
}

/** Why a leg can't be calculated. */
export function issueOf(calculator: Calculator, request: ShipmentRequest): Issue | undefined {
  const calculated = calculator.shipment(request);
  return calculated.ok ? undefined : calculated.issue;
}

/** The emissions of a purchase that can be calculated. */
export function rechargeOf(calculator: Calculator, recharge: Recharge): RechargeEmissions {
  const calculated = calculator.recharge(recharge);
  if (!calculated.ok) throw new Error(`${calculated.issue.code}: ${calculated.issue.message}`);
  return calculated.value;
}
