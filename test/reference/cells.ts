import fc from 'fast-check';
import type { RecordKind } from '../../src/records/kind.ts';

/** How the numbers and dates of a drawn table are written, for the most part. */
export interface Writing {
  readonly decimal: '.' | ',';
  readonly dateOrder: 'iso' | 'dmy' | 'mdy';
}

const pick = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);

const empties = pick('', '', '', ' ', '-', 'n/a', 'NULL', '#N/A', ' null ', '\u00a0', 'NaN', 'None', '\\N', 'NA');

/** Numbers with a decimal dot; `numbersOf` writes the file's own mark. */
const plainNumbers = pick(
  '1250',
  '1250.00',
  '1250.0',
  '01250',
  '12',
  '12.5',
  '12.50',
  '0.1',
  '.5',
  '5.',
  '0',
  '-0',
  '0.30000000000000004',
  '123456789012345',
  '1234567890123456',
  '12345678901234567',
  '12345678901234567890.5',
  '0.1234567890123456789',
  '1e3',
  '1.5E-7',
  '1e21',
  '+7',
  ' 7 ',
  '99.99',
);

const unitsOf: Readonly<Record<string, readonly string[]>> = {
  distance_km: ['km', ' km', ' mi', 'm', ' Kilómetros'],
  load: [' t', 'kg', ' kg', ' Tonnen', ' lb', ' palets', ' TEU'],
  tkm: [' tkm'],
  quantity: [' l', 'kWh', ' litros'],
};

const allUnits = [...Object.values(unitsOf).flat(), ' €', '%'];

const oddNumbers = pick(
  '-5',
  '-12.5',
  '1.234',
  '1,234',
  '1.234,5',
  '1,234.5',
  '1 250',
  '1\u00a0250',
  "1'250",
  '12,5',
  '1.2.3',
  'doce',
  'NaN',
  'none',
  'inf',
  '0x10',
  '1e400',
  '--1',
  '12 km 5',
  '=1+1',
  '1_000',
);

/** What a field takes, and what may stand in its cells next to that. */
interface CellTexts {
  readonly good: fc.Arbitrary<string>;
  readonly odd: fc.Arbitrary<string>;
}

const numbersOf = (field: string, { decimal }: Writing): CellTexts => {
  const own = (text: string): string => text.replace('.', decimal);
  const units = unitsOf[field] ?? ['km'];
  return {
    good: fc.oneof(
      { weight: 6, arbitrary: plainNumbers.map(own) },
      { weight: 2, arbitrary: fc.double({ min: 1e-3, max: 1e7, noNaN: true }).map((value) => own(String(value))) },
      { weight: 1, arbitrary: fc.tuple(plainNumbers, pick(...units)).map(([text, unit]) => own(text.trim()) + unit) },
    ),
    odd: fc.oneof(
      oddNumbers,
      fc.tuple(plainNumbers, pick(...allUnits)).map(([text, unit]) => own(text) + unit),
    ),
  };
};

const datesOf = ({ dateOrder }: Writing): CellTexts => {
  const iso = pick('2025-06-15', '2025-06-15T10:00:00Z', '2025-06-15 08:30', ' 2025-01-02 ', '20250615');
  const own = {
    iso,
    dmy: pick('15/06/2025', '13.2.2025', '20-01-25'),
    mdy: pick('06/15/2025', '1/22/2025', '12/31/25'),
  };
  return {
    good: fc.oneof(own[dateOrder], own[dateOrder], iso),
    odd: pick('2025-02-30', '31/31/2025', '45123', 'ayer', '15/06/2025', '06/15/2025', '1.2.2025'),
  };
};

const texts = fc.oneof(
  pick('Madrid', 'Sevilla', 'Ñandú', 'Straße 5', '日本', '😀', 'a b', 'null and nil'),
  pick('a, b', 'a;b', 'a\tb', 'a|b', '12" x', '"quoted"', 'a""b', '"', "it's", 'back\\slash', '{"a":1}', '[1]'),
  pick('two\nlines', 'two\r\nlines', 'two\rlines', '\nfirst', 'last\n', ' padded ', '\tpadded', '\u00a0x\u00a0'),
  pick('=1+1', '+34 600', '-x', '@x', "'=x", "''+x", "'x", '-12', '+1,5', '-1e5', '\u001a', 'sep=;', 'x\ufeff'),
  pick('1.50', '1.5', '1e3', '12345678901234567', '26830007899150601093463', '1e25', 'true', '0', '007'),
  // Rows in a cell, as a quote that was not closed swallows them.
  pick('x\n1,2,3,4', 'x\n1;2;3;4;5', 'x\r\n1\t2\t3', 'x\r1|2|3|4|5|6', 'a\nb,,,,,,,,,,,,', 'a\nb;;;;;;;;;;;;'),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);

