import { type GroupTotals, others, withoutGroup } from '../../pipeline/emissions.ts';
import { coverageOf } from './coverage.ts';
import { groupName, type Noun } from './group-names.ts';
import { type Markup, markup, name } from './markup.ts';
import type { PageContext } from './report-data.ts';
import { rich } from './rich.ts';

/** From this share of the total on, a group or a cause is worth a sentence. */
const noticeable = 0.05;
const adviceGiven = 3;

/** What the figures say, for those who read one page: how they developed, what weighs most, what they are based on, what to do. */
export function renderBrief(context: PageContext): Markup {
  const { say } = context.texts;
  if (context.total === undefined) return markup``;
  const paragraphs: readonly (readonly [string, readonly Markup[]])[] = [
    [say('brief.developed'), developedOf(context)],
    [say('brief.weighs'), heaviestOf(context)],
    [say('brief.basedOn'), basesOf(context)],
    [say('brief.next'), adviceOf(context)],
  ];
  const shown = paragraphs.filter(([, sentences]) => sentences.length > 0);
  return markup`<section aria-labelledby="brief">
<h2 id="brief">${say('brief.title')}</h2>
<dl class="brief">
${shown.map(([term, sentences]) => markup`<div><dt>${term}</dt>${sentences.map((sentence) => markup`<dd>${sentence}</dd>`)}</div>\n`)}</dl>
</section>\n`;
}

function developedOf({ emissions, formats, texts }: PageContext): readonly Markup[] {
  const months = emissions.months.filter(({ group }) => group !== withoutGroup);
  const [first, ...more] = months.toSorted((a, b) => a.co2eKg - b.co2eKg);
  if (first === undefined) return [];
  const last = more.at(-1);
  if (last === undefined) return [rich(texts, 'brief.oneMonth', { month: formats.month(first.group) })];
  const values = {
    least: formats.massWithUnit(first.co2eKg),
    leastMonth: formats.month(first.group),
    most: formats.massWithUnit(last.co2eKg),
    mostMonth: formats.month(last.group),
  };
  return [rich(texts, 'brief.months', values)];
}

/** The heaviest of several groups that say what they are. */
function heaviestOf(context: PageContext): readonly Markup[] {
  const { details, emissions, formats, isRecharges, texts, total } = context;
  const all = total?.co2eKg ?? 0;
  const first = (noun: Noun, groups: readonly GroupTotals[], key: 'vehicle' | 'lane' | 'client'): readonly Markup[] => {
    const found = groups.find(({ group }) => group !== withoutGroup && group !== others);
    if (found === undefined || groups.length < 2 || found.co2eKg < noticeable * all) return [];
    const values = { name: name(groupName(noun, found.group, texts)), share: formats.share(found.co2eKg, all) };
    return [rich(texts, `brief.${key}`, values)];
  };
  const { heavyRow } = details;
  return [
    ...(isRecharges ? first('fuel', emissions.groups, 'vehicle') : first('vehicle', emissions.vehicleTypes, 'vehicle')),
    ...(isRecharges ? [] : first('lane', details.lanes, 'lane')),
    ...(isRecharges ? [] : first('client', emissions.clients, 'client')),
    ...(heavyRow === undefined
      ? []
      : [
          rich(texts, 'brief.outlier', {
            name: name(heavyRow.name),
            share: formats.share(heavyRow.kg, all),
            mass: formats.massWithUnit(heavyRow.kg),
            rest: formats.massWithUnit(all - heavyRow.kg),
          }),
        ]),
  ];
}

const shareOf = (groups: readonly GroupTotals[], wanted: string, total: GroupTotals | undefined): number =>
  (groups.find(({ group }) => group === wanted)?.co2eKg ?? 0) / (total?.co2eKg || 1);

function basesOf({ emissions, formats, texts, total }: PageContext): readonly Markup[] {
  const { data, evidences } = emissions;
  const kinds = (['primary', 'modelled', 'default'] as const).flatMap((kind) => {
    const share = shareOf(data, kind, total);
    return share > 0 ? [texts.say(`brief.data.${kind}`, { share: formats.share(share, 1) })] : [];
  });
  const assumed = shareOf(evidences, 'assumed', total);
  return [
    ...(kinds.length === 0 ? [] : [rich(texts, 'brief.data', { list: kinds.join(', ') })]),
    ...(evidences.length === 0
      ? []
      : [
          assumed > 0
            ? rich(texts, 'brief.evidence', { share: formats.share(assumed, 1) })
            : rich(texts, 'brief.evidence.none'),
        ]),
  ];
}

/** What would make the figures better, the weightiest first. */
function adviceOf(context: PageContext): readonly Markup[] {
  const { details, emissions, formats, summary, texts, total } = context;
  const { missing, isWhole } = coverageOf(context);
  const lacking = isWhole ? 0 : missing.reduce((sum, { rows }) => sum + rows, 0);
  const { heavyRow } = details;
  const kinds = emissions.assumed.kinds.flatMap(({ group }) => {
    const share = shareOf(emissions.assumed.kinds, group, total);
    const isKnown = group === 'load' || group === 'distance' || group === 'toc' || group === 'quantity';
    return isKnown && share >= noticeable
      ? [rich(texts, `brief.next.${group}`, { share: formats.share(share, 1) })]
      : [];
  });
  const byDefault = shareOf(emissions.data, 'default', total);
  const advice = [
    ...(lacking > 0 ? [rich(texts, 'brief.next.rows', { count: lacking })] : []),
    ...(heavyRow === undefined ? [] : [rich(texts, 'brief.next.outlier', { name: name(heavyRow.name) })]),
    ...kinds,
    ...(byDefault >= noticeable ? [rich(texts, 'brief.next.primary', { share: formats.share(byDefault, 1) })] : []),
  ];
  // What the API bases its figures on is not known.
  if (advice.length === 0 && summary.mode !== 'local') return [];
  return advice.length === 0 ? [rich(texts, 'brief.next.none')] : advice.slice(0, adviceGiven);
}
