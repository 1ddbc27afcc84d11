import { basename } from 'node:path';
import { type Markup, markup, name, type Part } from './markup.ts';
import type { PageContext } from './report-data.ts';
import { rich } from './rich.ts';

const inputsNamed = 3;

/** What a technician needs to find the run again. */
export function renderAbout(context: PageContext): Markup {
  const { summary, texts, total, version } = context;
  const { say } = texts;
  const facts: readonly (readonly [string, Part])[] = [
    [say('about.inputs'), inputsOf(context)],
    ...(total === undefined
      ? []
      : [[say('about.calculated'), say(`about.calculated.${summary.mode === 'local' ? 'local' : 'api'}`)] as const]),
    [say('about.program'), `dcycle-upload ${version}`],
    [say('about.run'), markup`<code>${summary.run_id}</code>`],
  ];
  return markup`<dl class="facts">
${facts.map(([term, text]) => markup`<div><dt>${term}</dt><dd>${text}</dd></div>\n`)}</dl>
<p class="note">${say('about.rounded')}</p>\n`;
}

function inputsOf({ formats, summary: { inputs }, texts }: PageContext): Part {
  const named = inputs
    .slice(0, inputsNamed)
    .map(({ path }, index) => markup`${index === 0 ? '' : ', '}${name(basename(path), 60)}`);
  const more = inputs.length - named.length;
  return more > 0 ? rich(texts, 'about.more', { names: named, number: formats.count(more) }) : named;
}
