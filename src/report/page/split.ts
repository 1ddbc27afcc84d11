import type { GroupTotals } from '../../pipeline/emissions.ts';
import { percent } from './bars.ts';
import { type Key, renderChart, renderSentence } from './chart.ts';
import { type Markup, markup } from './markup.ts';
import type { PageContext } from './report-data.ts';

/** A part of a whole; kg. */
export interface Share extends Key {
  readonly value: number;
  readonly records?: number;
}

/** What a divided bar is about. */
export interface Split {
  readonly title: string;
  readonly caption: string;
  /** What is at the head of the parts. */
  readonly head: string;
  readonly parts: readonly Share[];
  readonly totalName?: string;
}

/** One bar, divided; where one part is all, a sentence. */
export function renderSplit(split: Split, total: GroupTotals, context: PageContext): Markup {
  const { formats, texts } = context;
  const { title, caption, head, totalName = texts.say('table.total') } = split;
  const parts = split.parts.filter(({ value }) => value > 0);
  const [only, ...more] = parts;
  if (only !== undefined && more.length === 0) {
    return renderSentence(title, texts.say('split.all', { text: only.text }));
  }
  const whole = parts.reduce((sum, { value }) => sum + value, 0);
  const share = (value: number): string => formats.share(value, whole);
  const counts = ({ records }: { readonly records?: number }): string[] =>
    records === undefined ? [] : [formats.count(records)];
  const hasCounts = split.parts.some(({ records }) => records !== undefined);
  const figures = [...(hasCounts ? [texts.say('column.records')] : []), formats.massUnit, texts.say('column.share')];
  const table = {
    caption,
    columns: [{ head }, ...figures.map((each) => ({ head: each, isFigure: true }))],
    rows: split.parts.map((part) => [part.text, ...counts(part), formats.mass(part.value), share(part.value)]),
    total: [totalName, ...(hasCounts ? [formats.count(total.records)] : []), formats.mass(total.co2eKg), share(whole)],
  };
  const drawn = parts.map(({ series, value }) => {
    const text = value / whole > 0.12 ? share(value) : '';
    return markup`<span class="series-${series} on-${series}" style="width:${percent(value, whole)}">${text}</span>`;
  });
  const keys = split.parts.map(({ series, text, value }) => ({
    series,
    text: `${text}: ${formats.massWithUnit(value)} (${share(value)})`,
  }));
  return renderChart(
    { title, keys, drawing: markup`<div class="split" aria-hidden="true">${drawn}</div>\n`, table },
    context,
  );
}
