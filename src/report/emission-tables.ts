import { printable } from '../issues.ts';
import type { Summary } from './summary.ts';
import { renderTable, type TableColumn, type TableOptions } from './tables/table.ts';
import type { Texts } from './texts/texts.ts';

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
export function renderEmissions(emissions: Summary['emissions'], options: TableOptions, texts: Texts): string {
  if (emissions === null) return '';
  const tables =
    'by_fuel' in emissions ? ofRecharges(emissions, options, texts) : ofRequests(emissions, options, texts);
  return `${tables}${renderParts(emissions, texts)}`;
}

function ofRequests(emissions: RequestEmissions, options: TableOptions, texts: Texts): string {
  const { numbers, say } = texts;
  const { count } = numbers;
  const cells = (figures: Figures): string[] => cellsOf(figures, numbers);
  const { by_category: categories, by_vehicle_type: types, by_client: clients, by_month: months } = emissions;
  const records = categories.reduce((sum, group) => sum + group.records, 0);
  const total = [say('summary.total'), count(records), ...cells({ ...emissions, records })].map((cell) =>
    options.style.bold(cell),
  );
  const table = (
    name: string,
    groups: readonly (Figures & { name: string })[],
    last: readonly string[][] = [],
  ): string =>
    renderTable(
      [{ head: name, alignment: 'left', narrows: 'cut' }, ...requestColumns(texts)],
      [
        ...shorten(groups, options, texts).map((group) => [
          printable(group.name),
          count(group.records),
          ...cells(group),
        ]),
        ...last,
      ],
      { ...options, isTight: true },
    );
  const more = [
    table(
      say('summary.category'),
      categories.map((group) => ({ ...group, name: group.category })),
      [total],
    ),
    ...(types.length > 1
      ? [
          table(
            say('summary.vehicle'),
            types.map((group) => ({ ...group, name: group.vehicle_type })),
          ),
        ]
      : []),
    ...(clients.length > 1
      ? [
          table(
            say('summary.client'),
            clients.map((group) => ({ ...group, name: group.client })),
          ),
        ]
      : []),
    ...(months.length > 1
      ? [
          table(
            say('summary.month'),
            months.map((group) => ({ ...group, name: group.month })),
          ),
        ]
      : []),
  ];
  return more.join('');
}

const requestColumns = ({ say }: Texts): readonly TableColumn[] => [
  { head: say('summary.records'), alignment: 'right', rank: 2 },
  { head: 'kg CO2e', alignment: 'right' },
  { head: say('summary.tonneKm'), alignment: 'right', rank: 3 },
  { head: 'km', alignment: 'right', rank: 4 },
  { head: 'g/tkm', alignment: 'right', rank: 1 },
];

const cellsOf = (
  { co2e_kg: kg, tonne_km: tkm, distance_km: km }: Figures,
  { activity, figure }: Texts['numbers'],
): string[] => [
  figure(kg),
  tkm === null ? '–' : activity(tkm),
  km === null ? '–' : activity(km),
  tkm === null || tkm === 0 ? '–' : figure((kg * 1000) / tkm),
];

function ofRecharges(emissions: RechargeEmissions, options: TableOptions, texts: Texts): string {
  const { say } = texts;
  const { count, figure } = texts.numbers;
  const { by_fuel: fuels, by_month: months } = emissions;
  const records = fuels.reduce((sum, group) => sum + group.records, 0);
  const total = [say('summary.total'), count(records), figure(emissions.co2e_kg)].map((cell) =>
    options.style.bold(cell),
  );
  const table = (name: string, rows: readonly (readonly string[])[]): string =>
    renderTable([{ head: name, alignment: 'left', narrows: 'cut' }, ...rechargeColumns(texts)], rows, {
      ...options,
      isTight: true,
    });
  const byFuel = fuels.map(({ fuel, records: many, co2e_kg: kg }) => [fuel, count(many), figure(kg)]);
  const byMonth = months.map(({ month, records: many, co2e_kg: kg }) => [month, count(many), figure(kg)]);
  return (
    table(say('summary.fuel'), [...byFuel, total]) + (months.length > 1 ? table(say('summary.month'), byMonth) : '')
  );
}

const rechargeColumns = ({ say }: Texts): readonly TableColumn[] => [
  { head: say('summary.records'), alignment: 'right', rank: 1 },
  { head: 'kg CO2e', alignment: 'right' },
];

/** The first groups, and the sum of the others. */
function shorten<T extends Figures & { name: string }>(
  groups: readonly T[],
  { isVerbose }: TableOptions,
  { numbers: { count }, say }: Texts,
): readonly (Figures & { name: string })[] {
  // Twelve months are one year and belong together.
  const shown = isVerbose ? groups.length : groups.length <= 13 ? 13 : groupsShown;
  const rest = groups.slice(shown);
  if (rest.length === 0) return groups;
  const sum = (value: (group: T) => number | null): number => rest.reduce((all, group) => all + (value(group) ?? 0), 0);
  return [
    ...groups.slice(0, shown),
    {
      name: say('summary.more', { number: count(rest.length) }),
      records: sum(({ records }) => records),
      co2e_kg: sum(({ co2e_kg: kg }) => kg),
      tonne_km: sum(({ tonne_km: tkm }) => tkm),
      distance_km: sum(({ distance_km: km }) => km),
    },
  ];
}

/** WTT and TTW, biogenic CO2. */
function renderParts(emissions: Emissions, { numbers: { figure }, say }: Texts): string {
  const { co2e_wtt_kg: wtt, co2e_ttw_kg: ttw } = emissions;
  const lines: string[] = [];
  if (wtt !== null && ttw !== null) lines.push(say('summary.parts', { wtt: figure(wtt), ttw: figure(ttw) }));
  if ('biogenic_co2_kg' in emissions && emissions.biogenic_co2_kg !== null && emissions.biogenic_co2_kg > 0) {
    lines.push(say('summary.biogenic', { kg: figure(emissions.biogenic_co2_kg) }));
  }
  return lines.map((line) => `${line}\n`).join('');
}
