import { createHash } from 'node:crypto';
import type * as z from 'zod';
import type { footprintSchema } from './footprint-schema.ts';
import type { ShipmentFootprint } from './shipment.ts';
import type { OperationCategory } from './toc.ts';

/** Whose footprints they are, and when they were made. */
export interface Provider {
  readonly companyName: string;
  /** URNs. */
  readonly companyIds: readonly string[];
  readonly createdAt: Date;
}

// The schema is only for types here: a run does not need it.
type ProductFootprint = z.infer<typeof footprintSchema>;

/** What kinds of extensions have in common with their envelope. */
interface Enveloped {
  readonly kind: 'shipment' | 'toc';
  readonly id: string;
  readonly amount: string;
  readonly kg: string;
  readonly massKg?: string;
  readonly from: string;
  readonly until: string;
  readonly sources: readonly string[];
  readonly comment: string;
  readonly extension: ProductFootprint['extensions'][number];
}

const dataModel = { specVersion: '2.0.0', documentation: 'https://sine-fdn.github.io/ileap-extension/' } as const;

const method =
  'Calculated by ISO 14083:2023 with published averages (default data), well-to-wheel; not verified or certified.';

/** A ShipmentFootprint as a ProductFootprint of PACT 2.1, which iLEAP 1.0.0 binds. */
export function shipmentEnvelope(
  { data, tonneKm, co2eWtw, from, until, notes }: ShipmentFootprint,
  sources: readonly string[],
  provider: Provider,
): ProductFootprint {
  const comment = [method, ...notes].join(' | ');
  const { shipmentId: id, mass: massKg } = data;
  const dataSchema = 'https://api.ileap.sine.dev/shipment-footprint.json';
  const extension = { ...dataModel, dataSchema, data } as const;
  return envelope(
    { kind: 'shipment', id, amount: tonneKm, kg: co2eWtw, massKg, from, until, sources, comment, extension },
    provider,
  );
}

/** A TOC as a ProductFootprint. */
export const tocEnvelope = ({ data, sources, from, until }: OperationCategory, provider: Provider): ProductFootprint =>
  envelope(
    {
      kind: 'toc',
      id: data.tocId,
      amount: '1',
      kg: data.co2eIntensityWTW,
      from,
      until,
      sources,
      comment: method,
      extension: { ...dataModel, dataSchema: 'https://api.ileap.sine.dev/toc.json', data },
    },
    provider,
  );

function envelope(each: Enveloped, { companyName, companyIds, createdAt }: Provider): ProductFootprint {
  const { kind, id, comment, extension } = each;
  const name = `${kind === 'shipment' ? 'Shipment' : 'TOC'} ${id}`;
  const pcf = footprint(each);
  return {
    // The same content has the same id: who gets a file twice has nothing twice.
    id: uuidOf(JSON.stringify([companyIds, kind, id, pcf, extension])),
    specVersion: '2.1.0',
    version: 0,
    created: createdAt.toISOString(),
    status: 'Active',
    companyName,
    companyIds: [...companyIds],
    productDescription: `Logistics emissions of ${name}`,
    // Through bytes, as half a surrogate pair can't be encoded.
    productIds: [
      `urn:pathfinder:product:customcode:vendor-assigned:${kind}:${encodeURIComponent(Buffer.from(id).toString())}`,
    ],
    productCategoryCpc: '83117',
    productNameCompany: name,
    comment,
    pcf,
    extensions: [extension],
  };
}

const footprint = ({ amount, kg, massKg, from, until, sources }: Enveloped): ProductFootprint['pcf'] => ({
  declaredUnit: 'ton kilometer',
  unitaryProductAmount: amount,
  ...(massKg === undefined ? {} : { productMassPerDeclaredUnit: massKg }),
  pCfExcludingBiogenic: kg,
  // The figures of DESNZ leave biogenic CO2 out, so all of it is fossil; a service holds no carbon.
  fossilGhgEmissions: kg,
  fossilCarbonContent: '0',
  biogenicCarbonContent: '0',
  characterizationFactors: 'AR5',
  ipccCharacterizationFactorsSources: ['AR5'],
  // PACT 2.1 has no word for ISO 14083; this is what iLEAP's own examples write, next to the rule that was applied.
  crossSectoralStandardsUsed: ['GHG Protocol Product standard'],
  productOrSectorSpecificRules: [{ operator: 'Other', otherOperatorName: 'ISO', ruleNames: ['ISO 14083:2023'] }],
  boundaryProcessesDescription: 'Transport with its energy, from well to wheel; without hubs and packaging',
  referencePeriodStart: `${from}T00:00:00Z`,
  referencePeriodEnd: `${until}T00:00:00Z`,
  secondaryEmissionFactorSources: sources.map((source) => {
    const [, name = source, version = '-'] = /^(.*?)(?: (\d{4}))?$/.exec(source) ?? [];
    return { name, version };
  }),
  exemptedEmissionsPercent: 0,
  exemptedEmissionsDescription: '',
  packagingEmissionsIncluded: false,
  // Share of the emissions whose intensity or energy was measured: none of published averages.
  primaryDataShare: 0,
});

/** A UUID of version 4 that a text alone decides. */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
