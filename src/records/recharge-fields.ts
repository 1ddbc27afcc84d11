import type { FieldDefinition } from './kind.ts';
import type { FuelRecharge } from './recharge.ts';

// Apart from the schema, as the command line needs the names of fields and must not wait for zod.

/** Units of a quantity that the embedded calculator knows; the API takes a quantity in the fuel's own unit alone. */
export const quantityUnits = ['l', 'kg', 'm3', 'kwh'] as const;

/** The fields of a fuel purchase, in the order of the wire form. */
export const rechargeFields = {
  fuel_id: { type: 'uuid', example: 'f51a1645-c201-43da-9dcd-6408be3cb517', isFuel: true },
  country: { type: 'country', example: 'ES', isCountry: true },
  date: { type: 'date', example: '2025-06-15' },
  quantity: { type: 'number', example: '50.5' },
  vehicle_license_plate: { type: 'text', example: '1234-ABC', isId: true },
  toc_id: { type: 'uuid', example: '0b8f6c9e-4d3a-4f8e-9a57-5c2f1e6d7a80', isAside: true },
  project_id: { type: 'uuid', example: '3e2d1c0b-5a69-4788-9bac-1d2e3f405162', isAside: true },
} as const satisfies Record<keyof FuelRecharge, FieldDefinition>;
