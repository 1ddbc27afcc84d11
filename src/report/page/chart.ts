import { type Markup, markup, type Part } from './markup.ts';
import { renderTable, type Table } from './table.ts';

/** Widths at which charts are drawn, CSS pixels: a text keeps its size, so each width has its own drawing. */
const widths = {
  half: [
    ['narrow', 320],
    ['medium wide', 520],
  ],
  full: [
    ['narrow', 320],
    ['medium', 660],
    ['wide', 1080],
  ],
} as const;

/** What a chart draws into its frame. */
export interface Drawing {
  readonly height: number;
  readonly content: Part;
}

/** What a colour of a chart means. */
export interface Key {
  readonly series: 1 | 2 | 3 | 4;
  readonly text: string;
}

export interface Chart {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** What the chart shows, for those who do not see it. */
  readonly description: string;
  readonly size: keyof typeof widths;
  readonly keys?: readonly Key[];
  readonly draw: (width: number) => Drawing;
  /** The same figures as text. */
  readonly table: Table;
  readonly note?: Part;
}

/** A chart as SVG, once for each width, with its legend and the table of its figures. */
export function renderChart({ id, title, description, size, keys = [], draw, table, note }: Chart): Markup {
  const drawings = widths[size].map(([screens, width], index) => {
    const { height, content } = draw(width);
    const own = `${id}-${String(index)}`;
    return markup`<svg class="${screens}" role="img" aria-labelledby="${own}-title ${own}-text" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title id="${own}-title">${title}</title><desc id="${own}-text">${description}</desc>
${content}
</svg>\n`;
  });
  const legend = keys.map(({ series, text }) => markup`<li><span class="swatch series-${series}"></span>${text}</li>`);
  return markup`<div class="chart">
<figure>
<figcaption>${title}</figcaption>
${legend.length === 0 ? undefined : markup`<ul class="legend">${legend}</ul>\n`}${drawings}${note === undefined ? undefined : markup`<p class="note">${note}</p>\n`}</figure>
<details>
<summary>Figures: ${table.caption}</summary>
${renderTable(table)}
</details>
</div>\n`;
}
