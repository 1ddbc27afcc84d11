import { quote } from '../../issues.ts';
import { greatCircleKm, type Position } from '../distances/geodesic.ts';
import { Codes } from './codes.ts';
import { foldPlaceName } from './fold.ts';
import {
  countryNamed,
  type FoundPlace,
  found,
  type PlaceHints,
  type PlaceResult,
  type PlaceSources,
  type UnknownPlace,
} from './place.ts';
import { type PlacePart, readCoordinates, splitPlace } from './read-place.ts';
import { nameOnly, Readings } from './readings.ts';
import { describeTown, Towns } from './towns.ts';

/** A town that a site is named after has at least so many people. */
const knownTownPopulation = 20_000;
/** A site lies at most this far from the town that it is named after. */
const siteKm = 50;

/** Longer texts are no addresses; the ways to read one grow with the square of its words. */
const longestText = 200;
const mostParts = 12;

/** Distinct texts whose result is kept; beyond it they are looked up again. */
const memoLimit = 500_000;
/** Unknown texts for which the nearest names are looked up; a file with more has another problem. */
const suggestionsLimit = 500;

const nothing = /^(?:n\.?\/?a\.?|none|null|unknown|tbd|tba|tbc|various|varios|\?+|-+|x+|\.+)$/i;

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
    const { country = '', likelyCountry = '', category = '' } = hints;
    const key = `${text}\u0000${country}\u0000${likelyCountry}\u0000${category === 'air' ? category : ''}`;
    const known = this.#memo.get(key);
    if (known !== undefined) return known;
    const result = this.#find(text.trim(), hints);
    if (this.#memo.size >= memoLimit) this.#memo.clear();
    this.#memo.set(key, result);
    return result;
  }

  #find(text: string, hints: PlaceHints): PlaceResult {
    const hub = this.#sources.hubs.get(foldPlaceName(text));
    if (hub !== undefined) return found(hub);
    if (nothing.test(text)) return { ok: false, reason: 'names no place', hint: 'give a town and a country' };
    const coordinates = readCoordinates(text);
    if (coordinates === 'out of range') {
      const hint = 'latitude goes from -90 to 90, longitude from -180 to 180, in this order';
      return { ok: false, reason: 'is no latitude and longitude', hint };
    }
    if (coordinates !== undefined) return this.#at(coordinates);
    return this.#codes.find(text, hints) ?? this.#byName(text, hints);
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
    let incomplete: FoundPlace | undefined;
    for (const reading of this.#readings.all(parts, hints)) {
      const result = this.#towns.read(reading, hints);
      if (result === undefined) continue;
      if (result.isWhole) return result.found;
      incomplete ??= result.found;
    }
    return (
      incomplete ??
      this.#codes.inPart(parts, hints) ??
      this.#codes.portNamed(parts, hints) ??
      this.#ofSite(parts, hints) ??
      this.#unknown(parts, hints)
    );
  }

  /** A site that is named after its town: `Köln-Niehl`, `Duisburg Logport`; in a known country also `Interporto Padova`. */
  #ofSite(parts: readonly PlacePart[], hints: PlaceHints): FoundPlace | undefined {
    const named = parts.map((part) => countryNamed(part.text, this.#sources));
    const country = named.find((code) => code !== undefined) ?? hints.country;
    for (const [index, { text }] of parts.entries()) {
      const words = text.split(/[ -]+/);
      if (named[index] !== undefined || words.length < 2 || /\d/.test(text)) continue;
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
    if (name.length < 4) return undefined;
    const result = this.#towns.read({ country, parts: [nameOnly(name)], leastPopulation: knownTownPopulation }, hints);
    if (result === undefined) return undefined;
    // Two towns in one text are no town and its site (`Madrid-Barcelona`), but a part of a town is (`Madrid Barajas`).
    const { lat, lon } = result.found.place;
    const towns = this.#towns
      .named(nameOnly(site), [], country)
      .filter(({ town }) => town.population >= knownTownPopulation);
    const isPart = towns.some(({ town }) => greatCircleKm(lat, lon, town.lat, town.lon) < siteKm);
    if (towns.length > 0 && !isPart) return undefined;
    const { place, warnings } = result.found;
    const message = `${quote(site)} beside ${quote(name)} was not understood; taken for ${place.name}, ${place.country}`;
    return { ...result.found, warnings: [...warnings, { code: 'PLACE_PARTLY_READ', message }] };
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
    return { ok: false, reason: `is no place that is known${where}${this.#suggest(town.text, country)}`, hint };
  }

  #suggest(text: string, country: string | undefined): string {
    this.#suggestions += 1;
    if (this.#suggestions > suggestionsLimit) return '';
    const gazetteer = this.#sources.gazetteer();
    const folded = foldPlaceName(text);
    const elsewhere = country === undefined ? [] : gazetteer.find(folded).filter(({ isPrimary }) => isPrimary);
    if (elsewhere.length > 0) {
      const towns = elsewhere.toSorted((a, b) => b.town.population - a.town.population).slice(0, 3);
      return `, but there is ${[...new Set(towns.map(({ town }) => describeTown(town)))].join('; ')}`;
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
