import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Tag } from '../../src/columns/batch.ts';
import type { Table } from '../../src/input/table.ts';
import { referenceOfCsv, referenceOfJsonl } from '../support/reference-rows.ts';
import { type Pieces, tokenise, type Tokenised } from '../support/tokens.ts';

const runs = Number(process.env['TOKENISER_RUNS'] ?? 200);

const tableOf = (parts: Partial<Table>): Table => ({
  format: 'csv',
  columns: ['a', 'b', 'c'],
  delimiter: ',',
  lineEnd: '\n',
  isDecoded: false,
  isOwnOutput: false,
  header: { bytes: 0, lines: 1, line: 1, hasTitles: false },
  ...parts,
});

const helpers = ['_row', '_codes', '_errors'];
const delimiters = [',', ';', '\t', '|', ':', '~', "'", '=', ' ', '.'] as const;

const csvTable = fc
  .record({
    width: fc.integer({ min: 1, max: 5 }),
    delimiter: fc.oneof(fc.constantFrom(',', ';'), fc.constantFrom(...delimiters)),
    isDecoded: fc.boolean(),
    ownOutput: fc.constantFrom<['none' | 'results' | 'rejected']>(['none'], ['none'], ['results'], ['rejected']),
  })
  .map(({ width, delimiter, isDecoded, ownOutput: [own] }) => {
    const columns = Array.from({ length: width }, (_, index) => `c${String(index)}`);
    const added = own === 'none' ? [] : own === 'results' ? ['_row'] : helpers;
    return tableOf({ columns: [...columns, ...added], delimiter, isDecoded, isOwnOutput: own !== 'none' });
  });

/** Everything that means something to a reader of CSV, and some that does not. */
const units = (
  '" " "" , ; \t | : ~ = . + \' \n \n \r \r\n a 1 \f \v \0 \u001a ' +
  '\ufeff \u00a0 \u0085 \u2003 \u2028 \u3000 ñ à € 𝄞 \ufffd'
)
  .split(' ')
  .concat(' ');
const anyText = fc.string({ unit: fc.constantFrom(...units), maxLength: 40 }).map((text) => Buffer.from(text));
const anyBytes = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));

const lineEnds = fc.constantFrom('\n', '\n', '\r\n', '\r', '\n\n', '\r\n \r\n');

