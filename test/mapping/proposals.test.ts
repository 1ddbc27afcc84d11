import { describe, expect, test } from 'vitest';
import { foldName, fuelNames, readVehicleTypes } from '../../src/calculator/data.ts';
import { readData } from '../../src/embedded.ts';
import { normaliseName } from '../../src/mapping/names.ts';
import { nonFuelOf } from '../../src/mapping/non-fuels.ts';
import { proposeFuels, proposeVehicles } from '../../src/mapping/proposals.ts';

interface Row {
  readonly means: readonly string[] | string;
  readonly words: Readonly<Record<string, string>> | string;
}

const rowsOf = (file: string): readonly Row[] => readData<{ rows: Row[] }>(file).rows;

const wordsIn = ({ words }: Row): readonly string[] =>
  (typeof words === 'string' ? [words] : Object.values(words)).flatMap((text) => text.split('|'));

describe.each(['vehicle-words.json', 'fuel-words.json', 'categories.json'])('%s', (file) => {
  test('has no word with two meanings', () => {
    const means = new Map<string, Set<string>>();
    for (const row of rowsOf(file)) {
      for (const word of wordsIn(row)) {
        const name = normaliseName(word);
        means.set(name, (means.get(name) ?? new Set()).add([row.means].flat().join(', ')));
      }
    }
    expect([...means].filter(([, meanings]) => meanings.size > 1)).toEqual([]);
  });
});

test('every meaning is a vehicle type or a fuel, and no word is the name of another', () => {
  const types = readVehicleTypes();
  const tocs = new Set(types.map(({ toc }) => toc));
  const codes = new Set(types.flatMap(({ toc, aliases }) => [toc, ...aliases]).map(normaliseName));
  for (const row of rowsOf('vehicle-words.json')) {
    for (const meaning of row.means) expect(tocs).toContain(meaning);
    for (const word of wordsIn(row)) expect(codes).not.toContain(word);
  }
  const fuels = new Map(fuelNames().map(([name = '']) => [foldName(name), name]));
  for (const row of rowsOf('fuel-words.json')) {
    for (const meaning of row.means) expect([...fuels.values()]).toContain(meaning);
    for (const word of wordsIn(row)) {
      expect(fuels.get(foldName(word))).toBe(undefined);
      expect([word, nonFuelOf(word)]).toEqual([word, undefined]);
    }
  }
});

test.each([
  ['Tráiler', 'artic_truck_diesel'],
  ['Furgoneta', 'van_diesel'],
  ['Furgón', 'van_diesel'],
  ['Rígido', 'rigid_truck_diesel'],
  ['Camión frigo', 'truck_diesel_refrigerated'],
  ['Camión', 'truck_diesel'],
  ['Sattelzug', 'artic_truck_diesel'],
  ['Kühl-Sattel', 'artic_truck_diesel_refrigerated'],
  ['LKW 7,5 t', 'rigid_truck_diesel_3.5_7.5t'],
  ['12-Tonner', 'rigid_truck_diesel_7.5_17t'],
  ['Porteur 19T', 'rigid_truck_diesel_gt17t'],
  ['Semi-remorque frigo', 'artic_truck_diesel_refrigerated'],
  ['VUL électrique', 'van_electric'],
  ['bilico', 'artic_truck_diesel'],
  ['motrice', 'rigid_truck_diesel'],
  ['carreta', 'artic_truck_diesel'],
  ['Camió', 'truck_diesel'],
  ['Furgonetta', 'van_diesel'],
  ['Containerschiff', 'container_ship'],
])('a vehicle called %s is first proposed as %s', (label, toc) => {
  expect(proposeVehicles(label)[0]).toBe(toc);
});

test.each(['XYZ', 'Zustelltour 4711', ''])('nothing is proposed for %j', (label) => {
  expect(proposeVehicles(label)).toEqual([]);
});

test.each([
  ['Gasoil B7', ['Diesel (average biofuel blend)']],
  ['SP95-E10', ['Petrol (average biofuel blend)']],
  ['HVO100', ['Biodiesel HVO']],
  ['Gasoleo Premium Plus', ['Diesel (average biofuel blend)']],
  ['E85', ['Petrol (average biofuel blend)', 'Bioethanol']],
  ['Diesel HVO 20', ['Diesel (average biofuel blend)', 'Biodiesel HVO']],
  ['Gas-oil', ['Diesel (average biofuel blend)', 'Gas oil']],
  ['AdBlue', []],
])('a fuel called %s is proposed as %j', (label, fuels) => {
  expect(proposeFuels(label)).toEqual(fuels);
});

test.each([
  'Gasoil B7',
  'SP95-E10',
  'HVO100',
  'Super E10',
  'Dieselkraftstoff B7',
  'Gasóleo A',
  'Sin plomo 95',
  'Gazole B7',
  'Diesel S10',
])('%s is the name of a fuel', (label) => {
  expect(fuelNames().filter((names) => names.map(foldName).includes(foldName(label)))).toHaveLength(1);
});

test.each(['E85', 'XTL', 'B30', 'Erdgas', 'V-Power', 'Combustible'])('%s alone decides nothing', (label) => {
  expect(fuelNames().flat().map(foldName)).not.toContain(foldName(label));
});
