import { quote } from '../../issues.ts';
import type { Category } from '../../records/request.ts';
import { greatCircleKm, type Position } from '../distances/geodesic.ts';
import { isCertain } from './choose-pair.ts';
import { Codes } from './codes.ts';
import { foldPlaceName } from './fold.ts';
import { isGeneralWord } from './general-words.ts';
import type { NamedTown } from './gazetteer.ts';
import {
  asPlace,
  countryNamed,
  type FoundPlace,
  found,
  listPlaces,
  type PlaceHints,
  type PlaceResult,
  type PlaceSources,
  type UnknownPlace,
} from './place.ts';
import { type PlacePart, readCoordinates, splitPlace } from './read-place.ts';
import { cityPopulation, nameOnly, Readings } from './readings.ts';
import { isIn } from './regions.ts';
import { Towns } from './towns.ts';

/** A town that a site is named after has at least so many people. */
const knownTownPopulation = 20_000;
/** A site lies at most this far from the town that it is named after: Narita from Tokyo. */
const siteKm = 70;
/** Towns that are named together are one place if they are this near: Newcastle and Gateshead. */
const twinTownsKm = 25;
/** How likely a town is meant by a name at least, 1 by its own, to be one of two: names in other languages are. */
const isMeantBy = 0.5;
/** Towns of the code's other words up to so many times smaller than the largest say whether it is meant. */
const largeEnough = 10;

/** Longer texts are not addresses; the ways to read one grow with the square of its words. */
const longestText = 200;
const mostParts = 12;

/** Distinct texts whose result is kept; beyond it they are looked up again. */
const memoLimit = 500_000;
/** Unknown texts for which the nearest names are looked up; a file with more has another problem. */
const suggestionsLimit = 500;

const nothing = /^(?:n\.?\/?a\.?|none|null|unknown|tbd|tba|tbc|various|varios|\?+|-+|x+|\.+)$/i;
/** What programs write for no value; `NAN` is an airport. */
const noValue = /^(?:nan|NaN|NaT|nil|\(null\)|<NA>|\\N)$/;

const airportWord = /^(?:airport|apt|aeropuerto|aéroport|aeroport|aeroporto|flughafen|intl|international|int)\.?$/i;

/** A word with a number is not a name; terminals and gates have one: `CT4`. */
const isNumbered = (word: string): boolean => /\d/.test(word) && !/^[A-Z]{1,3}\d{1,2}$/.test(word);

/** First words of names that are not towns by themselves: `Porto Marghera`, `San Giovanni Teatino`. */
/** A town, and one that is passed on the way to it: `Barcelona vía Valencia`. After a comma it may be a street: `Milano, Via Roma`. */
const throughAnother =
  /[\p{L})]\s+(vía|via|über|ueber|passant par|passant per|passando per|passando por|pasando por)\s+\p{L}/iu;

/** Two names that a word or a mark joins. */
const joined = /^(\p{L}[^,;()\d]*?)(?:\s+(?:and|y|e|et|und|i|en|&|\+)\s+|\s*[/+&]\s*)(\p{L}[^,;()\d]*)$/u;

const noSiteTown = /^(?:porto|port|puerto|s(?:an|anta|anto|ankt|aint|ão|t\.?) \S+)$/i;

/** Whose terminals a text may mean: road and rail are the same. */
const modeOf = (category: Category | undefined): string =>
  category === 'air' || category === 'maritime' ? category : '';

/** Finds places by the texts that people write; each distinct text is looked up once. */
export class Places {
  readonly #sources: PlaceSources;
  readonly #codes: Codes;
  readonly #readings: Readings;
  readonly #towns: Towns;
  readonly #memo = new Map<string, PlaceResult>();
  #suggestions = 0;

  constructor(sources: PlaceSources) {
    this.#sources = sources;
    this.#codes = new Codes(sources);
    this.#readings = new Readings(sources);
    this.#towns = new Towns(sources);
  }

