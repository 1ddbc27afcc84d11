import fc from 'fast-check';
import { type ExtraValue, Tag } from '../../src/columns/batch.ts';
import { mapColumns, type MappingOptions, readMappingOptions } from '../../src/mapping/mapping.ts';
import type { FieldType, RecordKind, SchemaOptions } from '../../src/records/kind.ts';
import { kinds } from '../../src/records/kinds.ts';
import { localRecharges } from '../../src/records/recharge.ts';
import { noConstants, type ReadingParts, type WrittenCell, type WrittenRow } from './records.ts';

const { requests, recharges } = kinds;

const empties = [
  '',
  ' ',
  'null',
  'N/A',
  '-',
  '#N/A',
  'nan',
  'None',
  '<NA>',
  '\\N',
  'NA',
  '0000-00-00',
  '\u00a0',
  '\u3000\u2003',
  'NULL ',
  '       ',
];

const numbers = [
  '0',
  '1',
  '12',
  '12.5',
  '12,5',
  '1.234',
  '1,234',
  '1.234,5',
  '1 234 567',
  '-5',
  '\u22125',
  '+5',
  '.5',
  '5.',
  '1e3',
  '1E-3',
  '007',
  '-0',
  '0.1',
  '123456789012345',
  '1234567890123456',
  '99999999999999999999',
  '1e999',
  'NaN',
  'abc',
  '12 cajas',
  '3 t',
  '1200 kg',
  '1200kg',
  '4 palés',
  '10 mi',
  '500 km',
  '50 l',
  '50l',
  '2 gal',
  '1.5 m3',
  '2024',
  '1999',
  '2050',
  '2024.5',
  '1.0',
];
const dates = [
  '2025-06-15',
  '20250615',
  '15/06/2025',
  '06/15/2025',
  '1/2/2025',
  '2025-02-30',
  '31.12.25',
  '45823',
  'soon',
  '2025-06-15T23:59:59+02:00',
];
const countries = ['ES', 'es', 'España', 'Spain', 'DEU', 'UK', 'Spainn', 'XX', 'el', ' fr ', 'ZZZ', 'Czech Republic'];
const words = [
  'road',
  'Carretera',
  'ton',
  'kg',
  't',
  'Palés',
  'pallets',
  'KG',
  'rail',
  'foo',
  'Litros',
  'l',
  'kWh',
  ' ton ',
];
const flags = ['Sí', 'no', 'x', '1', '0', 'true', 'FALSE', 'maybe', 'nein', ' y '];
const uuids = ['f51a1645-c201-43da-9dcd-6408be3cb517', ' F51A1645-C201-43DA-9DCD-6408BE3CB517 ', 'diesel', '123'];
const texts = [
  'Madrid',
  'A Coruña',
  ' 1234 abc ',
  'abc1234',
  'a"b',
  'a\\b',
  'x\ny',
  'n',
  'NA',
  '-x',
  '#1',
  '𝄞',
  '\u00a0x',
  'van_diesel',
  'M-1',
  '1.50',
  'İ',
];

const poolOf: Readonly<Record<FieldType, readonly string[]>> = {
  text: texts,
  number: numbers,
  integer: numbers,
  boolean: flags,
  date: dates,
  country: countries,
  uuid: uuids,
  choice: words,
};

const everything = Object.values(poolOf).flat();

/** Names of columns that say more than the field. */
const namesOf: Readonly<Record<string, readonly string[]>> = {
  load: ['load', 'Peso (t)', 'Peso (kg)', 'weight lb', 'Kilos'],
  distance_km: ['distance_km', 'Distance (mi)', 'distance m'],
  quantity: ['quantity', 'Litros', 'quantity gal'],
};

const tokens = ['0', '-0', '1.5', '12', '1.50', '2024', '0.1', '123456789012345', '1.234', '-7', '1000000'];

/** A cell as CSV and JSON Lines write it. */
function writtenCell(type: FieldType, isJson: boolean): fc.Arbitrary<WrittenCell> {
  const text = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...poolOf[type]) },
    { weight: 2, arbitrary: fc.constantFrom(...empties) },
    { weight: 1, arbitrary: fc.constantFrom(...everything) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 5 }) },
    { weight: 1, arbitrary: fc.double({ noNaN: true }).map(String) },
    { weight: 1, arbitrary: fc.nat(10_000).map((hundredths) => (hundredths / 100).toFixed(2)) },
  );
  const csv = text.map((each): WrittenCell =>
    each.includes('"')
      ? { written: each.replaceAll('"', '""'), tag: Tag.csvEscaped }
      : { written: each, tag: Tag.text },
  );
  if (!isJson) return csv;
  const json = text.map((each): WrittenCell => {
    const written = JSON.stringify(each).slice(1, -1);
    return { written, tag: written === each ? Tag.text : Tag.jsonEscaped };
  });
  return fc.oneof(
    { weight: 8, arbitrary: json },
    { weight: 3, arbitrary: fc.constantFrom(...tokens).map((written): WrittenCell => ({ written, tag: Tag.number })) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('[1]', '{"a":"b"}', '[]')
        .map((written): WrittenCell => ({ written, tag: Tag.nested })),
    },
  );
}

