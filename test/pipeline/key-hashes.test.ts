import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Batch, Tag, Verdict } from '../../src/columns/batch.ts';
import { readMappingOptions } from '../../src/mapping/mapping.ts';
import { KeyHashes } from '../../src/pipeline/key-hashes.ts';
import { RecordColumns } from '../../src/pipeline/record-columns.ts';
import { duplicateKey } from '../../src/records/duplicate-key.ts';
import type { Fields, FieldValue, RecordKind } from '../../src/records/kind.ts';
import { kinds } from '../../src/records/kinds.ts';
import { runFlow, type SeenRow } from '../support/flow.ts';
import {
  fillBatch,
  type ReadingParts,
  readingOf,
  workspace,
  type WrittenCell,
  type WrittenRow,
} from '../support/records.ts';

const { requests, recharges } = kinds;
const numRuns = Number(process.env['KEY_RUNS'] ?? 100);

interface HashedRecord {
  readonly hash: string;
  readonly fields: Fields;
}

/** The hashes of the valid records of a table. */
function hashesOf(
  parts: ReadingParts,
  rows: readonly WrittenRow[],
  keyFields: readonly string[] | undefined,
  batchRows: number,
): readonly HashedRecord[] {
  const batch = new Batch(parts.columns.length, batchRows);
  const records = new RecordColumns(readingOf(parts), workspace, batch.capacity);
  const hashes = new KeyHashes(parts.kind, keyFields, records, batch.capacity);
  const hashed: HashedRecord[] = [];
  for (let from = 0; from < rows.length; from += batch.capacity) {
    fillBatch(batch, rows.slice(from, from + batch.capacity));
    records.read(batch);
    hashes.compute(batch);
    for (let row = 0; row < batch.rows; row += 1) {
      expect(batch.issues.get(row)).toBeUndefined();
      expect(batch.verdicts[row]).toBe(Verdict.accepted);
      hashed.push({ hash: `${String(hashes.high[row])}:${String(hashes.low[row])}`, fields: records.fields(row) });
    }
  }
  return hashed;
}

const optional = (arbitrary: fc.Arbitrary<FieldValue>): fc.Arbitrary<FieldValue | undefined> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 3, arbitrary });

const plates = ['1234 ABC', '1234-abc', '1234-ABC', 'ñ-1', 'Ñ-1', 'ß1', 'SS1', 'ﬁ-2', '{1}', '[1]'];
const plate = fc.constantFrom(...plates);
const number = fc.constantFrom(1, 2, 1000, 0.5, 1250, 0.30000000000000004);
const word = fc.constantFrom('A', 'B', 'Madrid, Spain', 'Vigo', 'vigo', 'Coruña', 'x'.repeat(300), 'a"b', '4 a');
const date = fc.constantFrom('2025-06-15', '2025-06-16');
const country = fc.constantFrom('ES', 'PT');
const uuids = ['f51a1645-c201-43da-9dcd-6408be3cb517', '0b8f6c9e-4d3a-4f8e-9a57-5c2f1e6d7a80'];

/** Records of few values, so that many are the same. */
const record: Readonly<
  Record<'requests' | 'recharges', fc.Arbitrary<Readonly<Record<string, FieldValue | undefined>>>>
> = {
  requests: fc.record({
    origin: optional(word),
    destination: optional(word),
    distance_km: fc.constantFrom(0, 1, 2.5),
    load: optional(number),
    toc: fc.constantFrom('van_diesel', 'x'),
    origin_country: optional(country),
    cleaning: optional(fc.boolean()),
    movement_id: optional(fc.constantFrom('M-1', 'M-2', '1', '1.0')),
    client: optional(word),
    shipment_date: optional(date),
    movement_stretch: optional(fc.constantFrom('1', '2')),
    vehicle_license_plate: optional(plate),
  }),
  recharges: fc.record({
    fuel_id: fc.constantFrom(...uuids),
    country,
    date,
    quantity: optional(number),
    vehicle_license_plate: optional(plate),
  }),
};