/** Cells in quotes or not, as programs write them, in rows that mostly have the width of the table. */
const realLooking = ({ columns, delimiter }: Table): fc.Arbitrary<Buffer> => {
  const word = fc.string({ unit: fc.constantFrom(...units.filter((unit) => /^[^"\n\r]+$/.test(unit))), maxLength: 6 });
  const plain = word.filter((text) => !text.includes(delimiter));
  const inside = fc.string({
    unit: fc.constantFrom('a', 'é', '""', '\n', '\r\n', delimiter, ' ', '=', '1'),
    maxLength: 6,
  });
  const quoted = inside.map((text) => `"${text}"`);
  const padded = fc
    .tuple(fc.constantFrom('', ' ', '  '), fc.oneof(quoted, plain), fc.constantFrom('', ' '))
    .map((x) => x.join(''));
  const known = fc.constantFrom('MALFORMED_ROW', '1,"2"', "'=1+1", '', '[of another file]', '"say ""no"""');
  const cell = fc.oneof(plain, quoted, padded, known);
  const width = columns.length;
  const row = fc.oneof(
    { weight: 8, arbitrary: fc.array(cell, { minLength: width, maxLength: width }) },
    { weight: 1, arbitrary: fc.array(cell, { maxLength: width + 2 }) },
    { weight: 1, arbitrary: fc.constant(new Array<string>(width).fill('')) },
  );
  const lines = fc.array(fc.tuple(row, lineEnds), { maxLength: 6 });
  return lines.map((all) => Buffer.from(all.map(([cells, end]) => cells.join(delimiter) + end).join('')));
};

const mutation = fc.record({ at: fc.nat(1000), drop: fc.nat(2), insert: fc.constantFrom('', ...units) });

const mutated = (text: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  fc.tuple(text, fc.array(mutation, { maxLength: 3 })).map(([bytes, mutations]) =>
    mutations.reduce((before, { at, drop, insert }) => {
      const place = at % (before.length + 1);
      return Buffer.concat([before.subarray(0, place), Buffer.from(insert), before.subarray(place + drop)]);
    }, bytes),
  );

const csvCase = csvTable.chain((table) =>
  fc.record({
    table: fc.constant(table),
    bytes: fc.oneof(anyText, anyBytes, realLooking(table), mutated(realLooking(table))),
  }),
);

/** What a reference says of rows, too. */
const comparable = ({ rows, blank }: Tokenised): unknown => ({
  rows: rows.map(({ offset, line: at, cells, malformed, text }) => ({
    offset,
    line: at,
    cells,
    ...(malformed === undefined ? {} : { malformed, text }),
  })),
  blank,
});

/** The lenient reader leaves texts without escapes, the fast one marks them: which of them read a row may differ. */
const withoutEscapes = (read: Tokenised): Tokenised => ({
  ...read,
  rows: read.rows.map((row) => ({
    ...row,
    tags: row.tags.map((tag) => (tag === Tag.csvEscaped || tag === Tag.jsonEscaped ? Tag.text : tag)),
  })),
});

/** Reads a text whole, cut once at every place, and cut at some places at once: always the same. */
function expectSameWhereverItIsCut(bytes: Buffer, table: Table, cuts: readonly number[], pieces: Pieces): Tokenised {
  const read = (changes: Pieces): Tokenised => withoutEscapes(tokenise(bytes, table, { ...pieces, ...changes }));
  const whole = read({});
  for (let cut = 0; cut < bytes.length; cut += 1) {
    expect(read({ cuts: [cut] }), `cut at ${String(cut)}`).toEqual(whole);
  }
  const several = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b);
  for (const batchRows of [1, 2, 3]) {
    expect(read({ cuts: several, batchRows }), `cut at ${several.join()}`).toEqual(whole);
  }
  return whole;
}

const somePieces = fc.record({
  batchRows: fc.integer({ min: 1, max: 8 }),
  junk: fc.constantFrom('"', ',', '\n', '\r', 'x', ' ', '}', '\\'),
});
const someCuts = fc.array(fc.nat(1000), { maxLength: 5 });

describe('CSV', () => {
  test('has the rows, cells, lines and places that csv-parse finds record by record, wherever it is cut', () => {
    fc.assert(
      fc.property(csvCase, someCuts, somePieces, ({ table, bytes }, cuts, pieces) => {
        const whole = expectSameWhereverItIsCut(bytes, table, cuts, pieces);
        expect(comparable(whole)).toEqual(referenceOfCsv(bytes, table));
      }),
      { numRuns: runs },
    );
  });

  test('that is well-formed has the cells that csv-parse finds in one go', () => {
    const delimiter = fc.constantFrom(',', ';', '\t', '|', ':', '~');
    const wellFormed = fc.tuple(delimiter, fc.integer({ min: 2, max: 6 })).chain(([mark, width]) => {
      const plain = fc.string({ unit: fc.constantFrom('a', 'ñ', '1', '.', '-', '€', '𝄞', 'x y', "'"), maxLength: 5 });
      const quoted = fc
        .string({ unit: fc.constantFrom('a', '""', mark, ' ', '=', 'ç'), maxLength: 6 })
        .map((text) => `"${text}"`);
      const row = fc.array(fc.oneof(plain, quoted), { minLength: width, maxLength: width });
      const rows = fc.array(fc.tuple(row, fc.constantFrom('\n', '\r\n')), { maxLength: 30 });
      return rows.map((all) => ({ mark, width, text: all.map(([cells, end]) => cells.join(mark) + end).join('') }));
    });
    fc.assert(
      fc.property(wellFormed, ({ mark, width, text }) => {
        const table = tableOf({ columns: Array.from({ length: width }, (_, i) => String(i)), delimiter: mark });
        const parsed = parse(text, {
          delimiter: mark,
          record_delimiter: ['\r\n', '\n'],
          skip_empty_lines: true,
          trim: true,
        });
        const expected = parsed.filter((cells) => cells.some((cell) => cell !== ''));
        const { rows, blank } = tokenise(Buffer.from(text), table);
        expect(rows.map(({ cells }) => cells)).toEqual(expected);
        expect(blank).toBe(parsed.length - expected.length);
      }),
      { numRuns: runs },
    );
  });

  test('has rows on the lines on which they begin, by counting', () => {
    fc.assert(
      fc.property(csvCase, ({ table, bytes }) => {
        const lineAt = (offset: number): number =>
          2 +
          (
            bytes
              .subarray(0, offset)
              .toString('latin1')
              .match(/\r\n|\n|\r/g) ?? []
          ).length;
        const { rows, line: end } = tokenise(bytes, table);
        expect(end ?? lineAt(bytes.length)).toBe(lineAt(bytes.length));
        for (const { line, offset, written, malformed } of rows) {
          expect(line).toBe(lineAt(offset));
          // Bytes that are not text are read, too, where the text was decoded: what is shown of them is not what they are.
          if (malformed === undefined && written?.includes('\ufffd') === false) {
            const length = Buffer.byteLength(written);
            expect(bytes.subarray(offset, offset + length).toString()).toBe(written);
            expect(/^(?:\r|\n|$)/.test(bytes.subarray(offset + length).toString('latin1'))).toBe(true);
          }
        }
      }),
      { numRuns: runs },
    );
  });
});

const keys = ['a', 'b', 'movement_id', 'ñ', 'a"b', '__proto__', 'constructor', '_raw', ''] as const;

const jsonTable = fc.record({
  columns: fc.uniqueArray(fc.constantFrom(...keys), { minLength: 1 }),
  isDecoded: fc.boolean(),
});

const jsonValue = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.double(),
  fc.integer(),
  fc.maxSafeNat(),
  fc.boolean(),
  fc.constant(null),
  fc.json({ maxDepth: 1 }).map((text) => JSON.parse(text) as unknown),
);

const token = fc.oneof(
  jsonValue.map((value) => JSON.stringify(value) ?? 'null'),
  fc.constantFrom(
    '1.50',
    '-0',
    '-0.0',
    '0.10',
    '1e3',
    '1E-7',
    '01',
    '1.',
    '.5',
    '-',
    '123456789012345',
    '1234567890123456',
  ),
  fc.constantFrom('26830007899150601093463', '0.1234567890123456', '1.2345678901234567e5', 'NaN', 'tru', 'nulll', '""'),
  fc.constantFrom(
    '"\\u00e9"',
    '"\\ud83d\\ude80"',
    '"\\ud83d"',
    '"\\uD800x"',
    '"\\x"',
    '"a\\\\"',
    '"\\/\\b\\n"',
    '"\t"',
    '"MALFORMED_ROW"',
  ),
);
const blanks = fc.constantFrom('', '', '', ' ', '\t', '  ');
const keyText = fc
  .constantFrom(...keys)
  .chain((key) => fc.constantFrom(JSON.stringify(key), JSON.stringify(key), `"${key.replace('a', '\\u0061')}"`));
const member = fc
  .tuple(blanks, keyText, blanks, token, blanks)
  .map(([a, key, b, value, c]) => `${a}${key}${b}:${a}${value}${c}`);
const objectLine = fc
  .tuple(blanks, fc.array(member, { maxLength: 5 }), blanks)
  .map(([a, members, b]) => `${a}{${members.join()}}${b}`);
const jsonLine = fc.oneof(
  { weight: 8, arbitrary: objectLine },
  { weight: 1, arbitrary: fc.json({ maxDepth: 2 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      ' ',
      '{}',
      '{',
      '}',
      '[]',
      '{"_raw":"{\\"a\\":1}","_codes":"MALFORMED_ROW"}',
      '\u001a',
    ),
  },
);
const jsonText = fc
  .array(fc.tuple(jsonLine, fc.constantFrom('\n', '\n', '\r\n', '\r')), { maxLength: 5 })
  .map((lines) => Buffer.from(lines.map((parts) => parts.join('')).join('')));
const jsonMutation = fc.record({
  at: fc.nat(1000),
  drop: fc.nat(2),
  insert: fc.constantFrom(
    '',
    '"',
    '{',
    '}',
    ':',
    ',',
    '\\',
    '\n',
    '\r',
    '\0',
    '\u001f',
    '\u00a0',
    '1',
    '\ufffd',
    '\ufeff',
  ),
});
const jsonCase = fc.record({
  table: jsonTable.map(({ columns, isDecoded }) =>
    tableOf({ format: 'jsonl', columns, isDecoded, header: { bytes: 0, lines: 0, line: 0, hasTitles: false } }),
  ),
  bytes: fc.oneof(
    jsonText,
    fc.tuple(jsonText, fc.array(jsonMutation, { minLength: 1, maxLength: 3 })).map(([bytes, mutations]) =>
      mutations.reduce((before, { at, drop, insert }) => {
        const place = at % (before.length + 1);
        return Buffer.concat([before.subarray(0, place), Buffer.from(insert), before.subarray(place + drop)]);
      }, bytes),
    ),
    fc.tuple(jsonText, fc.nat(1000), fc.nat(255)).map(([bytes, at, byte]) => {
      const changed = Buffer.from(bytes);
      if (changed.length > 0) changed[at % changed.length] = byte;
      return changed;
    }),
  ),
});

const withoutNumbers = ({ rows }: Tokenised): unknown => ({ rows: rows.map(({ row: _row, ...row }) => row) });

describe('JSON Lines', () => {
  test('have the rows, cells, lines and places that JSON.parse finds line by line, wherever they are cut', () => {
    fc.assert(
      fc.property(jsonCase, someCuts, somePieces, ({ table, bytes }, cuts, pieces) => {
        const whole = expectSameWhereverItIsCut(bytes, table, cuts, pieces);
        expect(withoutNumbers(whole)).toEqual(referenceOfJsonl(bytes, table));
      }),
      { numRuns: runs },
    );
  });

  test('that are flat have the values that JSON.parse gives', () => {
    const flat = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    );
    const columns = ['a', 'b', 'c'];
    fc.assert(
      fc.property(fc.array(fc.tuple(flat, flat, flat), { maxLength: 20 }), (rows) => {
        const lines = rows.map(([a, b, c]) => `${JSON.stringify({ a, b, c })}\n`);
        const read = tokenise(Buffer.from(lines.join('')), tableOf({ format: 'jsonl', columns }));
        const expected = rows.map((values) => values.map((value) => (value === null ? '' : String(value))));
        expect(read.rows.map(({ cells }) => cells)).toEqual(expected);
        expect(read.rows.map(({ line }) => line)).toEqual(rows.map((_, index) => index + 1));
      }),
      { numRuns: runs },
    );
  });
});
