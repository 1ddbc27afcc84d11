import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { textWidth } from '../../src/report/tables/text-width.ts';

const characters = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code));

test('every character is as wide as the library says', () => {
  expect(characters.filter((character) => textWidth(character) !== stringWidth(character))).toEqual([]);
});

test('so are texts of several characters', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom(...characters.slice(0x20, 0x300), ...'\u200d\ufe0f\u0301\u20e3→₂…–中👩') }),
  );
  fc.assert(fc.property(text, (each) => textWidth(each) === stringWidth(each)));
});
