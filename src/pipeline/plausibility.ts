import type { DistanceLimits, PurchaseLimit } from '../calculator/limits.ts';
import type { Arena } from '../columns/arena.ts';
import { type Batch, Verdict } from '../columns/batch.ts';
import { PerValue } from '../columns/dictionary.ts';
import { DictionaryColumn } from '../columns/dictionary-column.ts';
import { NumberColumn } from '../columns/number-column.ts';
import { TextIds } from '../columns/text-column.ts';
import { TupleIds } from '../columns/tuple-ids.ts';
import type { Issue } from '../issues.ts';
import type { Fields } from '../records/kind.ts';
import type { RecordColumns } from './record-columns.ts';
import { type MarkedInput, returnMarksOf } from './return-marks.ts';
import { WholeTrips } from './whole-trips.ts';

/** What is known of plausible values; rows of which nothing is known are not doubted. */
export interface Bounds {
  /** The most of a fuel purchase, in the unit of its quantity. */
  purchase(fuel: string, unit: string | undefined, hasPlate: boolean): PurchaseLimit | undefined;
  /** Tonnes that a vehicle carries at most. */
  payloadT(toc: string | undefined, category: string | undefined, country: string | undefined): number | undefined;
  /** Where a given distance of a record lies; only where places are looked up, and both of its own are certain. */
  readonly distance?: ((record: Fields) => DistanceLimits | undefined) | undefined;
}

/** Nothing is doubted. */
export const noBounds: Bounds = { purchase: () => undefined, payloadT: () => undefined };

/** What can be implausible. If over half of a file's rows are so in one way, the file is meant otherwise. */
export type PlausibilityRule = 'unusual' | 'purchase' | 'payload' | 'distance' | 'return' | 'whole-trip';

/** Why a row is doubted. */
export interface Doubt {
  readonly rule: PlausibilityRule;
  readonly field: string;
  readonly value: number;
  /** What is the same for all such rows. */
  readonly text: string;
}

/** Fewer rows say nothing of a file. */
const fewestOfFile = 3;

/** Whether a rule doubts so many of the valid rows that the file is meant otherwise, and not its rows wrong. */
export const isOfFile = (doubted: number, rows: number): boolean => doubted >= fewestOfFile && doubted * 2 > rows;

export const messageOfFile = (
  { rule, text }: { readonly rule: PlausibilityRule; readonly text: string },
  doubted: number,
  rows: number,
): string => {
  const isOfRows = rule === 'return' || rule === 'whole-trip';
  const check = isOfRows ? 'check what these rows are' : 'check the unit and the decimal mark';
  return `in ${String(doubted)} of ${String(rows)} rows ${text}: ${check}`;
};

type Add = (row: number, doubt: Doubt) => void;
type Check = (batch: Batch, add: Add) => void;

/** Doubts rows of one input whose values are valid and hardly true. */
export class Plausibility {
  /** By row of the batch. */
  readonly doubts = new Map<number, Doubt[]>();
  readonly #checks: readonly Check[];
  readonly #isStrict: boolean;

  constructor(
    {
      records,
      arena,
      planned,
    }: { readonly records: RecordColumns; readonly arena: Arena; readonly planned: MarkedInput },
    { bounds, isStrict }: { readonly bounds: Bounds; readonly isStrict: boolean },
  ) {
    this.#isStrict = isStrict;
    const { distance } = bounds;
    this.#checks = [
      unusualValues(records),
      ...purchases(records, bounds),
      ...payloads(records, bounds),
      ...returns(records, arena, planned),
      ...wholeTrips(records, arena),
      ...(distance === undefined ? [] : distances(records, arena, distance)),
    ];
  }

  /** Finds the doubts of a batch's valid rows; if strict, these rows are refused. */
  check(batch: Batch): void {
    this.doubts.clear();
    for (const check of this.#checks) {
      check(batch, (row, doubt) => {
        if (batch.verdicts[row] !== Verdict.accepted) return;
        const known = this.doubts.get(row);
        if (known === undefined) this.doubts.set(row, [doubt]);
        else known.push(doubt);
      });
    }
    if (!this.#isStrict) return;
    for (const [row, doubts] of this.doubts) batch.refuse(row, doubts.map(issueOf));
  }
}

