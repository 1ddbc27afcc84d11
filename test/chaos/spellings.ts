import type { Sent } from './model-api.ts';

type Change = (record: Sent) => Sent;

const texts = [
  'movement_id',
  'origin',
  'destination',
  'client',
  'vehicle_license_plate',
  'package_key',
  'movement_stretch',
  'movement_stage',
] as const;
const numbers = ['load', 'distance_km', 'quantity'] as const;

const inTexts =
  (change: (text: string) => string, names: readonly string[] = texts): Change =>
  (record) => ({
    ...record,
    ...Object.fromEntries(
      names.flatMap((name) => {
        const value = record[name];
        return typeof value === 'string' ? [[name, change(value)]] : [];
      }),
    ),
  });

const inNumbers =
  (change: (value: number) => unknown, names: readonly string[] = numbers): Change =>
  (record) => ({
    ...record,
    ...Object.fromEntries(
      names.flatMap((name) => {
        const value = record[name];
        return typeof value === 'number' ? [[name, change(value)]] : [];
      }),
    ),
  });

const all = [...texts, ...numbers, 'shipment_date', 'toc', 'load_unit'];

const absentAs =
  (value: unknown): Change =>
  (record) => ({ ...Object.fromEntries(all.map((name) => [name, value])), ...record });

const withoutAccents = (text: string): string => text.normalize('NFD').replaceAll(/\p{Diacritic}/gu, '');

const inTons: Change = (record) =>
  record['load_unit'] === 'kg' && typeof record['load'] === 'number'
    ? { ...record, load: record['load'] / 1000, load_unit: 'ton' }
    : record;

const only =
  (names: readonly string[]): Change =>
  (record) =>
    Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)));

const named = (text: string): string => text.toLowerCase().replaceAll(/\b\p{L}/gu, (letter) => letter.toUpperCase());

/** Ways in which an API may return what it was sent, all of which mean the same. */
const changes = {
  'as sent': (record) => record,
  'upper case': inTexts((text) => text.toUpperCase()),
  'lower case': inTexts((text) => text.toLowerCase()),
  'no accents': inTexts(withoutAccents),
  'names with capitals': inTexts(named, ['client', 'origin', 'destination']),
  'no spaces after commas': inTexts((text) => text.replaceAll(', ', ',')),
  'no punctuation': inTexts((text) => text.replaceAll(/[.,"]/g, ''), ['origin', 'destination', 'client']),
  'no dashes': inTexts((text) => text.replaceAll('-', ''), ['vehicle_license_plate']),
  'spaces around': inTexts((text) => ` ${text} `, ['origin', 'destination', 'client']),
  'address completed': inTexts((text) => `${text}, EU`, ['origin', 'destination']),
  'address in a longer one': inTexts((text) => `28001 ${text}, EU`, ['origin', 'destination']),
  rounded: inNumbers((value) => Math.round(value), ['distance_km']),
  'rounded to 1 place': inNumbers((value) => Math.round(value * 10) / 10, ['distance_km']),
  'load in tons': inTons,
  'numbers as text': inNumbers(String),
  'date with time': inTexts((text) => `${text}T00:00:00Z`, ['shipment_date', 'date']),
  'date with time and zone': inTexts((text) => `${text}T00:00:00+02:00`, ['shipment_date', 'date']),
  'absent left out': (record) => record,
  'empty for absent': absentAs(''),
  'few fields': only([
    'movement_id',
    'origin',
    'destination',
    'distance_km',
    'load',
    'load_unit',
    'toc',
    'package_key',
  ]),
} as const satisfies Readonly<Record<string, Change>>;

export type Spelling = keyof typeof changes;
export const spellingNames = Object.keys(changes) as readonly Spelling[] as readonly [Spelling, ...Spelling[]];

/** How these say what has no value. */
const ownAbsence: ReadonlySet<Spelling> = new Set(['absent left out', 'empty for absent', 'few fields']);

/** A record as a list has it. */
export const spelt = (record: Sent, spelling: Spelling): Sent => {
  const changed = changes[spelling](record);
  return ownAbsence.has(spelling) ? changed : absentAs(null)(changed);
};
