import { type AccountHub, accountHubs } from '../../api/catalogue.ts';
import { assumedPlace } from '../../calculator/assumption.ts';
import type { Places } from '../../calculator/places/places.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { renderHubs } from '../../report/hub-listing.ts';
import type { ListedHub } from '../../report/hubs-document.ts';
import { placeName, placeText } from '../../report/words/place-text.ts';
import type { CatalogueOptions } from '../catalogue-command.ts';
import type { CommandContext } from '../context.ts';
import { createPlaces } from '../create-places.ts';
import type { Given } from '../setting-options.ts';
import { type CatalogueListing, listCatalogue } from './catalogue.ts';

const schema = 'dcycle-upload/hubs/1';

const listing = (): CatalogueListing<AccountHub, never, ListedHub> => {
  const places = createPlaces();
  return {
    schema,
    catalogue: accountHubs,
    own: (rows) => rows.map((hub) => listedHub(hub, places)),
    namesOf: () => [],
    namesOfOwn: ({ name, address, country, type, place }) => [name, address, country, type, place],
    render: ({ account }, options) =>
      renderHubs({ account: account === null ? null : { ...account, rows: [...account.rows] } }, options),
  };
};

/** `hubs`: the hubs of the account. */
export const hubs = (options: Given<CatalogueOptions>, context: CommandContext): Promise<ExitCode> =>
  listCatalogue(listing(), options, context);

function listedHub(hub: AccountHub, places: Places): ListedHub {
  const { id, name, address = null, country = null, type = null, category = null, status = null } = hub;
  const found = address === null ? undefined : places.resolve(address, country === null ? {} : { country });
  const note =
    found?.ok === true ? found.doubts.map((doubt) => placeText(assumedPlace(doubt))).join('; ') : (found?.reason ?? '');
  return {
    id,
    name,
    address,
    country,
    type,
    category,
    status,
    place: found?.ok === true ? placeName(found.place) : null,
    note: note === '' ? null : note,
  };
}
