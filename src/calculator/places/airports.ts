import { readData } from '../../embedded.ts';
import { greatCircleKm, type Position } from '../distances/geodesic.ts';

/** An airport of OurAirports. */
export interface Airport extends Position {
  /** IATA code. */
  readonly code: string;
  readonly name: string;
  readonly town: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly service: 'large' | 'scheduled' | 'none';
}

/** A large airport this near is where freight is flown from, even where a smaller one is nearer. */
const reachKm = 100;

const services = ['none', 'scheduled', 'large'] as const;

type Row = readonly [string, string, string, string, number, number, number];

/** IATA codes of cities with several airports, and the city (IATA metropolitan areas). */
const cityCodes: Readonly<Record<string, readonly [town: string, country: string]>> = {
  BER: ['Berlin', 'DE'],
  BJS: ['Beijing', 'CN'],
  BUE: ['Buenos Aires', 'AR'],
  BUH: ['Bucharest', 'RO'],
  CHI: ['Chicago', 'US'],
  DTT: ['Detroit', 'US'],
  HOU: ['Houston', 'US'],
  IZM: ['İzmir', 'TR'],
  JKT: ['Jakarta', 'ID'],
  LON: ['London', 'GB'],
  MIL: ['Milan', 'IT'],
  MOW: ['Moscow', 'RU'],
  NYC: ['New York City', 'US'],
  OSA: ['Osaka', 'JP'],
  PAR: ['Paris', 'FR'],
  RIO: ['Rio de Janeiro', 'BR'],
  ROM: ['Rome', 'IT'],
  SAO: ['São Paulo', 'BR'],
  SEL: ['Seoul', 'KR'],
  SPK: ['Sapporo', 'JP'],
  STO: ['Stockholm', 'SE'],
  TYO: ['Tokyo', 'JP'],
  WAS: ['Washington', 'US'],
  YMQ: ['Montréal', 'CA'],
  YTO: ['Toronto', 'CA'],
};

export class Airports {
  readonly #airports: readonly Airport[];
  readonly #byCode: ReadonlyMap<string, Airport>;

  constructor(rows: readonly Row[]) {
    this.#airports = rows.map(([code, name, town, country, lat, lon, service]) => ({
      code,
      name,
      town,
      country,
      lat,
      lon,
      service: services[service] ?? 'none',
    }));
    this.#byCode = new Map(this.#airports.map((airport) => [airport.code, airport]));
  }

  [Symbol.iterator](): Iterator<Airport> {
    return this.#airports[Symbol.iterator]();
  }

  byCode(code: string): Airport | undefined {
    return this.#byCode.get(code);
  }

  /** The city that a code of several airports means. */
  cityOf(code: string): readonly [town: string, country: string] | undefined {
    return cityCodes[code];
  }

  /**
   * The airport that freight of a place is flown from: the nearest large one within 100 km, else the nearest with
   * scheduled service.
   */
  nearest({ lat, lon }: Position): { readonly airport: Airport; readonly km: number } | undefined {
    const nearestOf = (isOne: (airport: Airport) => boolean) => {
      let found: { airport: Airport; km: number } | undefined;
      for (const airport of this.#airports) {
        if (!isOne(airport)) continue;
        const km = greatCircleKm(lat, lon, airport.lat, airport.lon);
        if (found === undefined || km < found.km) found = { airport, km };
      }
      return found;
    };
    const large = nearestOf(({ service }) => service === 'large');
    return large !== undefined && large.km <= reachKm ? large : nearestOf(({ service }) => service !== 'none');
  }
}

let airports: Airports | undefined;

/** The embedded airports, read when they are first needed. */
export function readAirports(): Airports {
  if (airports !== undefined) return airports;
  airports = new Airports(readData<{ rows: Row[] }>('airports.json').rows);
  return airports;
}
