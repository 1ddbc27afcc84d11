import { quote, type Warning } from '../../issues.ts';
import { greatCircleKm } from '../distances/geodesic.ts';
import { foldPlaceName } from './fold.ts';
import type { NamedTown, Town } from './gazetteer.ts';
import { asPlace, countryNamed, type FoundPlace, type PlaceHints, type PlaceSources } from './place.ts';
import { nameVariants, type PlacePart } from './read-place.ts';
import { cityPopulation, nameOnly, type Reading } from './readings.ts';
import { isIn } from './regions.ts';

/** A town's own name says this much more than another of its names: with less people, it still comes first. */
const primaryWeight = 30;
const sectionWeight = 0.2;
const seatWeight = 1.2;
const likelyWeight = 50;
const postcodeWeight = 100;

/** Candidates within this factor of the best are worth a warning. */
const ambiguousFactor = 5;
/** Towns of one name that are this near are one place with its parts. */
const samePlaceKm = 30;
/** Candidates that are kept for whoever knows more. */
const candidatesKept = 12;
/** A rival this much less likely makes a text of which a part was not understood too doubtful. */
const doubtfulFactor = 30;
/** A town that another is named by is at most this far from it. */
const nearbyKm = 100;

const articles = /^(?:a|o|as|os|el|la|las|los|l|els|les|es|sa|le|lo|il)$/;
const isLatin = /^[a-z ]+$/;

interface Candidate {
  readonly town: Town;
  readonly weight: number;
}

/** The town that one reading of a text means. */
export interface ReadTown {
  /** Nothing to the right of the town's name was left over. */
  readonly isWhole: boolean;
  readonly found: FoundPlace;
}

/** A town as messages name it: with its state where the country has many of one name. */
export function describeTown({ name, country, admin1 }: Town): string {
  const region = admin1.split('.')[1] ?? '';
  return country === 'US' ? `${name}, ${region}, US` : `${name}, ${country}`;
}

/** Chooses among the towns of a name by what else a text says. */
export class Towns {
  readonly #sources: PlaceSources;

  constructor(sources: PlaceSources) {
    this.#sources = sources;
  }

