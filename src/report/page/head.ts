import { basename } from 'node:path';
import { coverageOf } from './coverage.ts';
import { type Markup, markup, name, type Part } from './markup.ts';
import type { PageContext } from './report-data.ts';

const inputsNamed = 3;

export function titleOf({ total, isRecharges, summary }: PageContext): string {
  const noun = isRecharges ? 'fuel purchases' : 'shipments';
  if (total !== undefined) return isRecharges ? 'Emissions of fuel purchases' : 'Emissions of freight transport';
  if (summary.mode === 'dry-run') return `Check of ${noun}`;
  return summary.mode === 'local' ? 'No emissions calculated' : `Upload of ${noun}`;
}

/** What the page is about, where it comes from, and where to find what on it. */
export function renderHead(context: PageContext, sections: readonly (readonly [id: string, title: string])[]): Markup {
  const facts: readonly (readonly [string, Part])[] = [
    ['Period', periodOf(context)],
    ['Inputs', inputsOf(context)],
    ['Made', madeAt(context)],
    ['By', `dcycle-upload ${context.version}`],
    ['Run', markup`<code>${context.summary.run_id}</code>`],
  ];
  return markup`<header>
<h1>${titleOf(context)}</h1>
<p class="lead">${leadOf(context)}</p>
<dl class="facts">
${facts.map(([term, text]) => markup`<div><dt>${term}</dt><dd>${text}</dd></div>\n`)}</dl>
<nav aria-label="On this page"><ul>
${sections.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>\n`)}</ul></nav>
</header>\n`;
}

function leadOf(context: PageContext): string {
  const { formats, total, summary } = context;
  const { covered, read } = coverageOf(context);
  const rows = `${formats.count(covered)} of ${formats.count(read)} ${read === 1 ? 'row' : 'rows'}`;
  if (total !== undefined) {
    const by = summary.mode === 'local' ? 'calculated on this machine' : 'as the Dcycle API calculated them';
    return `${formats.massWithUnit(total.co2eKg)} from ${rows}, ${by}.`;
  }
  if (summary.mode === 'dry-run') return `${rows} are valid; nothing was sent or calculated.`;
  return summary.mode === 'local'
    ? 'No row could be calculated.'
    : `${rows} were accepted; their emissions are not known here.`;
}

function periodOf({ details: { period }, formats }: PageContext): Part {
  if (period === undefined) return 'no dates';
  const { first, last } = period;
  const day = (date: string): Markup => markup`<time datetime="${date}">${formats.day(date)}</time>`;
  return first === last ? day(first) : markup`${day(first)} to ${day(last)}`;
}

function inputsOf({ formats, summary: { inputs } }: PageContext): Part {
  const named = inputs
    .slice(0, inputsNamed)
    .map(({ path }, index) => markup`${index === 0 ? '' : ', '}${name(basename(path), 60)}`);
  const more = inputs.length - named.length;
  return more > 0 ? markup`${named} and ${formats.count(more)} more` : named;
}

const madeAt = ({ formats, madeAt: date }: PageContext): Markup =>
  markup`<time datetime="${date.toISOString()}">${formats.instant(date)}</time>`;
