import * as z from 'zod';
import type { RecordKind } from './kind.ts';
import { categories, distanceUnit, loadUnits, requestFields } from './request-fields.ts';
import { country, date, text, uuid, withRequirements } from './values.ts';

export type Category = (typeof categories)[number];

export type LoadUnit = (typeof loadUnits)[number];

/** The fields of one leg of a shipment; ranges as the API documents them, or as this tool decides where it does not. */
const shape = (currentYear: number) => ({
  origin: text.optional(),
  destination: text.optional(),
  distance_km: z.number().min(0).optional(),
  load: z.number().gt(0).optional(),
  load_unit: z.enum(loadUnits).optional(),
  load_factor: z.number().gt(0).max(1).optional(),
  toc: text.optional(),
  category: z.enum(categories).optional(),
  origin_country: country.optional(),
  year: z
    .int()
    .min(2000)
    .max(currentYear + 1)
    .optional(),
  cleaning: z.boolean().optional(),
  movement_id: text.optional(),
  client: text.optional(),
  shipment_date: date.optional(),
  movement_stretch: text.optional(),
  movement_stage: text.optional(),
  vehicle_license_plate: text.optional(),
  trailer_license_plate: text.optional(),
  subcontractor: z.boolean().optional(),
  tkm: z.number().gt(0).optional(),
  hub_id: uuid.optional(),
  package_key: text.optional(),
  origin_postcode: text.optional(),
  origin_region: text.optional(),
  destination_country: text.optional(),
  destination_postcode: text.optional(),
  destination_region: text.optional(),
});

/**
 * A shipment request as the API takes it, one leg, and what only the calculator asks for: where its places lie. Distances in
 * km, `load` in `load_unit` (kg when absent).
 */
export type ShipmentRequest = z.infer<z.ZodObject<ReturnType<typeof shape>>>;

const requirements = [
  {
    anyOf: [['distance_km'], ['origin', 'destination'], ['tkm']],
    text: 'needs distance_km, or both origin and destination',
    hint: 'give distance_km, or both origin and destination',
  },
  {
    anyOf: [['toc'], ['category']],
    text: 'needs toc or category',
    hint: 'give the vehicle type (toc), or at least the category; --set category=road fills the empty ones',
  },
] as const;

/**
 * The identity of a leg. Legs of one shipment share their `movement_id`, so that alone is never the key: it would drop
 * all legs but the first.
 */
const legKey = [
  'movement_id',
  'movement_stretch',
  'movement_stage',
  'package_key',
  'origin',
  'destination',
  'shipment_date',
] as const;

const base: RecordKind = {
  name: 'requests',
  noun: ['shipment', 'shipments'],
  fields: requestFields,
  requirements,
  shape: ({ currentYear }) => shape(currentYear),
  schema: ({ currentYear }) => withRequirements(z.strictObject(shape(currentYear)), requirements),
  identity: { fields: legKey, needs: ['movement_id'], dated: ['shipment_date'] },
  defaultKey: { fields: legKey, needs: 'movement_id' },
  fieldWarnings: [
    {
      field: 'distance_km',
      value: 0,
      warning: { code: 'ZERO_DISTANCE', message: 'distance_km is 0: the leg will have no emissions' },
    },
  ],
  isTransport: true,
  isUpsert: false,
  readsBack: true,
  listPath: '/v1/logistics/requests',
  idsName: 'request_ids',
  bulkPath: (version) => `/${version}/logistics/requests/bulk`,
  isCalculatedInline: (version) => version === 'v1',
};

const shapeOfFiles = (currentYear: number) => ({
  ...shape(currentYear),
  // Whatever it is, the distance has been brought to km.
  distance_unit: text.optional(),
});

/** A shipment request as files have it: its distance may be in a unit of its own. */
const requestsOfFiles: RecordKind = {
  ...base,
  fields: { ...requestFields, distance_unit: distanceUnit },
  shape: ({ currentYear }) => shapeOfFiles(currentYear),
  schema: ({ currentYear }) => withRequirements(z.strictObject(shapeOfFiles(currentYear)), requirements),
};

export const requests: RecordKind = { ...base, local: requestsOfFiles, uploaded: requestsOfFiles };