  /** The best town of one reading. It is whole when nothing to the right of the town's name was left over. */
  read({ country, parts, isCountry = false, leastPopulation = 0 }: Reading, hints: PlaceHints): ReadTown | undefined {
    const order = [...parts.keys()].toSorted(
      (a, b) => Number(parts[a]?.postcode === undefined) - Number(parts[b]?.postcode === undefined),
    );
    let incomplete: ReadTown | undefined;
    for (const index of order) {
      const part = parts[index];
      if (part === undefined || part.text === '') continue;
      if (part.text.length === 2 && !isCountry && countryNamed(part.text, this.#sources) !== undefined) continue;
      const named = this.named(part, parts, country).filter(
        ({ town, isPrimary }) =>
          leastPopulation === 0 ||
          (town.population >= leastPopulation && (isPrimary || leastPopulation < cityPopulation)),
      );
      const own = isCountry ? named.filter(({ town }) => countryNamed(town.name, this.#sources) === country) : named;
      // Andalucía is a region of Spain, not a town of Colombia; Lérida is the capital of its province.
      const isAlone = parts.length === 1 && country === undefined;
      const meant = isAlone ? this.#inOwnRegion(part.text, own) : own;
      const { candidates, leftOver } = this.#narrow(meant, parts, index, country, hints);
      // A country beside the town contradicts it where it was not the one that was looked in.
      if (candidates.length === 0 || (leftOver !== undefined && countryNamed(leftOver, this.#sources))) continue;
      const result = this.#choose(part.text, candidates, leftOver, country ?? hints.likelyCountry);
      if (result === undefined) continue;
      const [chosen] = candidates;
      const postcode = chosen === undefined ? undefined : this.#otherPostcode(chosen.town, parts);
      const warnings = postcode === undefined ? result.warnings : [...result.warnings, mismatch(postcode, result)];
      const foundTown = { ...result, warnings };
      if (leftOver === undefined) return { isWhole: true, found: foundTown };
      incomplete ??= { isWhole: false, found: foundTown };
    }
    return incomplete;
  }

  /**
   * The towns with the name of a region: none where they are small and all elsewhere, as the region is meant; else one that
   * lies in the region has its name as its own.
   */
  #inOwnRegion(text: string, towns: readonly NamedTown[]): readonly NamedTown[] {
    const codes = this.#sources.regions().find(text, undefined);
    const isThere = (town: Town): boolean => codes.some((code) => isIn(town, code));
    const isMeant = towns.some(({ town }) => town.population >= cityPopulation || isThere(town));
    if (codes.length === 0) return towns;
    return isMeant ? towns.map(({ town, isPrimary }) => ({ town, isPrimary: isPrimary || isThere(town) })) : [];
  }

  /** The towns that a part of a text names, in a country or in any; the others may hold its article. */
  named({ text }: PlacePart, parts: readonly PlacePart[], country: string | undefined): readonly NamedTown[] {
    const folded = foldPlaceName(text);
    if (folded.length < 2 && isLatin.test(folded)) return [];
    // `Coruña, A` and `Hospitalet (L')` are written with their article behind.
    const article = parts.find((part) => this.#isArticle(part.text, country))?.text;
    const names = article === undefined ? [folded] : [`${foldPlaceName(article)} ${folded}`, folded];
    for (const name of names) {
      for (const variant of nameVariants(name)) {
        const towns = this.#sources.gazetteer().find(variant);
        const there = country === undefined ? towns : towns.filter(({ town }) => town.country === country);
        if (there.length > 0) return there;
      }
    }
    return [];
  }

  /** Keeps the towns that the other parts of the text agree with, and weighs them. */
  #narrow(
    towns: readonly NamedTown[],
    parts: readonly PlacePart[],
    at: number,
    country: string | undefined,
    hints: PlaceHints,
  ): { candidates: readonly Candidate[]; leftOver: string | undefined } {
    let kept = towns;
    let leftOver: string | undefined;
    for (const [index, { text }] of parts.entries()) {
      if (index === at || text === '' || this.#isArticle(text, country)) continue;
      const agreeing = this.#agreeing(kept, text, country);
      if (agreeing === 'unknown' || agreeing.length === 0) {
        // What stands before the town, or beside a postcode, is an address.
        if (agreeing !== 'unknown' || (index > at && parts[at]?.postcode === undefined)) leftOver = text;
        continue;
      }
      kept = agreeing;
    }
    const candidates = kept.map(({ town, isPrimary }) => ({
      town,
      weight:
        Math.max(town.population, 300) *
        (isPrimary ? primaryWeight : 1) *
        (town.isSection ? sectionWeight : 1) *
        (town.isSeat ? seatWeight : 1) *
        (town.country === hints.likelyCountry ? likelyWeight : 1) *
        (this.#hasPostcode(town, parts) ? postcodeWeight : 1),
    }));
    return { candidates: candidates.toSorted((a, b) => b.weight - a.weight), leftOver };
  }

  /** Whether a part is an article that belongs before the town's name, and no abbreviation of a region (`IL`, `LA`). */
  #isArticle(text: string, country: string | undefined): boolean {
    return articles.test(foldPlaceName(text)) && this.#sources.regions().find(text, country).length === 0;
  }

  /** The towns that lie in the region, or by the town, that another part of the text names. */
  #agreeing(towns: readonly NamedTown[], text: string, country: string | undefined): readonly NamedTown[] | 'unknown' {
    const codes = this.#sources.regions().find(text, country);
    const inRegion = towns.filter(({ town }) => codes.some((code) => isIn(town, code)));
    if (inRegion.length > 0) return inRegion;
    const others = this.named(nameOnly(text), [], country);
    if (codes.length === 0 && others.length === 0) return 'unknown';
    return towns.filter(({ town }) =>
      others.some(
        ({ town: other }) =>
          town.country === other.country && greatCircleKm(town.lat, town.lon, other.lat, other.lon) < nearbyKm,
      ),
    );
  }

  /** A postcode that lies in another region than a town. */
  #otherPostcode(town: Town, parts: readonly PlacePart[]): string | undefined {
    return parts.find(({ postcode }) => {
      const region = postcode === undefined ? undefined : this.#sources.regions().ofPostcode(postcode, town.country);
      return region !== undefined && !isIn(town, region);
    })?.postcode;
  }

  #hasPostcode(town: Town, parts: readonly PlacePart[]): boolean {
    return parts.some(({ postcode }) => {
      const region = postcode === undefined ? undefined : this.#sources.regions().ofPostcode(postcode, town.country);
      return region !== undefined && isIn(town, region);
    });
  }

  #choose(
    name: string,
    candidates: readonly Candidate[],
    leftOver: string | undefined,
    country: string | undefined,
  ): FoundPlace | undefined {
    const [best, ...rest] = candidates;
    if (best === undefined) return undefined;
    const { town } = best;
    const apart = rest.filter(
      (other) => greatCircleKm(town.lat, town.lon, other.town.lat, other.town.lon) > samePlaceKm,
    );
    // What was not understood may be a country or a region: only a town that has no rival stands without it.
    const isDoubtful = apart.some(({ weight }) => weight * doubtfulFactor > best.weight);
    if (leftOver !== undefined && country === undefined && isDoubtful) return undefined;
    const warnings: Warning[] = [];
    const rivals = apart.filter((other) => other.weight * ambiguousFactor > best.weight);
    if (rivals.length > 0) {
      warnings.push(
        ambiguous(
          name,
          describeTown(town),
          rivals.map((rival) => describeTown(rival.town)),
        ),
      );
    }
    if (leftOver !== undefined) {
      const message = `${quote(leftOver)} beside ${quote(name)} was not understood; taken for ${describeTown(town)}`;
      warnings.push({ code: 'PLACE_PARTLY_READ', message });
    }
    const kept = [best, ...apart].slice(0, candidatesKept);
    return {
      ok: true,
      place: asPlace(town),
      warnings,
      candidates:
        apart.length === 0
          ? undefined
          : kept.map(({ town: each, weight }) => ({ place: asPlace(each), weight, name: describeTown(each) })),
    };
  }
}

const mismatch = (postcode: string, { place }: FoundPlace): Warning => ({
  code: 'POSTCODE_MISMATCH',
  message: `the postcode ${quote(postcode)} is not that of ${place.name}, ${place.country}; the town was taken`,
});

/** The warning that a text was taken for one of several places. */
export function ambiguous(text: string, taken: string, others: readonly string[]): Warning {
  const different = [...new Set(others)].filter((name) => name !== taken).slice(0, 3);
  const rivals = different.length === 0 ? `another ${taken}` : different.join('; ');
  return { code: 'AMBIGUOUS_PLACE', message: `${quote(text)} was taken for ${taken}; it could be ${rivals}` };
}
