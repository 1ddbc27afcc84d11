import * as z from 'zod';
import type { FieldDefinition, RecordKind } from './kind.ts';
import { country, date, text, uuid, withRequirements } from './values.ts';

const categories = ['road', 'rail', 'maritime', 'air'] as const;
export type Category = (typeof categories)[number];

const loadUnits = ['kg', 'ton', 'pallets', 'teu', 'feu'] as const;
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
});

/** A shipment request as the API takes it: one leg. Distances in km, `load` in `load_unit` (kg when absent). */
export type ShipmentRequest = z.infer<z.ZodObject<ReturnType<typeof shape>>>;

const fields = {
  origin: { type: 'text', example: 'Madrid, Spain' },
  destination: { type: 'text', example: 'Barcelona, Spain' },
  distance_km: { type: 'number', example: '621.5' },
  load: { type: 'number', example: '1000' },
  load_unit: { type: 'choice', choices: loadUnits, example: 'kg' },
  load_factor: { type: 'number', example: '0.5' },
  toc: { type: 'text', example: 'van_diesel' },
  category: { type: 'choice', choices: categories, example: 'road' },
  origin_country: { type: 'country', example: 'ES' },
  year: { type: 'integer', example: '2025' },
  cleaning: { type: 'boolean', example: 'true' },
  movement_id: { type: 'text', example: 'MOV-2025-001234' },
  client: { type: 'text', example: 'CORREOS-EXPRESS' },
  shipment_date: { type: 'date', example: '2025-06-15' },
  movement_stretch: { type: 'text', example: '1' },
  movement_stage: { type: 'text', example: 'long_haul' },
  vehicle_license_plate: { type: 'text', example: '1234-ABC' },
  trailer_license_plate: { type: 'text', example: 'R-1234-BCD' },
  subcontractor: { type: 'boolean', example: 'false' },
  tkm: { type: 'number', example: '621.5' },
  hub_id: { type: 'uuid', example: '7c0e8c1e-8f5f-4b76-9a3e-2f6a5c1d0b42' },
  package_key: { type: 'text', example: 'PKG-2025-123456' },
} as const satisfies Record<keyof ShipmentRequest, FieldDefinition>;

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

export const requests: RecordKind = {
  name: 'requests',
  noun: ['shipment', 'shipments'],
  fields,
  requirements,
  shape: ({ currentYear }) => shape(currentYear),
  schema: ({ currentYear }) => withRequirements(z.strictObject(shape(currentYear)), requirements),
  defaultKey: { fields: legKey, needs: 'movement_id' },
  fieldWarnings: [
    {
      field: 'distance_km',
      of: (value) =>
        value === 0
          ? { code: 'ZERO_DISTANCE', message: 'distance_km is 0: the leg will have no emissions' }
          : undefined,
    },
  ],
  isTransport: true,
  isUpsert: false,
  readsBack: true,
  bulkPath: (version) => `/${version}/logistics/requests/bulk`,
  isCalculatedInline: (version) => version === 'v1',
};
