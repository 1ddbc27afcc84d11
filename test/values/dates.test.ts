import { describe, expect, test } from 'vitest';
import { readDateText } from '../../src/mapping/dates.ts';
import { csv, jsonl, read } from './read-values.ts';

const fills = (...dates: readonly string[]): string[][] => [
  ['date', 'fuel_id', 'country', 'quantity'],
  ...dates.map((date, at) => [date, 'diesel', 'ES', String(at + 10)]),
];

const dayOf = (text: string): string => {
  const found = readDateText(text, { order: 'iso', latestYear: 2027 });
  return found.kind === 'date' ? found.date : found.kind;
};

describe('a month by its name', () => {
  test.each([
    ['02-Jun-06', '2006-06-02'],
    ['1 sept. 2025', '2025-09-01'],
    ['01-Sept-06', '2006-09-01'],
    ['15-JUN-25', '2025-06-15'],
    ['June 15, 2025', '2025-06-15'],
    ['Jun 15 2025', '2025-06-15'],
    ['June 1st, 2025', '2025-06-01'],
    ['2025-Jun-15', '2025-06-15'],
    ['12 dic 2025', '2025-12-12'],
    ['15 de junio de 2025', '2025-06-15'],
    ['3 de setiembre del 2025', '2025-09-03'],
    ['01/ene/2025', '2025-01-01'],
    ['15 de juny de 2025', '2025-06-15'],
    ["2 d'abril de 2025", '2025-04-02'],
    ['7 març 2025', '2025-03-07'],
    ['15 de junho de 2025', '2025-06-15'],
    ['1º de março de 2025', '2025-03-01'],
    ['9 out. 2025', '2025-10-09'],
    ['1er juin 2025', '2025-06-01'],
    ['12 févr. 2025', '2025-02-12'],
    ['14 août 2025', '2025-08-14'],
    ['3 déc. 2025 08:30', '2025-12-03'],
    ['15 giugno 2025', '2025-06-15'],
    ['1 mag 2025', '2025-05-01'],
    ['15. Juni 2025', '2025-06-15'],
    ['3. März 2025', '2025-03-03'],
    ['24.Dez.2025', '2025-12-24'],
    ['1-Okt-2025 07:30', '2025-10-01'],
    ['Sunday, June 15, 2025', '2025-06-15'],
    ['domingo, 15 de junio de 2025', '2025-06-15'],
    ['dimanche 15 juin 2025', '2025-06-15'],
    ['Mo., 16. Juni 2025', '2025-06-16'],
    ['mar 10 giu 2025', '2025-06-10'],
    ['Mar 10, 2025', '2025-03-10'],
    ['segunda-feira 16 jun 2025', '2025-06-16'],
  ])('%s is %s', (text, day) => {
    expect(dayOf(text)).toBe(day);
  });

  test.each([
    ['3 jui 2025', 'ambiguous month'],
    ['3 jux 2025', 'no date'],
    ['31 June 2025', 'no such day'],
    ['June 2025', 'no date'],
    ['15 Juni', 'no date'],
    ['Madrid 15 2025', 'no date'],
  ])('%s is not read: %s', (text, kind) => {
    expect(dayOf(text)).toBe(kind);
  });

  test('needs no order, in CSV and JSON Lines', async () => {
    const table = fills('02-Jun-06', '01-Sept-06', '15-JUN-25', '1er mars 2025');
    for (const text of [csv(...table), jsonl(table)]) {
      expect((await read(['recharges', '--local'], text)).rows.valid).toBe(4);
    }
  });

  test('that is none for sure is refused with what it could be', async () => {
    const { errors } = await read(['recharges', '--local'], csv(...fills('3 jui 2025')));
    expect(errors).toMatchObject([{ code: 'INVALID_DATE', message: expect.stringContaining('juin, juillet') }]);
  });

  test.each(['en', 'es', 'ca', 'pt', 'fr', 'it', 'de'])('every day of a year as %s writes it', (locale) => {
    for (const style of ['long', 'medium', 'full'] as const) {
      const format = new Intl.DateTimeFormat(locale, { dateStyle: style, timeZone: 'UTC' });
      for (let day = 0; day < 365; day += 1) {
        const date = new Date(Date.UTC(2025, 0, 1 + day));
        const text = format.format(date);
        const found = dayOf(text);
        // Portuguese writes the medium style in figures.
        if (found !== 'order') expect([text, found]).toEqual([text, date.toISOString().slice(0, 10)]);
      }
    }
  });
});