const extraKeys = [
  'Cliente',
  'client',
  'load',
  'Peso (t)',
  'fecha',
  'country',
  'Litros',
  'foo',
  '_row',
  'Destino',
  'quantity_unit',
];

const extraValue: fc.Arbitrary<ExtraValue> = fc.constantFrom(...extraKeys).chain((key) =>
  fc.oneof(
    fc.constantFrom(...everything, ...empties).map((text): ExtraValue => ({ key, text, tag: Tag.text })),
    fc.constantFrom(...tokens).map((token): ExtraValue => ({ key, text: String(Number(token)), tag: Tag.number })),
    fc.constant<ExtraValue>({ key, text: '[1]', tag: Tag.nested }),
  ),
);

const translations = {
  Furgoneta: 'van_diesel',
  '12': '13',
  '': 'ES',
  'n/a': 'road',
  'a"b': '2025-01-01',
  Madrid: 'null',
  '3 t': '4 kg',
};

/** Constants that a field can have. */
const constantOf: Readonly<Record<FieldType, string>> = {
  text: 'X',
  number: '7',
  integer: '2020',
  boolean: 'true',
  date: '2025-01-01',
  country: 'PT',
  uuid: 'f51a1645-c201-43da-9dcd-6408be3cb517',
  choice: 'road',
};

/** How the fields of a table come about: a column, several that are joined, a constant, translations. */
const optionsOf = (kind: RecordKind, fields: readonly string[]): fc.Arbitrary<MappingOptions> => {
  const some = fc.subarray([...fields], { maxLength: Math.min(2, fields.length) });
  return fc.tuple(some, some, some).map(([joined, translated, filled]) => {
    const file = {
      fields: Object.fromEntries(joined.map((field) => [field, [field, `${field} 2`]])),
      values: Object.fromEntries(translated.map((field) => [field, translations])),
      set: Object.fromEntries(
        filled.map((field) => [field, field.endsWith('_unit') ? 'kg' : constantOf[kind.fields[field]?.type ?? 'text']]),
      ),
    };
    return readMappingOptions(kind, file, [], []);
  });
};

export interface RandomTable {
  readonly parts: ReadingParts;
  readonly rows: readonly WrittenRow[];
}

const conventions = fc.record({
  decimal: fc.constantFrom<['.' | ',']>(['.'], [',']).map(([mark]) => mark),
  dateOrder: fc.constantFrom<['iso' | 'dmy' | 'mdy']>(['iso'], ['dmy'], ['mdy']).map(([order]) => order),
});

/** Kinds with where their records go. */
export const targets: readonly (readonly [RecordKind, SchemaOptions['target']])[] = [
  [requests, 'api'],
  [recharges, 'api'],
  [localRecharges, 'calculator'],
];

const isMappable = ({ parts: { kind, columns, options = noConstants(kind) } }: RandomTable): boolean => {
  try {
    mapColumns(kind, columns, options, 'x');
    return true;
  } catch {
    return false;
  }
};

/** Tables with columns for some fields, with texts of all kinds, read in all the ways that a mapping knows. */
export const tableOver = (
  kind: RecordKind,
  target: SchemaOptions['target'],
  someFields: fc.Arbitrary<readonly string[]>,
): fc.Arbitrary<RandomTable> =>
  fc
    .tuple(
      someFields.chain((fields) => fc.tuple(fc.constant(fields), optionsOf(kind, fields))),
      fc.boolean(),
    )
    .chain(([[fields, options], isJson]) => {
      const joined = fields.filter((field) => options.fields.has(field));
      const names = fc.tuple(
        ...fields.map((field) => fc.constantFrom(...(joined.includes(field) ? [field] : (namesOf[field] ?? [field])))),
      );
      const types = [...fields, ...joined].map((field) => kind.fields[field]?.type ?? 'text');
      const cells = fc.tuple(...types.map((type) => writtenCell(type, isJson)));
      const late = fc.uniqueArray(extraValue, { maxLength: 3, selector: ({ key }) => key });
      const none = fc.constant([]);
      const extras = isJson ? fc.oneof({ weight: 4, arbitrary: none }, { weight: 1, arbitrary: late }) : none;
      return fc.record({
        parts: fc.tuple(names, conventions).map(([columns, own]): ReadingParts => ({
          kind,
          columns: [...columns, ...joined.map((field) => `${field} 2`)],
          options,
          conventions: own,
          schema: { currentYear: 2026, target },
          hasOpenNames: isJson,
        })),
        rows: fc.array(fc.record({ cells, extras }), { minLength: 1, maxLength: 12 }),
      });
    })
    .filter(isMappable);

export const randomTable: fc.Arbitrary<RandomTable> = fc
  .constantFrom(...targets)
  .chain(([kind, target]) => tableOver(kind, target, fc.subarray(Object.keys(kind.fields), { minLength: 1 })));
