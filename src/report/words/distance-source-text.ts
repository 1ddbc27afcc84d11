import type { DistanceSource, PlaceName } from '../../calculator/distances/distance-source.ts';

/** Where a distance comes from, in words: `given`, `air: MAD-JFK`, `road: great circle x 1.27, Madrid, ES to Lyon, FR`. */
export function distanceSourceText(source: DistanceSource): string {
  switch (source.kind) {
    case 'given':
    case 'given tkm':
      return source.kind;
    case 'router':
      return `${source.mode}: ${source.router}`;
    case 'great circle': {
      const { mode, circuity, detour, from, to } = source;
      const around = detour > 1.005 ? ` x ${detour.toFixed(2)} round water` : '';
      return `${mode}: great circle x ${circuity.toFixed(2)}${around}, ${placeText(from)} to ${placeText(to)}`;
    }
    case 'within town':
      return `road: within ${placeText(source.place)}`;
    case 'flight':
      return `air: ${source.from}-${source.to}`;
    case 'sea lanes': {
      const via = source.passages.length === 0 ? '' : ` via ${source.passages.join(' and ')}`;
      return `sea: ${source.from}-${source.to}${via}`;
    }
  }
}

const placeText = ({ name, country, kind }: PlaceName): string =>
  kind === 'coordinates' ? name : `${name}, ${country}`;
