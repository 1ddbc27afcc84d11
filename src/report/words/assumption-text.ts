import type { Assumption } from '../../calculator/assumption.ts';
import { placeName, placeText } from './place-text.ts';

/** An assumption in words, beginning with its subject: `load: 0.5 t for one of pallets`. */
export const assumptionText = (assumption: Assumption): string => `${assumption.subject}: ${wordsOf(assumption)}`;

const countryNames = { GB: 'the United Kingdom' } as const;

function wordsOf(assumption: Assumption): string {
  if (assumption.subject === 'place') return placeText(assumption);
  const { kind, detail } = assumption;
  switch (kind) {
    case 'default toc':
      return `${detail.toc}, the default of ${detail.category}`;
    case 'other year':
      return `set of ${String(detail.taken)} for ${String(detail.wanted)}`;
    case 'other region':
      return `that of ${detail.region}, as none is known for ${detail.country ?? 'an unknown country'}`;
    case 'note of type':
      return detail.note;
    case 'long distance':
      return 'that of long distances, as none is known';
    case 'default load':
      return `${String(detail.tonnes)} t, the default of ${detail.toc}`;
    case 'mass of unit':
      return `${String(detail.tonnes)} t for one of ${detail.unit}`;
    case 'distance adjustment':
      return `x ${String(detail.factor)} (DAF), as the factor asks`;
    case 'unknown distance':
      return `not known (${detail.code}); tkm as given`;
    case 'router failed':
      return `estimated, as the router ${detail.reason}`;
    case 'ferry as road':
      return `${detail.ferries.map((name) => `ferry ${name}`).join(', ')} counted as road`;
    case 'long detour':
      return `${detail.ratio.toFixed(1)} times the straight line, as water lies between`;
    case 'within town':
      return `${String(detail.km)} km for a trip within ${placeName(detail.place)}`;
    case 'circuity of road':
      return 'circuity of rail taken as that of road';
    case 'closed passages':
      return `${detail.passages.join(' and ')} closed`;
    case 'grid losses':
      return `grid losses of ${(detail.share * 100).toFixed(1)} %, those of ${countryNames[detail.country]}`;
    case 'electricity of other year':
      return `of ${String(detail.taken)} for ${String(detail.wanted)}`;
    case 'latest electricity':
      return 'latest year that is known';
    case 'electricity of world':
      return `that of the world, as ${detail.country === undefined ? 'no country is given' : `none is known for ${detail.country}`}`;
    case 'one cleaning':
      return `${String(detail.kg)} kg CO2e for one cleaning (EFTCO), counted as operation`;
    case 'unit of fuel':
      return `in ${detail.unit}`;
    case 'biogenic share of year':
      return `CO2 from biomass as in ${String(detail.year)}`;
  }
}
