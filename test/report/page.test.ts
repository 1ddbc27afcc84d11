import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCatalogue } from '../../src/calculator/catalogue.ts';
import { readFuels, readGrid, readGridYears } from '../../src/calculator/data.ts';
import type { Publication } from '../../src/calculator/publication.ts';
import { EmissionDetails } from '../../src/pipeline/emission-details.ts';
import { EmissionTotals, Grouping } from '../../src/pipeline/emissions.ts';
import { factorSources } from '../../src/report/page/attributions.ts';
import { createFormats } from '../../src/report/page/formats.ts';
import { markup, name } from '../../src/report/page/markup.ts';
import { topGroups } from '../../src/report/page/top-groups.ts';
import { groupName } from '../../src/report/page/group-names.ts';
import { english, languages, loadTexts } from '../../src/report/texts/texts.ts';
import { assumptionText } from '../../src/report/words/assumption-text.ts';
import { createCalculator, shipmentOf } from '../support/calculator.ts';
import { figuresOf } from '../support/figures.ts';

const readable = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

describe('markup', () => {
  test('escapes every text, also in attributes and lists, and nothing twice', () => {
    const inner = markup`<b>${'<i>'}</b>`;
    expect(markup`<p title="${'"\'&'}">${inner}${['<', markup`<br>`, 1, undefined]}</p>`.toString()).toBe(
      '<p title="&quot;&#39;&amp;"><b>&lt;i&gt;</b>&lt;<br>1</p>',
    );
  });

  test('lets no text end its element or attribute', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('<', '>', '"', "'", '&', '/', 'script', '`', '=', '\u0000', '-'),
    });
    fc.assert(
      fc.property(hostile, (text) => {
        const [, title = '', content = ''] =
          /^<p title="([^"]*)">(.*)<\/p>$/s.exec(markup`<p title="${text}">${text}</p>`.toString()) ?? [];
        expect(title).toBe(content);
        expect(content).not.toMatch(/[<>"']/);
      }),
    );
  });

  test('shows what would turn the letters round or is not seen', () => {
    expect(markup`${'a\u202egnp.exe\u0007\u200b\ud800'}`.toString()).toBe(String.raw`a\u202egnp.exe\x07\u200b\ud800`);
  });

  test('cuts long names between characters, keeps their ends, and the whole as the title', () => {
    const long = `A${'🚚'.repeat(50)}Z`;
    const cutName = name(long, 10).toString();
    expect(cutName).toBe(`<bdi title="${long}">A${'🚚'.repeat(5)}…${'🚚'.repeat(2)}Z</bdi>`);
    const lane = `${'Barcelona '.repeat(20)}1 → ${'Nürnberg '.repeat(20)}2`;
    expect(name(lane).toString()).toMatch(
      /^<bdi dir="ltr" title="[^"]*"><bdi>Barcelona .*….* 1<\/bdi> → <bdi>Nürnberg .*….* 2<\/bdi><\/bdi>$/,
    );
    expect(name('תל אביב → ירושלים').toString()).toBe('<bdi dir="ltr"><bdi>תל אביב</bdi> → <bdi>ירושלים</bdi></bdi>');
    expect(name('Müller & Söhne').toString()).toBe('<bdi>Müller &amp; Söhne</bdi>');
  });
});

describe('numbers and dates', () => {
  test.each(['fa-IR', 'th-TH', 'en-u-ca-buddhist', 'ar-SA'])(
    'are those of the calendar of the records, whatever that of %s is',
    (locale) => {
      const { month, day } = createFormats(locale, 0);
      const latin = new Intl.Locale(locale).language;
      const plain = new Intl.DateTimeFormat(latin, { month: 'short', calendar: 'gregory', timeZone: 'UTC' });
      expect(month('2025-06-01')).toContain(plain.format(new Date('2025-06-25')));
      expect(day('2025-06-25')).toContain(new Intl.NumberFormat(locale, { useGrouping: false }).format(2025));
    },
  );

  test.each([
    ['en', '1,234,567', '12.3%', '1,234.6', 'Mar 5, 2025', 'Mar 2025'],
    ['de-DE', '1.234.567', '12,3 %', '1.234,6', '05.03.2025', 'März 2025'],
    ['fr', '1 234 567', '12,3 %', '1 234,6', '5 mars 2025', 'mars 2025'],
    ['en-IN', '12,34,567', '12.3%', '1,234.6', '5 Mar 2025', 'Mar 2025'],
  ])('are those of %s', (locale, whole, share, intensity, day, month) => {
    const formats = createFormats(locale, 0);
    const shown = [
      formats.count(1_234_567),
      formats.share(123, 1000),
      formats.intensity(1234.56),
      formats.day('2025-03-05'),
      formats.month('2025-03'),
    ];
    expect(shown.map(readable)).toEqual([whole, share, intensity, day, month]);
  });

  test.each([
    [0.0042, '4.200 g CO₂e'],
    [5, '5.000 kg CO₂e'],
    [9999, '9,999 kg CO₂e'],
    [430_876.475, '430.9 t CO₂e'],
    [216_188_000, '216,188 t CO₂e'],
  ])('a total of %s kg has the unit that suits it', (kg, text) => {
    expect(readable(createFormats('en', kg).massWithUnit(kg))).toBe(text);
  });

  test('what is too small for the page is not shown as nothing', () => {
    const { mass } = createFormats('en', 430_876);
    expect([readable(mass(3)), mass(0), readable(mass(60))]).toEqual(['< 0.1', '0.0', '0.1']);
  });
});