const keyChoices: Readonly<Record<'requests' | 'recharges', readonly (readonly string[] | undefined)[]>> = {
  requests: [
    undefined,
    undefined,
    ['movement_id'],
    ['vehicle_license_plate'],
    ['load', 'client'],
    ['cleaning', 'shipment_date', 'distance_km'],
    ['trailer_license_plate'],
    ['origin_country', 'vehicle_license_plate', 'origin'],
  ],
  recharges: [undefined, undefined, ['vehicle_license_plate'], ['quantity', 'fuel_id'], ['toc_id']],
};

type Row = Readonly<Record<string, FieldValue | undefined>>;

const isPlate = (field: string): boolean => field.endsWith('plate');

const words: Readonly<Record<string, readonly string[]>> = {
  true: ['true', 'Sí', 'x'],
  false: ['false', 'no', '0'],
  ES: ['ES', 'España', 'esp'],
  PT: ['PT', 'Portugal', 'prt'],
};

const numberTexts = (value: number): readonly string[] => {
  const text = String(value);
  return [text, `+${text}`, text.includes('.') ? `${text}0` : `${text}.0`];
};

function textsOf(field: string, value: FieldValue): readonly string[] {
  if (typeof value === 'number') return numberTexts(value);
  if (typeof value === 'boolean' || field.endsWith('country')) return words[String(value)] ?? [];
  if (field.endsWith('date')) return [value, value.replaceAll('-', '')];
  return isPlate(field) ? [value, ` ${value} `] : [value];
}

/** A value as some CSV has it: another writing of the same, by a choice. */
function inCsv(field: string, value: FieldValue | undefined, choice: number): string {
  const texts = value === undefined ? ['', 'n/a'] : textsOf(field, value);
  return texts[choice % texts.length] ?? '';
}

const quoted = (text: string): WrittenCell => ({ written: text.replaceAll('"', '""'), tag: Tag.csvEscaped });

function inJson(value: FieldValue | undefined): WrittenCell {
  if (typeof value === 'number') return { written: value === 1250 ? '1250.00' : String(value), tag: Tag.number };
  if (value === undefined) return { written: '', tag: Tag.text };
  const text = JSON.stringify(String(value)).slice(1, -1);
  return text === value ? { written: text, tag: Tag.text } : { written: text, tag: Tag.jsonEscaped };
}

interface Variant {
  readonly parts: ReadingParts;
  readonly rows: readonly WrittenRow[];
}

/** The same records in several inputs: CSV, JSON Lines, constants, translations, joined columns. */
function variantsOf(kind: RecordKind, rows: readonly Row[], choices: readonly number[]): readonly Variant[] {
  const fields = Object.keys(kind.fields).filter((field) => rows.some((row) => row[field] !== undefined));
  const choiceAt = (index: number): number => choices[index % choices.length] ?? 0;
  const csv: Variant = {
    parts: { kind, columns: fields },
    rows: rows.map((row, r) => ({
      cells: fields.map((field, f) => quoted(inCsv(field, row[field], choiceAt(r + 3 * f)))),
    })),
  };
  const reversed = fields.toReversed();
  const json: Variant = {
    parts: { kind, columns: reversed, conventions: { decimal: ',', dateOrder: 'dmy' }, hasOpenNames: true },
    rows: rows.map((row) => ({ cells: reversed.map((field) => inJson(row[field])) })),
  };
  // What all rows have the same is not a column; what they lack is one without a value.
  const [first = {}] = rows;
  const shared = fields.filter(
    (field) => first[field] !== undefined && rows.every((row) => row[field] === first[field]),
  );
  const others = Object.keys(kind.fields).filter((field) => !shared.includes(field));
  const constants: Variant = {
    parts: {
      kind,
      columns: others,
      options: readMappingOptions(
        kind,
        undefined,
        [],
        shared.map((field) => `${field}=${String(first[field])}`),
      ),
    },
    rows: rows.map((row) => ({ cells: others.map((field, f) => inCsv(field, row[field], choiceAt(f))) })),
  };
  const codes = new Map(
    fields.map((field) => [field, [...new Set(rows.map((row) => row[field]))].filter((value) => value !== undefined)]),
  );
  const codeOf = (field: string, value: FieldValue | undefined): string =>
    value === undefined ? '' : `code ${String(codes.get(field)?.indexOf(value) ?? 0)}`;
  const translated: Variant = {
    parts: {
      kind,
      columns: fields,
      options: readMappingOptions(
        kind,
        {
          values: Object.fromEntries(
            fields.map((field) => [
              field,
              Object.fromEntries((codes.get(field) ?? []).map((value) => [codeOf(field, value), String(value)])),
            ]),
          ),
        },
        [],
        [],
      ),
    },
    rows: rows.map((row) => ({ cells: fields.map((field) => codeOf(field, row[field])) })),
  };
  const joinable = fields.filter((field) => kind.fields[field]?.type === 'text');
  const joined: Variant = {
    parts: {
      kind,
      columns: [...fields, ...joinable.map((field) => `${field} 2`)],
      options: readMappingOptions(
        kind,
        { fields: Object.fromEntries(joinable.map((field) => [field, [field, `${field} 2`]])) },
        [],
        [],
      ),
    },
    rows: rows.map((row) => ({
      cells: [
        ...fields.map((field) =>
          joinable.includes(field) ? (String(row[field] ?? '').split(', ')[0] ?? '') : inCsv(field, row[field], 0),
        ),
        ...joinable.map((field) => String(row[field] ?? '').split(', ')[1] ?? ''),
      ],
    })),
  };
  return [csv, json, constants, translated, joined];
}

