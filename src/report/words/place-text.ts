import type { PlaceAssumption } from '../../calculator/assumption.ts';
import type { PlaceName } from '../../calculator/distances/distance-source.ts';
import { quote } from '../../issues.ts';
import { english, type Texts } from '../texts/texts.ts';

/** Others of a name that are named; a file with more of them needs countries, not a list. */
const othersNamed = 3;

/** What was decided about a place, in words that name the place that was used. */
export function placeText({ kind, detail }: PlaceAssumption, { say }: Texts = english): string {
  const taken = placeName(detail.taken);
  switch (kind) {
    case 'one of several': {
      const others = [...new Set(detail.others.map(placeName))].filter((name) => name !== taken).slice(0, othersNamed);
      const could = others.length === 0 ? say('place.another', { taken }) : others.join('; ');
      return say('place.one of several', { text: quote(detail.text), taken, others: could });
    }
    case 'partly read':
      return say('place.partly read', { unread: quote(detail.unread), text: quote(detail.text), taken });
    case 'other postcode':
      return say('place.other postcode', { postcode: quote(detail.postcode), taken });
    case 'postcode not used':
      return say('place.postcode not used', { postcode: quote(detail.postcode), taken });
    case 'other country':
      return say('place.other country', { taken, field: detail.field, country: detail.country });
  }
}

/** A place as results name it: `Madrid, ES`; with its state where the country has many of one name. */
export const placeName = ({ name, country, kind, region }: PlaceName): string => {
  if (kind === 'coordinates') return name;
  return region === undefined ? `${name}, ${country}` : `${name}, ${region}, ${country}`;
};
