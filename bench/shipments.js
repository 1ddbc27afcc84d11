/** Shipments to measure with: the same in every run. */

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const pick = (list, random) => list[Math.floor(random() * list.length)];

const tocs = ['van_diesel', 'artic_truck_diesel', 'rigid_truck_diesel', 'van_electric', 'truck_diesel'];

/** A shipment by road between two of the cities, with a load and a day. */
export function shipmentBetween(cities, random) {
  const origin = pick(cities, random);
  return {
    origin: `${origin}, Spain`,
    destination: `${pick(
      cities.filter((city) => city !== origin),
      random,
    )}, Spain`,
    load: Math.round(random() * 20_000) + 1,
    load_unit: 'kg',
    toc: pick(tocs, random),
    shipment_date: `202${Math.floor(random() * 3) + 3}-0${Math.floor(random() * 9) + 1}-15`,
  };
}
