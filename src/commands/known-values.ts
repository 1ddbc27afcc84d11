import { foldName, fuelNames, knownVehicleTypes, readFuels, readVehicleTypes } from '../calculator/data.ts';
import { countryCodes } from '../mapping/countries.ts';
import { nearestNames } from '../mapping/names.ts';
import { proposeFuels, proposeVehicles } from '../mapping/proposals.ts';
import type { KnownValues } from '../pipeline/inspect.ts';
import { isUuid } from './upload/fuel-names.ts';

/** By field, the values that can be chosen where one is unknown. */
export const choicesOf = (): ReadonlyMap<string, readonly string[]> =>
  new Map([
    ['toc', readVehicleTypes().map(({ toc }) => toc)],
    ['fuel_id', readFuels().map(({ name }) => name)],
    ['country', countryCodes()],
    ['origin_country', countryCodes()],
  ]);

/** The vehicle types and fuels that the calculator knows, and what other words for them may mean. */
export function knownValues(): ReadonlyMap<string, KnownValues> {
  const vehicles = knownVehicleTypes();
  const fuels = new Set(fuelNames().flat().map(foldName));
  const vehicleNames = (value: string): readonly string[] => {
    const proposals = proposeVehicles(value);
    return proposals.length > 0 ? proposals : nearestNames(value, vehicles);
  };
  return new Map([
    ['toc', { has: (value) => vehicles.has(foldName(value)), propose: vehicleNames }],
    ['fuel_id', { has: (value) => isUuid(value) || fuels.has(foldName(value)), propose: proposeFuels }],
  ]);
}
