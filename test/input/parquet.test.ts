import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { RunError } from '../../src/errors.ts';
import { readAll } from '../support/inputs.ts';
import { duckdb, parquetOf } from '../support/parquet.ts';
import { inspectBytes, zipOf } from '../support/workbooks.ts';

const cellsOf = async (bytes: Buffer): Promise<readonly (readonly string[])[]> =>
  (await readAll(bytes)).rows.map(({ cells }) => cells);

/** What reading ends with. */
const failureOf = async (bytes: Buffer): Promise<string> => {
  try {
    await readAll(bytes);
    return 'read';
  } catch (error) {
    return error instanceof RunError ? `${error.code} ${error.message}` : `other: ${String(error)}`;
  }
};

/** By the expression that makes a value in DuckDB, the cell that it is. */
const values: Readonly<Record<string, string>> = {
  true: 'true',
  '(-128)::TINYINT': '-128',
  '255::UTINYINT': '255',
  '(-32768)::SMALLINT': '-32768',
  '65535::USMALLINT': '65535',
  '(-2147483648)::INTEGER': '-2147483648',
  '4294967295::UINTEGER': '4294967295',
  '9007199254740993::BIGINT': '9007199254740993',
  '(-9223372036854775808)::BIGINT': '-9223372036854775808',
  '18446744073709551615::UBIGINT': '18446744073709551615',
  '0::BIGINT': '0',
  '0.1::FLOAT': '0.1',
  '16777217::FLOAT': '16777216',
  '3.4028235e38::FLOAT': '3.4028235e+38',
  '0.1::DOUBLE': '0.1',
  '1e-7::DOUBLE': '1e-7',
  "'nan'::DOUBLE": 'NaN',
  "'-inf'::DOUBLE": '-Infinity',
  '1.50::DECIMAL(4,2)': '1.5',
  '(-0.05)::DECIMAL(9,2)': '-0.05',
  '123456789.123456789::DECIMAL(18,9)': '123456789.12345679',
  '99999999999999999999999999999999999999::DECIMAL(38,0)': '99999999999999999999999999999999999999',
  '(-9007199254740993.00)::DECIMAL(38,2)': '-9007199254740993',
  "DATE '2024-02-29'": '2024-02-29',
  "DATE '0001-01-01'": '0001-01-01',
  "DATE '10000-01-01'": 'day 2932897',
  "TIMESTAMP '2025-03-31 23:59:59.000001'": '2025-03-31T23:59:59.000001',
  "TIMESTAMP '1969-12-31 23:59:59.5'": '1969-12-31T23:59:59.5',
  "TIMESTAMP_NS '2025-03-31 01:02:03.123456789'": '2025-03-31T01:02:03.123456789',
  "TIMESTAMP_MS '2025-03-31 00:00:00.020'": '2025-03-31T00:00:00.02',
  "TIMESTAMP_S '2025-03-31 00:00:00'": '2025-03-31T00:00:00',
  "TIMESTAMPTZ '2025-03-31 12:00:00+02'": '2025-03-31T10:00:00Z',
  "TIME '23:59:59.25'": '23:59:59.25',
  '\'Ærø & "Söhne"\'': 'Ærø & "Söhne"',
  "E'two\\nlines\\t\\\\n'": 'two\nlines\t\\n',
  "'=1+1'": '=1+1',
  "''": '',
  'NULL::VARCHAR': '',
  "'paid'::ENUM('open', 'paid')": 'paid',
  '\'{"a": 1}\'::JSON': '{"a": 1}',
  "'00000000-0000-4000-8000-0123456789ab'::UUID": '00000000-0000-4000-8000-0123456789ab',
  "'\\xFF\\x00'::BLOB": '2 bytes',
  "'text'::BLOB": 'text',
};

const codecs = ['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'];