const issueOf = ({ field, value, text }: Doubt): Issue => ({
  code: 'IMPLAUSIBLE',
  stage: 'validate',
  field,
  value: String(value),
  message: `${field} ${String(value)} is not plausible: ${text}`,
  cause: text,
  hint: 'correct it; without --strict such rows are taken, and shown',
});

const numbers = (records: RecordColumns, field: string): NumberColumn | undefined => {
  const column = records.column(field);
  return column instanceof NumberColumn ? column : undefined;
};

const dictionary = (records: RecordColumns, field: string): DictionaryColumn<string> | undefined => {
  const column = records.column(field);
  return column instanceof DictionaryColumn ? (column as DictionaryColumn<string>) : undefined;
};

/** Numbers far from what is usual in their column: a mark may be lost. */
const unusualValues =
  (records: RecordColumns): Check =>
  (_batch, add) => {
    for (const { row, field, value } of records.unusual()) {
      const text = `${field} is over 500 times as large, or as small, as is usual in its column`;
      add(row, { rule: 'unusual', field, value, text });
    }
  };

/** No purchase that is smaller than these is doubted, so that most need no look at their words. */
const smallPurchase = 2000;
const smallVolume = 2;

function purchases(records: RecordColumns, bounds: Bounds): readonly Check[] {
  const quantity = numbers(records, 'quantity');
  if (quantity === undefined) return [];
  const plate = records.column('vehicle_license_plate');
  const units = dictionary(records, 'quantity_unit');
  const fuel = records.column('fuel_id');
  return [
    ({ rows }, add) => {
      const least = units === undefined ? smallPurchase : smallVolume;
      for (let row = 0; row < rows; row += 1) {
        const value = quantity.values[row] ?? Number.NaN;
        if (!(value > least)) continue;
        const unit = units?.valueOf(row);
        if (value <= smallPurchase && unit !== 'm3') continue;
        const hasPlate = plate?.has(row) === true;
        const limit = bounds.purchase(String(fuel?.valueOf(row) ?? ''), unit, hasPlate);
        if (limit === undefined || value <= limit.most) continue;
        const whose = hasPlate ? 'of one vehicle' : 'at once';
        const text = `quantity is over ${String(limit.most)} ${limit.unit}, more than is bought ${whose}`;
        add(row, { rule: 'purchase', field: 'quantity', value, text });
      }
    },
  ];
}

/** Only units of mass: what a pallet or a container weighs is an assumption. */
const tonnesOf: Readonly<Record<string, number>> = { kg: 0.001, ton: 1 };

/** No load that is lighter than this is doubted, tonnes. */
const lightLoad = 2;

function payloads(records: RecordColumns, bounds: Bounds): readonly Check[] {
  const load = numbers(records, 'load');
  if (load === undefined) return [];
  const [units, tocs, categories, countries] = ['load_unit', 'toc', 'category', 'origin_country'].map((field) =>
    dictionary(records, field),
  );
  const factors = numbers(records, 'load_factor')?.values;
  const tonnes =
    units === undefined ? undefined : new PerValue(units.dictionary, (unit) => tonnesOf[unit] ?? Number.NaN);
  const limits = new Map<string, number>();
  const limitOf = (row: number): number => {
    const words = [tocs, categories, countries].map((column) => column?.valueOf(row)) as (string | undefined)[];
    const key = words.join('\u0000');
    let limit = limits.get(key);
    if (limit === undefined) {
      limit = bounds.payloadT(words[0], words[1], words[2]) ?? Number.POSITIVE_INFINITY;
      if (limits.size < 10_000) limits.set(key, limit);
    }
    return limit;
  };
  return [
    ({ rows }, add) => {
      const byUnit = tonnes?.update() ?? [];
      for (let row = 0; row < rows; row += 1) {
        const unit = units?.ids[row] ?? -1;
        const factor = factors?.[row] ?? Number.NaN;
        const value = load.values[row] ?? Number.NaN;
        const ofUnit = unit < 0 ? 0.001 : (byUnit[unit] ?? Number.NaN);
        const mass = value * ofUnit * (Number.isNaN(factor) ? 1 : factor);
        if (!(mass > lightLoad)) continue;
        const limit = limitOf(row);
        if (mass <= limit) continue;
        const toc = tocs?.valueOf(row) ?? 'a truck';
        const text = `load is over ${String(Number(limit.toFixed(3)))} t, more than ${toc} carries`;
        add(row, { rule: 'payload', field: 'load', value, text });
      }
    },
  ];
}

