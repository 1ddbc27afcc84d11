import { describe, expect, test } from 'vitest';
import { detectEncoding } from '../../src/input/encoding.ts';
import { cellsOf, createRowAt, openBytes, readAll, readRows } from '../support/inputs.ts';

const text = 'cliente,población\nMuñoz & Çelik – 5 €,A Coruña\n';
const cells = [['Muñoz & Çelik – 5 €', 'A Coruña']];

/** Text in windows-1252, as far as these tests need it. */
const windows1252 = (content: string): Buffer =>
  Buffer.from(content.replaceAll('€', '\u0080').replaceAll('–', '\u0096'), 'latin1');

const utf16 = (content: string, mark: boolean): Buffer => Buffer.from((mark ? '\ufeff' : '') + content, 'utf16le');

describe('the encoding of an input', () => {
  test.each<[string, Buffer, string, string]>([
    ['UTF-8', Buffer.from(text), 'utf-8', 'valid UTF-8'],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`), 'utf-8', 'byte order mark'],
    ['windows-1252', windows1252(text), 'windows-1252', 'not UTF-8'],
    ['UTF-16LE with a mark', utf16(text, true), 'utf-16le', 'byte order mark'],
    ['UTF-16BE with a mark', utf16(text, true).swap16(), 'utf-16be', 'byte order mark'],
  ])('%s is detected and read', async (_name, bytes, label, reason) => {
    const input = await openBytes(bytes);
    expect(input.encoding).toMatchObject({ label, reason });
    for (const size of [1, 2, 3, 7, 65_536]) {
      const read = await readAll(bytes, {}, size);
      expect(read.columns).toEqual(['cliente', 'población']);
      expect(cellsOf(read)).toEqual(cells);
    }
  });

  test('is what the user says', async () => {
    expect(cellsOf(await readAll(utf16(text, false), { encoding: 'utf-16le' }))).toEqual(cells);
    expect(cellsOf(await readAll(windows1252(text), { encoding: 'latin1' }))).toEqual(cells);
  });

  test('names the line that is not UTF-8', () => {
    expect(detectEncoding('a.csv', windows1252(`a\nb\n${text}`), true).evidence).toEqual({
      line: 3,
      bytes: 'byte 0xF3',
    });
  });

  test('does not mind a character that the sample cuts', () => {
    const bytes = Buffer.from('aé€𝄞');
    for (let end = 1; end <= bytes.length; end += 1) {
      expect(detectEncoding('a.csv', bytes.subarray(0, end), false).label).toBe('utf-8');
    }
    expect(detectEncoding('a.csv', bytes.subarray(0, 2), true).label).toBe('windows-1252');
  });

  test('that turns out wrong refuses the rows, and shows no replacement characters as data', async () => {
    const bytes = Buffer.concat([utf16('a,b\n1,2\n', true), Buffer.from([0x00, 0xd8]), utf16(',x\n3,4\n', false)]);
    const { rows } = await readAll(bytes);
    expect(rows.map(({ malformed }) => malformed?.includes('can’t be decoded'))).toEqual([undefined, true, undefined]);
  });

  test('leads back to rows, decoded or not', async () => {
    const input = await openBytes(windows1252(`a,b\n${'ñ,€\n'.repeat(500)}`));
    const { rows } = await readRows(input);
    expect(rows.length).toBe(500);
    const rowAt = createRowAt(input);
    for (const { offset } of rows) expect(rowAt(offset)).toMatchObject({ offset, cells: ['ñ', '€'] });
  });
});

describe('line ends', () => {
  test.each([
    ['CR', 'a,b\r1,2\r\r3,4\r', [2, 4]],
    ['CR without one at the end', 'a,b\r1,2\r3,4', [2, 3]],
    ['mixed', 'a,b\r\n1,2\r3,4\n', [2, 3]],
    ['CR inside quotes', 'a,b\n1,"2\rx"\n3,4\n', [2, 4]],
  ])('%s', async (_name, content, lines) => {
    for (let size = 1; size < content.length; size += 1) {
      const { rows } = await readAll(content, {}, size);
      expect(rows.map(({ line }) => line)).toEqual(lines);
      expect(rows.at(-1)?.cells).toEqual(['3', '4']);
    }
  });

  test('CR in a file of several blocks', async () => {
    const { rows } = await readAll(`a,b\r${'1,"x\ry"\r'.repeat(300_000)}`);
    expect(rows.length).toBe(300_000);
    expect(rows.at(-1)?.line).toBe(600_000);
    expect(rows.every(({ malformed }) => malformed === undefined)).toBe(true);
  });

  test('a long line that ends in CR or CRLF between two reads', async () => {
    const long = 'x'.repeat(2_000_000);
    for (const end of ['\r', '\r\n', '\n']) {
      const { rows } = await readAll(`a,b${end}1,2${end}${long}${end}3,4${end}`, {}, 2_000_000 + 7 + 2 * end.length);
      expect(rows.map(({ line, malformed }) => [line, malformed === undefined])).toEqual([
        [2, true],
        [3, false],
        [4, true],
      ]);
    }
  });
});
