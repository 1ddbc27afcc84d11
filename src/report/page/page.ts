import { renderBrief } from './brief.ts';
import { renderCoverage } from './coverage.ts';
import { createFormats } from './formats.ts';
import { renderHead, titleOf } from './head.ts';
import { renderKeyFigures } from './key-figures.ts';
import { Markup, markup } from './markup.ts';
import type { PageContext, ReportData } from './report-data.ts';
import { appendixOf, type Section, sectionsOf } from './sections.ts';
import { style } from './style.ts';

/** Nothing may be fetched and nothing executed, whatever the input says. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** The report of a run as one HTML file, which needs neither network nor script. */
export function renderPage(data: ReportData): string {
  const { emissions, kind, texts } = data;
  const { total } = emissions;
  const context: PageContext = {
    ...data,
    total,
    formats: createFormats(texts.locale, total?.co2eKg ?? 0),
    isRecharges: !kind.isTransport,
  };
  const sections = sectionsOf(context);
  const appendix = appendixOf(context);
  const title = texts.say('section.appendix');
  const page = markup`<!doctype html>
<html lang="${texts.language}">
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
${renderHead(context, [...sections.map(({ id, title: text }) => [id, text] as const), ['appendix', title]])}<main>
${renderCoverage(context)}${renderKeyFigures(context)}${renderBrief(context)}${sections.map(renderSection)}<section class="appendix" aria-labelledby="appendix">
<h2 id="appendix">${title}</h2>
${appendix.map(renderPart)}</section>
</main>
</body>
</html>
`;
  return page.toString();
}

const renderSection = ({ id, title, body }: Section): Markup =>
  markup`<section aria-labelledby="${id}">\n<h2 id="${id}">${title}</h2>\n${body}</section>\n`;

const renderPart = ({ id, title, body }: Section): Markup =>
  markup`<section aria-labelledby="${id}">\n<h3 id="${id}">${title}</h3>\n${body}</section>\n`;
