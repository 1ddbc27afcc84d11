import { type AccountToc, accountTocs } from '../../api/catalogue.ts';
import { type Intensity, readCatalogue, type VehicleType } from '../../calculator/catalogue.ts';
import { readFactors, readLoads } from '../../calculator/data.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { wordsForVehicles } from '../../mapping/proposals.ts';
import { renderTocs } from '../../report/toc-listing.ts';
import type { ListedAccountToc, ListedToc } from '../../report/tocs-document.ts';
import { type CatalogueListing, listCatalogue } from './catalogue.ts';
import type { CatalogueOptions } from '../catalogue-command.ts';
import type { CommandContext } from '../context.ts';
import type { Given } from '../setting-options.ts';

const schema = 'dcycle-upload/tocs/1';

const listing: CatalogueListing<AccountToc, ListedToc, ListedAccountToc> = {
  schema,
  catalogue: accountTocs,
  embedded: embeddedTocs,
  own: (rows) =>
    rows.map((row) => ({
      id: row.id ?? null,
      toc: row.toc,
      category: row.category,
      vehicle: row.vehicle ?? null,
      type: row.type ?? null,
      wtw: row.wtw ?? null,
      default_load: row.default_load ?? null,
      location: row.location ?? null,
    })),
  namesOf: ({ toc, aliases, category }) => [toc, ...aliases, category, ...(wordsForVehicles().get(toc) ?? [])],
  namesOfOwn: ({ toc, category, vehicle, type }) => [toc, category, vehicle, type],
  render: ({ embedded, account }, options) =>
    renderTocs(
      {
        schema,
        embedded: [...embedded],
        account: account === null ? null : { ...account, rows: [...account.rows] },
      },
      options,
    ),
};

/** `tocs`: the vehicle types that are embedded, and those of the account. */
export const tocs = (options: Given<CatalogueOptions>, context: CommandContext): Promise<ExitCode> =>
  listCatalogue(listing, options, context);

/** The embedded vehicle types with every figure and where it comes from. */
function embeddedTocs(): readonly ListedToc[] {
  const catalogue = readCatalogue();
  const factors = new Map(readFactors().map((factor) => [`${factor.set} ${factor.id}`, factor]));
  const { defaults } = readLoads();
  const listFactor = (intensity: Intensity): ListedToc['factors'][number] => {
    const row = factors.get(intensity.source);
    return {
      id: intensity.source,
      vehicle: row?.vehicle ?? null,
      year: intensity.year ?? null,
      region: intensity.region,
      from_km: intensity.fromKm ?? null,
      below_km: intensity.belowKm ?? null,
      wtw_kg_per_tkm: intensity.wtwKgPerTkm ?? null,
      wtt_kg_per_tkm: intensity.wttKgPerTkm ?? null,
      ttw_kg_per_tkm: intensity.ttwKgPerTkm ?? null,
      kwh_per_tkm: intensity.kwhPerTkm ?? null,
      source: row?.source ?? intensity.source,
      licence: intensity.licence ?? '',
    };
  };
  return catalogue.types.map((type) => {
    const load = defaults.find(({ vehicles }) => vehicles.includes(type.toc));
    return {
      toc: type.toc,
      aliases: [...type.aliases],
      category: type.category,
      is_default: catalogue.defaultOf(type.category) === type,
      default_load: load === undefined ? null : { tonnes: load.tonnes, source: load.source, licence: load.licence },
      notes: [...notesOf(type)],
      factors: type.intensities.map(listFactor),
    };
  });
}

const notesOf = ({ intensities, note }: VehicleType): readonly string[] => [
  ...(note === undefined ? [] : [note]),
  ...intensities.flatMap(({ kwhPerTkm }) =>
    kwhPerTkm === undefined
      ? []
      : [`${kwhPerTkm.toFixed(5)} kWh/tkm at the plug; the grid of origin_country and year applies`],
  ),
  ...(intensities.length === 0 ? ['known, but no openly licensed factor exists: not calculated'] : []),
];
