import { scaleBand, scaleLinear } from 'd3-scale';
import { type Markup, markup } from './markup.ts';

/** One column: its parts are stacked, the first at the bottom. */
export interface StackedColumn {
  readonly label: string;
  /** Shown below the label of the first column that has it. */
  readonly group: string;
  readonly values: readonly number[];
}

const plotHeight = 220;
const top = 10;
const bottom = 40;
const left = 64;
const labelWidth = 44;
const widest = 72;
const ticks = 4;

/** Widths at which columns are drawn, CSS pixels: a text keeps its size, so each has its own drawing (`.svg-…` in style.ts). */
const widths = [320, 640, 1040];

/** What a drawing is for those who do not see it. */
export interface Described {
  readonly title: string;
  readonly description: string;
}

/** Columns over time, with an axis in the unit of the page. */
export function renderColumns(
  columns: readonly StackedColumn[],
  tick: (value: number) => string,
  { title, description }: Described,
): Markup {
  const drawings = widths.map((width) => {
    const id = `columns-${String(width)}`;
    return markup`<svg class="svg-${width}" role="img" aria-labelledby="${id}-title ${id}-text" viewBox="0 0 ${width} ${top + plotHeight + bottom}" width="${width}" height="${top + plotHeight + bottom}">
<title id="${id}-title">${title}</title><desc id="${id}-text">${description}</desc>
${drawColumns(columns, width, tick)}
</svg>\n`;
  });
  return markup`${drawings}`;
}

function drawColumns(columns: readonly StackedColumn[], width: number, tick: (value: number) => string): Markup {
  const sums = columns.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const x = scaleBand(
    columns.map((_column, index) => index),
    [left, width],
  ).padding(0.2);
  const y = scaleLinear([0, Math.max(0, ...sums) || 1], [top + plotHeight, top]).nice(ticks);
  const grid = y.ticks(ticks).map((value) => {
    const at = rounded(y(value));
    return markup`<line class="grid" x1="${left}" x2="${width}" y1="${at}" y2="${at}"/><text class="axis end" x="${left - 8}" y="${at + 4}">${tick(value)}</text>\n`;
  });
  const every = Math.max(1, Math.ceil(labelWidth / x.step()));
  const drawn = columns.map(({ label, group, values }, index) => {
    const breadth = Math.min(widest, x.bandwidth());
    const middle = rounded((x(index) ?? 0) + x.bandwidth() / 2);
    let base = 0;
    const parts = values.map((value, series) => {
      // A line of the paper parts them.
      const [low, high] = [y(base) - (base > 0 ? 1 : 0), y(base + value)];
      base += value;
      return value <= 0
        ? undefined
        : markup`<rect class="series-${series + 1}" x="${rounded(middle - breadth / 2)}" y="${rounded(high)}" width="${rounded(breadth)}" height="${rounded(Math.max(0.5, low - high))}"/>`;
    });
    const isNewGroup = index === 0 || columns[index - 1]?.group !== group;
    const labels = [
      index % every === 0
        ? markup`<text class="axis middle" x="${middle}" y="${top + plotHeight + 17}">${label}</text>`
        : undefined,
      isNewGroup && group !== ''
        ? markup`<text class="axis middle" x="${middle}" y="${top + plotHeight + 33}">${group}</text>`
        : undefined,
    ];
    return markup`${parts}${labels}\n`;
  });
  return markup`${grid}${drawn}`;
}

/** Hundredths of a pixel are not seen. */
const rounded = (pixels: number): number => Math.round(pixels * 10) / 10;
