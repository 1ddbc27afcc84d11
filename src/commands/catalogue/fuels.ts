import { type AccountFuel, accountFuels } from '../../api/catalogue.ts';
import { type Fuel, type FuelUnit, readFuels, readGrid, readGridYears } from '../../calculator/data.ts';
import { FuelCatalogue } from '../../calculator/recharge.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { wordsForFuels } from '../../mapping/proposals.ts';
import { renderFuels } from '../../report/fuel-listing.ts';
import type { ListedAccountFuel, ListedFuel } from '../../report/fuels-document.ts';
import { type CatalogueListing, listCatalogue } from './catalogue.ts';
import type { CatalogueOptions } from '../catalogue-command.ts';
import type { CommandContext } from '../context.ts';
import type { Given } from '../setting-options.ts';

const schema = 'dcycle-upload/fuels/1';

const listing = (known: readonly Fuel[]): CatalogueListing<AccountFuel, ListedFuel, ListedAccountFuel> => ({
  schema,
  catalogue: accountFuels,
  embedded: () => embeddedFuels(known),
  own: (rows) => ownFuels(rows, known),
  namesOf: ({ id, name, aliases, ids }) => [name, ...aliases, ...(wordsForFuels().get(name) ?? []), id, ...ids],
  // A fuel of the account is found by every name under which it is known here.
  namesOfOwn: ({ id, name, calculated_as: embedded }) => [
    name,
    embedded,
    ...(known.find((fuel) => fuel.name === embedded)?.aliases ?? []),
    id,
  ],
  render: ({ embedded, account }, options) =>
    renderFuels(
      {
        schema,
        embedded: [...embedded],
        account: account === null ? null : { ...account, rows: [...account.rows] },
      },
      options,
    ),
});

/** `fuels`: the fuels that are embedded, and those of the account. */
export const fuels = (options: Given<CatalogueOptions>, context: CommandContext): Promise<ExitCode> =>
  listCatalogue(listing(readFuels()), options, context);

/** The account's fuels, each with the embedded one as which it is calculated. */
function ownFuels(rows: readonly AccountFuel[], known: readonly Fuel[]): readonly ListedAccountFuel[] {
  const catalogue = new FuelCatalogue(known, new Map(rows.map(({ id, name }) => [id, name])));
  return rows.map(({ id, name, unit_id: unitId, region }) => ({
    id,
    name,
    unit_id: unitId ?? null,
    region: region ?? null,
    calculated_as: catalogue.find(id)?.name ?? null,
  }));
}

/** The embedded fuels with every figure and where it comes from. */
function embeddedFuels(known: readonly Fuel[]): readonly ListedFuel[] {
  return known.map((fuel) => ({
    id: fuel.id,
    name: fuel.name,
    aliases: [...fuel.aliases],
    ids: [...fuel.ids],
    region: fuel.region,
    unit: fuel.unit,
    density_kg_per_l: fuel.densityKgPerL,
    is_electricity: fuel.isElectricity,
    notes: fuel.isElectricity ? ['by country and year of the purchase; shown is the United Kingdom'] : [],
    factors: [...factorsOf(fuel)],
    further_sources: fuel.isElectricity
      ? [readGridYears(), readGrid()].map(({ source, licence }) => ({ source, licence }))
      : [],
  }));
}

/** The latest year first, and the fuel's own unit first. */
function factorsOf(fuel: Fuel): readonly ListedFuel['factors'][number][] {
  const sets = [
    { year: fuel.year, wtt: 1, ttw: 1 },
    ...Object.entries(fuel.earlierYears).map(([year, ratios]) => ({ year: Number(year), ...ratios })),
  ].toSorted((a, b) => b.year - a.year);
  const units = (Object.keys(fuel.kgPerUnit) as FuelUnit[]).toSorted(
    (a, b) => Number(b === fuel.unit) - Number(a === fuel.unit),
  );
  // Editions differ by their year alone, in names, ids and addresses.
  const ofYear = (text: string, year: number): string => text.replaceAll(String(fuel.year), String(year));
  return sets.flatMap(({ year, wtt, ttw }) =>
    units.flatMap((unit) => {
      const figures = fuel.kgPerUnit[unit];
      if (figures === undefined) return [];
      return [
        {
          id: ofYear(`${fuel.set} ${fuel.id}`, year),
          year,
          unit,
          wtw_kg: figures.wtt * wtt + figures.ttw * ttw,
          wtt_kg: figures.wtt * wtt,
          ttw_kg: figures.ttw * ttw,
          biogenic_co2_kg: figures.biogenicCo2,
          source: ofYear(fuel.source, year),
          licence: fuel.licence,
        },
      ];
    }),
  );
}
