import { marksSize, type FoundCall, type KnownRecords, soughtOf } from './known-records.ts';
import { isCurrent } from './rows.ts';
import type { Account, KnownRecord, RecordMarks } from './run-store.ts';

/** A record of a call. */
export interface Found {
  readonly event: number;
  readonly record: number;
}

interface Search {
  readonly records: KnownRecords;
  readonly account: Account;
  /** Calls that are not to be found. */
  readonly isOwn: (call: number) => boolean;
  readonly describe: (by: KnownRecord['by'], found: Found) => KnownRecord;
}

const relationOf = { content: 'contents', key: 'keys', cells: 'cells', movement: 'movements' } as const;

/** Of a row or a movement that is known, one record says enough; a movement may have thousands. */
const enough = { content: Infinity, key: Infinity, cells: 1, movement: 1 } as const;

/** What is known of records: all with the same content and identity; else one with the same cells, else one of the same movement. */
export function knownInBatch(marks: RecordMarks, search: Search): Map<number, readonly KnownRecord[]> {
  const found = new Map<number, readonly KnownRecord[]>();
  const all = Array.from({ length: marks.records }, (_, record) => record);
  const isUnknown = (record: number): boolean => !found.has(record);
  for (const [record, entries] of sameAs('content', all, marks, search)) found.set(record, entries);
  for (const [record, entries] of sameAs('key', all, marks, search)) {
    const closer = found.get(record) ?? [];
    const others = entries.filter((entry) => !closer.some((each) => isSame(each, entry)));
    if (others.length > 0) found.set(record, [...closer, ...others]);
  }
  for (const [record, entries] of sameAs('cells', all.filter(isUnknown), marks, search)) found.set(record, entries);
  for (const [record, entries] of sameAs('movement', all.filter(isUnknown), marks, search)) found.set(record, entries);
  return new Map([...found].toSorted(([a], [b]) => a - b));
}

const isSame = (a: KnownRecord, b: KnownRecord): boolean =>
  a.record === b.record && a.call === b.call && a.runId === b.runId;

/** The records that have a hash in common with some; those of the batch with one hash share a list. */
function sameAs(
  by: KnownRecord['by'],
  batch: readonly number[],
  marks: RecordMarks,
  { records, account, isOwn, describe }: Search,
): Map<number, readonly KnownRecord[]> {
  const relation = relationOf[by];
  if (records.isEmpty(relation)) return new Map();
  const size = marksSize[relation];
  const bytes = marks[relation];
  const sought = soughtOf(account, { bytes, size });
  // In the order of the index, so that each of its blocks is read once.
  const order = batch
    .filter((record) => !sought.isEmpty(record) && records.mayHave(relation, sought.high(record), sought.low(record)))
    .toSorted((a, b) => sought.high(a) - sought.high(b) || sought.low(a) - sought.low(b));
  const matches = new Map<number, readonly KnownRecord[]>();
  let last = -1;
  for (const record of order) {
    const isRepeated = last >= 0 && equal(bytes, last, bytes, record, size);
    const earlier = isRepeated ? matches.get(last) : undefined;
    last = record;
    if (isRepeated) {
      if (earlier !== undefined) matches.set(record, earlier);
      continue;
    }
    const places: Found[] = [];
    records.find(relation, sought.high(record), sought.low(record), (event, at) => {
      if (!isOwn(event)) places.push({ event, record: at });
    });
    if (places.length === 0) continue;
    const isMatch = ({ event, record: at }: Found): boolean => {
      const found = records.call(event);
      return (
        isOf(account, found) &&
        isCurrent(entryOf(found, at)) &&
        equal(found.call.marks[relation], at, bytes, record, size)
      );
    };
    const entries = first(enough[by], inOrder(places), isMatch).map((place) => describe(by, place));
    if (entries.length > 0) matches.set(record, entries);
  }
  return matches;
}

function first(limit: number, places: readonly Found[], isMatch: (place: Found) => boolean): readonly Found[] {
  const matching: Found[] = [];
  for (const place of places) {
    if (matching.length >= limit) break;
    if (isMatch(place)) matching.push(place);
  }
  return matching;
}

/** Each place once, the oldest first. */
export const inOrder = (places: readonly Found[]): readonly Found[] =>
  places
    .toSorted((a, b) => a.event - b.event || a.record - b.record)
    .filter(({ event, record }, place, sorted) => {
      const before = sorted[place - 1];
      return before === undefined || before.event !== event || before.record !== record;
    });

export const entryOf = ({ settlement }: FoundCall, record: number): number =>
  settlement === undefined ? 0 : (settlement.entries[record] ?? 0);

export const isOf = ({ kind, baseUrl, organizationId }: Account, { call: { account } }: FoundCall): boolean =>
  account.kind === kind && account.baseUrl === baseUrl && account.organizationId === organizationId;

/** Whether two hashes are the same. */
export function equal(a: Uint8Array, atA: number, b: Uint8Array, atB: number, size: number): boolean {
  for (let at = 0; at < size; at += 1) if (a[atA * size + at] !== b[atB * size + at]) return false;
  return true;
}
