import { quote } from '../issues.ts';
import { duplicateKey } from '../records/duplicate-key.ts';
import type { Fields, RecordKind } from '../records/kind.ts';
import { errorText, type ReadRecordOf } from './read-record.ts';

/** A record of a call that is valid. */
export interface Admitted {
  /** Its place in the call, from 0. */
  readonly index: number;
  readonly record: Fields;
}

/** A record of a call that failed. */
export interface Refused {
  readonly index: number;
  readonly movementId: string | null;
  readonly error: string;
}

/** What became of the records of a call, each list in the call's order. */
export interface Admission {
  readonly admitted: readonly Admitted[];
  readonly refused: readonly Refused[];
}

export interface AdmissionRules {
  readonly read: ReadRecordOf;
  /** What else can be wrong with a valid record. */
  readonly check?: ((record: Fields) => string | undefined) | undefined;
  /** The kind by whose duplicate key a later record of the call is refused; none refuses no duplicates. */
  readonly distinct?: RecordKind | undefined;
  readonly continueOnError: boolean;
}

/** Looks through the records of a call: all of them, or up to the first that fails. */
export function admit(values: readonly Readonly<Record<string, unknown>>[], rules: AdmissionRules): Admission {
  const { read, check, distinct, continueOnError } = rules;
  const admitted: Admitted[] = [];
  const refused: Refused[] = [];
  const firstByKey = new Map<string, number>();
  for (const [index, value] of values.entries()) {
    const outcome = read(value);
    let error: string | undefined;
    if (!outcome.ok) error = errorText(outcome.problems);
    else {
      error = check?.(outcome.record);
      if (error === undefined && distinct !== undefined) {
        const key = duplicateKey(distinct, outcome.record);
        const first = firstByKey.get(key);
        if (first === undefined) firstByKey.set(key, index);
        else error = `Duplicate of record ${String(first)} of this batch${nameOf(outcome.record)}`;
      }
      if (error === undefined) admitted.push({ index, record: outcome.record });
    }
    if (error === undefined) continue;
    refused.push({ index, movementId: movementIdOf(value), error });
    if (!continueOnError) break;
  }
  return { admitted, refused };
}

const nameOf = ({ movement_id: id }: Fields): string => (id === undefined ? '' : ` (movement_id ${quote(String(id))})`);

export const movementIdOf = ({ movement_id: id }: Readonly<Record<string, unknown>>): string | null =>
  typeof id === 'string' && id !== '' ? id : null;
