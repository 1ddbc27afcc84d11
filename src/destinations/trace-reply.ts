import type { BulkReply } from '../api/reply.ts';
import type { RecordKind } from '../records/kind.ts';
import type { Accepted, Fate, ValidRow } from './destination.ts';
import { rejected, unsent } from './fates.ts';

export interface TraceOptions {
  readonly kind: RecordKind;
  readonly continueOnError: boolean;
  readonly redact: (text: string) => string;
}

/**
 * Finds each record of a call in the reply, by its index. The reply must account for every record, each once, and its counts
 * must add up; else it is wrong, and nothing in it is believed.
 *
 * @returns the fate of each row, or what is wrong with the reply
 */
export function traceReply(
  reply: BulkReply,
  rows: readonly ValidRow[],
  { kind, continueOnError, redact }: TraceOptions,
): readonly Fate[] | string {
  const miscount = findMiscount(reply, rows.length, continueOnError);
  if (miscount !== undefined) return miscount;
  const fates = new Array<Fate | undefined>(rows.length).fill(undefined);
  const named = [
    ...reply.results.map((result) => ({
      index: result.index,
      fate: (row: ValidRow) => acceptedFrom(result, row, kind),
    })),
    ...reply.errors.map(({ index, error }) => ({ index, fate: () => rejected(redact(error)) })),
  ];
  for (const { index, fate } of named) {
    const row = rows[index];
    if (row === undefined) return `the reply names record ${String(index)} of ${String(rows.length)}`;
    if (fates[index] !== undefined) return `the reply names record ${String(index)} twice`;
    fates[index] = fate(row);
  }
  const lastNamed = fates.findLastIndex((fate) => fate !== undefined);
  const gap = fates.findIndex((fate) => fate === undefined);
  if (gap !== -1 && gap < lastNamed) return `the reply does not name record ${String(gap)}`;
  return fates.map((fate) => fate ?? unsent('the API stopped at an earlier record that it rejected'));
}

interface StoredResult {
  readonly id?: unknown;
  readonly package_id?: string | null | undefined;
  readonly co2e?: number | null | undefined;
}

/** The fate of a row that the API has stored, in `resultColumns` of the API. */
export function acceptedFrom(result: StoredResult, row: ValidRow, kind: RecordKind): Accepted {
  const co2eKg = result.co2e ?? undefined;
  const status = co2eKg === undefined ? (kind.readsBack ? 'pending' : 'accepted') : 'calculated';
  const group = String(row.record['category'] ?? 'unspecified');
  return {
    fate: 'accepted',
    result: [String(result.id), result.package_id ?? undefined, co2eKg, status],
    emissions: co2eKg === undefined ? undefined : { group, co2eKg },
  };
}

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
