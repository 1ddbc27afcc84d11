import * as z from 'zod';
import type { FieldDefinition, RecordKind, SchemaOptions } from './kind.ts';
import { country, date, text, uuid } from './values.ts';

const shape = (target: SchemaOptions['target']) => ({
  fuel_id: target === 'api' ? uuid : text,
  country,
  date,
  quantity: z.number().gt(0).optional(),
  vehicle_license_plate: text.optional(),
  toc_id: uuid.optional(),
  project_id: uuid.optional(),
});

/** A fuel purchase as the API takes it; `quantity` in the fuel's own unit. For the local calculator `fuel_id` may be a name. */
export type FuelRecharge = z.infer<z.ZodObject<ReturnType<typeof shape>>>;

/** Units of a quantity that the embedded calculator knows; the API takes a quantity in the fuel's own unit alone. */
const quantityUnits = ['l', 'kg', 'm3', 'kwh'] as const;
export type QuantityUnit = (typeof quantityUnits)[number];

const fields = {
  fuel_id: { type: 'uuid', example: 'f51a1645-c201-43da-9dcd-6408be3cb517' },
  country: { type: 'country', example: 'ES' },
  date: { type: 'date', example: '2025-06-15' },
  quantity: { type: 'number', example: '50.5' },
  vehicle_license_plate: { type: 'text', example: '1234-ABC' },
  toc_id: { type: 'uuid', example: '0b8f6c9e-4d3a-4f8e-9a57-5c2f1e6d7a80' },
  project_id: { type: 'uuid', example: '3e2d1c0b-5a69-4788-9bac-1d2e3f405162' },
} as const satisfies Record<keyof FuelRecharge, FieldDefinition>;

/** The API's own upsert key: a later record with the same four values overwrites the earlier one. */
const upsertKey = ['country', 'date', 'quantity', 'vehicle_license_plate'] as const;

const base: RecordKind = {
  name: 'recharges',
  noun: ['fuel purchase', 'fuel purchases'],
  fields,
  requirements: (['fuel_id', 'country', 'date'] as const).map((field) => ({
    anyOf: [[field]],
    text: `needs ${field}`,
    // One country for all rows is likely; one date or one fuel would be made up.
    hint: `fill in ${field}, like ${fields[field].example}${field === 'country' ? '; --set country=ES fills the empty ones' : ''}`,
  })),
  shape: ({ target }) => shape(target),
  schema: ({ target }) => z.strictObject(shape(target)),
  defaultKey: { fields: upsertKey },
  fieldWarnings: [],
  isTransport: false,
  isUpsert: true,
  readsBack: false,
  bulkPath: () => '/v1/logistics/recharges/bulk',
  isCalculatedInline: () => false,
  lookedUpField: 'fuel_id',
};

const localShape = (target: SchemaOptions['target']) => ({
  ...shape(target),
  quantity_unit: z.enum(quantityUnits).optional(),
});

/** A fuel purchase for the embedded calculator, which knows fuels by name: its quantity may have a unit. */
export const localRecharges: RecordKind = {
  ...base,
  fields: { ...fields, quantity_unit: { type: 'choice', choices: quantityUnits, example: 'l' } },
  shape: ({ target }) => localShape(target),
  schema: ({ target }) => z.strictObject(localShape(target)),
  lookedUpField: undefined,
};

export const recharges: RecordKind = { ...base, local: localRecharges };
