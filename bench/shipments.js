/** Shipments between towns, for calculator.js and serve.js: the same in every run. */
import { pick } from './random.js';

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
