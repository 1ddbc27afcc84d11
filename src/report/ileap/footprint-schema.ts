import * as z from 'zod';

/** A decimal number without exponent. */
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const instant = z.iso.datetime();
const text = z.string().min(1);

const location = z.strictObject({ zip: text.optional(), city: text, country: z.string().regex(/^[A-Z]{2}$/) });

const distance = z
  .strictObject({ actual: decimal.optional(), gcd: decimal.optional(), sfd: decimal.optional() })
  .refine((kinds) => Object.keys(kinds).length > 0)
  .meta({ minProperties: 1 });

const element = z.strictObject({
  tceId: text,
  prevTceIds: z.array(text).min(1).optional(),
  tocId: text.describe('the category in this file with whose intensity it was calculated'),
  shipmentId: text,
  mass: decimal.describe('kg'),
  packagingOrTrEqType: z.enum(['Pallet', 'Container-TEU', 'Container-FEU']).optional(),
  packagingOrTrEqAmount: z.int().min(1).optional(),
  distance: distance.describe('km'),
  origin: location.optional(),
  destination: location.optional(),
  transportActivity: decimal.describe('tonne-km'),
  co2eWTW: decimal.describe('kg CO2e, well-to-wheel'),
  co2eTTW: decimal.describe('kg CO2e, tank-to-wheel'),
});

const shipment = z.strictObject({ mass: decimal, shipmentId: text, tces: z.array(element).min(1) });

const category = z.strictObject({
  tocId: text,
  description: text,
  mode: z.enum(['Road']),
  temperatureControl: z.enum(['refrigerated']).optional(),
  energyCarriers: z
    .array(
      z.strictObject({
        energyCarrier: z.enum(['Diesel', 'Petrol', 'CNG', 'LPG', 'Electric']),
        relativeShare: z.literal('1'),
        energyConsumptionUnit: z.enum(['l', 'kg', 'kWh']),
        emissionFactorWTW: decimal,
        emissionFactorTTW: decimal,
      }),
    )
    .length(1),
  co2eIntensityWTW: decimal.describe('kg CO2e per tonne-km, well-to-wheel'),
  co2eIntensityTTW: decimal,
  transportActivityUnit: z.literal('tkm'),
});

const extensionOf = <T extends z.ZodType>(schema: string, data: T) =>
  z.strictObject({
    specVersion: z.literal('2.0.0'),
    dataSchema: z.literal(`https://api.ileap.sine.dev/${schema}`),
    documentation: z.literal('https://sine-fdn.github.io/ileap-extension/'),
    data,
  });

const footprint = z.strictObject({
  declaredUnit: z.literal('ton kilometer'),
  unitaryProductAmount: decimal,
  productMassPerDeclaredUnit: decimal.optional().describe('of shipments: their mass, kg'),
  pCfExcludingBiogenic: decimal,
  fossilGhgEmissions: decimal,
  fossilCarbonContent: decimal,
  biogenicCarbonContent: decimal,
  characterizationFactors: z.enum(['AR5', 'AR6']),
  ipccCharacterizationFactorsSources: z.array(text).min(1),
  crossSectoralStandardsUsed: z
    .array(z.enum(['GHG Protocol Product standard', 'ISO Standard 14067', 'ISO Standard 14044']))
    .min(1),
  productOrSectorSpecificRules: z.array(
    z.strictObject({ operator: z.literal('Other'), otherOperatorName: text, ruleNames: z.array(text).min(1) }),
  ),
  boundaryProcessesDescription: text,
  referencePeriodStart: instant,
  referencePeriodEnd: instant.describe('the first moment after it'),
  secondaryEmissionFactorSources: z.array(z.strictObject({ name: text, version: text })).min(1),
  exemptedEmissionsPercent: z.number().min(0).max(5),
  exemptedEmissionsDescription: z.string(),
  packagingEmissionsIncluded: z.literal(false),
  primaryDataShare: z.number().min(0).max(100),
});

/**
 * A line of the file of `--ileap`: a ProductFootprint of PACT 2.1 with a ShipmentFootprint or a TOC of iLEAP 1.0.0, as far as this tool
 * writes them.
 *
 * @public published in schemas/
 */
export const footprintSchema = z.strictObject({
  id: z.uuidv4(),
  specVersion: z.literal('2.1.0'),
  version: z.int().min(0),
  created: instant,
  status: z.literal('Active'),
  companyName: text,
  companyIds: z.array(z.string().regex(/^urn:/)).min(1),
  productDescription: text,
  productIds: z
    .array(z.string().regex(/^urn:pathfinder:product:customcode:vendor-assigned:(shipment|toc):\S+$/))
    .min(1),
  productCategoryCpc: z.literal('83117'),
  productNameCompany: text,
  comment: z.string(),
  pcf: footprint,
  extensions: z
    .array(z.union([extensionOf('shipment-footprint.json', shipment), extensionOf('toc.json', category)]))
    .length(1),
});
