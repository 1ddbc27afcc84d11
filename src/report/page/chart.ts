import { type Markup, markup, type Part } from './markup.ts';
import type { PageContext } from './report-data.ts';
import { renderTable, type Table } from './table.ts';

/** What a colour of a chart means. */
export interface Key {
  readonly series: 1 | 2 | 3 | 4;
  readonly text: string;
}

export interface Chart {
  readonly title: string;
  readonly keys?: readonly Key[];
  readonly drawing: Markup;
  /** The same figures as text. */
  readonly table: Table;
  readonly note?: Part;
}

/** A chart with its legend and the table of its figures. */
export function renderChart({ title, keys = [], drawing, table, note }: Chart, { texts }: PageContext): Markup {
  const legend = keys.map(({ series, text }) => markup`<li><span class="swatch series-${series}"></span>${text}</li>`);
  return markup`<div class="chart">
<figure>
<figcaption>${title}</figcaption>
${legend.length === 0 ? undefined : markup`<ul class="legend">${legend}</ul>\n`}${drawing}${note === undefined ? undefined : markup`<p class="note">${note}</p>\n`}</figure>
<details>
<summary>${texts.say('table.figures', { caption: table.caption })}</summary>
${renderTable(table)}
</details>
</div>\n`;
}

/** What would be a single bar of 100 %, in words. */
export const renderSentence = (title: string, text: Part): Markup => markup`<div class="chart">
<h3>${title}</h3>
<p>${text}</p>
</div>\n`;