const kindAndRows = fc.constantFrom<['requests' | 'recharges']>(['requests'], ['recharges']).chain(([name]) =>
  fc.record({
    kind: fc.constant(name === 'requests' ? requests : recharges),
    rows: fc.array(record[name], { minLength: 1, maxLength: 20 }),
    keyFields: fc.constantFrom(...keyChoices[name]),
  }),
);

describe('hashes of duplicate keys', () => {
  test('are equal exactly where the keys are, whatever input the records are in', () => {
    fc.assert(
      fc.property(
        kindAndRows,
        fc.array(fc.nat(5), { minLength: 1, maxLength: 10 }),
        fc.integer({ min: 1, max: 30 }),
        ({ kind, rows, keyFields }, choices, batchRows) => {
          const hashByKey = new Map<string, string>();
          const keyByHash = new Map<string, string>();
          for (const [variant, { parts, rows: written }] of variantsOf(kind, rows, choices).entries()) {
            const hashed = hashesOf(parts, written, keyFields, batchRows);
            expect(hashed.length).toBe(rows.length);
            for (const [index, { hash, fields }] of hashed.entries()) {
              const key = duplicateKey(kind, fields, keyFields);
              // A plate is sent as it is given.
              const own = Object.entries(rows[index] ?? {}).filter(
                ([field, value]) => value !== undefined && !isPlate(field),
              );
              expect(Object.fromEntries(Object.entries(fields).filter(([field]) => !isPlate(field)))).toEqual(
                Object.fromEntries(own),
              );
              expect(hashByKey.get(key) ?? hash, `of ${key} in variant ${String(variant)}`).toBe(hash);
              expect(keyByHash.get(hash) ?? key, `in variant ${String(variant)}`).toBe(key);
              hashByKey.set(key, hash);
              keyByHash.set(hash, key);
            }
          }
        },
      ),
      { numRuns },
    );
  });

  test('fold plates as the keys do', () => {
    const parts = { kind: recharges, columns: ['fuel_id', 'country', 'date', 'vehicle_license_plate'] };
    const rows = ['ab-1', ' AB-1', 'Ab-1\u00a0', 'AB-1', 'ñß', 'ÑSS', '{a', '{A'].map((each) => ({
      cells: [uuids[0] ?? '', 'ES', '2025-06-15', quoted(each)],
    }));
    const hashes = hashesOf(parts, rows, undefined, 3).map(({ hash }) => hash);
    expect(new Set(hashes.slice(0, 4)).size).toBe(1);
    expect(hashes[4]).toBe(hashes[5]);
    expect(hashes[6]).toBe(hashes[7]);
    expect(new Set(hashes).size).toBe(3);
  });

  test('have no collision among 200,000 records that are much alike', () => {
    const parts = { kind: requests, columns: ['movement_id', 'load', 'toc', 'distance_km'] };
    const seen = new Set<string>();
    for (let from = 0; from < 200_000; from += 2000) {
      const rows = Array.from({ length: 2000 }, (_, i) => ({
        cells: [`MOV-2025-${String(from + i)}`, '1', 'van_diesel', '1'],
      }));
      for (const { hash } of hashesOf(parts, rows, undefined, 2048)) seen.add(hash);
    }
    for (let n = 0; n < 20_000; n += 2000) {
      const rows = Array.from({ length: 2000 }, (_, i) => ({ cells: ['', String((n + i) / 100), 'van_diesel', '1'] }));
      for (const { hash } of hashesOf(parts, rows.slice(n === 0 ? 1 : 0), undefined, 2048)) seen.add(hash);
    }
    expect(seen.size).toBe(219_999);
  });
});

