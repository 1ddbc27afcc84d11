import { type GroupTotals, withoutGroup } from '../../pipeline/emissions.ts';
import { type Bar, renderBars } from './bars.ts';
import { renderChart, renderSentence } from './chart.ts';
import { groupName, type Noun } from './group-names.ts';
import { type Markup, markup, name, type Part } from './markup.ts';
import { intensityOf, type PageContext } from './report-data.ts';
import { rich } from './rich.ts';
import type { Table } from './table.ts';
import { topGroups } from './top-groups.ts';

const barsShown = 8;
const rowsShown = 25;

/** What the records are grouped by. */
export interface GroupedBy {
  readonly noun: Noun & ('category' | 'vehicle' | 'client' | 'lane' | 'fuel');
  readonly groups: readonly GroupTotals[];
}

/** The groups that emit most, as bars and as a table; nothing where no record says what they are grouped by. */
export function renderGroups({ noun, groups }: GroupedBy, context: PageContext): Markup {
  const { formats, texts, total } = context;
  const { say } = texts;
  if (groups.every(({ group }) => group === withoutGroup)) return markup``;
  const title = say(`group.${noun}.title`);
  const [only, ...more] = groups;
  if (only !== undefined && more.length === 0) {
    return renderSentence(title, rich(texts, 'group.all', { name: name(groupName(noun, only.group, texts)) }));
  }
  const limit = formats.count(rowsShown);
  const caption = groups.length > rowsShown + 1 ? say('group.first', { title, limit }) : title;
  const table = groupTable(caption, noun, groups, context);
  const textOf = ({ co2eKg }: GroupTotals): string =>
    `${formats.massWithUnit(co2eKg)} · ${formats.share(co2eKg, total?.co2eKg ?? 0)}`;
  const { shown, rest } = topGroups(groups, barsShown, texts);
  const bars: Bar[] = shown.map((group) => ({
    label: groupName(noun, group.group, texts),
    value: group.co2eKg,
    text: textOf(group),
  }));
  if (rest !== undefined) bars.push({ label: rest.group, value: undefined, text: textOf(rest) });
  return renderChart({ title, drawing: renderBars(bars), table }, context);
}

/** Intensity by group, as bars and as a table; nothing where there are not two to compare. */
export function renderIntensities(
  { noun, groups }: GroupedBy & { readonly noun: 'category' | 'vehicle' },
  context: PageContext,
): Markup {
  const { formats, texts } = context;
  // Of those that emit most: the highest intensities are those of a few odd rows.
  const known = groups
    .flatMap((group) => {
      const grams = intensityOf(group);
      return grams === undefined ? [] : [{ group, grams }];
    })
    .slice(0, barsShown)
    .toSorted((a, b) => b.grams - a.grams);
  if (known.length < 2) return markup``;
  const title = texts.say(`group.${noun}.intensity`);
  const bars = known.map(({ group, grams }) => ({
    label: groupName(noun, group.group, texts),
    value: grams,
    text: `${formats.intensity(grams)} g/tkm`,
  }));
  const figures = ['g CO₂e/tkm', 'tkm'].map((head) => ({ head, isFigure: true }));
  const table = {
    caption: title,
    columns: [{ head: texts.say(`noun.${noun}`) }, ...figures],
    rows: known.map(({ group, grams }) => [
      name(groupName(noun, group.group, texts)),
      formats.intensity(grams),
      formats.activity(group.tonneKm),
    ]),
  };
  return renderChart({ title, drawing: renderBars(bars), table }, context);
}

/**
 * A table of groups, in their order; those beyond its length are added up in its last row.
 *
 * @param options `isShort` leaves out what only transport has
 */
export function groupTable(
  caption: string,
  noun: Noun,
  groups: readonly GroupTotals[],
  context: PageContext,
  { limit = rowsShown, isShort = context.isRecharges }: { readonly limit?: number; readonly isShort?: boolean } = {},
): Table {
  const { formats, texts, total, isRecharges } = context;
  const { say } = texts;
  const { shown, rest } = topGroups(groups, limit, texts);
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
    say(isRecharges ? 'column.purchases' : 'column.shipments'),
    formats.massUnit,
    say('column.share'),
    ...(isShort ? [] : ['tkm', 'km', 'g/tkm']),
  ];
  return {
    caption,
    columns: [{ head: say(`noun.${noun}`) }, ...figures.map((head) => ({ head, isFigure: true }))],
    rows: [
      ...shown.map((group) => cells(name(groupName(noun, group.group, texts)), group)),
      ...(rest === undefined ? [] : [cells(markup`<em>${rest.group}</em>`, rest)]),
    ],
    total: total === undefined ? undefined : cells(say('table.total'), total),
  };
}
