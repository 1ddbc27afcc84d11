import type { Readable } from 'node:stream';
import { readCoordinate } from '../../calculator/places/read-place.ts';
import { foldPlaceName } from '../../calculator/places/fold.ts';
import { readGazetteer } from '../../calculator/places/gazetteer.ts';
import type { Place } from '../../calculator/places/place.ts';
import type { Places } from '../../calculator/places/places.ts';
import { usageError } from '../../errors.ts';
import { readTexts } from '../../input/batch-reader.ts';
import { Input } from '../../input/input.ts';
import { readCountryText } from '../../mapping/countries.ts';
import { normaliseName } from '../../mapping/names.ts';

/** Names of the columns of a hub file. */
const columns = {
  name: ['name', 'hub', 'hub name', 'nombre', 'code', 'id'],
  address: ['address', 'place', 'city', 'town', 'location', 'direccion', 'ciudad', 'localidad'],
  country: ['country', 'country code', 'pais'],
  lat: ['lat', 'latitude', 'latitud'],
  lon: ['lon', 'lng', 'long', 'longitude', 'longitud'],
} as const;

/**
 * Reads the user's own places: a CSV or JSONL file with the columns name, address or lat and lon, and country.
 *
 * @param places finds the addresses
 * @throws RunError (exit 2) for a file without these columns, or a hub that can't be placed, with its line
 */
export async function readHubs(path: string, places: Places, stdin: Readable): Promise<readonly Place[]> {
  const known = new Set<string>(Object.values(columns).flat());
  const options = { format: undefined, delimiter: undefined, encoding: undefined };
  const isKnownColumn = (name: string): boolean => known.has(normaliseName(name));
  const input = await Input.open(path, { ...options, isKnownColumn }, stdin);
  try {
    const names = input.table.columns.map(normaliseName);
    const at = (field: keyof typeof columns): number =>
      names.findIndex((name) => (columns[field] as readonly string[]).includes(name));
    const indexes = {
      name: at('name'),
      address: at('address'),
      country: at('country'),
      lat: at('lat'),
      lon: at('lon'),
    };
    if (indexes.name === -1 || (indexes.address === -1 && (indexes.lat === -1 || indexes.lon === -1))) {
      throw usageError(
        'HUBS_INVALID',
        `the hub file ${path} needs a column name, and address or lat and lon`,
        `its columns are ${input.table.columns.join(', ')}`,
      );
    }
    const hubs: Place[] = [];
    const seen = new Map<string, number>();
    for await (const { cells, line } of readTexts(input.table, input.rows())) {
      const cell = (index: number): string => (cells[index] ?? '').trim();
      const hub = hubOf(
        {
          name: cell(indexes.name),
          address: cell(indexes.address),
          country: cell(indexes.country),
          lat: cell(indexes.lat),
          lon: cell(indexes.lon),
        },
        places,
      );
      if (typeof hub === 'string') {
        const hint = 'write an address as town and country, or give lat and lon';
        throw usageError('HUBS_INVALID', `the hub file ${path}, line ${String(line)}: ${hub}`, hint);
      }
      const name = foldPlaceName(hub.name);
      const earlier = seen.get(name);
      if (earlier !== undefined) {
        const message = `the hub file ${path} has "${hub.name}" twice, in line ${String(earlier)} and line ${String(line)}`;
        throw usageError('HUBS_INVALID', message, 'names are compared without case, accents and punctuation');
      }
      seen.set(name, line);
      hubs.push(hub);
    }
    return hubs;
  } finally {
    await input.close();
  }
}

interface HubTexts {
  readonly name: string;
  readonly address: string;
  readonly country: string;
  readonly lat: string;
  readonly lon: string;
}

/** The place of a hub, or what is wrong with it. */
function hubOf({ name, address, country, lat, lon }: HubTexts, places: Places): Place | string {
  if (foldPlaceName(name) === '') return 'the name has no letter or digit';
  const code = country === '' ? undefined : readCountryText(country);
  if (country !== '' && code === undefined) return `"${country}" is not a country`;
  if (lat !== '' || lon !== '') {
    const latitude = readCoordinate(lat, 90);
    const longitude = readCoordinate(lon, 180);
    if (latitude === undefined || longitude === undefined) return `"${lat}", "${lon}" is not a latitude and longitude`;
    const there = places.resolve(`${latitude.toFixed(5)},${longitude.toFixed(5)}`);
    if (!there.ok) return `"${lat}", "${lon}" ${there.reason}`;
    const nearest = there.place.country;
    const isThere = code === undefined || code === nearest || isNearBorder(code, latitude, longitude);
    if (!isThere) return `"${lat}", "${lon}" lies in ${nearest}, not in ${code}; are latitude and longitude swapped?`;
    return { ...there.place, name, kind: 'hub', country: code ?? nearest };
  }
  const found = places.resolve(address, { country: code });
  return found.ok ? { ...found.place, name, kind: 'hub', code: undefined } : `"${address}" ${found.reason}`;
}

/** Whether a town of the country is near: the nearest town to a place by the border may lie beyond it. */
function isNearBorder(country: string, lat: number, lon: number): boolean {
  const steps = [-0.3, 0, 0.3];
  return steps.some((north) =>
    steps.some((east) => readGazetteer().nearest({ lat: lat + north, lon: lon + east }).town.country === country),
  );
}
