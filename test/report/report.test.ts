import fc from 'fast-check';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Arena, TextSpace } from '../../src/columns/arena.ts';
import { Output, outputBytes } from '../../src/columns/output.ts';
import type { Issue } from '../../src/issues.ts';
import { clip, quote } from '../../src/issues.ts';
import { Causes } from '../../src/report/causes.ts';
import { csvLine } from '../../src/report/files/csv-writer.ts';
import { createEncoder, type Dialect, plainDialect } from '../../src/report/files/dialect.ts';
import { OutputFile } from '../../src/report/files/output-file.ts';
import { readText, temporaryFolder } from '../support/command.ts';
import { cellsOf, readAll } from '../support/inputs.ts';

describe('CSV that is written', () => {
  test('quotes what must be quoted', () => {
    expect(csvLine(['a', 'b,c', 'say "no"', 'x\ny', ' z ', undefined, 1.5, ''])).toBe(
      'a,"b,c","say ""no""","x\ny"," z ",,1.5,\n',
    );
    expect(csvLine(['b,c', 'd;e'], { ...plainDialect, delimiter: ';' })).toBe('b,c;"d;e"\n');
    expect(csvLine(['a:b', 'c'], { ...plainDialect, delimiter: ':' })).toBe('"a:b":c\n');
  });

  test('has numbers as the input has them', () => {
    expect(csvLine([1.5, 'x'], { delimiter: ';', lineEnd: '\r\n', decimal: ',' })).toBe('1,5;x\r\n');
    expect(csvLine([1.5, 'x'], { delimiter: ',', lineEnd: '\r', decimal: ',' })).toBe('"1,5",x\r');
  });

  test('has no cell that a spreadsheet would execute', () => {
    expect(csvLine(['=1+1', '+cmd', '-x', '@a', '-12.5', '\t=1'])).toBe(
      `'=1+1,'+cmd,'-x,'@a,-12.5,"'\t=1"\n`.replace(`"'\t=1"`, `'\t=1`),
    );
  });

  test('is read back by this tool as it was', async () => {
    const cell = fc.string({
      unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '"', ',', ';', '\n', 'ñ', '1', ' '),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(',', ';', '\t'),
        async (rows, delimiter) => {
          const text =
            csvLine(['a', 'b', '_row'], { ...plainDialect, delimiter }) +
            rows.map((row) => csvLine([...row, 1], { ...plainDialect, delimiter })).join('');
          const read = await readAll(text, { delimiter });
          expect(cellsOf(read)).toEqual(rows.map((row) => [...row, '1']));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('text that is encoded', () => {
  const encoderOf = (dialect: Partial<Dialect>): ((text: string) => Buffer) => {
    const encoder = createEncoder({ ...plainDialect, ...dialect });
    return (text) => {
      const bytes = Buffer.from(encoder.text(text));
      const other = createEncoder({ ...plainDialect, ...dialect });
      const utf8 = Buffer.from(`xx${text}xx`);
      // Bytes of UTF-8 come to the same, from wherever in an array.
      if (dialect.hasMark !== true) expect(Buffer.from(other.utf8(utf8, 2, utf8.length - 2))).toEqual(bytes);
      return bytes;
    };
  };

  test.each(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'iso-8859-15', 'macintosh'])(
    'as %s is decoded again',
    (encoding) => {
      const text = 'Muñoz, A Coruña 12 € “x”'.slice(0, encoding === 'iso-8859-15' ? 20 : undefined);
      const bytes = encoderOf({ encoding, hasMark: false })(text);
      expect(new TextDecoder(encoding).decode(bytes, { stream: true })).toBe(text);
    },
  );

  test('has a mark at its start, once', () => {
    const encode = encoderOf({ hasMark: true });
    expect(encode('a').toString('hex') + encode('b').toString('hex')).toBe('efbbbf6162');
  });

  test('has a question mark for what the encoding lacks', () => {
    expect(encoderOf({ encoding: 'windows-1252' })('→ñ').toString('latin1')).toBe('?ñ');
  });
});

describe('a file that is written', () => {
  test('is there at the end, whole, or not at all', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a.csv');
    writeFileSync(path, 'old');
    const file = OutputFile.create(path, '--out', { isNamed: true });
    file.write('x'.repeat(200_000));
    expect(readText(folder, 'a.csv')).toBe('old');
    await file.commit();
    expect(readText(folder, 'a.csv').length).toBe(200_000);
    const other = OutputFile.create(path, '--out', { isNamed: true });
    other.write('y');
    other.discard();
    expect(readText(folder, 'a.csv').length).toBe(200_000);
    expect(readdirSync(folder)).toEqual(['a.csv']);
  });

  test.each(['utf-8', 'windows-1252', 'utf-16le', 'utf-16be'])(
    'has texts and bytes in %s, in the order in which they came',
    async (encoding) => {
      const character = fc.constantFrom('a', ';', 'ñ', '€', '\n');
      const piece = fc.record({
        text: fc.oneof(
          { weight: 9, arbitrary: fc.string({ unit: character, maxLength: 30 }) },
          // More than is put together before it is written, and more than there is room for.
          { weight: 1, arbitrary: fc.constantFrom('ñ€'.repeat(100_000), '€ '.repeat(800_000)) },
        ),
        way: fc.constantFrom('text' as const, 'output' as const, 'range' as const),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 12 }), fc.boolean(), async (pieces, hasMark) => {
          const path = join(temporaryFolder(), 'a.csv');
          const hasMarkToo = hasMark && encoding !== 'windows-1252';
          const encoder = createEncoder({ ...plainDialect, encoding, hasMark: hasMarkToo });
          const file = OutputFile.create(path, '--out', { encoder, isNamed: true });
          const arena = new Arena(outputBytes + 1024 * 1024);
          const texts = new TextSpace(arena, 900_000);
          const output = new Output(arena, file);
          for (const { text, way } of pieces) {
            const size = Buffer.byteLength(text);
            if (way === 'text') {
              output.flush();
              file.write(text);
            } else if (way === 'range' && size < 900_000 && output.fits(size)) {
              texts.clear();
              output.range(texts.end, texts.put(text));
            } else {
              output.text(text);
            }
          }
          output.flush();
          await file.commit();
          const bytes = readFileSync(path);
          const decoder = new TextDecoder(encoding, { ignoreBOM: true });
          // As a stream: Node 20 decodes windows-1252 wrongly in one go.
          const read = decoder.decode(bytes, { stream: true });
          const expected = (hasMarkToo ? '\ufeff' : '') + pieces.map(({ text }) => text).join('');
          expect(read === (expected === '\ufeff' ? '' : expected)).toBe(true);
        }),
        { numRuns: 15 },
      );
    },
  );

  test('says so when the disk is full', async () => {
    const file = OutputFile.create('/dev/full', '--out', { isNamed: true });
    file.write('x');
    await expect(file.commit()).rejects.toThrow("/dev/full can't be written any more");
  });
});

describe('errors by cause', () => {
  const issue = (message: string, cause?: string): Issue => ({
    code: 'INVALID_NUMBER',
    stage: 'validate',
    message,
    ...(cause === undefined ? {} : { cause }),
  });

  test('are counted, the most frequent first, with the first three lines', () => {
    const causes = new Causes();
    causes.add(issue('a'), '2');
    for (const line of [3, 4, 5, 6]) causes.add(issue(`load ${String(line)}`, 'load is not a number'), String(line));
    expect(causes.all.map(({ cause, count, lines }) => [cause, count, lines])).toEqual([
      ['load is not a number', 4, ['3', '4', '5']],
      ['a', 1, ['2']],
    ]);
    expect(causes.byCode).toEqual({ INVALID_NUMBER: 5 });
  });

  test('are bounded, and lose no count', () => {
    const causes = new Causes();
    for (let i = 0; i < 10_000; i += 1) causes.add(issue(`value ${String(i)}`), String(i));
    expect(causes.all.length).toBeLessThan(1000);
    expect(causes.all.reduce((sum, { count }) => sum + count, 0)).toBe(10_000);
  });
});

test('values are clipped at 200 characters, and can’t play with the terminal', () => {
  expect(clip('x'.repeat(300)).length).toBe(200);
  expect(clip('x'.repeat(200))).toBe('x'.repeat(200));
  expect(quote('a\u001b[31mb\n')).toBe('"a\\x1b[31mb\\x0a"');
});