const csvCell = (text: string): string => (/[",\n]|^ | $/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The records as files: the first in CSV, the rest in JSON Lines. */
function filesOf(kind: RecordKind, rows: readonly Row[], split: number): Readonly<Record<string, string>> {
  const fields = Object.keys(kind.fields).filter((field) => rows.some((row) => row[field] !== undefined));
  const line = (row: Row, index: number): string =>
    `${fields.map((field, f) => csvCell(inCsv(field, row[field], index + f))).join(',')}\n`;
  const json = (row: Row): string => `${JSON.stringify(row)}\n`;
  const [first, rest] = [rows.slice(0, split), rows.slice(split)];
  return {
    ...(first.length === 0 ? {} : { 'a.csv': `${fields.join(',')}\n${first.map(line).join('')}` }),
    ...(rest.length === 0 ? {} : { 'b.jsonl': rest.map(json).join('') }),
  };
}

/** What is to be said of records by their keys, in a Map. */
function expectedVerdicts(
  kind: RecordKind,
  rows: readonly SeenRow[],
  keyFields: readonly string[] | undefined,
): readonly unknown[] {
  const firsts = new Map<string, SeenRow>();
  return rows.map((row) => {
    const fields = row.fields ?? {};
    const key = duplicateKey(kind, fields, keyFields);
    const first = firsts.get(key);
    if (first === undefined) {
      firsts.set(key, row);
      return [row.input, row.row, undefined];
    }
    return [row.input, row.row, `row ${String(first.row)} (line ${String(first.line)})`, first.input];
  });
}

test('whole runs find the duplicates that a Map of the keys finds, also with hashes of four bits and of none', async () => {
  await fc.assert(
    fc.asyncProperty(
      kindAndRows,
      fc.nat(20),
      fc.constantFrom(1, 2, 7, 2048),
      async ({ kind, rows, keyFields }, split, batchRows) => {
        const files = filesOf(kind, rows, split % (rows.length + 1));
        const names = Object.keys(files);
        const plain = await runFlow({ kind, files, options: { dedupeKey: 'none' } });
        // A last row without a name that is the sum of those above is a total, and no record.
        fc.pre(!plain.rows.some(({ verdict }) => verdict === 'skipped'));
        expect(plain.rows.every(({ verdict }) => verdict === 'accepted')).toBe(true);
        const expected = expectedVerdicts(kind, plain.rows, keyFields);
        for (const hashMask of [-1, 15, 0]) {
          const run = await runFlow({ kind, files, options: { dedupeKey: keyFields }, sizes: { hashMask, batchRows } });
          expect(run.result.error).toBeUndefined();
          const found = run.rows.map(({ input, row, verdict, issues: [issue] }) => {
            if (verdict === 'accepted') return [input, row, undefined];
            const [, where, path] =
              /(row \d+ \(line \d+\))(?: of (.*?))?, (?:which|but)/.exec(issue?.message ?? '') ?? [];
            return [input, row, where, path === undefined ? 0 : names.findIndex((name) => path.endsWith(name))];
          });
          expect(found).toEqual(expected);
        }
      },
    ),
    { numRuns: Math.ceil(numRuns / 2) },
  );
});
