import { renderCoverage } from './coverage.ts';
import { createFormats } from './formats.ts';
import { renderComparison } from './comparison.ts';
import { renderGroups, renderIntensities } from './groups.ts';
import { renderHead, titleOf } from './head.ts';
import { renderKeyFigures } from './key-figures.ts';
import { Markup, markup } from './markup.ts';
import { renderMethod } from './method.ts';
import { renderMonths } from './months.ts';
import { renderParts, renderQuality } from './quality.ts';
import type { PageContext, ReportData } from './report-data.ts';
import { renderRows } from './rows.ts';
import { style } from './style.ts';

/** Nothing may be fetched and nothing executed, whatever the input says. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** The report of a run as one HTML file, which needs neither network nor script. */
export function renderPage(data: ReportData): string {
  const { emissions, locale, summary } = data;
  const { total } = emissions;
  const context: PageContext = {
    ...data,
    total,
    formats: createFormats(locale, total?.co2eKg ?? 0),
    isRecharges: summary.command === 'recharges',
  };
  const sections = [
    ...(total === undefined ? [] : emissionSections(context)),
    { id: 'rows', title: 'Rows and errors', body: renderRows(context) },
    { id: 'method', title: 'Method and sources', body: renderMethod(context) },
  ];
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="dcycle-upload ${data.version}">
<meta name="robots" content="noindex">
<title>${titleOf(context)}</title>
<style>${new Markup(style)}</style>
</head>
<body>
${renderHead(
  context,
  sections.map(({ id, title }) => [id, title]),
)}<main>
${renderCoverage(context)}${renderKeyFigures(context)}${sections.map(
    ({ id, title, body }) =>
      markup`<section aria-labelledby="${id}">\n<h2 id="${id}">${title}</h2>\n${body}</section>\n`,
  )}</main>
<footer><p>Made by dcycle-upload ${data.version}, run ${summary.run_id}. Figures are rounded where they are shown; the results file has them in full.</p></footer>
</body>
</html>
`;
  return page.toString();
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

function emissionSections(context: PageContext): readonly Section[] {
  const { emissions, details, isRecharges, comparison } = context;
  const { groups, vehicleTypes, clients } = emissions;
  const by = { size: 'half', groups } as const;
  const sections: readonly Section[] = isRecharges
    ? [
        { id: 'time', title: 'Over time', body: renderMonths(context) },
        {
          id: 'fuels',
          title: 'Fuels',
          body: renderGroups({ id: 'fuel', title: 'Emissions by fuel', noun: 'fuel', size: 'full', groups }, context),
        },
      ]
    : [
        { id: 'time', title: 'Over time', body: renderMonths(context) },
        {
          id: 'modes',
          title: 'Categories and vehicles',
          body: markup`<div class="pair">
${renderGroups({ ...by, id: 'category', title: 'Emissions by category', noun: 'category' }, context)}
${renderIntensities({ ...by, id: 'intensity', title: 'Intensity by category', noun: 'category' }, context)}
${renderGroups({ ...by, groups: vehicleTypes, id: 'vehicle', title: 'Emissions by vehicle type', noun: 'vehicle type' }, context)}
${renderIntensities({ ...by, groups: vehicleTypes, id: 'vehicle-intensity', title: 'Intensity by vehicle type', noun: 'vehicle type' }, context)}
</div>\n`,
        },
        {
          id: 'clients',
          title: 'Clients and lanes',
          body: markup`<div class="pair">
${renderGroups({ ...by, groups: clients, id: 'client', title: 'Emissions by client', noun: 'client' }, context)}
${renderGroups({ ...by, groups: details.lanes, id: 'lane', title: 'Lanes that weigh most', noun: 'lane' }, context)}
</div>\n`,
        },
      ];
  const last: readonly Section[] = [
    { id: 'energy', title: 'Energy chain', body: renderParts(context) },
    { id: 'quality', title: 'Data quality', body: renderQuality(context) },
    {
      id: 'comparison',
      title: 'API and embedded calculator',
      body: comparison === undefined ? markup`` : renderComparison(comparison, context),
    },
  ];
  return [...sections, ...last.filter(({ body }) => body.toString() !== '')];
}
