import { quote } from '../../issues.ts';
import { greatCircleKm } from '../distances/geodesic.ts';
import { foldPlaceName } from './fold.ts';
import type { NamedTown, Town } from './gazetteer.ts';
import { isLinkOfNames, nameWeight } from './name-weight.ts';
import {
  asPlace,
  countryNamed,
  describePlace,
  type FoundPlace,
  type PlaceDoubt,
  type PlaceHints,
  type PlaceResult,
  type PlaceSources,
  type UnknownPlace,
} from './place.ts';
import { nameVariants, type PlacePart } from './read-place.ts';
import { cityPopulation, nameOnly, type Reading } from './readings.ts';
import { countryOfPostcode, isIn } from './regions.ts';

/** A town whose name is longer is meant less often than one that has it all: it never wins over a city by being near. */
const shortWeight = 0.2;
/** Shorter beginnings, and words that begin many names, are not names. */
const leastShort = 4;
const notShort =
  /^(?:villa|vila|ville|santa|saint|sankt|puerto|porto|port|castillo|castell|monte|mont|punta|punto|valle|val|rio|isla|ile|isola|bad|alto|barrio|colonia|ciudad|pueblo|campo|torre|puente|pont|ponte|bois|fort|fonte|casa|casas|pico|cabo|cape|lake|point)$/;

const sectionWeight = 0.2;
const seatWeight = 1.2;
const likelyWeight = 50;

/** Candidates within this factor of the best are worth a warning. */
const ambiguousFactor = 5;
/** Towns of one name that are this near are one place with its parts. */
const samePlaceKm = 30;
/** Candidates that are kept for callers who know more. */
const candidatesKept = 12;
/** A rival this much less likely makes a text of which a part was not understood too doubtful. */
const doubtfulFactor = 30;
/** Smaller towns have namesakes that the gazetteer does not know. */
const namesakePopulation = 50_000;
/** A town that another is named by is at most this far from it. */
const nearbyKm = 100;

const articles = /^(?:a|o|as|os|el|la|las|los|l|els|les|es|sa|le|lo|il)$/;
const leftOutArticles = ['el', 'la', 'las', 'los', 'l', 'les', 'le', 'the', 'o', 'a'];
const isLatin = /^[a-z ]+$/;

interface Candidate {
  readonly town: Town;
  readonly weight: number;
}

/** The town that one reading of a text means. */
export interface ReadTown {
  /** Nothing to the right of the town's name was left over. */
  readonly isWhole: boolean;
  readonly found: PlaceResult;
}

/** Chooses among the towns of a name by what else a text says. */
export class Towns {
  readonly #sources: PlaceSources;

  constructor(sources: PlaceSources) {
    this.#sources = sources;
  }

