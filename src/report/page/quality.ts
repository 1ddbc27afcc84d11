import type { DataKind, Evidence } from '../../destinations/evidence.ts';
import type { GroupTotals } from '../../pipeline/emissions.ts';
import { groupTable } from './groups.ts';
import type { Noun } from './group-names.ts';
import { type Markup, markup } from './markup.ts';
import { kindOf, type PageContext } from './report-data.ts';
import { renderSplit, type Share } from './split.ts';
import { renderTable } from './table.ts';

/** How much was emitted where energy was provided, and how much where it was used. */
export function renderParts(context: PageContext): Markup {
  const { total, texts } = context;
  const { say } = texts;
  if (total?.co2eWttKg === undefined || total.co2eTtwKg === undefined) return markup``;
  const parts: readonly Share[] = [
    { series: 1, text: say('parts.ttw'), value: total.co2eTtwKg },
    { series: 2, text: say('parts.wtt'), value: total.co2eWttKg },
  ];
  const split = {
    title: say('parts.title'),
    caption: say('parts.caption'),
    head: say('column.part'),
    totalName: say('parts.wtw'),
    parts,
  };
  return renderSplit(split, total, context);
}

const evidenceSeries = { given: 1, converted: 4, 'worked out': 2, assumed: 3 } as const satisfies Record<
  Evidence,
  Share['series']
>;
const dataSeries = { primary: 1, modelled: 2, default: 3 } as const satisfies Record<DataKind, Share['series']>;

/** Where the energy or the intensity comes from, in the words of ISO 14083; nothing where that is not known. */
export function renderData(context: PageContext): Markup {
  const { emissions, texts, total } = context;
  const { say } = texts;
  if (total === undefined || emissions.data.length === 0) return markup``;
  const parts = (Object.keys(dataSeries) as DataKind[]).map((kind) => ({
    series: dataSeries[kind],
    text: say(`quality.data.${kind}`),
    ...sumsOf(emissions.data, kind),
  }));
  const title = say('quality.data.title');
  return renderSplit(
    { title, caption: say('quality.data.caption'), head: say('column.quality'), parts },
    total,
    context,
  );
}

/** How much of the total is given, converted, worked out and assumed. */
export function renderEvidence(context: PageContext): Markup {
  const { emissions, isRecharges, texts, total } = context;
  const { say } = texts;
  if (total === undefined || emissions.evidences.length === 0) return markup``;
  const names: Readonly<Record<Evidence, string>> = {
    given: say(`quality.given.${kindOf(context)}`),
    converted: say('quality.converted'),
    'worked out': say('quality.workedOut'),
    assumed: say('quality.assumed'),
  };
  const parts = (Object.keys(evidenceSeries) as Evidence[])
    .filter((kind) => !isRecharges || kind !== 'worked out')
    .map((kind) => ({ series: evidenceSeries[kind], text: names[kind], ...sumsOf(emissions.evidences, kind) }));
  const title = say('quality.title');
  const chart = renderSplit(
    { title, caption: say('quality.caption'), head: say('column.quality'), parts },
    total,
    context,
  );
  return markup`${chart}<p class="note">${say('quality.note')}</p>\n`;
}

/** What was assumed and how distances were found, as tables. */
export function renderAssumptions(context: PageContext): Markup {
  const { details, emissions, texts } = context;
  const table = (caption: string, noun: Noun, groups: readonly GroupTotals[]): Markup =>
    groups.length === 0
      ? markup``
      : renderTable({ ...groupTable(caption, noun, groups, context, { isShort: true }), total: undefined });
  const groups = [emissions.assumed.kinds, details.distances, details.assumptions];
  if (groups.every(({ length }) => length === 0)) return markup``;
  return markup`<div class="pair">
${table(texts.say('quality.kinds'), 'kind', emissions.assumed.kinds)}
${table(texts.say('quality.distances'), 'distance', details.distances)}
</div>
${table(texts.say('quality.assumptions'), 'assumption', details.assumptions)}
`;
}

function sumsOf(groups: readonly GroupTotals[], name: string): { readonly value: number; readonly records: number } {
  const found = groups.find(({ group }) => group === name);
  return { value: found?.co2eKg ?? 0, records: found?.records ?? 0 };
}
