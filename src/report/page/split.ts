import { scaleLinear } from 'd3-scale';
import { rounded } from './bars.ts';
import type { Drawing, Key } from './chart.ts';
import { markup } from './markup.ts';

/** A part of a whole. */
export interface Share extends Key {
  readonly value: number;
  readonly share: string;
}

const barHeight = 34;
const gap = 2;

/** One bar, divided; each part is named by the legend, those with room say their share. */
export function drawSplit(shares: readonly Share[], width: number): Drawing {
  const whole = shares.reduce((sum, { value }) => sum + value, 0);
  const length = scaleLinear([0, whole === 0 ? 1 : whole], [0, width]);
  let start = 0;
  const parts = shares.map(({ series, value, share }) => {
    const [from, to] = [length(start), length(start + value)];
    start += value;
    if (to - from <= 0) return undefined;
    const hasRoom = to - from > 64;
    const label = hasRoom
      ? markup`<text class="middle on-${series}" x="${rounded((from + to) / 2)}" y="${barHeight / 2 + 5}">${share}</text>`
      : undefined;
    return markup`<rect class="series-${series}" x="${rounded(from)}" y="0" width="${rounded(Math.max(1, to - from - gap))}" height="${barHeight}"/>${label}\n`;
  });
  return { height: barHeight, content: parts };
}
