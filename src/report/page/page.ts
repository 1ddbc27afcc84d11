import { renderCoverage } from './coverage.ts';
import { createFormats } from './formats.ts';
import { renderHead, titleOf } from './head.ts';
import { renderKeyFigures } from './key-figures.ts';
import { Markup, markup } from './markup.ts';
import type { PageContext, ReportData } from './report-data.ts';
import { sectionsOf } from './sections.ts';
import { style } from './style.ts';

/** Nothing may be fetched and nothing executed, whatever the input says. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** The report of a run as one HTML file, which needs neither network nor script. */
export function renderPage(data: ReportData): string {
  const { emissions, kind, locale, summary } = data;
  const { total } = emissions;
  const context: PageContext = {
    ...data,
    total,
    formats: createFormats(locale, total?.co2eKg ?? 0),
    isRecharges: !kind.isTransport,
  };
  const sections = sectionsOf(context);
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
<footer><p>Made by dcycle-upload ${data.version}, run ${summary.run_id}. Figures are rounded where they are shown.</p></footer>
</body>
</html>
`;
  return page.toString();
}
