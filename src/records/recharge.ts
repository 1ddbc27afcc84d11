import * as z from 'zod';
import type { RecordKind, SchemaOptions } from './kind.ts';
import { quantityUnits, rechargeFields } from './recharge-fields.ts';
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

export type QuantityUnit = (typeof quantityUnits)[number];

/** The API's own upsert key: a later record with the same four values overwrites the earlier one. */
const upsertKey = ['country', 'date', 'quantity', 'vehicle_license_plate'] as const;

const base: RecordKind = {
  name: 'recharges',
  noun: ['fuel purchase', 'fuel purchases'],
  fields: rechargeFields,
  requirements: (['fuel_id', 'country', 'date'] as const).map((field) => ({
    anyOf: [[field]],
    text: `needs ${field}`,
    // One country for all rows is likely; one date or one fuel would be made up.
    hint: `fill in ${field}, like ${rechargeFields[field].example}${field === 'country' ? '; --set country=ES fills the empty ones' : ''}`,
  })),
  shape: ({ target }) => shape(target),
  schema: ({ target }) => z.strictObject(shape(target)),
  identity: { fields: upsertKey, needs: upsertKey, dated: [] },
  defaultKey: { fields: upsertKey },
  fieldWarnings: [],
  isTransport: false,
  isUpsert: true,
  readsBack: false,
  listPath: '/v1/logistics/recharges',
  idsName: 'recharge_ids',
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
  fields: { ...rechargeFields, quantity_unit: { type: 'choice', choices: quantityUnits, example: 'l' } },
  shape: ({ target }) => localShape(target),
  schema: ({ target }) => z.strictObject(localShape(target)),
  lookedUpField: undefined,
};

const uploadedShape = (target: SchemaOptions['target']) => ({
  ...shape(target),
  // Whatever it is, the quantity has been brought to the fuel's own unit.
  quantity_unit: text.optional(),
});

/** A fuel purchase of a file that is uploaded: its unit says how the quantity is converted to that of its fuel. */
const uploadedRecharges: RecordKind = {
  ...base,
  fields: {
    ...rechargeFields,
    quantity_unit: { type: 'choice', choices: quantityUnits, example: 'l', isHint: true },
  },
  shape: ({ target }) => uploadedShape(target),
  schema: ({ target }) => z.strictObject(uploadedShape(target)),
};

/** A purchase without a quantity burns nothing: the API takes it, and files are asked for it. */
const needed = {
  anyOf: [['quantity']],
  text: 'needs quantity',
  hint: 'fill in quantity, like 50.5; --allow-missing quantity takes purchases without',
  fix: ['--allow-missing', 'quantity'],
} as const;

const needsQuantity = (kind: RecordKind): RecordKind => {
  const own = (options: SchemaOptions) => ({ ...kind.shape(options), quantity: z.number().gt(0) });
  return {
    ...kind,
    requirements: [...kind.requirements, needed],
    shape: own,
    schema: (options) => z.strictObject(own(options)),
    lenient: kind,
  };
};

export const recharges: RecordKind = {
  ...base,
  local: needsQuantity(localRecharges),
  uploaded: needsQuantity(uploadedRecharges),
};
