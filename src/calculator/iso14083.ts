/**
 * The arithmetic of ISO 14083 and the GLEC Framework, for what a shipment or a purchase alone does not show: activity,
 * hubs, allocation, intensity, refrigerants, blends and units. Every function is one formula; nothing is rounded.
 */

/** Tonnes of one short ton (2,000 lb); GLEC Framework v3.0, p. 153. */
export const tonnesPerShortTon = 0.90718474;

/** Litres of one US gallon; GLEC Framework v3.0, p. 153. */
export const litresPerUsGallon = 3.785411784;

/** Kilometres of one statute mile. */
export const kmPerMile = 1.609344;

/** Kilometres of one nautical mile. */
export const kmPerNauticalMile = 1.852;

/** Transport activity of one leg, tonne-km: tonnes x km. */
export const transportActivity = (tonnes: number, km: number): number => tonnes * km;

/** Emissions of an amount of activity or energy, kg CO2e: tkm x kg/tkm, litres x kg/l, kWh x kg/kWh, tonnes x kg/t at a hub. */
export const emissionsOf = (amount: number, kgPerUnit: number): number => amount * kgPerUnit;

/** Emission intensity, kg CO2e per unit of activity or throughput. */
export const intensityOf = (kg: number, activity: number): number => kg / activity;

/** The share of a part in a whole, by activity: how the emissions of a round are allocated to its deliveries. */
export function allocationShare(part: number, whole: readonly number[]): number {
  return part / sum(whole);
}

/** Emissions of refrigerants that leak in a year, kg CO2e: units x sum of charge x share lost x global warming potential. */
export const refrigerantEmissions = (
  units: number,
  systems: readonly { readonly chargeKg: number; readonly annualLeakShare: number }[],
  gwp: number,
): number => units * sum(systems.map(({ chargeKg, annualLeakShare }) => chargeKg * annualLeakShare)) * gwp;

/** Factor of a blend from its parts: shares that add up to 1, and the factor of each per the same unit. */
export const blendFactor = (parts: readonly { readonly share: number; readonly kgPerUnit: number }[]): number =>
  sum(parts.map(({ share, kgPerUnit }) => share * kgPerUnit));

/** Factor per litre from one per kilogram: kg CO2e/kg x kg/l. */
export const perLitre = (kgPerKg: number, densityKgPerL: number): number => kgPerKg * densityKgPerL;

/** Emissions of a transport chain: the sum of its elements, kg CO2e. */
export const chainEmissions = (elementsKg: readonly number[]): number => sum(elementsKg);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
