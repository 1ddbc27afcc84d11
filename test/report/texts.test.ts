import { describe, expect, test } from 'vitest';
import { readVehicleTypes } from '../../src/calculator/data.ts';
import type { Catalogue, Message } from '../../src/report/texts/catalogue.ts';
import { ca } from '../../src/report/texts/ca/index.ts';
import { de } from '../../src/report/texts/de/index.ts';
import { en } from '../../src/report/texts/en/index.ts';
import { es } from '../../src/report/texts/es/index.ts';
import { fr } from '../../src/report/texts/fr/index.ts';
import { it } from '../../src/report/texts/it/index.ts';
import { pt } from '../../src/report/texts/pt/index.ts';
import { createTexts, english, languages, loadTexts } from '../../src/report/texts/texts.ts';

const catalogues: Readonly<Record<string, Catalogue>> = { en, es, de, fr, it, pt, ca };
const formsOf = (message: Message): readonly string[] =>
  typeof message === 'string' ? [message] : Object.values(message);
const placeholdersOf = (text: string): readonly string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();

test('every language that can be chosen is tested here', () => {
  expect(languages.toSorted()).toEqual(Object.keys(catalogues).toSorted());
});

describe.each(Object.entries(catalogues))('the catalogue of %s', (language, catalogue) => {
  const entries = Object.entries(en) as [keyof typeof en, Message][];

  test('has the placeholders and forms of the English one, in every form, and no text that is empty', () => {
    for (const [key, message] of entries) {
      const [first = ''] = formsOf(message);
      const own = catalogue[key];
      expect([key, typeof own]).toEqual([key, typeof message]);
      for (const form of formsOf(own)) {
        expect([key, placeholdersOf(form)]).toEqual([key, placeholdersOf(first)]);
        expect([key, form.trim()]).not.toEqual([key, '']);
      }
    }
  });

  test('has no key that English does not have', () => {
    expect(Object.keys(catalogue).toSorted()).toEqual(Object.keys(en).toSorted());
  });

  test('leaves no sentence in English', () => {
    if (language === 'en') return;
    const same = entries.filter(([key, message]) => {
      const [first = ''] = formsOf(message);
      // What is a word in both languages, or a name, is short.
      return first.split(/\s+/).length > 3 && formsOf(catalogue[key]).includes(first);
    });
    expect(same).toEqual([]);
  });
});

describe('texts', () => {
  test('have the forms and the numbers of their language', async () => {
    const french = await loadTexts('fr-FR');
    // French has no plural for 0.
    expect(french.say('group.others', { count: 0 })).toBe('0 autre');
    expect(english.say('group.others', { count: 0 })).toBe('0 others');
    expect((await loadTexts('de-AT')).say('group.others', { count: 12_345 })).toMatch(/^12\D345 weitere$/);
    // A million is a form of its own in Spanish.
    expect((await loadTexts('es')).say('brief.next.rows', { count: 1_000_000 })).toMatch(/^Corrija 1\.000\.000 filas/);
  });

  test('are English where a language has no catalogue, with the numbers of that language', async () => {
    const danish = await loadTexts('da-DK');
    expect([danish.language, danish.locale, danish.say('group.others', { count: 1234 })]).toEqual([
      'en',
      'da-DK',
      '1.234 others',
    ]);
  });

  test('take values as they are, also where these look like placeholders', () => {
    const { pieces, say } = createTexts('en', en);
    expect(say('about.more', { names: '{number} $& {x}', number: '2' })).toBe('{number} $& {x} and 2 more');
    const part = { markup: true };
    expect(pieces('brief.vehicle', { name: part, share: '5%' })).toContain(part);
  });

  test('of notes are those of the data', () => {
    const notes = readVehicleTypes().flatMap(({ toc, note }) => (note ? [[`note.${toc}`, note]] : []));
    expect(
      Object.entries(en)
        .filter(([key]) => key.startsWith('note.'))
        .toSorted(),
    ).toEqual(notes.toSorted());
  });
});