  /** The best town of one reading. It is whole when nothing to the right of the town's name was left over. */
  read({ country, parts, isCountry = false, leastPopulation = 0 }: Reading, hints: PlaceHints): ReadTown | undefined {
    // The town is rather the part with a postcode, and not one that is the name of a region without such a town.
    const rank = ({ text, postcode }: PlacePart): number =>
      (postcode === undefined ? 1 : 0) + (parts.length > 1 && this.#isRegionOnly(text) ? 2 : 0);
    const ranks = parts.map(rank);
    const order = [...parts.keys()].toSorted((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0));
    let incomplete: ReadTown | undefined;
    let doubtfulWeight = 0;
    for (const index of order) {
      const part = parts[index];
      if (part === undefined || part.text === '') continue;
      if (part.text.length === 2 && !isCountry && countryNamed(part.text, this.#sources) !== undefined) continue;
      const whole = this.named(part, parts, { country, category: hints.category });
      const named = large(
        [...whole, ...this.#shortened(part.text, country, whole, postcodesOf(parts, hints))],
        leastPopulation,
      );
      const own = isCountry ? named.filter(({ town }) => countryNamed(town.name, this.#sources) === country) : named;
      // Andalucía is a region of Spain, not a town of Colombia; Lérida is the capital of its province.
      const isAlone = parts.length === 1 && country === undefined;
      const meant = isAlone ? this.#inOwnRegion(part.text, own) : own;
      const { candidates, leftOver } = this.#narrow(meant, parts, index, country, hints);
      // A country next to the town contradicts it where it was not the one that was looked in.
      if (candidates.length === 0 || (leftOver !== undefined && countryNamed(leftOver, this.#sources))) continue;
      const result = this.#choose(part.text, candidates, leftOver, country ?? hints.likelyCountry);
      const weight = candidates[0]?.weight ?? 0;
      if (result === undefined) {
        doubtfulWeight = Math.max(doubtfulWeight, weight);
        continue;
      }
      // What was too doubtful is not given up for a smaller town that does not fit either (`Warrington, Cheshire`).
      if (leftOver !== undefined && weight < doubtfulWeight) continue;
      const foundTown = this.#judgedByPostcode(result, candidates, part, { parts, hints });
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
    // Letters are a region's after a town, and not by themselves: Vic is one, and means Victoria.
    const codes = text.length <= 3 ? [] : this.#sources.regions().find(text, undefined);
    const isThere = (town: Town): boolean => codes.some((code) => isIn(town, code));
    const isMeant = towns.some(({ town }) => town.population >= cityPopulation || isThere(town));
    if (codes.length === 0) return towns;
    return isMeant
      ? towns.map((named) => (isThere(named.town) ? { ...named, isPrimary: true, nameWeight: 1 } : named))
      : [];
  }

  #isRegionOnly(text: string): boolean {
    const codes = this.#sources.regions().find(text, undefined);
    if (codes.length === 0) return false;
    return !this.#sources
      .gazetteer()
      .find(text)
      .some(({ town }) => codes.some((code) => isIn(town, code)));
  }

  /** The towns, airports and ports that a part of a text names, in a country or in any; the others may hold its article. */
  named(
    { text }: PlacePart,
    parts: readonly PlacePart[],
    { country, category }: Pick<PlaceHints, 'country' | 'category'>,
  ): readonly NamedTown[] {
    const folded = foldPlaceName(text);
    if (folded.length < 2 && isLatin.test(folded)) return [];
    // `Coruña, A` and `Hospitalet (L')` are written with their article at the end.
    const article = parts.find((part) => this.#isArticle(part.text, country))?.text;
    const names = article === undefined ? [folded] : [`${foldPlaceName(article)} ${folded}`, folded];
    for (const name of names) {
      for (const variant of nameVariants(name)) {
        const terminals = this.#sources.terminals().named(variant, category);
        const towns = [
          ...this.#sources.gazetteer().find(variant),
          ...terminals.map((town): NamedTown => ({ town, isPrimary: true })),
        ];
        const there = country === undefined ? towns : towns.filter(({ town }) => town.country === country);
        if (there.length > 0) return there.map((named) => ({ ...named, nameWeight: nameWeight(variant, text, named) }));
      }
    }
    return [];
  }

  /** The towns whose own name begins with this one: `Torrejón` is mostly Torrejón de Ardoz. */
  #shortened(
    text: string,
    country: string | undefined,
    whole: readonly NamedTown[],
    postcodes: readonly string[],
  ): readonly NamedTown[] {
    const folded = foldPlaceName(text);
    if (folded.length < leastShort || notShort.test(folded)) return [];
    // Sevilla is not Sevilla la Nueva: where a city has the name, nothing is left out of it. Of a city that is called so for
    // short (Newcastle upon Tyne), the postcode may say that it is another.
    const cities = whole.filter(({ town }) => town.population >= cityPopulation);
    const isTaken = (town: Town): boolean =>
      cities.some((city) => city.town.country === town.country && (city.isPrimary || !this.#isAt(town, postcodes)));
    return this.#sources
      .gazetteer()
      .longerNamed(folded, isLinkOfNames)
      .concat(whole.length === 0 ? this.#afterArticle(folded) : [])
      .filter((town) => country === undefined || town.country === country)
      .filter((town) => !isTaken(town))
      .map((town) => ({ town, isPrimary: true, isShort: true, nameWeight: shortWeight }));
  }

  /** The towns of a name that begins with an article which people leave out: `Rozas` is Las Rozas de Madrid. */
  #afterArticle(folded: string): readonly Town[] {
    const gazetteer = this.#sources.gazetteer();
    return leftOutArticles.flatMap((article) => {
      const name = `${article} ${folded}`;
      const own = gazetteer.find(name).flatMap(({ town, isPrimary }) => (isPrimary ? [town] : []));
      return [...own, ...gazetteer.longerNamed(name, isLinkOfNames)];
    });
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
        // What comes before the town, or next to a postcode, is an address.
        if (agreeing !== 'unknown' || (index > at && parts[at]?.postcode === undefined)) leftOver = text;
        continue;
      }
      kept = agreeing;
    }
    if (hints.region !== undefined) {
      const agreeing = this.#agreeing(kept, hints.region, country);
      if (agreeing === 'unknown' || agreeing.length === 0) leftOver ??= hints.region;
      else kept = agreeing;
    }
    const candidates = this.#thatModeServes(this.#withPostcode(kept, parts, hints), hints)
      .map(({ town, nameWeight: ofName = 1, isShort = false }) => ({
        town,
        isOwn: ofName === 1,
        isShort,
        weight:
          Math.max(town.population, 300) *
          ofName *
          (town.isSection ? sectionWeight : 1) *
          (town.isSeat ? seatWeight : 1) *
          (town.country === hints.likelyCountry ? likelyWeight : 1),
      }))
      .toSorted((a, b) => b.weight - a.weight);
    // Another name than a town's own is meant only where no larger town has it for its own.
    const first = candidates.findIndex(({ isOwn }) => isOwn);
    const isMeant = ({ isOwn, isShort }: (typeof candidates)[number], index: number): boolean =>
      isOwn || isShort || first < 0 || index < first;
    return { candidates: candidates.filter(isMeant), leftOver };
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
    const others = this.named(nameOnly(text), [], { country });
    if (codes.length === 0 && others.length === 0) return 'unknown';
    return towns.filter(({ town }) =>
      others.some(
        ({ town: other }) =>
          town.country === other.country && greatCircleKm(town.lat, town.lon, other.lat, other.lon) < nearbyKm,
      ),
    );
  }

  /** What postcodes say of a town: that it is meant, that it is doubtful, or that to take it would be a guess. */
  #judgedByPostcode(
    found: FoundPlace,
    [best, ...rest]: readonly Candidate[],
    part: PlacePart,
    { parts, hints }: { readonly parts: readonly PlacePart[]; readonly hints: PlaceHints },
  ): PlaceResult {
    const [postcode] = postcodesOf(parts, hints);
    if (best === undefined || postcode === undefined) return found;
    const verdicts = postcodesOf(parts, hints).map((code) => this.#sources.regions().hasPostcode(best.town, code));
    if (verdicts.includes(true)) return found;
    const withDoubt = (doubt: PlaceDoubt): FoundPlace => ({ ...found, doubts: [...found.doubts, doubt] });
    const at = verdicts.indexOf(false);
    if (at >= 0) {
      const other = postcodesOf(parts, hints)[at] ?? postcode;
      // A number next to a street may be that of a house; next to the town, it is rather a village of that name than a mistake.
      const isOwn = other === part.postcode || other === hints.postcode;
      if (isOwn && best.town.population < namesakePopulation) return elsewhere(best.town, other);
      return withDoubt({ kind: 'other postcode', postcode: other, taken: found.place });
    }
    const namesakes = rest.filter(({ town }) => town.country === best.town.country && areApart(best.town, town));
    if (namesakes.length === 0) return found;
    if (namesakes.some(({ weight }) => weight * doubtfulFactor > best.weight)) {
      return undecided(namesakes.length + 1, best.town.country, postcode);
    }
    return withDoubt({ kind: 'postcode not used', postcode, taken: found.place });
  }

  /** The towns that lie where a postcode does, else those of its country, if there are any. */
  #withPostcode(towns: readonly NamedTown[], parts: readonly PlacePart[], hints: PlaceHints): readonly NamedTown[] {
    const codes = postcodesOf(parts, hints);
    const there = towns.filter(({ town }) => this.#isAt(town, codes));
    if (there.length > 0) return there;
    const countries = new Set(codes.map(countryOfPostcode));
    const inCountry = towns.filter(({ town }) => countries.has(town.country));
    return inCountry.length > 0 ? inCountry : towns;
  }

  #isAt(town: Town, postcodes: readonly string[]): boolean {
    return postcodes.some((code) => this.#sources.regions().hasPostcode(town, code) === true);
  }

  /** By sea, only places with a port compete, if there are any. */
  #thatModeServes(towns: readonly NamedTown[], { category }: PlaceHints): readonly NamedTown[] {
    if (category !== 'maritime' || towns.length < 2) return towns;
    const atSea = towns.filter(({ town }) => this.#sources.isAtSea(town));
    return atSea.length > 0 ? atSea : towns;
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
    const apart = rest.filter((other) => areApart(town, other.town));
    // What was not understood may be a country or a region: only a town that has no rival is taken without it.
    const isDoubtful = apart.some(({ weight }) => weight * doubtfulFactor > best.weight);
    if (leftOver !== undefined && country === undefined && isDoubtful) return undefined;
    const taken = asPlace(town);
    const doubts: PlaceDoubt[] = [];
    const rivals = apart.filter((other) => other.weight * ambiguousFactor > best.weight);
    if (rivals.length > 0) {
      doubts.push({ kind: 'one of several', text: name, taken, others: rivals.map((rival) => asPlace(rival.town)) });
    }
    if (leftOver !== undefined) doubts.push({ kind: 'partly read', text: name, taken, unread: leftOver });
    const others = apart.slice(0, candidatesKept).map((each) => ({ place: asPlace(each.town), weight: each.weight }));
    return {
      ok: true,
      place: taken,
      doubts,
      candidates: others.length === 0 ? undefined : [{ place: taken, weight: best.weight }, ...others],
    };
  }
}

const areApart = (one: Town, other: Town): boolean =>
  greatCircleKm(one.lat, one.lon, other.lat, other.lon) > samePlaceKm;

/** No town of the name is known where its postcode is: it may be a village that the gazetteer does not have. */
const elsewhere = (town: Town, postcode: string): UnknownPlace => ({
  ok: false,
  reason: `is not known where the postcode ${quote(postcode)} is, but there is ${describePlace(asPlace(town))}`,
  hint: 'correct the postcode, name a larger town nearby, or give coordinates or distance_km',
});

const undecided = (count: number, country: string, postcode: string): UnknownPlace => ({
  ok: false,
  reason: `is the name of ${String(count)} places in ${country}, and where the postcode ${quote(postcode)} is, is not known`,
  hint: 'give its region or province, coordinates or distance_km',
});

/** Those of a name that are large enough to be meant; of a country's name also their smaller namesakes, but no other names. */
function large(towns: readonly NamedTown[], leastPopulation: number): readonly NamedTown[] {
  if (leastPopulation < cityPopulation) return towns.filter(({ town }) => town.population >= leastPopulation);
  const own = towns.filter(({ isPrimary }) => isPrimary);
  return own.some(({ town }) => town.population >= leastPopulation) ? own : [];
}

/** Postcodes next to a town, and in a column of their own. Of several in a text the longest is one; the others number houses. */
function postcodesOf(parts: readonly PlacePart[], { postcode }: PlaceHints): readonly string[] {
  const inText = parts.flatMap((part) => part.postcode ?? []);
  const longest = Math.max(...inText.map(({ length }) => length));
  return [...inText.filter(({ length }) => length === longest), ...(postcode === undefined ? [] : [postcode])];
}
