import { isCertain } from './choose-pair.ts';
import type { Places } from './places.ts';

/** The country of so great a share of at least so many places is where a file's places lie. */
const neighbourShare = 0.9;
const leastNeighbours = 10;

/** The country in which nearly all of some places lie; empty where they do not, or are too few. */
export function mostlyIn(texts: Iterable<string>, places: Places): string {
  const counts = new Map<string, number>();
  let sum = 0;
  for (const text of texts) {
    const found = places.resolve(text);
    if (!found.ok || !isCertain(found)) continue;
    counts.set(found.place.country, (counts.get(found.place.country) ?? 0) + 1);
    sum += 1;
  }
  const [country, count] = [...counts].toSorted(([, a], [, b]) => b - a)[0] ?? ['', 0];
  return sum >= leastNeighbours && count >= sum * neighbourShare ? country : '';
}
