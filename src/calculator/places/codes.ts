import { greatCircleKm, type Position } from '../distances/geodesic.ts';
import type { Town } from './gazetteer.ts';
import {
  asPlace,
  countryNamed,
  type FoundPlace,
  found,
  type KnownPort,
  type Place,
  type PlaceHints,
  type PlaceResult,
  type PlaceSources,
} from './place.ts';

/** An airport's town is at most this far from it. */
const nearbyKm = 100;

/** Places by IATA codes, UN/LOCODE and the names of ports. */
export class Codes {
  readonly #sources: PlaceSources;

  constructor(sources: PlaceSources) {
    this.#sources = sources;
  }

  /** A whole text that is a code: IATA where the category is air, or UN/LOCODE. */
  find(text: string, { category, country: hinted }: PlaceHints): PlaceResult | undefined {
    if (category === 'air') {
      const code = /^([A-Z]{3}|[a-z]{3})$|\(([A-Z]{3})\)/.exec(text);
      // Letters in brackets may be a country's: `Boston (USA)`.
      const isCountry = code?.[2] !== undefined && countryNamed(code[2], this.#sources) !== undefined;
      const airport = isCountry ? undefined : this.#byIata((code?.[1] ?? code?.[2] ?? '').toUpperCase());
      if (airport !== undefined && (hinted === undefined || airport.place.country === hinted)) return airport;
    }
    const locode = /^([A-Z]{2}) ?([A-Z2-9]{3})$|^([a-z]{2})([a-z]{3})$/.exec(text);
    if (locode === null) return undefined;
    const country = (locode[1] ?? locode[3] ?? '').toUpperCase();
    const letters = (locode[2] ?? locode[4] ?? '').toUpperCase();
    if (hinted !== undefined && hinted !== country) return undefined;
    const port = this.#sources.port(country + letters);
    // Towns with five letters, in a file that writes all of them in capitals: Macas, Cavan. By sea they are the ports.
    const isPort = category === 'maritime' && port?.isSeaport === true;
    if (!isPort && this.#sources.gazetteer().find(text).length > 0) return undefined;
    if (port !== undefined) return found(ofPort(port));
    // UN/LOCODE takes the IATA code for its last three letters where a place has one.
    const airport = this.#sources.airports().byCode(letters);
    const city = airport === undefined ? this.#cityOf(letters) : this.#townOf(airport.town, airport);
    if (city?.country === country) return found(asPlace(city));
    if (airport?.country !== country) return undefined;
    return found({
      ...airport,
      name: airport.town === '' ? airport.name : airport.town,
      kind: 'town',
      code: undefined,
    });
  }

  #byIata(code: string): FoundPlace | undefined {
    const airport = this.#sources.airports().byCode(code);
    if (airport !== undefined) return found({ ...airport, kind: 'airport' });
    const city = this.#cityOf(code);
    return city === undefined ? undefined : found(asPlace(city));
  }

  #cityOf(code: string): Town | undefined {
    const [name, country] = this.#sources.airports().cityOf(code) ?? [];
    if (name === undefined) return undefined;
    const towns = this.#sources.gazetteer().find(name);
    return towns.find(({ town }) => town.country === country && town.isSeat)?.town ?? towns[0]?.town;
  }

  /** The town of a name that lies by a position. */
  #townOf(name: string, { lat, lon, country }: Position & { readonly country: string }): Town | undefined {
    const towns = this.#sources.gazetteer().find(name);
    return towns
      .filter(({ town }) => town.country === country && greatCircleKm(lat, lon, town.lat, town.lon) < nearbyKm)
      .toSorted((a, b) => b.town.population - a.town.population)[0]?.town;
  }

  /** The town whose airport, or which itself, has an IATA code. */
  townOf(code: string): Town | undefined {
    const airport = this.#sources.airports().byCode(code);
    return airport?.service === 'large' ? this.#townOf(airport.town, airport) : this.#cityOf(code);
  }

  /** An IATA code next to other words: those say whether it is meant (`MAD - Barajas`, `Paris CDG`). */
  iataBeside(code: string): FoundPlace | undefined {
    return this.#byIata(code);
  }
}

/** Depots inland have a UN/LOCODE, too; ships don't come there. */
const ofPort = ({ name, country, lat, lon, locode, isSeaport }: KnownPort): Place =>
  isSeaport
    ? { name, country, lat, lon, kind: 'port', code: locode }
    : { name, country, lat, lon, kind: 'town', code: undefined };