  /**
   * The place that a text means: the user's hubs, coordinates, UN/LOCODE, IATA codes (for air), then towns, with what the
   * text and the hints say of country, region and postcode.
   */
  resolve(text: string, hints: PlaceHints = {}): PlaceResult {
    const { country = '', likelyCountry = '', postcode = '', region = '', category } = hints;
    const key = [text, country, likelyCountry, postcode, region, modeOf(category)].join('\u0000');
    const known = this.#memo.get(key);
    if (known !== undefined) return known;
    const result = this.#find(text.trim(), hints);
    if (this.#memo.size >= memoLimit) this.#memo.clear();
    this.#memo.set(key, result);
    return result;
  }

  /** The country that a text names; ISO 3166-1 alpha-2. */
  readCountry(text: string): string | undefined {
    return countryNamed(text, this.#sources);
  }

  #find(text: string, hints: PlaceHints): PlaceResult {
    const hub = this.#sources.hubs.get(foldPlaceName(text));
    if (hub !== undefined) return hub;
    if (nothing.test(text) || noValue.test(text)) {
      return { ok: false, reason: 'names no place', hint: 'give a town and a country' };
    }
    const [, way] = throughAnother.exec(text) ?? [];
    if (way !== undefined) {
      const hint = 'write each part of the way as a row of its own, or give distance_km';
      return { ok: false, reason: `names more than one place ("${way}")`, hint };
    }
    const several = this.#severalTowns(text);
    if (several !== undefined) return several;
    const coordinates = readCoordinates(text);
    if (coordinates === 'out of range') {
      const hint = 'latitude goes from -90 to 90, longitude from -180 to 180, in this order';
      return { ok: false, reason: 'is not a latitude and longitude', hint };
    }
    if (coordinates !== undefined) return this.#at(coordinates);
    return (
      this.#codes.find(text, hints) ??
      this.#general(text, hints) ??
      this.#ratherCode(text, hints) ??
      this.#byName(text, hints)
    );
  }

  /** Two towns that are far from each other, joined by a word: `Leeds and Manchester`, `Barcelona/Valencia`. */
  #severalTowns(text: string): UnknownPlace | undefined {
    const [, one = '', other = ''] = joined.exec(text) ?? [];
    if (one === '' || this.#sources.gazetteer().find(text).length > 0) return undefined;
    const townsOf = (name: string): readonly NamedTown[] =>
      countryNamed(name, this.#sources) === undefined
        ? this.#towns
            .named(nameOnly(name), [], {})
            .filter(({ town, nameWeight = 1 }) => nameWeight >= isMeantBy && town.population >= knownTownPopulation)
        : [];
    const [first, second] = [townsOf(one.trim()), townsOf(other.trim())];
    const isOne = first.some((a) =>
      second.some((b) => greatCircleKm(a.town.lat, a.town.lon, b.town.lat, b.town.lon) < twinTownsKm),
    );
    // A town and its province: `Çorlu/Tekirdağ`.
    const provinces = this.#sources.regions().find(other.trim(), undefined);
    const isThere = first.some(({ town }) => provinces.some((code) => isIn(town, code)));
    if (first.length === 0 || second.length === 0 || isOne || isThere) return undefined;
    const hint = 'write each part of the way as a row of its own, or give distance_km';
    return { ok: false, reason: `names more than one place ("${other.trim()}", too)`, hint };
  }

  /** A word for what is at a place, where nothing says in which country a town of that name is meant: `Nave 3`, `Export`. */
  #general(text: string, { country, postcode, region }: PlaceHints): UnknownPlace | undefined {
    if (country !== undefined || postcode !== undefined || region !== undefined) return undefined;
    if (!isGeneralWord(foldPlaceName(text))) return undefined;
    return { ok: false, reason: 'says what is there, not where', hint: 'write it as town and country' };
  }

  /** Three letters that are the code of a city, next to which the town of that name is small: `MAD` is not meant to be Mád. */
  #ratherCode(text: string, { country, category }: PlaceHints): UnknownPlace | undefined {
    if (country !== undefined || !/^[A-Z]{3}$/.test(text)) return undefined;
    const city = this.#codes.townOf(text);
    const towns = this.#towns.named(nameOnly(text), [], { category }).map(({ town }) => town);
    const largest = Math.max(...towns.map(({ population }) => population));
    if (city === undefined || towns.length === 0 || largest * largeEnough > city.population) return undefined;
    const others = towns.toSorted((a, b) => b.population - a.population).slice(0, 2);
    const reason = `may be the code of ${listPlaces([asPlace(city)])}, or ${listPlaces(others.map(asPlace))}`;
    return { ok: false, reason, hint: 'write it as town and country' };
  }