test.each([
  ...codecs.map((codec) => `COMPRESSION ${codec}`),
  'PARQUET_VERSION V2',
  'PARQUET_VERSION V2, COMPRESSION zstd',
])('every type of DuckDB, beside nulls, with %s', async (options) => {
  const expressions = Object.keys(values);
  // A value that repeats is in a dictionary, others are not; V2 writes differences.
  const query = expressions.map((text, index) => `CASE WHEN n % 3 = 1 THEN ${text} END AS c${String(index)}`);
  const bytes = await parquetOf(`SELECT n, ${query.join(', ')} FROM range(2000) t(n)`, `, ${options}`);
  const rows = await cellsOf(bytes);
  const none = expressions.map(() => '');
  expect(rows.length).toBe(2000);
  expect(rows.every(([n], index) => n === String(index))).toBe(true);
  expect(rows.slice(0, 4).map(([, ...cells]) => cells)).toEqual([none, Object.values(values), none, none]);
  expect(rows.at(-1)?.slice(1)).toEqual(Object.values(values));
  expect(rows.at(-2)?.slice(1)).toEqual(none);
});

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }).filter((each) => !each.includes('\0')),
  fc.constantFrom('A', 'B', 'nan', '-', '1,5', '1.250', '=x', ' padded '),
);
const row = fc.record({
  movement_id: fc.oneof(text, fc.integer({ min: 0, max: 5 }).map(String)),
  shipment_date: fc.option(fc.integer({ min: 0, max: 700 })),
  distance_km: fc.option(fc.oneof(fc.double({ noNaN: true, min: -10, max: 1e6 }), fc.integer({ min: 0, max: 50 }))),
  load: fc.option(fc.integer({ min: -5, max: 5000 })),
  client: fc.option(text),
});
const sqlText = (value: string | null): string => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`);

test('what DuckDB writes as Parquet is read as what it writes as CSV', async () => {
  const property = fc.asyncProperty(
    fc.array(row, { minLength: 1, maxLength: 40 }),
    fc.constantFrom(...codecs),
    fc.constantFrom('V1', 'V2'),
    async (rows, codec, version) => {
      const lines = rows.map(
        ({ movement_id: id, shipment_date: day, distance_km: km, load, client }) =>
          `(${sqlText(id)}, DATE '2025-01-01' + ${String(day)}::INTEGER, ${String(km)}::DOUBLE, ` +
          `(${String(load)} / 100)::DECIMAL(9,2), ${sqlText(client)}, 'kg')`,
      );
      const files = await duckdb(
        `CREATE TABLE t AS SELECT * FROM (VALUES ${lines.join(', ')}) v(movement_id, shipment_date, distance_km, load, client, load_unit);
         COPY t TO {rows.csv} (FORMAT csv, FORCE_QUOTE *); COPY t TO {rows.parquet} (FORMAT parquet, COMPRESSION ${codec}, PARQUET_VERSION ${version});`,
      );
      const csv = await inspectBytes(files('rows.csv'), { name: 'rows.csv', decimal: '.' });
      const parquet = await inspectBytes(files('rows.parquet'), { name: 'rows.parquet', decimal: '.' });
      const plain = ({ rows: read }: typeof csv): unknown[] => read.map(({ record, issues }) => ({ record, issues }));
      expect(plain(parquet)).toEqual(plain(csv));
    },
  );
  await fc.assert(property, { numRuns: 15 });
});

test('Parquet is told by its content, alone, compressed or in an archive; a text that begins alike is a text', async () => {
  const query = "SELECT 'M-' || n AS movement_id, DATE '2025-05-01' AS shipment_date, 1.5 AS load FROM range(3) t(n)";
  const bytes = await parquetOf(query);
  const expected = [0, 1, 2].map((n) => [`M-${String(n)}`, '2025-05-01', '1.5']);
  for (const each of [bytes, gzipSync(bytes), zipOf({ 'may.csv': bytes })]) {
    expect(await cellsOf(each)).toEqual(expected);
  }
  const { rows } = await inspectBytes(bytes, { name: 'may.csv' });
  expect(rows.map(({ line }) => line)).toEqual([1, 2, 3]);
  const named = await inspectBytes(Buffer.from('movement_id,load\nM-1,2\n'), { name: 'may.parquet' });
  expect(named.input.table).toMatchObject({ format: 'csv', columns: ['movement_id', 'load'] });
  expect(await cellsOf(Buffer.from('PAR1,b\n1,2\n'))).toEqual([['1', '2']]);
});

test('columns with the same name, with control characters and without one; rows without a value', async () => {
  const query = `SELECT * FROM (VALUES ('a', 'b', 'c'), (NULL, NULL, NULL), ('d', NULL, 'e')) v("two\nlines", "tab\there", " ")`;
  const { columns, rows, blank } = await readAll(await parquetOf(query));
  expect([columns, blank]).toEqual([['two\nlines', 'tab\there', ''], 1]);
  expect(rows.map(({ line, cells }) => [line, ...cells])).toEqual([
    [1, 'a', 'b', 'c'],
    [3, 'd', '', 'e'],
  ]);
  expect(await failureOf(await parquetOf('SELECT 1 AS a WHERE false'))).toBe('INPUT_EMPTY - has columns but no rows');
});

test('columns with several values a row are left out and named, or refused where they are used', async () => {
  const query =
    "SELECT 'M-1' AS movement_id, [1, 2] AS legs, {'a': 1} AS extra, MAP {'k': 1} AS tags, INTERVAL 1 DAY AS wait, 7 AS load";
  const bytes = await parquetOf(query);
  const { columns, rows } = await readAll(bytes);
  expect([columns, rows[0]?.cells]).toEqual([
    ['movement_id', 'load'],
    ['M-1', '7'],
  ]);
  const { table } = (await inspectBytes(bytes)).input;
  expect(table.leftOut?.map(({ name, holds }) => `${name} ${holds}`)).toEqual([
    'legs lists',
    'extra structures',
    'tags maps',
    'wait intervals',
  ]);
  const used = await parquetOf("SELECT 'M-1' AS movement_id, {'km': 1} AS distance_km");
  await expect(inspectBytes(used)).rejects.toThrow(/column "distance_km" of .* holds structures, which are not read/);
});

test('a file that is cut off, changed anywhere or made to fill memory is an error that says so, and soon', async () => {
  const query =
    "SELECT n, n % 7 AS small, 'M-' || n AS movement_id, CASE WHEN n % 3 = 0 THEN n / 8 END AS load FROM range(300) t(n)";
  const files = [await parquetOf(query), await parquetOf(query, ', COMPRESSION zstd, PARQUET_VERSION V2')];
  const known = /^(?:read|INPUT_(?:DAMAGED|EMPTY|ENCRYPTED|TOO_LARGE|UNREADABLE|NOT_TEXT|NOT_ROWS) )/;
  for (const bytes of files) {
    for (let length = 4; length < bytes.length; length += 97) {
      expect(await failureOf(bytes.subarray(0, length))).toMatch(/^INPUT_DAMAGED .* its end is missing/);
    }
    for (let at = 4; at < bytes.length; at += 11) {
      const changed = Buffer.from(bytes);
      changed[at] = (at * 31) % 256;
      expect(await failureOf(changed)).toMatch(known);
    }
  }
  const [bytes = Buffer.alloc(0)] = files;
  const withLength = Buffer.from(bytes);
  withLength.writeUInt32LE(0xffffffff, bytes.length - 8);
  expect(await failureOf(withLength)).toMatch(/^INPUT_DAMAGED .* its footer is not in the file$/);
  expect(
    await failureOf(Buffer.from([...Buffer.from('PAR1'), 0, ...bytes.subarray(5, -4), ...Buffer.from('PARE')])),
  ).toMatch(/^INPUT_ENCRYPTED /);
}, 60_000);

test('row groups and thousands of columns', async () => {
  const many = await parquetOf('SELECT n, n % 10 AS m FROM range(30000) t(n)', ', ROW_GROUP_SIZE 2048');
  const rows = await cellsOf(many);
  expect(rows.every(([n, m], index) => n === String(index) && m === String(index % 10))).toBe(true);
  expect(rows.length).toBe(30_000);
  const names = Array.from({ length: 3000 }, (_, index) => `n + ${String(index)} AS c${String(index)}`);
  const wide = await cellsOf(await parquetOf(`SELECT ${names.join(', ')} FROM range(30) t(n)`));
  expect(wide.map((cells) => cells[2999])).toEqual(Array.from({ length: 30 }, (_, n) => String(n + 2999)));
});
