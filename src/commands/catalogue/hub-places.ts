import type { AccountHub } from '../../api/catalogue.ts';
import type { PlaceResult } from '../../calculator/places/place.ts';
import type { Places } from '../../calculator/places/places.ts';
import { quote } from '../../issues.ts';
import { readCountryText } from '../../mapping/countries.ts';

/** The place of a hub of the account: that of its address, under the hub's own name. */
export function placeOfHub({ name, address, country }: AccountHub, places: Places): PlaceResult {
  const hint =
    'complete its address in Dcycle and run dcycle-upload hubs --sync, or give its place with --hubs or distance_km';
  const text = address?.trim() ?? '';
  if (text === '') return { ok: false, reason: 'is a hub of the account without an address', hint };
  const result = places.resolve(text, { country: readCountryText(country ?? '') });
  if (!result.ok) {
    return { ok: false, reason: `is a hub of the account, whose address ${quote(text)} ${result.reason}`, hint };
  }
  return { ...result, place: { ...result.place, name, kind: 'hub', code: undefined } };
}
