import type { PlacedRow } from '../input/input.ts';
import type { Row } from '../input/row.ts';
import type { Issue, Warning } from '../issues.ts';
import type { FieldReadings } from '../mapping/read-fields.ts';
import type { Fields } from '../records/kind.ts';
import type { Validation } from '../records/validate.ts';

/** A row that has become a record, or the reasons why it did not. */
export type ReadRow =
  | { readonly row: PlacedRow; readonly record: Fields; readonly notes: readonly Warning[]; readonly json: Buffer }
  | { readonly row: PlacedRow; readonly issues: readonly Issue[]; readonly movementId: string | undefined };

/** The two steps from a row to a record. */
export interface RecordReader {
  readonly readFields: (row: Row) => FieldReadings;
  readonly validate: (fields: Fields, unreadable: ReadonlySet<string>) => Validation;
}

type Interpreted =
  | { readonly record: Fields; readonly notes: readonly Warning[] }
  | { readonly issues: readonly Issue[]; readonly movementId: string | undefined };

/** The record of a row. Pure: the same row gives the same record, which is how a row can be read again. */
export function interpretRow(row: Row, { readFields, validate }: RecordReader): Interpreted {
  if (row.malformed !== undefined) {
    const issue: Issue = {
      code: 'MALFORMED_ROW',
      stage: 'parse',
      message: row.malformed,
      // What stands in brackets is this row's own: the parser's words, a length.
      cause: row.malformed.replace(/ \(.*\)/, ''),
      value: row.text ?? '',
    };
    return { issues: [issue], movementId: undefined };
  }
  const { fields, unreadable, issues, notes } = readFields(row);
  const validation = validate(fields, unreadable);
  if (issues.length === 0 && validation.valid) return { record: validation.record, notes };
  const movementId = fields['movement_id'];
  return {
    issues: validation.valid ? issues : [...issues, ...validation.issues],
    movementId: movementId === undefined ? undefined : String(movementId),
  };
}

const noBytes = Buffer.alloc(0);

/** The records of a block's rows, with their JSON bytes in one buffer if they are wanted. */
export function readRecords(rows: readonly PlacedRow[], reader: RecordReader, wantsBytes: boolean): ReadRow[] {
  const interpreted = rows.map((row) => ({ row, ...interpretRow(row, reader) }));
  if (!wantsBytes) return interpreted.map((read) => ('record' in read ? { ...read, json: noBytes } : read));
  const texts = interpreted.map((read) => ('record' in read ? JSON.stringify(read.record) : ''));
  const bytes = Buffer.from(texts.join(''));
  let end = 0;
  return interpreted.map((read, index) => {
    if (!('record' in read)) return read;
    const start = end;
    end += Buffer.byteLength(texts[index] ?? '');
    return { ...read, json: bytes.subarray(start, end) };
  });
}
