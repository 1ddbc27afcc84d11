import { randomUUID } from 'node:crypto';
import { requests } from '../records/request.ts';
import type { ShipmentRequest } from '../records/request.ts';
import { admit, type Admission, type Admitted, movementIdOf, type Refused } from './admit.ts';
import type { Outcome } from './calculation/outcome.ts';
import { withAddresses } from './calculation/with-addresses.ts';
import { createRecordReader } from './read-record.ts';
import { type Services, timeOf } from './services.ts';
import { insertFile } from './store/files.ts';
import { hubAddresses } from './store/hubs.ts';
import { insertJob } from './store/jobs.ts';
import type { Organization } from './store/organizations.ts';
import { type InsertedRequest, insertRequests, type NewRequest } from './store/requests.ts';

type Values = readonly Readonly<Record<string, unknown>>[];

/** A bulk call of shipments. */
export interface BulkCall {
  readonly records: Values;
  readonly options: { readonly continue_on_error: boolean };
}

export const shipmentReader = ({ now }: Services) => createRecordReader(requests, now().getUTCFullYear());

const admitAll = (services: Services, { records, options }: BulkCall): Admission =>
  admit(records, {
    read: shipmentReader(services),
    distinct: requests,
    continueOnError: options.continue_on_error,
  });

/** So many shipments go to the calculating thread at once, so that others have their turn between them. */
const sliceSize = 500;

/** What becomes of shipments, in their order. */
export async function calculate(
  { database, calculations }: Services,
  organization: Organization,
  admitted: readonly Admitted[],
): Promise<readonly Outcome[]> {
  const addresses = hubAddresses(database, organization.seq);
  const outcomes: Outcome[] = [];
  for (let start = 0; start < admitted.length; start += sliceSize) {
    const slice = admitted.slice(start, start + sliceSize);
    const shipments = slice.map(({ record }) => withAddresses(record, addresses) as ShipmentRequest);
    outcomes.push(...(await calculations.shipments(shipments)));
  }
  return outcomes;
}

/** v1: calculates each shipment and stores those that it can calculate, with their emissions. */
export async function createInline(services: Services, organization: Organization, call: BulkCall) {
  const { admitted, refused } = admitAll(services, call);
  const outcomes = await calculate(services, organization, admitted);
  const failed = [...refused];
  const ready: Calculated[] = [];
  for (const [place, { index, record }] of admitted.entries()) {
    const outcome = outcomes[place];
    if (outcome?.ok === true) ready.push({ index, record, outcome });
    else if (outcome !== undefined) {
      failed.push({ index, movementId: movementIdOf(record), error: `${outcome.code}: ${outcome.message}` });
    }
  }
  failed.sort((a, b) => a.index - b.index);
  const kept = call.options.continue_on_error ? { ready, failed } : upToFirst(ready, failed);
  const { database } = services;
  return database.transaction(() => {
    const now = timeOf(services);
    const file = insertFile(database, organization, 'POST /v1/logistics/requests/bulk', now);
    const inserted = insertRequests(database, organization, kept.ready, { file, now });
    return { ...replyOf(call, kept.ready, inserted, kept.failed), file_id: file.id };
  });
}

/** A shipment with its emissions. */
interface Calculated extends NewRequest {
  readonly outcome: Outcome & { readonly ok: true };
}

/** What came before the first failure, and that one. */
function upToFirst(ready: readonly Calculated[], failed: readonly Refused[]) {
  const [first] = failed;
  if (first === undefined) return { ready, failed };
  return { ready: ready.filter(({ index }) => index < first.index), failed: [first] };
}

/** v2: stores the shipments with a job that calculates them afterwards. */
export function createDeferred(services: Services, organization: Organization, call: BulkCall) {
  const { admitted, refused } = admitAll(services, call);
  const { database, jobs } = services;
  const reply = database.transaction(() => {
    const now = timeOf(services);
    const file = insertFile(database, organization, 'POST /v2/logistics/requests/bulk', now);
    const id = randomUUID();
    const total = admitted.length + refused.length;
    insertJob(database, organization, { id, file, total, errors: refused.map(entryOf), now });
    const inserted = insertRequests(database, organization, admitted, { file, now });
    return { ...replyOf(call, admitted, inserted, refused), file_id: file.id, processing_job_id: id };
  });
  jobs.wake();
  return reply;
}

const entryOf = ({ index, movementId, error }: Refused) =>
  ({ index, stage: 'sync', code: null, error, movement_id: movementId, request_id: null }) as const;

function replyOf(
  call: BulkCall,
  stored: readonly (NewRequest & { readonly outcome?: Calculated['outcome'] | undefined })[],
  inserted: readonly InsertedRequest[],
  refused: readonly Refused[],
) {
  return {
    total_received: call.records.length,
    total_processed: stored.length + refused.length,
    success: stored.length,
    failed: refused.length,
    results: stored.map(({ index, record, outcome }, place) => ({
      index,
      id: inserted[place]?.id ?? '',
      movement_id: movementIdOf(record),
      package_id: inserted[place]?.packageId ?? null,
      co2e: outcome?.co2eKg ?? null,
    })),
    errors: refused.map(({ index, movementId, error }) => ({ index, movement_id: movementId, error })),
  };
}