const uuid = 'f51a1645-c201-43da-9dcd-6408be3cb517';
const uuids: CellTexts = {
  good: pick(uuid, uuid.toUpperCase(), ` ${uuid} `),
  odd: pick('f51a', uuid.replaceAll('-', ''), `{${uuid}}`),
};

/** Few of each, so that rows repeat each other. */
const byField: Readonly<Record<string, CellTexts>> = {
  movement_id: { good: pick('M-1', 'M-2', 'M-3', ''), odd: texts },
  origin: { good: pick('Madrid', 'Sevilla', 'Lyon, France'), odd: texts },
  destination: { good: pick('Toledo', 'Berlin'), odd: texts },
  toc: { good: pick('van_diesel', 'artic_truck_diesel', 'Van_Diesel '), odd: pick('vann_diesel', 'hovercraft', '12') },
  category: { good: pick('road', 'road', 'Rail', ' AIR', 'maritime', 'Carretera'), odd: pick('space', 'roads', '1') },
  load_unit: { good: pick('kg', 'ton', 'KG ', 'Toneladas'), odd: pick('pallets', 'teu', 'FEU', 'boxes') },
  load_factor: { good: pick('1', '1', '0.5'), odd: pick('0,5', '1.5', '50%', '0') },
  year: { good: pick('2025', '2025', '2026', ' 2027'), odd: pick('2028', '1999', '2025.0', '2025.5', 'MMXXV') },
  vehicle_license_plate: { good: pick('1234 ABC', '1234 abc', ' 1234 ABC ', '1234ABC', ''), odd: texts },
  trailer_license_plate: { good: pick('R-1', 'r-1', 'R-2'), odd: texts },
  fuel_id: {
    good: uuids.good,
    odd: pick(
      'diesel',
      'Diésel',
      'Gasóleo A',
      'electricity',
      'plutonium',
      'f51a',
      'AdBlue',
      ' Lavado',
      'Péage',
      'Motoröl',
    ),
  },
  quantity_unit: { good: pick('l', 'L', 'kg'), odd: pick('kWh', 'm3', 'gal') },
};

const byType: Readonly<Record<string, CellTexts>> = {
  text: { good: texts, odd: texts },
  boolean: { good: pick('true', 'false', 'Sí', 'no', 'X', '1', '0', ' JA '), odd: pick('vielleicht', '2') },
  country: { good: pick('ES', 'es', ' FR ', 'Spain', 'España', 'Deutschland'), odd: pick('Germny', 'XX', 'Narnia') },
  uuid: uuids,
};

const textsOf = (kind: RecordKind, field: string | undefined, writing: Writing): CellTexts => {
  const type = field === undefined ? 'text' : (kind.fields[field]?.type ?? 'text');
  if (byField[field ?? ''] !== undefined) return byField[field ?? ''] ?? { good: texts, odd: texts };
  if (type === 'number') return numbersOf(field ?? '', writing);
  return type === 'date' ? datesOf(writing) : (byType[type] ?? { good: texts, odd: texts });
};

/** The cells of a row: most are good, or all but a few. */
export function rowTexts(
  kind: RecordKind,
  fields: readonly (string | undefined)[],
  writing: Writing,
): fc.Arbitrary<readonly string[]> {
  const good = fields.map((field) => textsOf(kind, field, writing).good);
  const mixed = fields.map((field) => {
    const { good: usual, odd } = textsOf(kind, field, writing);
    return fc.oneof(
      { weight: 6, arbitrary: usual },
      { weight: 2, arbitrary: empties },
      { weight: 1, arbitrary: odd },
      { weight: 1, arbitrary: texts },
    );
  });
  return fc.oneof({ weight: 3, arbitrary: fc.tuple(...good) }, { weight: 2, arbitrary: fc.tuple(...mixed) });
}

/** The same value in another spelling, where it has one. */
export function respell(field: string | undefined, text: string, { decimal }: Writing): string {
  if (field?.endsWith('license_plate') === true) {
    return ` ${text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase()} `;
  }
  if (/^\d{1,12}$/.test(text) && field !== 'movement_id') return `${text}${decimal}00`;
  if (/^\d{1,9}[.,]\d{1,3}$/.test(text) && text.includes(decimal)) return `${text}0`;
  return text;
}
