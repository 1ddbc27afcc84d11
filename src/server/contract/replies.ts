import * as z from 'zod';
import { optionalTimestamp, pageOf, timestamps } from './common.ts';

/** What the endpoints answer. Emissions in kg CO2e, distances in km, masses in kg unless another unit is named. */

const text = z.string().nullable();
const figure = z.number().nullable();

/** A shipment as its creation answers it. */
export const shipment = z
  .object({
    id: z.string(),
    co2e: figure,
    ...timestamps,
    origin: text,
    destination: text,
    distance_km: figure,
    load: figure,
    load_unit: z.string(),
    category: text,
    toc: text,
    origin_country: text,
    year: z.int().nullable(),
    movement_id: text,
    client: text,
    shipment_date: z.string(),
    movement_stretch: text,
    movement_stage: text,
    vehicle_license_plate: text,
    trailer_license_plate: text,
    subcontractor: z.boolean().nullable(),
    tkm: figure,
    hub_id: text,
    package_id: text,
    package_key: text,
  })
  .meta({ id: 'Shipment' });

/** A shipment as lists have it: with the fields of both generations, `co2e` and `kgco2e`. */
const listedShipment = shipment
  .extend({
    kgco2e: figure,
    emission_intensity: figure.describe('kg CO2e per tonne-km'),
    load_factor: z.number(),
    cleaning: z.boolean(),
    status: z.enum(['pending', 'active', 'error']).describe('pending until it is calculated'),
    error_messages: z.array(z.string()).describe('why it could not be calculated'),
    estimated_data: z.array(z.string()).describe('what was not given and had to be assumed'),
    file_id: text,
    file_name: text,
    uploaded_by: z.object({ first_name: z.string(), last_name: z.string(), profile_img_url: z.string() }),
    linked_projects: z.array(
      z.object({
        project_id: z.string(),
        project_name: z.string(),
        organization_id: z.string(),
        organization_name: z.string(),
      }),
    ),
  })
  .meta({ id: 'ListedShipment' });

export const shipmentPage = pageOf(listedShipment).extend({ filter_hash: z.string() });

export const recharge = z
  .object({
    id: z.string(),
    fuel_id: z.string(),
    fuel_name: text,
    country: z.string(),
    date: z.string(),
    quantity: figure,
    unit: text,
    vehicle_license_plate: text,
    vehicle_type: text.describe('the vehicle type of toc_id'),
    toc_id: text,
    project_id: text,
    file_id: text,
    co2e: figure,
    ...timestamps,
  })
  .meta({ id: 'Recharge' });

export const rechargePage = pageOf(recharge);

export const uniqueValues = z.object({
  field: z.enum(['fuel_name', 'file_id']),
  total_count: z.int(),
  values: z.array(z.object({ value: z.string(), label: text, count: z.int() })),
});

export const fuels = z.object({
  total_count: z.int(),
  fuels: z.array(z.object({ id: z.string(), name: z.string(), unit_id: z.string(), region: text })),
});

export const tocs = z.array(
  z.object({
    id: z.string(),
    toc: z.string(),
    category: z.string(),
    vehicle: z.string(),
    type: z.string(),
    wtw: figure.describe('kg CO2e per tonne-km'),
    default_load: figure.describe('kg'),
    location: z.string(),
  }),
);

export const hub = z
  .object({
    id: z.string(),
    name: z.string(),
    address: text,
    country: text,
    type: z.enum(['owned', 'subcontracted']),
    category: text,
    status: z.enum(['active', 'archived']),
    supercharger: z.boolean(),
    facility_id: text,
    co2e: figure,
    created_at: timestamps.created_at,
    updated_at: optionalTimestamp,
  })
  .meta({ id: 'Hub' });

export const hubPage = pageOf(hub);

const leg = z.object({ id: z.string(), origin: text, destination: text, distance_km: figure, co2e: figure });

const packageSummary = z.object({
  id: z.string(),
  shipment_id: text,
  package_key: z.string(),
  client_billing_id: text,
  weight_kg: figure,
  total_distance_km: z.number(),
  total_co2e: z.number(),
  status: z.enum(['pending', 'active', 'error']),
  ...timestamps,
});

export const packageDetail = packageSummary.extend({ legs: z.array(leg) }).meta({ id: 'Package' });
export const packagePage = pageOf(packageSummary.extend({ legs: z.array(leg).optional() }));

export const job = z
  .object({
    id: z.string(),
    file_id: text,
    status: z.enum(['PENDING', 'RUNNING', 'COMPLETED', 'FAILED']),
    total_records: z.int(),
    success_count: z.int(),
    failure_count: z.int(),
    errors: z
      .array(
        z.object({
          index: z.int().describe('place in the call, from 0'),
          stage: z.enum(['sync', 'calculation']),
          code: text.describe('NO_TOC, NO_LOAD, NO_DISTANCE, UNKNOWN_PLACE, …'),
          error: z.string(),
          movement_id: text,
          request_id: text,
        }),
      )
      .describe('the first 100; the counts are whole'),
    created_at: timestamps.created_at,
    started_at: optionalTimestamp,
    finished_at: optionalTimestamp,
  })
  .meta({ id: 'ProcessingJob' });

export const jobPage = pageOf(job);

const count = z.object({ count: z.int(), last_updated: optionalTimestamp });

export const summary = z.object({ requests: count, recharges: count, hubs: count });

export const report = z.object({
  client: text,
  period: z.object({ start_date: z.string(), end_date: z.string() }),
  summary: z.object({
    total_items: z.int(),
    total_co2e_kg: z.number(),
    total_distance_km: z.number(),
    avg_co2e_per_item: z.number(),
  }),
  by_category: z.array(
    z.object({
      category: z.string(),
      items: z.int(),
      co2e_kg: z.number(),
      distance_km: z.number(),
      percentage_co2e: z.number(),
    }),
  ),
  data_source: z.enum(['packages', 'requests']),
  methodology: z.literal('ISO 14083'),
});

export const health = z.object({
  status: z.literal('ok'),
  version: z.string(),
  unfinished_jobs: z.int(),
});

/** The vendor's pages name the call and do not show its reply: this form is this server's own. */
export const organizations = z.array(z.object({ id: text, name: text, children: z.array(z.unknown()) }));
