import { type Markup, markup, name } from './markup.ts';

/** One line of a bar chart. */
export interface Bar {
  readonly label: string;
  /** `undefined` draws no bar: the sum of the others would make those that are listed invisible. */
  readonly value: number | undefined;
  readonly text: string;
}

/** Bars from the left, each below its label, which wraps where it is long. */
export function renderBars(bars: readonly Bar[]): Markup {
  const longest = Math.max(0, ...bars.map(({ value = 0 }) => value));
  const rows = bars.map(({ label, value, text }) => {
    const bar =
      value === undefined
        ? undefined
        : markup`<span class="track"><span class="series-1" style="width:${percent(value, longest)}"></span></span>`;
    return markup`<li><span class="label">${name(label)}</span> <span class="value">${text}</span>${bar}</li>\n`;
  });
  return markup`<ul class="bars">\n${rows}</ul>\n`;
}

/** A length as CSS has it; what there is can be seen. */
export const percent = (part: number, whole: number): string =>
  part > 0 && whole > 0 ? `max(1px,${String(Math.round((part / whole) * 10_000) / 100)}%)` : '0';