test.each([
  ['20250615', '2025-06-15'],
  ['20250615T073000Z', '2025-06-15'],
  ['20250615T0730', '2025-06-15'],
  ['20250615073000', '2025-06-15'],
  ['2025.01.02.', '2025-01-02'],
  ['2025. 01. 02.', '2025-01-02'],
  ['2025/1/2', '2025-01-02'],
  ['lunes 2025-06-16', '2025-06-16'],
])('%s has the year first: %s', (text, day) => {
  expect(dayOf(text)).toBe(day);
});

describe('dots with four digits of the year', () => {
  test.each(['ES', 'PL', 'DE'])('have the day first: %s', async (country) => {
    const table = fills('02.01.2025', '03.01.2025').map((row, at) => (at === 0 ? row : row.with(2, country)));
    for (const text of [csv(...table), jsonl(table)]) {
      expect((await read(['recharges', '--local'], text)).rows.valid).toBe(2);
    }
  });

  test('are open where rows are from the US, Canada or the Philippines', async () => {
    for (const country of ['US', 'CA', 'PH']) {
      const table = fills('02.01.2025', '03.01.2025').map((row, at) => (at === 2 ? row.with(2, country) : row));
      expect((await read(['recharges', '--local'], csv(...table))).error?.code).toBe('DATES_AMBIGUOUS');
    }
  });

  test('have the month first where one proves it', async () => {
    const { exit } = await read(['recharges', '--local'], csv(...fills('02.01.2025', '01.25.2025')));
    expect(exit).toBe(0);
  });

  test('say nothing of slashes, in the sample or after', async () => {
    const mixed = await read(['recharges', '--local'], csv(...fills('02.01.2025', '03/01/2025')));
    expect(mixed.error?.code).toBe('DATES_AMBIGUOUS');
  });
});

describe('slashes and years of two digits', () => {
  test.each(['01/02/2025', '1-2-2025', '01.02.25', '01/02/25'])('%s needs proof', async (text) => {
    expect((await read(['recharges', '--local'], csv(...fills(text)))).error?.code).toBe('DATES_AMBIGUOUS');
    expect((await read(['recharges', '--local', '--date-format', 'dmy'], csv(...fills(text)))).exit).toBe(0);
    expect((await read(['recharges', '--local'], csv(...fills(text, text.replace(/^0?1/, '31'))))).exit).toBe(
      // The 31st of February does not exist, but proves the order.
      1,
    );
  });

  test('a first number that may be the year proves nothing', async () => {
    expect((await read(['recharges', '--local'], csv(...fills('25/06/15', '25/06/16')))).error?.code).toBe(
      'DATES_AMBIGUOUS',
    );
  });
});

test.each(['1899-12-31', '1999-12-31', '2028-01-01', '2205-06-01', '0025-06-15'])(
  '%s is not plausible',
  async (text) => {
    const table = fills(text);
    for (const written of [csv(...table), jsonl(table)]) {
      expect((await read(['recharges', '--local'], written)).errors).toMatchObject([{ code: 'INVALID_DATE' }]);
    }
  },
);

describe('seconds since 1970', () => {
  test.each([
    ['1750000000', '2025-06-15'],
    ['1750000000000', '2025-06-15'],
    ['1750000000.123', '2025-06-15'],
  ])('%s are refused with their day, and read with --date-format epoch', async (text, day) => {
    const number = `${JSON.stringify({ date: Number(text), fuel_id: 'diesel', country: 'ES', quantity: 50 })}\n`;
    for (const written of [csv(...fills(text)), jsonl(fills(text)), number]) {
      const { errors } = await read(['recharges', '--local'], written);
      expect(errors).toMatchObject([{ code: 'INVALID_DATE', message: expect.stringContaining(day) }]);
      expect((await read(['recharges', '--local', '--date-format', 'epoch'], written)).exit).toBe(0);
    }
  });
});
