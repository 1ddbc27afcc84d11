import type { FieldDefinition } from './kind.ts';
import type { ShipmentRequest } from './request.ts';

// Apart from the schema, as the command line needs the names of fields and must not wait for zod.

export const categories = ['road', 'rail', 'maritime', 'air'] as const;

export const loadUnits = ['kg', 'ton', 'pallets', 'teu', 'feu'] as const;

/** The fields of a shipment request, in the order of the wire form. */
export const requestFields = {
  origin: { type: 'text', example: 'Madrid, Spain', isPlace: true },
  destination: { type: 'text', example: 'Barcelona, Spain', isPlace: true },
  distance_km: { type: 'number', example: '621.5' },
  load: { type: 'number', example: '1000' },
  load_unit: { type: 'choice', choices: loadUnits, example: 'kg' },
  load_factor: { type: 'number', example: '0.5' },
  toc: { type: 'text', example: 'van_diesel', repeats: true },
  category: { type: 'choice', choices: categories, example: 'road' },
  origin_country: { type: 'country', example: 'ES', isCountry: true },
  year: { type: 'integer', example: '2025' },
  cleaning: { type: 'boolean', example: 'true' },
  movement_id: { type: 'text', example: 'MOV-2025-001234', isId: true },
  client: { type: 'text', example: 'CORREOS-EXPRESS', repeats: true, isAside: true },
  shipment_date: { type: 'date', example: '2025-06-15' },
  movement_stretch: { type: 'text', example: '1' },
  movement_stage: { type: 'text', example: 'long_haul' },
  vehicle_license_plate: { type: 'text', example: '1234-ABC', isId: true, isAside: true },
  trailer_license_plate: { type: 'text', example: 'R-1234-BCD', isId: true, isAside: true },
  subcontractor: { type: 'boolean', example: 'false', isAside: true },
  tkm: { type: 'number', example: '621.5' },
  hub_id: { type: 'uuid', example: '7c0e8c1e-8f5f-4b76-9a3e-2f6a5c1d0b42' },
  package_key: { type: 'text', example: 'PKG-2025-123456', isId: true },
  origin_postcode: { type: 'text', example: '28001', repeats: true, isHint: true, isId: true },
  origin_region: { type: 'text', example: 'Madrid', repeats: true, isHint: true },
  destination_country: { type: 'text', example: 'FR', repeats: true, isHint: true, isCountry: true },
  destination_postcode: { type: 'text', example: '69001', repeats: true, isHint: true, isId: true },
  destination_region: { type: 'text', example: 'Rhône', repeats: true, isHint: true },
} as const satisfies Record<keyof ShipmentRequest, FieldDefinition>;

/** The unit of a distance, which files have and records do not: these are in km. */
export const distanceUnit = {
  type: 'choice',
  choices: ['km', 'mi', 'nmi', 'm'],
  example: 'km',
  isHint: true,
} as const satisfies FieldDefinition;
