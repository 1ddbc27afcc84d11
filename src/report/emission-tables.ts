import { printable } from '../issues.ts';
import { activity, count, figure } from './format.ts';
import type { Summary } from './summary.ts';
import { renderTable, type TableColumn, type TableOptions } from './tables/table.ts';

/** Groups of a table that are shown; the others are one line. */
const groupsShown = 8;

type Emissions = NonNullable<Summary['emissions']>;
type RequestEmissions = Exclude<Emissions, { by_fuel: unknown }>;
type RechargeEmissions = Extract<Emissions, { by_fuel: unknown }>;

interface Figures {
  readonly records: number;
  readonly co2e_kg: number;
  readonly tonne_km: number | null;
  readonly distance_km: number | null;
}

/** The emissions of a run as tables. */
export function renderEmissions(emissions: Summary['emissions'], options: TableOptions): string {
  if (emissions === null) return '';
  const tables = 'by_fuel' in emissions ? ofRecharges(emissions, options) : ofRequests(emissions, options);
  return `${tables}${renderParts(emissions)}`;
}

function ofRequests(emissions: RequestEmissions, options: TableOptions): string {
  const { by_category: categories, by_vehicle_type: types, by_client: clients, by_month: months } = emissions;
  const records = categories.reduce((sum, group) => sum + group.records, 0);
  const total = ['Total', count(records), ...cells({ ...emissions, records })].map((cell) => options.style.bold(cell));
  const table = (
    name: string,
    groups: readonly (Figures & { name: string })[],
    last: readonly string[][] = [],
  ): string =>
    renderTable(
      [{ head: name, alignment: 'left', narrows: 'cut' }, ...requestColumns],
      [
        ...shorten(groups, options).map((group) => [printable(group.name), count(group.records), ...cells(group)]),
        ...last,
      ],
      { ...options, isTight: true },
    );
  const more = [
    table(
      'Category',
      categories.map((group) => ({ ...group, name: group.category })),
      [total],
    ),
    ...(types.length > 1
      ? [
          table(
            'Vehicle type',
            types.map((group) => ({ ...group, name: group.vehicle_type })),
          ),
        ]
      : []),
    ...(clients.length > 1
      ? [
          table(
            'Client',
            clients.map((group) => ({ ...group, name: group.client })),
          ),
        ]
      : []),
    ...(months.length > 1
      ? [
          table(
            'Month',
            months.map((group) => ({ ...group, name: group.month })),
          ),
        ]
      : []),
  ];
  return more.join('');
}

const requestColumns: readonly TableColumn[] = [
  { head: 'Records', alignment: 'right', rank: 2 },
  { head: 'kg CO2e', alignment: 'right' },
  { head: 'tonne-km', alignment: 'right', rank: 3 },
  { head: 'km', alignment: 'right', rank: 4 },
  { head: 'g/tkm', alignment: 'right', rank: 1 },
];

const cells = ({ co2e_kg: kg, tonne_km: tkm, distance_km: km }: Figures): string[] => [
  figure(kg),
  tkm === null ? '–' : activity(tkm),
  km === null ? '–' : activity(km),
  tkm === null || tkm === 0 ? '–' : figure((kg * 1000) / tkm),
];

function ofRecharges(emissions: RechargeEmissions, options: TableOptions): string {
  const { by_fuel: fuels, by_month: months } = emissions;
  const records = fuels.reduce((sum, group) => sum + group.records, 0);
  const total = ['Total', count(records), figure(emissions.co2e_kg)].map((cell) => options.style.bold(cell));
  const table = (name: string, rows: readonly (readonly string[])[]): string =>
    renderTable([{ head: name, alignment: 'left', narrows: 'cut' }, ...rechargeColumns], rows, {
      ...options,
      isTight: true,
    });
  const byFuel = fuels.map(({ fuel, records: many, co2e_kg: kg }) => [fuel, count(many), figure(kg)]);
  const byMonth = months.map(({ month, records: many, co2e_kg: kg }) => [month, count(many), figure(kg)]);
  return table('Fuel', [...byFuel, total]) + (months.length > 1 ? table('Month', byMonth) : '');
}

const rechargeColumns: readonly TableColumn[] = [
  { head: 'Records', alignment: 'right', rank: 1 },
  { head: 'kg CO2e', alignment: 'right' },
];

/** The first groups, and the sum of the others. */
function shorten<T extends Figures & { name: string }>(
  groups: readonly T[],
  { isVerbose }: TableOptions,
): readonly (Figures & { name: string })[] {
  // Twelve months are one year and belong together.
  const shown = isVerbose ? groups.length : groups.length <= 13 ? 13 : groupsShown;
  const rest = groups.slice(shown);
  if (rest.length === 0) return groups;
  const sum = (value: (group: T) => number | null): number => rest.reduce((all, group) => all + (value(group) ?? 0), 0);
  return [
    ...groups.slice(0, shown),
    {
      name: `${count(rest.length)} more`,
      records: sum(({ records }) => records),
      co2e_kg: sum(({ co2e_kg: kg }) => kg),
      tonne_km: sum(({ tonne_km: tkm }) => tkm),
      distance_km: sum(({ distance_km: km }) => km),
    },
  ];
}

/** WTT and TTW, biogenic CO2. */
function renderParts(emissions: Emissions): string {
  const { co2e_wtt_kg: wtt, co2e_ttw_kg: ttw } = emissions;
  const lines: string[] = [];
  if (wtt !== null && ttw !== null) {
    lines.push(`well-to-tank ${figure(wtt)} kg, tank-to-wheel ${figure(ttw)} kg`);
  }
  if ('biogenic_co2_kg' in emissions && emissions.biogenic_co2_kg !== null && emissions.biogenic_co2_kg > 0) {
    lines.push(`in addition to the total: ${figure(emissions.biogenic_co2_kg)} kg of biogenic CO2`);
  }
  return lines.map((line) => `${line}\n`).join('');
}
