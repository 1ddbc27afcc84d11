import type { Warning } from '../../issues.ts';
import { greatCircleKm } from '../distances/geodesic.ts';
import type { FoundPlace, Place, PlaceCandidate } from './place.ts';
import { ambiguous } from './towns.ts';

/** One end of a route: its text and what it may mean. */
interface End {
  readonly text: string;
  readonly found: FoundPlace;
}

/** Two places between which goods go, and what is uncertain about them. */
export interface Pair {
  readonly from: Place;
  readonly to: Place;
  readonly warnings: readonly Warning[];
}

/** Another pair that is at least this near in likelihood is worth a warning. */
const ambiguousFactor = 5;
/** Places nearer than this are all as near, km. */
const nearKm = 100;

/**
 * Chooses both ends of a route together where their names are those of several places: as trade does, towns attract each
 * other by their size and the less the farther they are apart (the gravity model). So Córdoba to Sevilla is in Spain,
 * and Calais to Dover crosses the Channel.
 *
 * @param power of the distance: 2 for road and rail, 1 for sea and air, for which distance matters less
 */
export function choosePair(origin: End, destination: End, power: 1 | 2): Pair {
  const warnings = [...origin.found.warnings, ...destination.found.warnings];
  if (origin.found.candidates === undefined && destination.found.candidates === undefined) {
    return { from: origin.found.place, to: destination.found.place, warnings };
  }
  const pairs = candidatesOf(origin)
    .flatMap((from) => candidatesOf(destination).map((to) => ({ from, to, attraction: attraction(from, to, power) })))
    .toSorted((a, b) => b.attraction - a.attraction);
  const [best, ...others] = pairs;
  if (best === undefined) return { from: origin.found.place, to: destination.found.place, warnings };
  const rivals = others.filter((pair) => pair.attraction * ambiguousFactor > best.attraction);
  const rivalsOf = (end: 'from' | 'to'): string[] =>
    rivals.flatMap((pair) => (pair[end].place === best[end].place ? [] : [pair[end].name]));
  const doubts = [
    { text: origin.text, taken: best.from.name, others: rivalsOf('from') },
    { text: destination.text, taken: best.to.name, others: rivalsOf('to') },
  ].flatMap(({ text, taken, others: names }) => (names.length === 0 ? [] : [ambiguous(text, taken, names)]));
  return {
    from: best.from.place,
    to: best.to.place,
    warnings: [...warnings.filter(({ code }) => code !== 'AMBIGUOUS_PLACE'), ...doubts],
  };
}

const candidatesOf = ({ found: { place, candidates } }: End): readonly PlaceCandidate[] =>
  candidates ?? [{ place, weight: 1, name: place.name }];

function attraction(from: PlaceCandidate, to: PlaceCandidate, power: 1 | 2): number {
  const km = nearKm + greatCircleKm(from.place.lat, from.place.lon, to.place.lat, to.place.lon);
  return (from.weight * to.weight) / km ** power;
}
