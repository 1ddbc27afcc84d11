import { attributionsOf, isOpenGovernment } from './attributions.ts';
import { groupTable } from './groups.ts';
import { type Markup, markup, type Part } from './markup.ts';
import { kindOf, type PageContext } from './report-data.ts';
import { renderTable } from './table.ts';

/** How the figures came about and on whose data they rest. */
export function renderMethod(context: PageContext): Markup {
  const isLocal = context.summary.mode === 'local';
  const texts = isLocal ? localMethod(context) : remoteMethod(context);
  return markup`${texts.map((text) => markup`<p>${text}</p>\n`)}${isLocal ? renderSources(context) : undefined}`;
}

function localMethod(context: PageContext): readonly string[] {
  const { say } = context.texts;
  const kind = kindOf(context);
  return [say('method.wtw'), say(`method.${kind}`), say(`method.limits.${kind}`), say('method.endorsed')];
}

function remoteMethod({ summary, texts: { say }, total, isRecharges }: PageContext): readonly Part[] {
  if (total !== undefined) return [say('method.api')];
  if (summary.mode === 'dry-run') return [say('method.dry')];
  if (isRecharges) return [say('method.upload')];
  const command = `dcycle-upload results ${summary.run_id} --wait --report report.html`;
  return [say('method.upload'), markup`${say('method.readBack')} <code>${command}</code>.`];
}

function renderSources(context: PageContext): Markup {
  const { details, emissions, texts } = context;
  const { say } = texts;
  const { factors } = details;
  if (factors.length === 0) return markup``;
  const subjects = emissions.assumed.kinds.map(({ group }) => group);
  const attributions = attributionsOf(details, subjects, texts);
  const table = renderTable({
    caption: say('method.sources'),
    columns: [
      { head: say('method.source') },
      { head: say('method.usedFor') },
      { head: say('method.licence'), isProse: true },
    ],
    rows: attributions.map(({ use, source, licence }) => [source, say(`source.${use}`), licence]),
  });
  const caption = say('method.factors');
  return markup`${table}
${attributions.some(isOpenGovernment) ? markup`<p class="note">${say('source.openGovernment')}</p>\n` : undefined}<details>
<summary>${say('table.figures', { caption })}</summary>
${renderTable(groupTable(caption, 'factor', factors, context, { limit: 60 }))}
</details>
`;
}
