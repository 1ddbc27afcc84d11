import { quote, type Warning } from '../../issues.ts';
import { createSuggester } from '../../mapping/names.ts';
import type { HubCheck } from '../../pipeline/strange-values.ts';
import { type AccountOptions, readAccountHubs } from '../catalogue/account-catalogue.ts';
import type { CommandContext } from '../context.ts';

const memoLimit = 10_000;

/**
 * What an upload says of hubs, where `hubs --sync` has fetched the account's: the API looks up what is not a hub of its own as an
 * address, and would place a misspelt name anywhere.
 */
export async function createHubCheck(options: AccountOptions, context: CommandContext): Promise<HubCheck | undefined> {
  const hubs = (await readAccountHubs(options, context)) ?? [];
  if (hubs.length === 0) return undefined;
  const { foldPlaceName } = await import('../../calculator/places/fold.ts');
  const byName = new Map(hubs.map((hub) => [foldPlaceName(hub.name), hub]));
  const ids = new Set(hubs.map(({ id }) => id.toLowerCase()));
  const { createPlaces } = await import('../create-places.ts');
  const places = createPlaces();
  const suggest = createSuggester();
  const names = hubs.map(({ name }) => name);
  const ofPlace = (text: string): Warning | undefined => {
    const hub = byName.get(foldPlaceName(text));
    if (hub !== undefined) {
      const hasAddress = (hub.address ?? '').trim() !== '';
      return hasAddress ? undefined : warningOf(`${quote(text)} is a hub of the account without an address`);
    }
    if (places.resolve(text).ok) return undefined;
    const what = `${quote(text)} is neither a hub of the account nor a place that is known here`;
    return warningOf(`${what}${suggest(text, names)}; the API will decide`);
  };
  const memo = new Map<string, Warning | undefined>();
  return {
    place(text) {
      if (memo.has(text)) return memo.get(text);
      const warning = ofPlace(text);
      if (memo.size < memoLimit) memo.set(text, warning);
      return warning;
    },
    id: (id) =>
      ids.has(id.toLowerCase()) ? undefined : warningOf(`hub_id ${quote(id)} is not that of a hub of the account`),
  };
}

const warningOf = (message: string): Warning => ({ code: 'UNKNOWN_HUB', message });
