import type { PlaceAssumption } from '../../calculator/assumption.ts';
import type { PlaceName } from '../../calculator/distances/distance-source.ts';
import { quote } from '../../issues.ts';

/** Others of a name that are named; a file with more of them needs countries, not a list. */
const othersNamed = 3;

/** What was decided about a place, in words that name the place that was used. */
export function placeText({ kind, detail }: PlaceAssumption): string {
  const taken = placeName(detail.taken);
  switch (kind) {
    case 'one of several': {
      const others = [...new Set(detail.others.map(placeName))].filter((name) => name !== taken).slice(0, othersNamed);
      const could = others.length === 0 ? `another ${taken}` : others.join('; ');
      return `${quote(detail.text)} was taken for ${taken}; it could be ${could}`;
    }
    case 'partly read':
      return `${quote(detail.unread)} next to ${quote(detail.text)} was not understood; taken for ${taken}`;
    case 'other postcode':
      return `the postcode ${quote(detail.postcode)} is not that of ${taken}; the town was taken`;
    case 'other country':
      return `${taken} was taken, as the text says; the row says ${detail.field} ${detail.country}`;
  }
}

/** A place as results name it: `Madrid, ES`; with its state where the country has many of one name. */
export const placeName = ({ name, country, kind, region }: PlaceName): string => {
  if (kind === 'coordinates') return name;
  return region === undefined ? `${name}, ${country}` : `${name}, ${region}, ${country}`;
};
