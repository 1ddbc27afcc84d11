import { duplicateKey } from '../records/duplicate-key.ts';
import type { Fields, RecordKind } from '../records/kind.ts';
import { hashKey } from '../columns/key-hash.ts';

const hex = (half: number): string => half.toString(16).padStart(8, '0');

/**
 * The mark that a conflicting row carries in the rejected file: its duplicate key, hashed.
 *
 * A run knows nothing of the rows of an earlier one. Uploaded again as it is, a conflicting row would be alone, be taken
 * for valid and be sent in addition to the one that was kept. With the mark it is refused again until its key has changed.
 */
export function conflictMark(kind: RecordKind, record: Fields, keyFields: readonly string[] | undefined): string {
  const { high, low } = hashKey(duplicateKey(kind, record, keyFields));
  return `[key ${hex(high)}${hex(low)}]`;
}
