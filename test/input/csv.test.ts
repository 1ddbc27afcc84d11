import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { csv } from '../../src/input/csv.ts';
import type { Table } from '../../src/input/table.ts';
import { areRead, cellsOf, createRowAt, openBytes, readAll, readRows } from '../support/inputs.ts';
import { tokenise } from '../support/tokens.ts';

const tableOf = (sample: string): Table =>
  csv.detect(Buffer.from(sample), {
    path: 'x',
    delimiter: ',',
    whole: true,
    isDecoded: false,
    isKnownColumn: () => false,
  });

describe('rows of CSV', () => {
  test.each([
    [
      'plain',
      'a,b\n1,2\n3,4\n',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['no line end at the end', 'a,b\n1,2', [['1', '2']]],
    ['CRLF', 'a,b\r\n1,2\r\n', [['1', '2']]],
    [
      'mixed line ends',
      'a,b\r\n1,2\n3,4\r\n',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['quotes and delimiters in quotes', 'a,b\n"1,5","say ""no"""\n', [['1,5', 'say "no"']]],
    [
      'line ends in quotes',
      'a,b\n"1\n5","x\r\ny"\n3,4\n',
      [
        ['1\n5', 'x\r\ny'],
        ['3', '4'],
      ],
    ],
    ['spaces around unquoted values', 'a,b\n 1 , 2\n', [['1', '2']]],
    ['spaces inside quotes', 'a,b\n" 1 ", "2 "\n', [[' 1 ', '2 ']]],
    [
      'blank lines',
      'a,b\n\n1,2\n  \n\n3,4\n\n',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['accents', 'a,b\nCoruña,Çeşme\n', [['Coruña', 'Çeşme']]],
    ['a byte order mark', '\ufeffa,b\n1,2\n', [['1', '2']]],
  ])('%s', async (_name, text, cells) => {
    const read = await readAll(text);
    expect(read.columns).toEqual(['a', 'b']);
    expect(cellsOf(read)).toEqual(cells);
  });

  test.each([',', ';', '\t', '|'])('the delimiter %j is detected', async (delimiter) => {
    const text = ['id', 'origin', 'x'].join(delimiter) + '\n' + ['1', '"a, b; c | d\te"', ''].join(delimiter) + '\n';
    const read = await readAll(text);
    expect(read.delimiter).toBe(delimiter);
    expect(cellsOf(read)).toEqual([['1', 'a, b; c | d\te', '']]);
  });

  test('a semicolon file with decimal commas is not taken for a comma file', async () => {
    expect((await readAll('id;km;t\n1;12,5;3,1\n2;7,25;1,0\n')).delimiter).toBe(';');
  });

  test('one column has no delimiter', async () => {
    expect(cellsOf(await readAll('toc\nvan_diesel\n'))).toEqual([['van_diesel']]);
  });

  test('gzip is recognised by its content', async () => {
    expect(cellsOf(await readAll(gzipSync('a,b\n1,2\n')))).toEqual([['1', '2']]);
  });

  test('rows without any value are counted as blank, not read', async () => {
    const read = await readAll('a,b\n1,2\n,\n" ",\n3,4\n,\n');
    expect(read.blank).toBe(2);
    expect(cellsOf(read)).toEqual([
      ['1', '2'],
      [' ', ''],
      ['3', '4'],
    ]);
  });
});

describe('the header', () => {
  const isKnownColumn = (name: string) => ['origen', 'destino', 'km'].includes(name);

  test.each([
    ['in the first line', 'origen,destino\nA,B\n', 1, false],
    ['below empty lines', '\n\norigen,destino\nA,B\n', 3, false],
    ['below titles', 'Informe de portes 2025\nEmpresa: "X", S.L.,,\n\norigen,destino,km\nA,B,1\n', 4, true],
    ['below a title with a stray quote', 'Ancho 5" y más\norigen,destino,km\nA,B,1\n', 2, true],
    ['unknown, so the first line', 'x,y\nA,B\n', 1, false],
  ])('is found %s', async (_name, text, line, hasTitles) => {
    const input = await openBytes(Buffer.from(text), { isKnownColumn });
    expect(input.table.header).toMatchObject({ line, hasTitles });
    const { rows } = await readRows(input);
    expect(rows.map((row) => [row.line, row.cells.slice(0, 2)])).toEqual([[line + 1, ['A', 'B']]]);
  });

  test.each(['sep=;\n', 'sep=;\r\n', '"sep=;"\n', 'SEP=;\n'])('%j names the delimiter and is skipped', async (line) => {
    const read = await readAll(`${line}a;b,c\n1;2,5\n`);
    expect(read).toMatchObject({ columns: ['a', 'b,c'], delimiter: ';' });
    expect(read.rows).toMatchObject([{ line: 3, cells: ['1', '2,5'] }]);
  });

  test('of known columns decides the delimiter', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => `A;B;${String(i)},5\n`).join('');
    expect((await readAll(`origen;destino;km\n${rows}C;D\n`, { isKnownColumn })).delimiter).toBe(';');
  });

  test('may lack the delimiters in which all rows end, or have them alone', async () => {
    expect(cellsOf(await readAll('a,b,\n1,2\n3,4\n'))).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(cellsOf(await readAll('a,b\n1,2,,\n3,4,,\n'))).toEqual([
      ['1', '2', '', ''],
      ['3', '4', '', ''],
    ]);
  });

  test('does not forgive a single row an empty cell too many: its cells have moved', async () => {
    const { rows } = await readAll('client,load,plate\nA,1,\nNúñez, S.L.,1,\nB,2,X\n');
    expect(rows.map(({ malformed }) => malformed?.slice(0, 11))).toEqual([undefined, 'has 4 cells', undefined]);
  });
});

describe('places of rows', () => {
  test('are physical lines, through quoted line ends and blank lines', async () => {
    const { rows } = await readAll('a,b\n1,"x\ny"\n\n2,z\n"3",z\n');
    expect(rows.map(({ row, line }) => [row, line])).toEqual([
      [1, 2],
      [2, 5],
      [3, 6],
    ]);
  });

  test('lead back to the row', async () => {
    const bytes = Buffer.from(
      `\ufeffa,b\n${Array.from({ length: 200 }, (_, i) => `${String(i)},"ñ\n${'x'.repeat(i * 7)}"\n`).join('')}`,
    );
    const input = await openBytes(bytes);
    const { rows } = await readRows(input);
    expect(rows.length).toBe(200);
    const rowAt = createRowAt(input);
    for (const { offset, cells } of rows) {
      expect(rowAt(offset)).toMatchObject({ offset, cells });
      expect(rowAt(offset + 1)?.offset).not.toBe(offset);
    }
  });
});

describe('malformed rows', () => {
  test('name both cell counts and do not stop the reading', async () => {
    const { rows } = await readAll('a,b,c\n1,2,3\n1,2\n1,2,3,4\n5,6,7\n');
    expect(rows.map(({ malformed }) => malformed?.slice(0, 37))).toEqual([
      undefined,
      'has 2 cells where the header has 3; a',
      'has 4 cells where the header has 3; a',
      undefined,
    ]);
  });

  test('a quote that never closes does not swallow the file', async () => {
    const { rows } = await readAll('a,b\n1,"x\n2,y\n3,z\n');
    expect(rows.map(({ line, malformed, cells, text }) => [line, malformed?.slice(0, 18), text ?? cells])).toEqual([
      [2, 'a quote opens here', '1,"x'],
      [3, undefined, ['2', 'y']],
      [4, undefined, ['3', 'z']],
    ]);
  });

  test.each(['1,5" pipe', '1,"x"y', '"1" "2",3', '"1" x,3'])(
    'a stray quote in %s refuses its line only',
    async (line) => {
      const { rows } = await readAll(`a,b\n${line}\n2,y\n`);
      expect(rows.map(({ malformed }) => malformed !== undefined)).toEqual([true, false]);
      expect(rows[0]?.text).toBe(line);
    },
  );

  test('two stray quotes do not swallow the rows between them', async () => {
    const header = 'id,origin,destination,client\n';
    for (const between of [0, 1, 8]) {
      const inner = Array.from({ length: between }, (_, i) => `${String(i + 2)},A,B,C\n`).join('');
      const { rows } = await readAll(`${header}1,A,B,"El Corte\n${inner}9,A,B,Inglés"\n10,A,B,C\n`);
      expect(rows.map(({ malformed }) => malformed === undefined)).toEqual([
        false,
        ...Array<boolean>(between).fill(true),
        false,
        true,
      ]);
    }
  });

  test('thousands of forgotten quotes in a block are each refused at their line', async () => {
    const { rows } = await readAll(`a,b,c\n${'1,"x\ny",z,too many\n'.repeat(20_000)}4,5,6\n`);
    expect(rows.at(-1)).toMatchObject({ line: 40_002, cells: ['4', '5', '6'] });
    expect(rows.filter(({ malformed }) => malformed !== undefined).length).toBe(40_000);
    const bytes = Buffer.from('1,"x\ny",z,too many\n'.repeat(3));
    const table = tableOf('a,b,c\n1,2,3\n');
    const whole = tokenise(bytes, table);
    for (const batchRows of [1, 2, 3]) expect(tokenise(bytes, table, { batchRows })).toEqual(whole);
  });

  test('several lines in a cell are not rows', async () => {
    const { rows } = await readAll('client,a,b,c\n"X, S.L.\nCalle Mayor, 5, bajo",1,2,3\n');
    expect(rows.map(({ cells }) => cells)).toEqual([['X, S.L.\nCalle Mayor, 5, bajo', '1', '2', '3']]);
  });

  test('lines of tabs and form feeds are blank, and counted', async () => {
    const { rows } = await readAll('a,b\n1,2\n\t\n\f\n3,4\n');
    expect(rows.map(({ line }) => line)).toEqual([2, 5]);
  });

  test('white space of all kinds is not a part of a cell, and a line of it is blank', async () => {
    for (const space of ['\u00a0', '\u2003', '\u2007', '\u2028', '\u202f', '\u205f', '\u3000', '\ufeff', '\u1680']) {
      const text = `a,b\n1,2\n${space}Vigo${space}, “3”${space}\n${space}\n${space}${space}\n"x\n5,6\n`;
      const { rows } = await readAll(text);
      expect(rows.map(({ line, cells, text: whole }) => [line, whole ?? cells])).toEqual([
        [2, ['1', '2']],
        [3, ['Vigo', '“3”']],
        [6, '"x'],
        [7, ['5', '6']],
      ]);
    }
  });

  test('bytes that are not UTF-8 refuse their line only', async () => {
    const filler = 'x,y\n'.repeat(300_000);
    const bytes = Buffer.concat([
      Buffer.from(`a,b\n${filler}`),
      Buffer.from('Mu\u00f1oz,1\n', 'latin1'),
      Buffer.from('ñ,2\n'),
    ]);
    const { rows } = await readAll(bytes);
    expect(rows.length).toBe(300_002);
    expect(rows.filter(({ malformed }) => malformed !== undefined).map(({ line }) => line)).toEqual([300_002]);
  });

  test('a record of more than 1 MiB is refused, in quotes or not', async () => {
    const long = 'x\n'.repeat(600_000);
    const { rows } = await readAll(`a,b\n1,2\n1,"${long}"\n3,4\n`);
    expect(rows[1]).toMatchObject({ line: 3, malformed: expect.stringContaining('(it is longer than 1 MiB)') });
    expect(rows.at(-1)?.cells).toEqual(['3', '4']);
  });
});

/** Writes a table as RFC 4180 asks, every cell in quotes. */
const toCsv = (table: readonly (readonly string[])[], delimiter: string, lineEnd: string): string =>
  table.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter) + lineEnd).join('');

