import type { Owner } from '../ledger/run-store.ts';
import type { Fields, RecordKind } from '../records/kind.ts';
import { type Chunk, Fate, recordOf, type StoredEmissions, type StoredResult } from '../destinations/destination.ts';
import type { Claims } from './claims.ts';
import { fold } from './compare-stored.ts';
import { rejected, unsent } from './fate-issues.ts';
import type { OpenOutcome } from './open-outcome.ts';
import type { BulkReply } from './reply.ts';

export interface TraceOptions {
  readonly kind: RecordKind;
  readonly continueOnError: boolean;
  readonly redact: (text: string) => string;
  /** Of these ids, those that the ledger knows, with the identities of their records. */
  readonly owners: (ids: readonly string[]) => Promise<ReadonlyMap<string, Pick<Owner, 'key'>>>;
  readonly claims: Pick<Claims, 'isFound'>;
}

/**
 * Finds each record of a call in the reply, by its index, and settles it. The reply must account for every record, each once; its
 * counts must add up; its ids must be those of these records alone. Else it is wrong, and nothing in it is believed.
 *
 * @param records the records of the call, in its order
 * @param outcome of the chunk; unchanged where the reply is wrong
 * @returns what is wrong with the reply
 */
export async function traceReply(
  reply: BulkReply,
  chunk: Chunk,
  records: readonly number[],
  outcome: OpenOutcome,
  { kind, continueOnError, redact, owners, claims }: TraceOptions,
): Promise<string | undefined> {
  const fault =
    findMiscount(reply, records.length, continueOnError) ??
    findMisnamed(reply, records.length) ??
    findSwapped(reply, chunk, records) ??
    (await findForeignId(reply, chunk, records, { kind, owners })) ??
    findClaimed(reply, kind, claims);
  if (fault !== undefined) return fault;
  for (const result of reply.results) {
    const record = records[result.index];
    if (record === undefined) continue;
    const { co2e } = result;
    const emissions = typeof co2e === 'number' ? emissionsOf(co2e, recordOf(chunk, record)) : undefined;
    outcome.accept(record, resultOf(result, kind), emissions);
  }
  for (const { index, error } of reply.errors) {
    const record = records[index];
    if (record !== undefined) outcome.refuse([record], Fate.rejected, rejected(redact(error)));
  }
  // Those that are named are the first ones.
  const rest = records.slice(reply.results.length + reply.errors.length);
  outcome.refuse(rest, Fate.notSent, unsent('the API stopped at an earlier record that it rejected'));
  return undefined;
}

/** A record that the API has stored, as a reply or a list has it. */
interface Stored {
  readonly id?: string | undefined;
  readonly package_id?: string | null | undefined;
  readonly co2e?: number | null | undefined;
}

export function resultOf({ id, package_id: packageId, co2e }: Stored, kind: RecordKind): StoredResult {
  const co2eKg = co2e ?? undefined;
  const status = co2eKg === undefined ? (kind.readsBack ? 'pending' : 'accepted') : 'calculated';
  return { id, package_id: packageId ?? undefined, co2e_kg: co2eKg, status };
}

export const emissionsOf = (co2eKg: number, record: Fields): StoredEmissions => ({
  group: String(record['category'] ?? 'unspecified'),
  co2eKg,
});

/** What does not add up in a reply. Only a call that stops at its first error may leave records out. */
function findMiscount(reply: BulkReply, records: number, continueOnError: boolean): string | undefined {
  const { total_received: received, total_processed: processed, success, failed, results, errors } = reply;
  const counts = [
    [received === records, `it received ${String(received)} records of ${String(records)}`],
    [
      processed === success + failed,
      `it processed ${String(processed)} records, ${String(success)} + ${String(failed)}`,
    ],
    [results.length === success, `it names ${String(results.length)} of ${String(success)} accepted records`],
    [errors.length === failed, `it names ${String(errors.length)} of ${String(failed)} rejected records`],
    [
      processed === records || (!continueOnError && failed > 0),
      `it processed ${String(processed)} records of ${String(records)}`,
    ],
  ] as const;
  const wrong = counts.find(([isRight]) => !isRight)?.[1];
  return wrong === undefined ? undefined : `the counts of the reply do not add up: ${wrong}`;
}

/** What is wrong with the records that a reply names: they are the first ones of the call, each once. */
function findMisnamed({ results, errors }: BulkReply, records: number): string | undefined {
  const isNamed = new Uint8Array(records);
  for (const named of [results, errors]) {
    for (const { index } of named) {
      if (isNamed[index] === undefined) return `the reply names record ${String(index)} of ${String(records)}`;
      if (isNamed[index] === 1) return `the reply names record ${String(index)} twice`;
      isNamed[index] = 1;
    }
  }
  const gap = isNamed.indexOf(0);
  return gap !== -1 && gap < isNamed.lastIndexOf(1) ? `the reply does not name record ${String(gap)}` : undefined;
}

/** A record under whose index the reply has the movement of another one of the call. */
function findSwapped({ results }: BulkReply, chunk: Chunk, records: readonly number[]): string | undefined {
  let movements: ReadonlySet<string> | undefined;
  for (const { index, movement_id: echoed } of results) {
    const record = records[index];
    if (record === undefined || echoed === undefined || echoed === null) continue;
    // What is not ASCII is not found in it, and is compared below.
    const json = chunk.body.toString('latin1', chunk.starts[record], chunk.ends[record]);
    if (json.includes(`"movement_id":${JSON.stringify(echoed)}`)) continue;
    const own = movementOf(chunk, record);
    if (own === fold(String(echoed))) continue;
    // Seldom: every record of the call is read for it.
    movements ??= new Set(records.map((each) => movementOf(chunk, each)));
    if (movements.has(fold(String(echoed)))) {
      return `the reply has the movement of another record under ${String(index)}`;
    }
  }
  return undefined;
}

const movementOf = (chunk: Chunk, record: number): string => fold(String(recordOf(chunk, record)['movement_id'] ?? ''));

/**
 * An id that can't be that of a record of this call. The API updates a purchase that it has, which keeps its id: of purchases, it is
 * the id of one with another identity.
 */
async function findForeignId(
  { results }: BulkReply,
  chunk: Chunk,
  records: readonly number[],
  { kind, owners }: Pick<TraceOptions, 'kind' | 'owners'>,
): Promise<string | undefined> {
  const ids = new Set<string>();
  for (const { id, index } of results) {
    if (id.trim() === '') return `the reply has no id for record ${String(index)}`;
    if (ids.has(id)) return `the reply has the id ${id} twice`;
    ids.add(id);
  }
  if (ids.size === 0) return undefined;
  const known = await owners([...ids]);
  const foreign = results.find(({ id, index }) => {
    const key = known.get(id)?.key;
    return key !== undefined && !(kind.isUpsert && mayBeOf(chunk, records[index] ?? 0, key));
  });
  return foreign === undefined ? undefined : `the reply has the id ${foreign.id}, which is that of another record`;
}

/** An id that was found meanwhile to be that of another record of this run. */
function findClaimed(
  { results }: BulkReply,
  { isUpsert }: RecordKind,
  claims: TraceOptions['claims'],
): string | undefined {
  const claimed = isUpsert ? undefined : results.find(({ id }) => claims.isFound(id));
  return claimed === undefined ? undefined : `the reply has the id ${claimed.id}, which is that of another record`;
}

/** Whether a record has this identity; one that is not known may be anybody's. */
const mayBeOf = ({ keys }: Chunk, record: number, key: Uint8Array): boolean =>
  key.every((byte) => byte === 0) || key.every((byte, at) => byte === keys[record * key.length + at]);
