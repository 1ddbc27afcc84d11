import { type GroupTotals, withoutGroup } from '../../pipeline/emissions.ts';
import type { Bar } from './bars.ts';
import { drawBars } from './bars.ts';
import { type Chart, renderChart } from './chart.ts';
import { type Markup, markup, name, type Part } from './markup.ts';
import { intensityOf, type PageContext } from './report-data.ts';
import type { Table } from './table.ts';
import { topGroups } from './top-groups.ts';

const barsShown = { half: 8, full: 10 } as const;
const rowsShown = 25;

/** What the records are grouped by. */
export interface GroupedBy {
  readonly id: string;
  readonly title: string;
  /** What one group is: `client`. */
  readonly noun: string;
  readonly size: Chart['size'];
  readonly groups: readonly GroupTotals[];
}

/** The groups that emit most, as bars and as a table; nothing where no record says what they are grouped by. */
export function renderGroups({ id, title, noun, size, groups }: GroupedBy, context: PageContext): Markup {
  const { formats, total } = context;
  if (groups.every(({ group }) => group === withoutGroup)) return markup``;
  const whole = total?.co2eKg ?? 0;
  const textOf = ({ co2eKg }: GroupTotals): string =>
    `${formats.massWithUnit(co2eKg)} · ${formats.share(co2eKg, whole)}`;
  const { shown, rest } = topGroups(groups, barsShown[size], formats.count);
  const bars: Bar[] = shown.map((group) => ({ label: labelOf(group), value: group.co2eKg, text: textOf(group) }));
  if (rest !== undefined) bars.push({ label: capital(rest.group), value: undefined, text: textOf(rest) });
  const [first] = shown;
  return renderChart({
    id,
    title,
    description:
      first === undefined
        ? ''
        : `A bar for each ${noun}, the longest first: ${labelOf(first)} with ${textOf(first)}. The table below has all figures.`,
    size,
    draw: (width) => drawBars(bars, width),
    table: groupTable(
      `${title}${groups.length > rowsShown + 1 ? `, the first ${formats.count(rowsShown)}` : ''}`,
      noun,
      groups,
      context,
    ),
  });
}

/** Intensity by group, as bars and as a table. */
export function renderIntensities({ id, title, noun, size, groups }: GroupedBy, { formats }: PageContext): Markup {
  // Of those that emit most: the highest intensities are those of a few odd rows.
  const known = groups
    .flatMap((group) => {
      const grams = intensityOf(group);
      return grams === undefined ? [] : [{ group, grams }];
    })
    .slice(0, barsShown[size])
    .toSorted((a, b) => b.grams - a.grams);
  const [first] = known;
  if (first === undefined) return markup``;
  return renderChart({
    id,
    title,
    description: `A bar for each ${noun}, the highest intensity first: ${labelOf(first.group)} with ${formats.intensity(first.grams)} grams of CO2e per tonne-kilometre.`,
    size,
    draw: (width) =>
      drawBars(
        known.map(({ group, grams }) => ({
          label: labelOf(group),
          value: grams,
          text: `${formats.intensity(grams)} g/tkm`,
        })),
        width,
      ),
    table: {
      caption: title,
      columns: [{ head: capital(noun) }, { head: 'g CO₂e per tkm', isFigure: true }, { head: 'tkm', isFigure: true }],
      rows: known.map(({ group, grams }) => [
        name(labelOf(group)),
        formats.intensity(grams),
        formats.activity(group.tonneKm),
      ]),
    },
  });
}

/**
 * A table of groups, in their order; those beyond its length are added up in its last row.
 *
 * @param options `isShort` leaves out what only transport has
 */
export function groupTable(
  caption: string,
  noun: string,
  groups: readonly GroupTotals[],
  context: PageContext,
  { limit = rowsShown, isShort = context.isRecharges }: { readonly limit?: number; readonly isShort?: boolean } = {},
): Table {
  const { formats, total, isRecharges } = context;
  const { shown, rest } = topGroups(groups, limit, formats.count);
  const cells = (label: Part, group: GroupTotals): Part[] => [
    label,
    formats.count(group.records),
    formats.mass(group.co2eKg),
    formats.share(group.co2eKg, total?.co2eKg ?? 0),
    ...(isShort
      ? []
      : [formats.activity(group.tonneKm), formats.activity(group.distanceKm), formats.intensity(intensityOf(group))]),
  ];
  const figures = [
    isRecharges ? 'Purchases' : 'Shipments',
    formats.massUnit,
    'Share',
    ...(isShort ? [] : ['tkm', 'km', 'g/tkm']),
  ];
  return {
    caption,
    columns: [{ head: capital(noun) }, ...figures.map((head) => ({ head, isFigure: true }))],
    rows: [
      ...shown.map((group) => cells(name(labelOf(group)), group)),
      ...(rest === undefined ? [] : [cells(markup`<em>${capital(rest.group)}</em>`, rest)]),
    ],
    total: total === undefined ? undefined : cells('Total', total),
  };
}

/** The name of a group as it is read. */
const labelOf = ({ group }: GroupTotals): string => (group === withoutGroup ? 'not said' : group);

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