const looksLikeRows = (text: string, delimiter: string, width: number): boolean =>
  width >= 4 && text.split(/\r\n|\n|\r/).some((line, index) => index > 0 && line.split(delimiter).length >= width);

const cell = fc.string({ unit: fc.constantFrom('a', 'ñ', '"', ',', ';', '\n', '\r\n', ' ', '€', '𝄞', '1', '\t', '|') });

describe('whatever the cells hold', () => {
  test('a table that is written is read back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .integer({ min: 2, max: 5 })
          .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1 })),
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\n', '\r\n'),
        async (table, delimiter, lineEnd) => {
          const header = (table[0] ?? []).map((_, index) => `column ${String(index)}`);
          const read = await readAll(toCsv([header, ...table], delimiter, lineEnd), { delimiter }).catch(
            () => undefined,
          );
          // Lines in a cell that could be rows are refused on purpose: see the next test.
          fc.pre(!table.some((row) => row.some((text) => looksLikeRows(text, delimiter, header.length))));
          const expected = table.filter((row) => row.some((text) => text !== ''));
          if (expected.length > 0) expect(read === undefined ? undefined : cellsOf(read)).toEqual(expected);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('where a block ends makes no difference', () => {
    const text = '1,"x\r\ny",é\r\n\r\n2,5" bad,z\r\n3,"open,q\r\n4,"ok ""q""",𝄞\r\n5,6\r\n"7\n\n","8\n",9';
    const bytes = Buffer.from(text);
    const table = tableOf(`a,b,c\n${text}`);
    const whole = tokenise(bytes, table);
    expect(areRead(whole.rows)).toEqual([true, false, false, true, false, true]);
    for (let cut = 0; cut < bytes.length; cut += 1) {
      for (const batchRows of [1, 2, 100]) expect(tokenise(bytes, table, { cuts: [cut], batchRows })).toEqual(whole);
    }
  });

  test('no bytes make reading throw anything but a clear error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (noise, hasHeader) => {
        const bytes = Buffer.concat([Buffer.from(hasHeader ? 'a,b\n' : ''), noise]);
        await readAll(bytes).catch((error: unknown) => {
          expect(error).toMatchObject({ name: 'RunError', exitCode: 3 });
        });
      }),
      { numRuns: 300 },
    );
  });
});
