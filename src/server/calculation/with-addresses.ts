import { foldName } from '../../calculator/data.ts';
import type { Fields } from '../../records/kind.ts';

/** A shipment whose ends are places: names of hubs give way to the hubs' addresses. */
export function withAddresses(record: Fields, addresses: ReadonlyMap<string, string>): Fields {
  if (addresses.size === 0) return record;
  const { origin, destination } = record;
  const from = addressOf(origin, addresses);
  const to = addressOf(destination, addresses);
  if (from === undefined && to === undefined) return record;
  return {
    ...record,
    ...(from === undefined ? {} : { origin: from }),
    ...(to === undefined ? {} : { destination: to }),
  };
}

const addressOf = (place: Fields[string] | undefined, addresses: ReadonlyMap<string, string>): string | undefined =>
  place === undefined ? undefined : addresses.get(foldName(String(place)));