/** Positive figures of rows that other columns call taken back. */
function returns(records: RecordColumns, arena: Arena, planned: MarkedInput): readonly Check[] {
  const quantity = numbers(records, 'quantity');
  const [field, column] = quantity === undefined ? ['load', numbers(records, 'load')] : ['quantity', quantity];
  if (column === undefined) return [];
  return returnMarksOf(planned, arena, quantity !== undefined).map(({ text, isSet }) => (batch, add) => {
    for (let row = 0; row < batch.rows; row += 1) {
      const value = column.values[row] ?? Number.NaN;
      if (isSet(batch, row) && value > 0) add(row, { rule: 'return', field, value, text });
    }
  });
}

/** Whole trips next to their legs. */
function wholeTrips(records: RecordColumns, arena: Arena): readonly Check[] {
  const [cell, ...more] = records.cellsOf('movement_id');
  const hasPlaces = ['origin', 'destination'].every((field) => records.column(field) !== undefined);
  const figures = ['distance_km', 'load', 'tkm'].map((field) => ({ field, values: numbers(records, field)?.values }));
  if (cell === undefined || more.length > 0 || !hasPlaces) return [];
  const trips = new WholeTrips(records, arena, cell);
  const text = 'a shipment has rows for its legs and for its whole trip, and counts twice';
  return [
    (batch, add) => {
      for (const row of trips.find(batch)) {
        const figure = figures.find(({ values }) => (values?.[row] ?? 0) > 0);
        add(row, { rule: 'whole-trip', field: figure?.field ?? 'load', value: figure?.values?.[row] ?? 0, text });
      }
    },
  ];
}

const routeFields = [
  'toc',
  'category',
  'origin_country',
  'origin_postcode',
  'origin_region',
  'destination_country',
  'destination_postcode',
  'destination_region',
] as const;

/** Pairs of places whose limits are kept. */
const mostPairs = 500_000;

function distances(records: RecordColumns, arena: Arena, limitsOf: NonNullable<Bounds['distance']>): readonly Check[] {
  const km = numbers(records, 'distance_km');
  const ends = ['origin', 'destination'].map((field) => records.column(field));
  if (km === undefined || ends.includes(undefined)) return [];
  const [origins, destinations] = ends.map((column) => new TextIds(arena, column)) as [TextIds, TextIds];
  const words = routeFields.flatMap((field) => dictionary(records, field) ?? []);
  const ids = new TupleIds(2 + words.length);
  let limits: (DistanceLimits | undefined)[] = [];
  let generations = '';
  const at = (row: number): DistanceLimits | undefined => {
    const [origin, destination] = [origins.idAt(row), destinations.idAt(row)];
    if (origin < 0 || destination < 0) return undefined;
    ids.key[0] = origin;
    ids.key[1] = destination;
    for (const [index, { ids: own }] of words.entries()) ids.key[2 + index] = own[row] ?? -1;
    const id = ids.idOf();
    if (id === limits.length) limits.push(limitsOf(records.fields(row)));
    return limits[id];
  };
  return [
    (batch, add) => {
      origins.trim();
      destinations.trim();
      const all = [origins, destinations, ...words.map((column) => column.dictionary)];
      const now = all.map(({ generation }) => generation).join();
      if (now !== generations || limits.length >= mostPairs) {
        generations = now;
        limits = [];
        ids.clear();
      }
      for (let row = 0; row < batch.rows; row += 1) {
        const value = km.values[row] ?? Number.NaN;
        if (!(value > 0) || batch.verdicts[row] !== Verdict.accepted) continue;
        const limit = at(row);
        if (limit === undefined || (value >= limit.leastKm && value <= limit.mostKm)) continue;
        const text =
          value < limit.leastKm
            ? `distance_km is less than the ${limit.way} between the places`
            : `distance_km is over three times the ${limit.way} between the places`;
        add(row, { rule: 'distance', field: 'distance_km', value, text });
      }
    },
  ];
}
