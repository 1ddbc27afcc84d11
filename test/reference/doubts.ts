import { foldName, readFuels, readVehicleTypes } from '../../src/calculator/data.ts';
import { createCalculator } from '../../src/index.ts';
import type { Conventions } from '../../src/mapping/conventions.ts';
import type { Mapping } from '../../src/mapping/mapping.ts';
import type { Fields, RecordKind } from '../../src/records/kind.ts';
import type { ShipmentRequest } from '../../src/records/request.ts';

/** Why a valid row is hardly true. */
export interface Doubt {
  readonly rule: 'unusual' | 'purchase' | 'payload' | 'distance';
  readonly field: string;
  readonly message: string;
}

interface Surroundings {
  readonly kind: RecordKind;
  readonly mapping: Mapping;
  readonly conventions: Conventions;
  readonly fuelUnits: ReadonlyMap<string, string> | undefined;
  readonly isLocal: boolean;
}

/** What is not plausible of a row, rule by rule. */
export const doubtsOf = (record: Fields, surroundings: Surroundings): readonly Doubt[] => [
  ...unusual(record, surroundings),
  ...(surroundings.kind.isTransport ? [] : purchase(record, surroundings)),
  ...(surroundings.kind.isTransport ? payload(record) : []),
  ...(surroundings.kind.isTransport && surroundings.isLocal ? distance(record) : []),
];

function unusual(record: Fields, { kind, mapping, conventions }: Surroundings): readonly Doubt[] {
  return Object.keys(kind.fields).flatMap((field): readonly Doubt[] => {
    const range = conventions.usual?.[field];
    const value = Number(record[field] ?? 0);
    const isOfColumn = mapping.sources.some((source) => source.field === field && source.columns.length > 0);
    if (range === undefined || !isOfColumn || value === 0) return [];
    if (value >= range.least && value <= range.most) return [];
    const message = `${field} is over 500 times as large, or as small, as is usual in its column`;
    return [{ rule: 'unusual', field, message }];
  });
}

function purchase(record: Fields, { fuelUnits }: Surroundings): readonly Doubt[] {
  const name = String(record['fuel_id']);
  const fuel = readFuels().find((each) =>
    [each.id, each.name, ...each.aliases, ...each.ids].some((known) => foldName(known) === foldName(name)),
  );
  const soldIn = fuelUnits?.get(name.toLowerCase()) ?? fuel?.unit.toLowerCase();
  const unit = record['quantity_unit'] ?? soldIn;
  const hasPlate = record['vehicle_license_plate'] !== undefined;
  let most = hasPlate ? 2000 : unit === 'l' || unit === 'kg' ? 40_000 : Number.POSITIVE_INFINITY;
  if (unit === 'm3' && soldIn === 'l') most = hasPlate ? 2 : 40;
  if (unit === undefined || !(Number(record['quantity']) > most)) return [];
  const whose = hasPlate ? 'of one vehicle' : 'at once';
  const message = `quantity is over ${String(most)} ${String(unit)}, more than is bought ${whose}`;
  return [{ rule: 'purchase', field: 'quantity', message }];
}

const national: Readonly<Record<string, number>> = { NL: 60, DK: 60, NO: 60, SE: 74, FI: 76, US: 36.287 };

/** Tonnes that a vehicle of this name carries at most. */
function mostTonnes(toc: string, country: string): number {
  if (toc.startsWith('van_')) return 2;
  if (toc.startsWith('rigid_')) return toc.includes('3.5_7.5t') ? 5 : toc.includes('7.5_17t') ? 12 : 24;
  if (toc === 'artic_truck_diesel_3.5_33t') return 23;
  if (/truck/.test(toc)) return (national[country] ?? 44) - 12;
  return Number.POSITIVE_INFINITY;
}

function payload(record: Fields): readonly Doubt[] {
  const { load, load_unit: unit = 'kg', load_factor: factor = 1, toc, category, origin_country: country = '' } = record;
  const wanted = foldName(String(toc ?? (category === 'road' ? 'truck_diesel' : '')));
  const type = readVehicleTypes().find((each) => [each.toc, ...each.aliases].some((name) => foldName(name) === wanted));
  if (type === undefined || load === undefined || (unit !== 'kg' && unit !== 'ton')) return [];
  const most = mostTonnes(type.toc, String(country));
  if (Number(load) * (unit === 'kg' ? 0.001 : 1) * Number(factor) <= most) return [];
  const message = `load is over ${String(Number(most.toFixed(3)))} t, more than ${String(toc ?? 'a truck')} carries`;
  return [{ rule: 'payload', field: 'load', message }];
}

const calculator = createCalculator();

/** How far apart two places are is asked of the calculator; what follows from it is not. */
function distance(record: Fields): readonly Doubt[] {
  const given = Number(record['distance_km'] ?? 0);
  const { origin, destination, ...rest } = record;
  const type =
    record['toc'] === undefined
      ? calculator.catalogue.defaultOf((record as ShipmentRequest).category ?? 'air')
      : calculator.catalogue.find(String(record['toc']));
  if (!(given > 0) || origin === undefined || destination === undefined || type === undefined) return [];
  if (record['toc'] === undefined && record['category'] === undefined) return [];
  const text = (field: string): string | undefined => (rest[field] === undefined ? undefined : String(rest[field]));
  const way = calculator.distances.certainKm({
    category: type.category,
    origin: String(origin),
    destination: String(destination),
    originCountry: text('origin_country'),
    originPostcode: text('origin_postcode'),
    originRegion: text('origin_region'),
    destinationCountry: text('destination_country'),
    destinationPostcode: text('destination_postcode'),
    destinationRegion: text('destination_region'),
  });
  if (way === undefined) return [];
  const isSea = type.category === 'maritime';
  const name = isSea ? 'way by sea' : 'straight line';
  const message =
    given < (isSea ? 0.8 : 0.95) * way - 20
      ? `distance_km is less than the ${name} between the places`
      : given > 3 * way + 100
        ? `distance_km is over three times the ${name} between the places`
        : undefined;
  return message === undefined ? [] : [{ rule: 'distance', field: 'distance_km', message }];
}