  #at(position: Position): PlaceResult {
    const { town } = this.#sources.gazetteer().nearest(position);
    const name = `${position.lat.toFixed(4)},${position.lon.toFixed(4)}`;
    return found({ ...position, name, country: town.country, kind: 'coordinates', code: undefined });
  }

  #byName(text: string, hints: PlaceHints): PlaceResult {
    const parts = splitPlace(text.slice(0, longestText + 1));
    if (text.length > longestText || parts.length > mostParts) {
      return { ok: false, reason: 'is too long for a place', hint: 'write it as town and country' };
    }
    const airport = this.#airportBeside(text, hints);
    if (airport !== undefined) return airport;
    let incomplete: PlaceResult | undefined;
    for (const reading of this.#readings.all(parts, hints)) {
      const result = this.#towns.read(reading, hints);
      if (result === undefined) continue;
      if (result.isWhole) return result.found;
      incomplete ??= result.found;
    }
    return incomplete ?? this.#ofSite(parts, hints) ?? this.#unknown(parts, hints);
  }

  /** An airport by its code, where the words next to it name it or its town: `Paris CDG`, `MAD - Barajas`, `BCN Airport`. */
  #airportBeside(text: string, { country, category }: PlaceHints): FoundPlace | undefined {
    const words = text.split(/[^\p{L}]+/u).filter((word) => word !== '');
    for (const code of words) {
      if (words.length < 2 || !/^[A-Z]{3}$/.test(code)) continue;
      const airport = this.#codes.iataBeside(code);
      if (airport === undefined || (country !== undefined && airport.place.country !== country)) continue;
      const others = words.filter((word) => word !== code);
      const { lat, lon } = airport.place;
      const isThere = (name: string): boolean => {
        const towns = this.#towns.named(nameOnly(name), [], { category }).map(({ town }) => town);
        const largest = Math.max(...towns.map(({ population }) => population));
        return towns.some(
          (town) => town.population * largeEnough >= largest && greatCircleKm(lat, lon, town.lat, town.lon) < siteKm,
        );
      };
      const names = others.filter((word) => !airportWord.test(word));
      if (names.length < others.length && names.length === 0) return airport;
      if (names.length > 0 && (isThere(names.join(' ')) || names.some((name) => name.length > 3 && isThere(name)))) {
        return airport;
      }
    }
    return undefined;
  }

  /** A site that is named after its town: `Köln-Niehl`, `Duisburg Logport`; in a known country also `Interporto Padova`. */
  #ofSite(parts: readonly PlacePart[], hints: PlaceHints): FoundPlace | undefined {
    const named = parts.map((part) => countryNamed(part.text, this.#sources));
    const country = named.find((code) => code !== undefined) ?? hints.country;
    for (const [index, { text }] of parts.entries()) {
      const words = text.split(/[ -]+/);
      if (named[index] !== undefined || words.length < 2 || words.some(isNumbered)) continue;
      const cuts = words.slice(1).map((_, at) => words.length - 1 - at);
      const splits = [
        ...cuts.map((cut) => [words.slice(0, cut), words.slice(cut)]),
        ...(country === undefined ? [] : cuts.map((cut) => [words.slice(-cut), words.slice(0, -cut)])),
      ];
      for (const [town = [], site = []] of splits) {
        const result = this.#townOfSite(town.join(' '), site.join(' '), country, hints);
        if (result !== undefined) return result;
      }
    }
    return undefined;
  }

  #townOfSite(name: string, site: string, country: string | undefined, hints: PlaceHints): FoundPlace | undefined {
    if (name.length < 4 || noSiteTown.test(name)) return undefined;
    const result = this.#towns.read({ country, parts: [nameOnly(name)], leastPopulation: knownTownPopulation }, hints);
    if (result?.found.ok !== true) return undefined;
    // Two towns in one text are not a town and its site (`Madrid-Barcelona`), but a part of a town is (`Madrid Barajas`).
    const { place, doubts } = result.found;
    const towns = this.#towns.named(nameOnly(site), [], { country, category: hints.category });
    const there = towns.find(({ town }) => greatCircleKm(place.lat, place.lon, town.lat, town.lon) < siteKm);
    if (there?.town.terminal !== undefined) return found(asPlace(there.town));
    const isTown = ({ town }: NamedTown): boolean =>
      town.population >= (town.country === place.country ? knownTownPopulation : cityPopulation);
    if (there === undefined && towns.some(isTown)) return undefined;
    // What is not understood could be what tells it from its namesakes.
    if (there === undefined && country === undefined && !isCertain(result.found)) return undefined;
    return { ...result.found, doubts: [...doubts, { kind: 'partly read', text: name, taken: place, unread: site }] };
  }

  #unknown(parts: readonly PlacePart[], hints: PlaceHints): UnknownPlace {
    const hint = 'write it as town and country, or give coordinates or distance_km';
    const named = parts.filter(({ text }) => text !== '');
    if (named.length === 0) return { ok: false, reason: 'names no town', hint };
    const countries = named.map((part) => countryNamed(part.text, this.#sources));
    const country = countries.find((code) => code !== undefined) ?? hints.country;
    const town = named.find((_, index) => countries[index] === undefined);
    if (town === undefined) return { ok: false, reason: 'is a country, no town', hint };
    if (this.#sources.regions().find(town.text, country).length > 0) {
      return { ok: false, reason: 'is a region, no town', hint };
    }
    const where = country === undefined ? '' : ` in ${country}`;
    return { ok: false, reason: `is not a known place${where}${this.#suggest(town.text, country)}`, hint };
  }

  #suggest(text: string, country: string | undefined): string {
    this.#suggestions += 1;
    if (this.#suggestions > suggestionsLimit) return '';
    const gazetteer = this.#sources.gazetteer();
    const folded = foldPlaceName(text);
    const elsewhere = country === undefined ? [] : gazetteer.find(folded).filter(({ isPrimary }) => isPrimary);
    if (elsewhere.length > 0) {
      const towns = elsewhere.toSorted((a, b) => b.town.population - a.town.population).slice(0, 3);
      return `, but there is ${listPlaces(towns.map(({ town }) => asPlace(town)))}`;
    }
    const names = [...gazetteer.namesWith(folded.slice(0, 2), country)]
      .filter(({ key, population }) => population >= 1000 && Math.abs(key.length - folded.length) <= 3)
      .toSorted((a, b) => b.population - a.population);
    const nearest = this.#sources.nearestNames(
      folded,
      names.map(({ key }) => key),
    );
    return nearest.length === 0 ? '' : `; the nearest names are ${nearest.map((name) => quote(name)).join(', ')}`;
  }
}
