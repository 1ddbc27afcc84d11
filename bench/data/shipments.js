/**
 * Shipments as a transport company exports them, the same in every run and in every variant: row n of one file is row n of
 * all others. 1 % repeat an earlier row, one in five of those with another load; 2 % have a value that is wrong,
 * unless the variant is `clean`.
 */
import { createRandom, pick } from '../random.js';
import { lanes, towns } from './towns.js';

/** Each with a branch in every town. */
const clients = [
  'Aceros Navarra *',
  'Molinos del Ebro *',
  'Papelera Norte *',
  'Vidrios Reunidos *',
  'Textil Vallès *',
  'Química Atlas *',
  'Cerámicas La Plana, *',
  'Frutas "El Sol" *',
  'Bodegas Ribera *',
  'Plásticos Turia *',
];

/** Vehicle types with what they usually carry: the most in kilograms, other units of load with the most of them. */
const vehicles = [
  { toc: 'van_diesel', share: 0.2, kg: 1_100, units: [] },
  { toc: 'rigid_truck_diesel', share: 0.25, kg: 9_000, units: [['pallets', 16]] },
  {
    toc: 'artic_truck_diesel',
    share: 0.35,
    kg: 24_000,
    units: [
      ['pallets', 33],
      ['ton', 24],
      ['feu', 1],
    ],
  },
  {
    toc: 'generic_average_rail',
    share: 0.1,
    kg: 60_000,
    units: [
      ['ton', 900],
      ['teu', 40],
    ],
  },
  {
    toc: 'general_cargo',
    share: 0.1,
    kg: 90_000,
    units: [
      ['ton', 2_500],
      ['teu', 60],
      ['feu', 30],
    ],
  },
];

const roadTypes = new Set(['van_diesel', 'rigid_truck_diesel', 'artic_truck_diesel']);

/** Three quarters of the 80 % that go by road: 60 % of all rows. */
const shareWithoutDistance = 0.75;

/** What is wrong with a wrong row: the field and what stands there. Every contender refuses each of them. */
const faults = [
  ['distance_km', '-120.5'],
  ['distance_km', '12 leagues'],
  ['load', '0'],
  ['load', 'heavy'],
  ['load_unit', 'boxes'],
  ['shipment_date', '2025-02-30'],
  ['origin_country', 'Q7'],
  ['subcontractor', 'perhaps'],
];

export const tocs = vehicles.map(({ toc }) => toc);

export const loadUnits = ['kg', 'ton', 'pallets', 'teu', 'feu'];

/** Rows that a later one may repeat: it is some thousands behind. */
const remembered = 16_384;

/**
 * @param options.rows how many
 * @param options.clean without wrong values; the rows that would have one are right
 * @param options.places 60 % of the rows have no distance, and `pairs` (2,000) is how many lanes there are
 * @returns rows as texts, `''` where a field has no value, each with what it `is`: valid, invalid or duplicate
 */
export function* shipments({ rows, clean = false, places = false, pairs = 2_000 }) {
  const random = createRandom(20_250_101);
  const roads = lanes(pairs);
  const earlier = [];
  for (let number = 1; number <= rows; number += 1) {
    // Every row takes the same count of random numbers whatever comes of it, so that variants do not drift apart.
    const row = shipment(number, random, roads, places);
    const lot = random();
    const [field, value] = pick(faults, random);
    const place = Math.floor(random() * remembered);
    const original = earlier[place];
    if (lot < 0.01 && original !== undefined) {
      const differs = lot < 0.002;
      yield { ...original, load: differs ? `${rounded(Number(original.load) + 1)}` : original.load, is: 'duplicate' };
    } else if (lot > 0.98) {
      yield clean ? row : { ...row, [field]: value, is: 'invalid' };
    } else {
      earlier[place] = row;
      yield row;
    }
  }
}

function shipment(number, random, roads, places) {
  const { origin, destination, km } = pick(roads, random);
  const vehicle = pickShare(random());
  const isWeighed = random() < 0.7 || vehicle.units.length === 0;
  const other = pick(vehicle.units, random);
  const [unit, most] = isWeighed ? ['kg', vehicle.kg] : other;
  const share = random();
  const withoutDistance = random() < shareWithoutDistance && places && roadTypes.has(vehicle.toc);
  const day = Math.floor(random() * 336);
  const plate = Math.floor(random() * 4_000);
  return {
    movement_id: `MOV-2025-${String(number).padStart(9, '0')}`,
    client: pick(clients, random).replace('*', pick(towns, random).name),
    shipment_date: `2025-${two(1 + Math.floor(day / 28))}-${two(1 + (day % 28))}`,
    origin: origin.name,
    destination: destination.name,
    origin_country: origin.country,
    distance_km: withoutDistance ? '' : `${km}`,
    load: unit === 'kg' ? `${rounded(1 + share * most)}` : `${Math.ceil(share * most)}`,
    load_unit: unit,
    toc: vehicle.toc,
    vehicle_license_plate: `${1_000 + plate}-${letters(plate)}`,
    subcontractor: random() < 0.3 ? 'true' : 'false',
    package_key: `PKG-2025-${100_000_000 + number * 7}`,
    is: 'valid',
  };
}

function pickShare(lot) {
  let sum = 0;
  for (const vehicle of vehicles) {
    sum += vehicle.share;
    if (lot < sum) return vehicle;
  }
  return vehicles.at(-1);
}

/** With one decimal at most. */
const rounded = (number) => Math.round(number * 10) / 10;

const two = (number) => String(number).padStart(2, '0');

const letters = (number) => {
  const consonants = 'BCDFGHJKLMNPRSTVWXYZ';
  return consonants[number % 20] + consonants[Math.floor(number / 20) % 20] + consonants[Math.floor(number / 400) % 20];
};
