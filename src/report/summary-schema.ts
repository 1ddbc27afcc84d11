import * as z from 'zod';
import type { DataKind, Evidence } from '../destinations/evidence.ts';
import { formatNames } from '../input/table.ts';

const total = z.int().min(0);

const totals = {
  records: total,
  co2e_kg: z.number(),
  tonne_km: z.number().nullable().describe('null where the API calculated and does not say'),
  distance_km: z.number().nullable(),
};

const parts = {
  co2e_wtt_kg: z.number().nullable().describe('well-to-tank part; null where it is not known'),
  co2e_ttw_kg: z.number().nullable().describe('tank-to-wheel part; null where it is not known'),
};

const assumptions = z
  .strictObject({
    records: total.describe('records of based_on that are assumed or worked out'),
    co2e_kg: z.number(),
    by_kind: z
      .array(z.strictObject({ kind: z.string(), records: total, co2e_kg: z.number() }))
      .describe('a record may depend on several'),
  })
  .describe('how much of the total depends on what the rows do not say: default loads, estimated distances, ...');

const evidences = ['given', 'converted', 'worked out', 'assumed'] as const satisfies readonly Evidence[];
const dataKinds = ['primary', 'modelled', 'default'] as const satisfies readonly DataKind[];

const bases = {
  based_on: z
    .array(z.strictObject({ evidence: z.enum(evidences), records: total, co2e_kg: z.number() }))
    .describe(
      'each record once, under the weakest part of what its figure is based on: given in the row, converted from another unit, worked out (a place or distance), assumed (a default); empty where the API calculated',
    ),
  data: z
    .array(z.strictObject({ data: z.enum(dataKinds), records: total, co2e_kg: z.number() }))
    .describe(
      'ISO 14083: primary (energy that was bought), modelled (factors of your own), default (averages of a publication)',
    ),
};

const requestEmissions = z.strictObject({
  co2e_kg: z.number(),
  ...parts,
  tonne_km: z.number().nullable(),
  distance_km: z.number().nullable().describe('sum over legs'),
  intensity_g_per_tkm: z.number().nullable().describe('over the records whose tonne-kilometres are known'),
  by_category: z.array(z.strictObject({ category: z.string(), ...totals })),
  by_vehicle_type: z.array(z.strictObject({ vehicle_type: z.string(), ...totals })),
  by_client: z.array(z.strictObject({ client: z.string(), ...totals })),
  by_month: z.array(z.strictObject({ month: z.string().describe('YYYY-MM, or (none)'), ...totals })),
  ...bases,
  assumptions,
});

const rechargeEmissions = z.strictObject({
  co2e_kg: z.number(),
  ...parts,
  biogenic_co2_kg: z.number().nullable().describe('CO2 from biomass, outside of the total'),
  by_fuel: z.array(z.strictObject({ fuel: z.string(), records: total, co2e_kg: z.number() })),
  by_month: z.array(z.strictObject({ month: z.string(), records: total, co2e_kg: z.number() })),
  ...bases,
  assumptions,
});

/**
 * The document that `--json` prints, whatever happened.
 *
 * @public published in schemas/
 */
export const summarySchema = z.strictObject({
  schema: z.literal('dcycle-upload/summary/2'),
  command: z.string(),
  mode: z.enum(['upload', 'local', 'dry-run']).nullable().describe('null when the command line could not be read'),
  run_id: z.string(),
  started_at: z.iso.datetime(),
  duration_ms: total,
  target: z
    .strictObject({ host: z.string(), organization_id: z.string() })
    .nullable()
    .describe('the API and the account that an upload goes to; null where nothing can have been sent'),
  inputs: z.array(
    z.strictObject({
      path: z.string(),
      format: z.enum(formatNames),
      encoding: z.string(),
      delimiter: z.string().nullable().describe('null for JSONL'),
      decimal: z.string(),
      bytes: total.describe('bytes read from the file, before decompression'),
      rows: total,
    }),
  ),
  mapping: z.record(z.string(), z.string()).describe('field: column of the first input that has it'),
  rows: z.strictObject({ read: total, valid: total, invalid: total, duplicates: total, skipped: total }),
  records: z.strictObject({
    accepted: total,
    accepted_before: total.describe('those of them that earlier runs brought'),
    rejected: total,
    not_sent: total,
    uncertain: total,
  }),
  implausible: total.describe('valid rows that are hardly true, see the warnings IMPLAUSIBLE'),
  chunks: z.strictObject({ planned: total, sent: total, accepted: total, failed: total, retries: total }),
  emissions: z.union([requestEmissions, rechargeEmissions]).nullable(),
  errors_by_code: z.record(z.string(), total),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string(), count: total })),
  files: z.strictObject({
    results: z.string().nullable(),
    errors: z.string().nullable(),
    rejected: z.string().nullable(),
    totals: z.string().nullable().optional().describe('with --by: the sums by shipment or package'),
    report: z.string().nullable().optional().describe('with --report: the report page'),
    ileap: z.string().nullable().optional().describe('with --ileap: the footprints of shipments'),
    ileap_left_out: z
      .string()
      .nullable()
      .optional()
      .describe('with --ileap: the shipments that are not among them, with the reason of each'),
  }),
  exit_code: z.int().min(0).max(255),
  error: z
    .strictObject({ code: z.string(), message: z.string(), hint: z.string().nullable() })
    .optional()
    .describe('why the run ended with another code than 0 or 1; absent with these'),
});
