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

/** What is said of the hubs and places of a record whose distance the API works out. */
export interface HubCheck {
  /** Of `origin` and `destination`. */
  place(text: string): Warning | undefined;
  /** Of `hub_id`. */
  id(id: string): Warning | undefined;
}

/** What is said of a value of an input's rows. */
export interface ValueFindings {
  /** Before a batch. */
  begin(): void;
  at(row: number): { readonly warnings: readonly Warning[]; readonly refusal: Issue | undefined } | undefined;
}

/** What the account's catalogues say of an input's rows. */
export const accountFindings = (
  checks: { readonly vehicles?: VehicleCheck | undefined; readonly hubs?: HubCheck | undefined },
  records: RecordColumns,
): ValueFindings | undefined => {
  const vehicles = vehicleFindings(checks.vehicles, records);
  const hubs = hubFindings(checks.hubs, records);
  if (vehicles === undefined || hubs === undefined) return vehicles ?? hubs;
  return {
    begin() {
      vehicles.begin();
      hubs.begin();
    },
    at(row) {
      const ofVehicle = vehicles.at(row);
      const ofHubs = hubs.at(row);
      const warnings = [...(ofVehicle?.warnings ?? []), ...(ofHubs?.warnings ?? [])];
      return { warnings, refusal: ofVehicle?.refusal ?? ofHubs?.refusal };
    },
  };
};

function hubFindings(check: HubCheck | undefined, records: RecordColumns): ValueFindings | undefined {
  if (check === undefined) return undefined;
  const distances = records.column('distance_km');
  const isGiven = (row: number): boolean =>
    distances instanceof NumberColumn && !Number.isNaN(distances.values[row] ?? Number.NaN);
  return {
    begin() {},
    at(row) {
      const { origin, destination, hub_id: id } = records.fields(row);
      const places = isGiven(row) ? [] : [origin, destination];
      const warnings = [
        ...places.map((text) => (text === undefined ? undefined : check.place(String(text)))),
        id === undefined ? undefined : check.id(String(id)),
      ].filter((warning) => warning !== undefined);
      return { warnings, refusal: undefined };
    },
  };
}

function vehicleFindings(check: VehicleCheck | undefined, records: RecordColumns): ValueFindings | undefined {
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
