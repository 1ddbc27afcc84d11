import { DictionaryColumn } from '../columns/dictionary-column.ts';
import { PerValue } from '../columns/dictionary.ts';
import { NumberColumn } from '../columns/number-column.ts';
import type { Issue, Warning } from '../issues.ts';
import type { RecordKind } from '../records/kind.ts';
import type { RecordColumns } from './record-columns.ts';

/** What is said of the vehicle type of a record. */
export interface VehicleCheck {
  warnings(toc: string): readonly Warning[];
  /** Why a valid record is not even offered to the destination. */
  refusal(toc: string): Issue | undefined;
}

/** A number of an input's rows of which something is to be said. */
export interface StrangeNumber {
  /** By row. */
  readonly values: Float64Array;
  readonly value: number;
  readonly warning: Warning;
}

/** What is strange about values of an input's fields, by the columns that have them. */
export const strangeNumbersOf = ({ fieldWarnings }: RecordKind, records: RecordColumns): readonly StrangeNumber[] =>
  fieldWarnings.flatMap(({ field, value, warning }) => {
    const column = records.column(field);
    return column instanceof NumberColumn ? [{ values: column.values, value, warning }] : [];
  });

/** What is said of the vehicle types of an input's rows. */
export interface VehicleFindings {
  /** Before a batch. */
  begin(): void;
  at(row: number): { readonly warnings: readonly Warning[]; readonly refusal: Issue | undefined } | undefined;
}

export function vehicleFindings(check: VehicleCheck | undefined, records: RecordColumns): VehicleFindings | undefined {
  const column = records.column('toc');
  if (check === undefined || !(column instanceof DictionaryColumn)) return undefined;
  const findings = new PerValue(column.dictionary, (toc) => ({
    warnings: check.warnings(String(toc)),
    refusal: check.refusal(String(toc)),
  }));
  let byId = findings.update();
  return {
    begin() {
      byId = findings.update();
    },
    at: (row) => byId[column.ids[row] ?? -1],
  };
}
