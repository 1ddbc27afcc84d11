import { scaleLinear } from 'd3-scale';
import type { Drawing } from './chart.ts';
import { cut, type Markup, markup } from './markup.ts';

/** One line of a bar chart. */
export interface Bar {
  readonly label: string;
  /** `undefined` draws no bar: the sum of the others would make those that are listed invisible. */
  readonly value: number | undefined;
  readonly text: string;
}

const rowHeight = 42;
const barHeight = 10;
const baseline = 15;

/** CSS pixels of a character of the page's font at 13 px: letters of Chinese, Japanese and Korean are twice as wide. */
const widthOf = (character: string): number => (/[\u1100-\u11ff\u2e80-\uffef]/.test(character) ? 13 : 7);

/** As much of a label as has room, with the whole as its title. */
function fitted(label: string, room: number): Markup {
  let width = 0;
  let length = 0;
  for (const character of label) {
    width += widthOf(character);
    if (width > room) break;
    length += 1;
  }
  const shown = cut(label, Math.max(4, length));
  return shown === label ? markup`${label}` : markup`${shown}<title>${label}</title>`;
}

/** Bars from the left, each below its label, which so may be as long as the chart is wide. */
export function drawBars(bars: readonly Bar[], width: number): Drawing {
  const length = scaleLinear([0, Math.max(0, ...bars.map(({ value = 0 }) => value))], [0, width]);
  const rows = bars.map(({ label, value, text }, index) => {
    const y = index * rowHeight;
    const room = width - 7 * text.length - 16;
    const bar =
      value === undefined
        ? undefined
        : markup`<rect class="track" x="0" y="${y + baseline + 7}" width="${width}" height="${barHeight}" rx="2"/><rect class="series-1" x="0" y="${y + baseline + 7}" width="${rounded(barLength(length(value)))}" height="${barHeight}" rx="2"/>`;
    return markup`<text x="0" y="${y + baseline}">${fitted(label, room)}</text><text class="value" x="${width}" y="${y + baseline}">${text}</text>${bar}\n`;
  });
  return { height: bars.length * rowHeight, content: rows };
}

/** What there is can be seen. */
const barLength = (pixels: number): number => (Number.isFinite(pixels) && pixels > 0 ? Math.max(1, pixels) : 0);

/** Hundredths of a pixel are not seen. */
export const rounded = (pixels: number): number => Math.round(pixels * 10) / 10;
