import { createHash } from 'node:crypto';
import { Entry, type LedgerView, type RecordMarks } from '../ledger/run-store.ts';

/**
 * The ids under which the ledger has records as accepted, by their contents. Records that are alike have each an id of their own, as far
 * as there are as many.
 *
 * @param contents the JSON text of each record, as it is sent
 * @returns by record; `undefined` where the ledger knows none for certain
 */
export async function ledgerIds(
  ledger: Pick<LedgerView, 'known'>,
  contents: readonly string[],
): Promise<readonly (string | undefined)[]> {
  if (contents.length === 0) return [];
  const { found } = await ledger.known(marksOf(contents));
  const taken = new Set<string>();
  return contents.map((_, record) => {
    const ids = (found.get(record) ?? []).flatMap(({ by, entry, id }) =>
      by === 'content' && entry === Entry.accepted && id !== undefined ? [id] : [],
    );
    const id = ids.find((each) => !taken.has(each));
    if (id !== undefined) taken.add(id);
    return id;
  });
}

/** Marks of records by their contents alone. */
function marksOf(contents: readonly string[]): RecordMarks {
  const records = contents.length;
  const hashes = new Uint8Array(records * 16);
  for (const [record, text] of contents.entries()) {
    hashes.set(createHash('sha256').update(text).digest().subarray(0, 16), record * 16);
  }
  return {
    records,
    contents: hashes,
    keys: new Uint8Array(records * 16),
    cells: new Uint8Array(records * 8),
    movements: new Uint8Array(records * 8),
    inputs: new Uint16Array(records),
    rows: new Uint32Array(records),
    lines: new Uint32Array(records),
  };
}