describe('the groups that weigh most', () => {
  test('and the others are the whole, however many there are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(40), fc.nat(1000)), { minLength: 1 }),
        fc.integer({ min: 1, max: 10 }),
        (records, limit) => {
          const groups = new Grouping({ limit: 20 });
          for (const [id, kg] of records) {
            groups.add(`client ${String(id)}`, figuresOf({ co2eKg: kg, tonneKm: kg }), 0);
          }
          const { shown, rest } = topGroups(groups.groups, limit, english);
          const all = [...shown, ...(rest === undefined ? [] : [rest])];
          expect(shown.length).toBeLessThanOrEqual(limit + 1);
          expect(all.reduce((sum, { records: many }) => sum + many, 0)).toBe(records.length);
          const kg = records.reduce((sum, [, value]) => sum + value, 0);
          expect(all.reduce((sum, { co2eKg }) => sum + co2eKg, 0)).toBe(kg);
          expect(all.reduce((sum, { tonneKm }) => sum + (tonneKm ?? 0), 0)).toBe(kg);
        },
      ),
    );
  });

  test('name those that were not kept apart', () => {
    const groups = new Grouping({ limit: 3 });
    for (const id of ['a', 'b', 'c', 'd', 'e']) groups.add(id, figuresOf({ co2eKg: 1 }), 0);
    const { shown, rest } = topGroups(groups.groups, 1, english);
    expect([shown.length, rest?.group, rest?.records]).toEqual([1, 'more than 2 others', 4]);
  });
});

describe('vehicle types', () => {
  test('that are embedded have words in every language, and others stay as they are', async () => {
    for (const language of languages) {
      const texts = await loadTexts(language);
      for (const { toc } of readCatalogue().types) {
        expect([toc, groupName('vehicle', toc, texts)]).toEqual([toc, expect.not.stringMatching(/_/)]);
      }
    }
    const german = await loadTexts('de-CH');
    expect(groupName('vehicle', 'rigid_truck_diesel_3.5_7.5t_refrigerated', german)).toBe(
      'Solo-Lkw, Diesel, 3.5–7.5 t, gekühlt',
    );
    expect(groupName('vehicle', 'rigid_truck_diesel_gt17t', await loadTexts('es'))).toBe(
      'Camión rígido, diésel, más de 17 t',
    );
    expect(groupName('vehicle', 'my_own_toc', german)).toBe('my_own_toc');
  });
});

