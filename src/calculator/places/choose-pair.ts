import { greatCircleKm } from '../distances/geodesic.ts';
import { type FoundPlace, listPlaces, type Place, type PlaceCandidate, type PlaceDoubt } from './place.ts';

/** One end of a route: its text and what it may mean. */
export interface End {
  readonly text: string;
  readonly found: FoundPlace;
}

/** Two places between which goods go, and what is uncertain about them. */
export interface Pair {
  readonly from: Place;
  readonly to: Place;
  readonly doubts: readonly PlaceDoubt[];
}

/** An end whose text is refused, as what it means would be a guess. */
export interface OpenEnd {
  readonly end: 'origin' | 'destination';
  readonly reason: string;
  readonly hint: string;
}

/** How a pair is chosen. */
export interface PairRule {
  /** Of the distance, by which attraction is divided: the less it matters, the lower. */
  readonly power: number;
  /** Places nearer than this are all as near, km. */
  readonly nearKm: number;
  /** Whether the mode joins two places at all. */
  readonly joins: (from: Place, to: Place) => boolean;
  /** Where nearly all places of the file lie; ISO 3166-1 alpha-2. */
  readonly neighbours: () => string | undefined;
}

/** Another pair that is at most so many times less likely is worth a warning, or makes the choice a guess. */
const ambiguousFactor = 30;
const closeFactor = 1.2;
/** Namesakes up to so many times smaller keep a name from being taken abroad, where most of a file's places lie. */
const neighbourFactor = 50;
/** Only namesakes up to so many times smaller than the largest are chosen for being near. */
const comparableFactor = 10;
interface CandidatePair {
  readonly from: PlaceCandidate;
  readonly to: PlaceCandidate;
  readonly attraction: number;
}

/**
 * Chooses both ends of a route together where their names are those of several places: as trade does, towns attract each
 * other by their size and the less the farther they are apart (the gravity model). So Córdoba to Sevilla is in Spain,
 * and Calais to Dover crosses the Channel. A metropolis is not given up for a near namesake of a tenth of its size, nor
 * is that given up for the metropolis: where both could be meant, the row is refused.
 */
export function choosePair(origin: End, destination: End, rule: PairRule): Pair | OpenEnd {
  const doubts = [...origin.found.doubts, ...destination.found.doubts];
  if (origin.found.candidates === undefined && destination.found.candidates === undefined) {
    return { from: origin.found.place, to: destination.found.place, doubts };
  }
  const pairs = candidatesOf(origin)
    .flatMap((from) => candidatesOf(destination).map((to) => pairOf(from, to, rule)))
    .toSorted((a, b) => b.attraction - a.attraction);
  const [fromLargest, toLargest] = [largestOf(origin), largestOf(destination)];
  const isComparable = ({ from, to }: CandidatePair): boolean =>
    from.weight * comparableFactor >= fromLargest && to.weight * comparableFactor >= toLargest;
  const isJoined = ({ from, to }: CandidatePair): boolean => rule.joins(from.place, to.place);
  const best = pairs.find((pair) => isComparable(pair) && isJoined(pair));
  const nearest = pairs.find(isJoined);
  if (nearest === undefined) return { from: origin.found.place, to: destination.found.place, doubts };
  if (best === undefined || best !== nearest) return openEnd(origin, destination, best, nearest);
  const abroad = takenAbroad(origin, destination, best, rule.neighbours());
  if (abroad !== undefined) return abroad;
  const rivals = pairs.filter(
    (pair) => pair !== best && pair.attraction * ambiguousFactor > best.attraction && isJoined(pair),
  );
  const close = rivals.find((pair) => isComparable(pair) && pair.attraction * closeFactor > best.attraction);
  if (close !== undefined) return openEnd(origin, destination, best, close);
  const chosen = ({ text }: End, end: 'from' | 'to'): PlaceDoubt[] => {
    const others = rivals
      .filter(isJoined)
      .flatMap((pair) => (pair[end].place === best[end].place ? [] : [pair[end].place]));
    return others.length === 0
      ? []
      : [{ kind: 'one of several', text, taken: best[end].place, others: [...new Set(others)] }];
  };
  return {
    from: best.from.place,
    to: best.to.place,
    doubts: [
      ...doubts.filter(({ kind }) => kind !== 'one of several'),
      ...chosen(origin, 'from'),
      ...chosen(destination, 'to'),
    ],
  };
}

/** Whether a text alone says which place it means: it has no namesake of comparable size. */
export function isCertain({ doubts, candidates: [best, second] = [] }: FoundPlace): boolean {
  return doubts.length === 0 && (second?.weight ?? 0) * comparableFactor < (best?.weight ?? 1);
}

const candidatesOf = ({ found: { place, candidates } }: End): readonly PlaceCandidate[] =>
  candidates ?? [{ place, weight: 1 }];

const largestOf = (end: End): number => Math.max(...candidatesOf(end).map(({ weight }) => weight));

function pairOf(from: PlaceCandidate, to: PlaceCandidate, { power, nearKm }: PairRule): CandidatePair {
  const km = nearKm + greatCircleKm(from.place.lat, from.place.lon, to.place.lat, to.place.lon);
  return { from, to, attraction: (from.weight * to.weight) / km ** power };
}

/** Nearness and size speak for different places: refused at the end where they do. */
function openEnd(origin: End, destination: End, best: CandidatePair | undefined, nearest: CandidatePair): OpenEnd {
  const isOpen = (end: End, side: 'from' | 'to'): boolean =>
    end.found.candidates !== undefined && nearest[side].place !== (best?.[side].place ?? end.found.place);
  // The end whose other place is the likelier one, next to its largest, is the one to say more of.
  const likely = (end: End, side: 'from' | 'to'): number =>
    isOpen(end, side) ? nearest[side].weight / largestOf(end) : 0;
  const end = likely(origin, 'from') > likely(destination, 'to') ? 'origin' : 'destination';
  const [{ found }, near] = end === 'origin' ? [origin, nearest.from] : [destination, nearest.to];
  return open(
    end,
    [found.place, near.place, ...(found.candidates ?? []).map(({ place }) => place)],
    near.place.country,
  );
}

/** Neighbours may refuse, never choose: a place abroad has a namesake where the file's other places lie. */
function takenAbroad(
  origin: End,
  destination: End,
  { from, to }: CandidatePair,
  neighbours: string | undefined,
): OpenEnd | undefined {
  if (neighbours === undefined) return undefined;
  const isOpen = ({ found: { candidates = [] } }: End, taken: PlaceCandidate, other: End): boolean => {
    const saysOther = other.found.candidates === undefined && other.found.place.country === taken.place.country;
    return (
      taken.place.country !== neighbours &&
      !saysOther &&
      candidates.some(({ place, weight }) => place.country === neighbours && weight * neighbourFactor >= taken.weight)
    );
  };
  const placesOf = ({ found: { candidates = [] } }: End): readonly Place[] => candidates.map(({ place }) => place);
  if (isOpen(origin, from, destination)) return open('origin', placesOf(origin), neighbours);
  if (isOpen(destination, to, origin)) return open('destination', placesOf(destination), neighbours);
  return undefined;
}

const open = (end: OpenEnd['end'], places: readonly Place[], country: string): OpenEnd => ({
  end,
  reason: `could be ${listPlaces(places)}`,
  hint: places.every((place) => place.country === country)
    ? `give ${end}_postcode or ${end}_region, coordinates or distance_km`
    : `write it with its country, or give ${end}_country; --home-country ${country} takes such names there`,
});
