import type { Evidence } from '../../destinations/evidence.ts';
import type { GroupTotals } from '../../pipeline/emissions.ts';
import { renderChart } from './chart.ts';
import { groupTable } from './groups.ts';
import { type Markup, markup, name } from './markup.ts';
import type { PageContext } from './report-data.ts';
import { drawSplit, type Share } from './split.ts';
import { renderTable, type Table } from './table.ts';

/** How much was emitted where energy was provided, and how much where it was used. */
export function renderParts(context: PageContext): Markup {
  const { formats, total } = context;
  if (total?.co2eWttKg === undefined || total.co2eTtwKg === undefined) return markup``;
  const parts = [
    { series: 1, text: 'Tank-to-wheel (operation)', value: total.co2eTtwKg },
    { series: 2, text: 'Well-to-tank (energy provision)', value: total.co2eWttKg },
  ] as const;
  return renderSplit('parts', 'Operation and energy provision', parts, context, {
    caption: 'Emissions by part of the energy chain',
    columns: [{ head: 'Part' }, { head: formats.massUnit, isFigure: true }, { head: 'Share', isFigure: true }],
    rows: parts.map(({ text, value }) => [text, formats.mass(value), formats.share(value, total.co2eKg)]),
    total: ['Total (well-to-wheel)', formats.mass(total.co2eKg), formats.share(total.co2eKg, total.co2eKg)],
  });
}

const meanings: Readonly<Record<Evidence, Omit<Share, 'value' | 'share'>>> = {
  given: { series: 1, text: 'Given: load and distance are in the row' },
  converted: { series: 4, text: 'Converted: a number of the row was in another unit' },
  'worked out': { series: 2, text: 'Worked out: a place or distance follows from the row' },
  assumed: { series: 3, text: 'Assumed: a default was taken for what the row does not say' },
};

const rechargeTexts: Readonly<Partial<Record<Evidence, string>>> = {
  given: 'Given: fuel and quantity are in the row',
};

/** How much of the total is given, converted, worked out and assumed, and what was assumed. */
export function renderQuality(context: PageContext): Markup {
  const { details, emissions, formats, isRecharges, total } = context;
  const { assumptions, distances } = details;
  const known = new Map(emissions.evidences.map((group) => [group.group, group]));
  if (total === undefined || known.size === 0) return markup``;
  const kinds = (Object.keys(meanings) as Evidence[]).filter((kind) => !isRecharges || kind !== 'worked out');
  const parts = kinds.map((kind) => ({
    ...meanings[kind],
    ...(isRecharges && rechargeTexts[kind] !== undefined ? { text: rechargeTexts[kind] } : {}),
    value: known.get(kind)?.co2eKg ?? 0,
    records: known.get(kind)?.records ?? 0,
  }));
  const chart = renderSplit('quality', 'How well the figures are founded', parts, context, {
    caption: 'Emissions by quality of the data',
    columns: [
      { head: 'Quality' },
      { head: 'Records', isFigure: true },
      { head: formats.massUnit, isFigure: true },
      { head: 'Share', isFigure: true },
    ],
    rows: parts.map(({ text, value, records }) => [
      text,
      formats.count(records),
      formats.mass(value),
      formats.share(value, total.co2eKg),
    ]),
    total: [
      'Total',
      formats.count(total.records),
      formats.mass(total.co2eKg),
      formats.share(total.co2eKg, total.co2eKg),
    ],
  });
  const kindNames: Readonly<Record<string, string>> = {
    given: 'given in the row',
    'given tkm': 'given as tonne-kilometres',
  };
  const found = distances.map((group) => ({ ...group, group: kindNames[group.group] ?? `worked out: ${group.group}` }));
  const table = (caption: string, noun: string, groups: readonly GroupTotals[]): Markup =>
    groups.length === 0
      ? markup``
      : renderTable({ ...groupTable(caption, noun, groups, context, { isShort: true }), total: undefined });
  return markup`${chart}<p class="note">A record counts under the weakest part of what it is based on. In the tables below, a record may be in several rows.</p>
<div class="pair">
${table('What was assumed, by kind', 'kind', emissions.assumed.kinds)}
${table('How distances were found', 'distance', found)}
</div>
${table('Assumptions, the weightiest first', 'assumption', assumptions)}
`;
}

function renderSplit(
  id: string,
  title: string,
  parts: readonly (Omit<Share, 'share'> & { readonly value: number })[],
  { formats }: PageContext,
  table: Table,
): Markup {
  const whole = parts.reduce((sum, { value }) => sum + value, 0);
  const shares = parts.map((part) => ({ ...part, share: formats.share(part.value, whole) }));
  return renderChart({
    id,
    title,
    description: `One bar, divided: ${shares.map(({ text, share }) => `${text}: ${share}`).join('; ')}.`,
    size: 'full',
    keys: shares.map(({ series, text, share, value }) => ({
      series,
      text: `${text}: ${formats.massWithUnit(value)} (${share})`,
    })),
    draw: (width) => drawSplit(shares, width),
    table: { ...table, rows: table.rows.map(([first, ...cells]) => [name(String(first), 200), ...cells]) },
  });
}
