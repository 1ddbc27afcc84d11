import { type Issue, quote } from '../../issues.ts';
import { describePlace, type Place } from '../places/place.ts';

/** Why there is no distance. */
export interface NoDistance {
  readonly ok: false;
  readonly issue: Pick<Issue, 'code' | 'field' | 'message' | 'cause' | 'hint' | 'value'>;
}

/** A place as messages name it. */
export const describe = (place: Place): string => (place.kind === 'coordinates' ? place.name : describePlace(place));

export const noDistance = (message: string, cause: string, hint = 'give distance_km'): NoDistance => ({
  ok: false,
  issue: { code: 'NO_DISTANCE', field: 'distance_km', message, cause, hint },
});

export function noWay(way: 'road' | 'railway' | 'flight' | 'sea', from: Place, to: Place): NoDistance {
  const between = `from ${describe(from)} to ${describe(to)}`;
  if (way === 'road' || way === 'railway') {
    const message = `no ${way} leads ${between}: there is water between them, and no ferry or bridge is known`;
    const hint = 'give the crossing as a leg of its own (maritime or air), or give distance_km';
    return noDistance(message, `no ${way} leads across the water between the places`, hint);
  }
  const what = way === 'sea' ? 'no way by sea is known' : 'no airport is known';
  return noDistance(`${what} ${between}`, `${what} between the places`);
}

export function unknownPlace(
  field: 'origin' | 'destination',
  value: string,
  { reason, hint }: { readonly reason: string; readonly hint: string },
): NoDistance {
  const message = `${field} ${quote(value)} ${reason}`;
  return { ok: false, issue: { code: 'UNKNOWN_PLACE', field, value, message, hint } };
}
