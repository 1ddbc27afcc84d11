import { readData } from '../embedded.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { normaliseName } from '../mapping/names.ts';
import { lazily } from '../mapping/vocabulary.ts';
import type { SampleOf } from './understand.ts';

interface TripFile {
  readonly roundTrip: Readonly<Record<string, string>>;
  readonly trips: Readonly<Record<string, string>>;
  readonly services: string;
  readonly numbers: string;
  readonly single: string;
}

const words = lazily(() => {
  const { roundTrip, trips, services, numbers, single } = readData<TripFile>('trips.json');
  return {
    roundTrip: Object.values(roundTrip).flatMap((text) => text.split('|')),
    trips: new Set(Object.values(trips).flatMap((text) => text.split(' '))),
    services: new Set(services.split(' ')),
    numbers: new Set(numbers.split(' ')),
    single: new Set(single.split('|')),
  };
});

const saysRoundTrip = (name: string): boolean =>
  words().roundTrip.some((phrase) => ` ${name} `.includes(` ${phrase} `));

/** `Nº viajes`, `Number of trips`: nothing but a number of trips. */
function saysTrips(name: string): boolean {
  const own = name.split(' ');
  return (
    own.some((word) => words().trips.has(word)) &&
    own.every((word) => words().trips.has(word) || words().numbers.has(word))
  );
}

/**
 * Columns that no field is mapped to and that say that rows are several trips, or there and back, by their names or, of kinds of services,
 * their values (`A/R`): whether their distances are of one way
 * or of all can't be told.
 *
 * @returns by column, the first value that is not one trip; `undefined` of a distance that is one there and back by its name
 */
export function tripColumns(
  { unmapped, sources }: Mapping,
  { columns, rows }: SampleOf,
): ReadonlyMap<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  const distance = columns[sources.find(({ field }) => field === 'distance_km')?.columns[0] ?? -1];
  if (distance !== undefined && saysRoundTrip(normaliseName(distance))) found.set(distance, undefined);
  for (const { column } of unmapped) {
    const name = normaliseName(column);
    const isCount = saysTrips(name);
    const isOfTrips = isCount || saysRoundTrip(name);
    if (!isOfTrips && !name.split(' ').some((word) => words().services.has(word))) continue;
    const at = columns.indexOf(column);
    const isSeveral = (text: string): boolean =>
      isOfTrips
        ? text !== '' && !words().single.has(normaliseName(text)) && (!isCount || /^\d/.test(text))
        : words().roundTrip.includes(normaliseName(text));
    const several = rows
      .flatMap(({ cells, isMalformed }) => (isMalformed ? [] : (cells[at] ?? '').trim()))
      .find(isSeveral);
    if (several !== undefined) found.set(column, several);
  }
  return found;
}
