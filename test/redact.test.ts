import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedact, redactValues } from '../src/redact.ts';

/** What a header takes as a key. */
const keys = fc.string({
  unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)),
  minLength: 8,
});

const html = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' }[character] ?? '#39'};`);

test('a key is in no text that quotes it: as it is, as JSON, as HTML', () => {
  fc.assert(
    fc.property(keys, (key) => {
      const redact = createRedact([key]);
      for (const quoted of [key, JSON.stringify({ key }), html(`<b>${key}</b>`)]) {
        const [before = '', after = ''] = redact(`HTTP 500: ${quoted} was refused`).split('***');
        expect(before).toMatch(/^HTTP 500: /);
        expect(after).toMatch(/ was refused$/);
      }
    }),
  );
});

test('a key that is a word of the syntax does not break what it is in', () => {
  const document = { duration_ms: 7, note: 'a duration', list: [{ duration_s: 'duration' }] };
  const text = JSON.stringify(document, redactValues(createRedact(['duration'])));
  expect(JSON.parse(text)).toEqual({ duration_ms: 7, note: 'a ***', list: [{ duration_s: '***' }] });
});

test('no secret is one', () => {
  expect(createRedact([''])('abc')).toBe('abc');
});