describe('details', () => {
  const load = { subject: 'load', kind: 'mass of unit', detail: { unit: 'pallets', tonnes: 1 } } as const;
  const desnz = { set: 'DESNZ', year: 2025 } as const;
  const basis = {
    factorRegion: 'EU',
    factorSource: 'DESNZ 2025 x',
    publications: [desnz],
    assumptions: [load, { ...load }],
    group: 'road',
    assumed: ['load'],
  } as const;
  const nowhere = { day: undefined, origin: undefined, destination: undefined, isBought: undefined };
  const greatCircle = {
    kind: 'great circle',
    mode: 'road',
    circuity: 1.29,
    detour: 1,
    from: { name: 'A', country: 'ES', kind: 'town' },
    to: { name: 'B', country: 'ES', kind: 'town' },
  } as const;
  const osrm = { kind: 'router', mode: 'road', router: 'osrm' } as const;

  test('know lanes, period, factors and how distances were found', () => {
    const details = new EmissionDetails(assumptionText);
    const record = { ...nowhere, origin: 'A', destination: 'B', day: '2025-02-01' };
    const figures = figuresOf({ co2eKg: 2 });
    details.add(record, figures, 0, { ...basis, distanceSource: greatCircle });
    details.add({ ...record, day: '2024-12-31' }, figures, 0, { ...basis, distanceSource: { kind: 'given' } });
    details.add({ ...nowhere, day: '2026-01-01' }, figures, 0, { ...basis, distanceSource: osrm });
    details.add(nowhere, undefined, 0, undefined);
    expect(details.period).toEqual({ first: '2024-12-31', last: '2026-01-01' });
    const groups = (of: readonly { group: string; records: number }[]): object =>
      Object.fromEntries(of.map((each) => [each.group, each.records]));
    expect(groups(details.lanes)).toEqual({ 'A → B': 2, '(none)': 1 });
    expect(groups(details.distances)).toEqual({ road: 1, given: 1, 'road: osrm': 1 });
    expect(groups(details.factors)).toEqual({ 'DESNZ 2025 x (EU)': 3 });
    expect(details.publicationsOf('DESNZ 2025 x (EU)')).toEqual([desnz]);
    expect(groups(details.assumptions)).toEqual({ 'load: 1 t for one of pallets': 3 });
  });

  test('hold no more lanes than they may, and lose nothing', () => {
    const details = new EmissionDetails(assumptionText);
    const totals = new EmissionTotals();
    const road = { group: 'road' };
    for (let id = 0; id < 12_000; id += 1) {
      const figures = figuresOf({ co2eKg: 0.1 });
      details.add({ ...nowhere, origin: `A${String(id)}`, destination: 'B' }, figures, 0, undefined);
      totals.add(figures, 0, totals.basisOf(road), totals.clientOf(undefined), totals.monthOf(undefined));
    }
    expect(details.lanes.length).toBe(10_001);
    expect(details.lanes.reduce((sum, { records }) => sum + records, 0)).toBe(12_000);
    expect(details.lanes[0]).toMatchObject({ group: '(others)', records: 2000, co2eKg: 200 });
    // The sums are exact: 0.1 is not a decimal fraction in binary, and is not added up one rounding after the other.
    expect(totals.total).toMatchObject({ records: 12_000, co2eKg: 1200, tonneKm: undefined });
    expect([totals.clients, totals.months, totals.groups].map(([only]) => only?.records)).toEqual([
      12_000, 12_000, 12_000,
    ]);
  });
});

describe('scopes', () => {
  const figures = figuresOf({ co2eKg: 10, co2eTtwKg: 8, co2eWttKg: 2 });
  const basis = {
    factorRegion: 'EU',
    factorSource: 'x',
    publications: [{ set: 'DESNZ', year: 2025 }],
    assumptions: [],
    group: 'road',
    assumed: [],
  } as const;
  const electric = { ...basis, publications: [{ set: 'Ember' }] } as const;
  const row = { day: undefined, origin: undefined, destination: undefined };

  test('are those of who carried the row, and unknown where no row says it', () => {
    const details = new EmissionDetails(assumptionText);
    details.add({ ...row, isBought: undefined }, figures, 0, basis);
    expect(details.carried).toBe(undefined);
    details.add({ ...row, isBought: true }, figures, 0, basis);
    details.add({ ...row, isBought: false }, figures, 0, basis);
    details.add({ ...row, isBought: false }, figures, 0, electric);
    expect(details.carried).toEqual({ ownTtwKg: 8, ownWttKg: 2, ownElectricKg: 10, boughtKg: 10 });
  });

  test('of own vehicles are unknown where the API says no parts', () => {
    const details = new EmissionDetails(assumptionText);
    details.add({ ...row, isBought: false }, figuresOf({ co2eKg: 10 }), 0, undefined);
    expect(details.carried).toEqual({ ownTtwKg: 0, ownWttKg: 0, ownElectricKg: 0, boughtKg: 0 });
  });
});

describe('sources', () => {
  const licences = (publications: readonly Publication[]): readonly string[] =>
    factorSources('x', publications, english).map(({ licence }) => licence);

  test('have the licence that the embedded data states', () => {
    for (const { toc, intensities } of readCatalogue().types) {
      for (const { publications = [], licence } of intensities) {
        expect([toc, ...licences(publications)]).toEqual([toc, licence]);
      }
    }
    for (const { year, licence } of readFuels()) expect(licences([{ set: 'DESNZ', year }])).toEqual([licence]);
    expect(readGrid().licence).toContain(licences([{ set: 'Ember' }])[0]);
    expect([readGridYears().licence, licences([{ set: 'Electricity Maps', year: 2024 }])[0]]).toEqual([
      'ODbL 1.0',
      'Open Database License 1.0',
    ]);
  });

  test('of an electric vehicle are those of its consumption and of its electricity', () => {
    const result = shipmentOf(createCalculator(), {
      toc: 'van_electric',
      distance_km: 1,
      load: 1,
      origin_country: 'ES',
      year: 2024,
    });
    expect(result.factorSource).toBe('1.125 kWh/tkm derived from DESNZ 2025 x Electricity Maps 2024');
    expect(result.publications).toEqual([
      { set: 'DESNZ', year: 2025 },
      { set: 'Electricity Maps', year: 2024 },
    ]);
  });

  test('of the user are named as they are', () => {
    expect(factorSources('Carrier report (EU)', [], english)).toEqual([
      { source: 'Carrier report (EU)', licence: 'a factor of your own, under the terms you hold it' },
    ]);
  });
});
