import { createHash } from 'node:crypto';

type Values = Readonly<Record<string, unknown>>;

const spellings = {
  upper: (text) => text.toUpperCase(),
  lower: (text) => text.toLowerCase(),
  plain: (text) => text.normalize('NFD').replaceAll(/\p{Diacritic}/gu, ''),
  bare: (text) => text.replaceAll(/[^\p{L}\p{N} ]/gu, ''),
} as const satisfies Readonly<Record<string, (text: string) => string>>;

type Spelling = keyof typeof spellings;

const anySpelling = Object.keys(spellings) as readonly Spelling[];

/** Ids stay apart in the other case, and might not without their punctuation. */
const otherCase: readonly Spelling[] = ['upper', 'lower'];

const texts: Readonly<Record<string, readonly Spelling[]>> = {
  movement_id: otherCase,
  package_key: otherCase,
  vehicle_license_plate: anySpelling,
  trailer_license_plate: anySpelling,
  origin: anySpelling,
  destination: anySpelling,
  client: anySpelling,
};

/** Digits after the decimal point that are kept. */
const decimals = [0, 1, 2, 3] as const;

const numbers: ReadonlySet<string> = new Set(['distance_km', 'load', 'quantity']);

/** The same record in other words: the seed chooses a spelling for each field, and digits for each number. */
export function normalised<Record extends Values>(record: Record, seed: string): Record {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, spelt(name, value, seed)])) as Record;
}

function spelt(name: string, value: unknown, seed: string): unknown {
  const choices = texts[name];
  if (choices !== undefined && typeof value === 'string') {
    const spelling = chosen(choices, name, seed);
    return spelling === undefined ? value : spellings[spelling](value);
  }
  if (!numbers.has(name) || typeof value !== 'number') return value;
  return Number(value.toFixed(chosen(decimals, name, seed)));
}

const chosen = <Choice>(choices: readonly Choice[], name: string, seed: string): Choice | undefined =>
  choices[createHash('sha256').update(`${seed}:${name}`).digest().readUInt32BE(0) % choices.length];
