import { describe, expect, test } from 'vitest';
import { csv, jsonl, read } from './read-values.ts';

const table = (header: string, ...values: readonly string[]): string[][] => [
  ['movement_id', 'distance_km', 'load', 'toc', header],
  ...values.map((value, at) => [`A${String(at)}`, '100', '400', 'van_diesel', value]),
];

describe('rows that are several trips', () => {
  test.each([
    ['Round trip', 'yes', 'no'],
    ['Ida y vuelta', 'sí', 'no'],
    ['Anada i tornada', 'sí', 'no'],
    ['Ida e volta', 'sim', 'não'],
    ['Aller-retour', 'oui', 'non'],
    ['Andata e ritorno', 'sì', 'no'],
    ['Hin- und Rückfahrt', 'ja', 'nein'],
    ['No. of trips', '2', '1'],
    ['Nº viajes', '3', '1'],
    ['Nombre de viatges', '2', '1'],
    ['Nº de viagens', '2', '1'],
    ['Nb. trajets', '2', '1'],
    ['Numero viaggi', '2', '1'],
    ['Anzahl Fahrten', '2', '1'],
  ])('are said by %s', async (header, several, single) => {
    for (const write of [(rows: string[][]) => csv(...rows), jsonl]) {
      const found = await read(['requests', '--local'], write(table(header, single, several)));
      expect(found.warnings.get('TRIPS_UNUSED')).toContain(several);
      const none = await read(['requests', '--local'], write(table(header, single, '')));
      expect(none.warnings.has('TRIPS_UNUSED')).toBe(false);
    }
  });

  test.each([
    ['Servicio', 'A/R'],
    ['Service type', 'Roundtrip'],
    ['Tipo de viaje', 'Ida y vuelta'],
    ['Tipus', 'Anada i tornada'],
    ['Tipo de serviço', 'IDA E VOLTA'],
    ['Type de service', 'Aller-retour'],
    ['Tipo servizio', 'Andata e ritorno'],
    ['Leistungsart / Leistung', 'Hin und zurück'],
  ])('are said by a value of %s: %s', async (header, value) => {
    const { warnings } = await read(['requests', '--local'], csv(...table(header, 'Standard', value)));
    expect(warnings.get('TRIPS_UNUSED')).toContain(`"${value}"`);
    const other = await read(['requests', '--local'], csv(...table('Nota', 'Standard', value)));
    expect(other.warnings.has('TRIPS_UNUSED')).toBe(false);
  });

  test('are not said by an id, or a place', async () => {
    for (const [header, value] of [
      ['Viaje', 'V-12'],
      ['Tours', 'Tours, FR'],
      ['Trip', '4711'],
    ] as const) {
      const { warnings } = await read(
        ['requests', '--local', '--map', 'movement_id=movement_id'],
        csv(...table(header, value)),
      );
      expect(warnings.has('TRIPS_UNUSED')).toBe(false);
    }
  });

  test('are said of a distance that is there and back by its name', async () => {
    const text = csv(['movement_id', 'Round trip km', 'load', 'toc'], ['A', '100', '400', 'van_diesel']);
    const { warnings } = await read(['requests', '--local', '--map', 'distance_km=Round trip km'], text);
    expect(warnings.get('TRIPS_UNUSED')).toContain('on both ways');
  });
});

test.each([
  'Belegdatum',
  'Fecha documento',
  'Date de pièce',
  'Data documento',
  'Data do documento',
  'Data del document',
  'Document date',
])('%s is the date where no other column is', async (header) => {
  const alone = csv(
    ['date of nothing', header, 'fuel_id', 'country', 'quantity'],
    ['x', '2025-06-15', 'diesel', 'ES', '5'],
  );
  expect((await read(['recharges', '--local'], alone)).rows).toMatchObject({ valid: 1 });
  const both = csv(['date', header, 'fuel_id', 'country', 'quantity'], ['2025-06-15', 'x', 'diesel', 'ES', '5']);
  expect((await read(['recharges', '--local'], both)).rows).toMatchObject({ valid: 1 });
});
