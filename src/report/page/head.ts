import { coverageOf } from './coverage.ts';
import { type Markup, markup, name, type Part } from './markup.ts';
import { kindOf, type PageContext } from './report-data.ts';

/** What the reader calls the page, else what it is about. */
export function titleOf(context: PageContext): string {
  const { summary, texts, title, total } = context;
  if (title !== undefined) return title;
  if (total !== undefined) return texts.say(`title.emissions.${kindOf(context)}`);
  if (summary.mode === 'local') return texts.say('title.none');
  return texts.say(`title.${summary.mode === 'dry-run' ? 'check' : 'upload'}.${kindOf(context)}`);
}

/** What the page is about, and where to find what on it. */
export function renderHead(context: PageContext, sections: readonly (readonly [id: string, title: string])[]): Markup {
  const { company, texts } = context;
  const facts: readonly (readonly [string, Part])[] = [
    [texts.say('head.period'), periodOf(context)],
    [texts.say('head.created'), madeAt(context)],
  ];
  return markup`<header>
${company === undefined ? undefined : markup`<p class="company">${name(company, 200)}</p>\n`}<h1>${titleOf(context)}</h1>
<p class="lead">${leadOf(context)}</p>
<dl class="facts">
${facts.map(([term, text]) => markup`<div><dt>${term}</dt><dd>${text}</dd></div>\n`)}</dl>
<nav aria-label="${texts.say('head.onThisPage')}"><ul>
${sections.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>\n`)}</ul></nav>
</header>\n`;
}

function leadOf(context: PageContext): string {
  const { formats, summary, texts, total } = context;
  if (total !== undefined) {
    return texts.say(`lead.total.${kindOf(context)}`, {
      mass: formats.massWithUnit(total.co2eKg),
      count: total.records,
    });
  }
  const { covered, read } = coverageOf(context);
  const counts = { covered: formats.count(covered), count: read };
  if (summary.mode === 'dry-run') return texts.say('lead.checked', counts);
  return summary.mode === 'local' ? texts.say('lead.noneCalculated') : texts.say('lead.uploaded', counts);
}

function periodOf({ details: { period }, formats, texts }: PageContext): Part {
  if (period === undefined) return texts.say('head.noDates');
  const { first, last } = period;
  const day = (date: string): Markup => markup`<time datetime="${date}">${formats.day(date)}</time>`;
  return first === last ? day(first) : markup`${day(first)} – ${day(last)}`;
}

const madeAt = ({ formats, madeAt: date }: PageContext): Markup =>
  markup`<time datetime="${date.toISOString()}">${formats.instant(date)}</time>`;
