/** The looks of a report page: on screens light and dark, from 320 pixels on, and on A4 paper. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #ffffff;
  --panel: #f4f7f5;
  --ink: #17211c;
  --soft: #55625b;
  --line: #d5ddd8;
  --track: #e9eeeb;
  --shadow: rgb(23 33 28 / 25%);
  --series-1: #0b6b4f;
  --series-2: #c77700;
  --series-3: #5a67b8;
  --series-4: #7a8b34;
  --on-1: #ffffff;
  --on-2: #17211c;
  --on-3: #ffffff;
  --on-4: #17211c;
  --notice: #fff4dc;
  --notice-line: #c77700;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #111714;
    --panel: #1a221e;
    --ink: #e8eeea;
    --soft: #a6b3ac;
    --line: #34403a;
    --track: #26302b;
    --shadow: rgb(0 0 0 / 70%);
    --series-1: #2fb588;
    --series-2: #f2c46d;
    --series-3: #97a5f2;
    --series-4: #b9cf6a;
    --on-1: #0c120f;
    --on-2: #0c120f;
    --on-3: #0c120f;
    --on-4: #0c120f;
    --notice: #2e2613;
    --notice-line: #f2c46d;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif;
  overflow-wrap: anywhere;
}
header, main { max-width: 70rem; margin: 0 auto; padding: 0 clamp(1rem, 3vw, 2rem); }
header { padding-top: clamp(1.5rem, 5vw, 3.5rem); }
h1 { margin: 0; font-size: clamp(1.7rem, 1.2rem + 2.4vw, 2.6rem); line-height: 1.15; letter-spacing: -0.02em; text-wrap: balance; }
h3 { margin: 0 0 0.75rem; font-size: 1rem; line-height: 1.3; }
.appendix > section { margin-top: 2rem; }
.appendix > section > h3 { font-size: 1.125rem; }
h2 { margin: 0 0 1rem; font-size: 1.35rem; line-height: 1.25; letter-spacing: -0.01em; }
p { margin: 0 0 0.75rem; max-width: 46rem; }
.company { margin: 0 0 0.4rem; color: var(--soft); font-weight: 600; }
.lead { margin-top: 0.5rem; color: var(--soft); font-size: 1.05rem; }
.facts { display: flex; flex-wrap: wrap; gap: 0.2rem 2rem; margin: 1.25rem 0 0; padding: 0.75rem 0; border-block: 1px solid var(--line); font-size: 0.875rem; }
.facts div { display: flex; gap: 0.5rem; min-width: 0; }
.facts dt { color: var(--soft); white-space: nowrap; }
.facts dd { margin: 0; min-width: 0; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0.9rem 0 0; padding: 0; list-style: none; font-size: 0.9375rem; }
nav a { display: inline-block; padding: 0.15rem 0; color: var(--series-1); text-underline-offset: 0.2em; }
section { margin-top: clamp(2.25rem, 5vw, 3.5rem); }
.notice { margin-top: 1.5rem; padding: 0.9rem 1.1rem; border-left: 5px solid var(--notice-line); border-radius: 3px; background: var(--notice); }
.notice p { margin: 0; max-width: none; }
.notice p + p { margin-top: 0.5rem; }
.key-figures { display: flex; flex-wrap: wrap; gap: 1rem; margin: 0; }
.key-figures > div { flex: 1 1 11.5rem; min-width: 0; padding: 1rem 1.15rem; border-radius: 8px; background: var(--panel); }
.key-figures > div:first-child { flex-basis: 100%; padding-block: 1.4rem; border-left: 6px solid var(--series-1); }
.key-figures dt { color: var(--soft); font-size: 0.875rem; }
.key-figures dd { margin: 0.15rem 0 0; }
.number { font-size: 1.6rem; font-weight: 650; letter-spacing: -0.02em; line-height: 1.2; white-space: nowrap; font-variant-numeric: tabular-nums; }
.key-figures > div:first-child .number { font-size: clamp(2.5rem, 1.8rem + 3.6vw, 4rem); }
.unit { color: var(--soft); white-space: nowrap; }
.brief { margin: 0; }
.brief > div { padding: 0.7rem 0; border-top: 1px solid var(--line); }
.brief dt { font-weight: 600; }
.brief dd { margin: 0.15rem 0 0; max-width: 46rem; }
.note, .hint { color: var(--soft); font-size: 0.875rem; }
dd .brief { margin: 0; }
.brief > div { padding: 0.7rem 0; border-top: 1px solid var(--line); }
.brief dt { font-weight: 600; }
.brief dd { margin: 0.15rem 0 0; max-width: 46rem; }
.note, .hint { display: block; }
.pair { display: grid; grid-template-columns: minmax(0, 1fr); gap: 2.5rem; align-items: start; }
figure { margin: 0; }
.chart { min-width: 0; }
section > .scroll + .scroll, section > .chart + .chart, section > .pair + .scroll { margin-top: 2.25rem; }
.scroll + .note { margin-top: 0.75rem; }
figcaption, caption { font-weight: 600; text-align: left; }
figcaption { margin-bottom: 0.75rem; }
caption { padding-bottom: 0.4rem; }
figure .note { margin: 0.4rem 0 0; }
svg { display: none; width: 100%; height: auto; overflow: hidden; font-size: 13px; fill: currentColor; }
.chart { container-type: inline-size; }
.svg-320 { display: block; max-width: 25rem; }
@container (min-width: 40rem) { .svg-320 { display: none; } .svg-640 { display: block; max-width: 50rem; } }
@container (min-width: 60rem) { .svg-640 { display: none; } .svg-1040 { display: block; max-width: 70rem; } }
.bars { margin: 0; padding: 0; list-style: none; font-size: 0.875rem; }
.bars li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0.15rem 1rem; align-items: end; margin-bottom: 0.7rem; }
.bars .value { white-space: nowrap; font-variant-numeric: tabular-nums; }
.track { grid-column: 1 / -1; display: block; height: 10px; border-radius: 2px; overflow: hidden; background: var(--track); }
.track > span { display: block; height: 100%; border-radius: 2px; }
.split { display: flex; gap: 2px; height: 34px; font-size: 0.8125rem; }
.split > span { display: flex; align-items: center; justify-content: center; min-width: 1px; overflow: hidden; white-space: nowrap; border-radius: 2px; }
.end { text-anchor: end; }
.middle { text-anchor: middle; }
.axis { font-variant-numeric: tabular-nums; }
.axis { fill: var(--soft); font-size: 12px; }
.grid { stroke: var(--line); }
.series-1 { fill: var(--series-1); background: var(--series-1); }
.series-2 { fill: var(--series-2); background: var(--series-2); }
.series-3 { fill: var(--series-3); background: var(--series-3); }
.series-4 { fill: var(--series-4); background: var(--series-4); }
.on-1 { color: var(--on-1); }
.on-2 { color: var(--on-2); }
.on-3 { color: var(--on-3); }
.on-4 { color: var(--on-4); }
.on-1, .on-2, .on-3, .on-4 { font-weight: 600; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; margin: 0 0 0.75rem; padding: 0; list-style: none; font-size: 0.875rem; }
.legend li { display: flex; gap: 0.5rem; align-items: baseline; }
.swatch { flex: none; width: 0.75rem; height: 0.75rem; border-radius: 2px; print-color-adjust: exact; }
details { margin-top: 0.6rem; }
summary { width: fit-content; max-width: 100%; padding: 0.2rem 0; color: var(--series-1); cursor: pointer; font-size: 0.875rem; }
:focus-visible { outline: 3px solid var(--series-3); outline-offset: 2px; }
.scroll {
  max-width: 100%;
  overflow-x: auto;
  /* Shadows at the edges where there is more to scroll to; the paper covers them at the ends. */
  background:
    linear-gradient(to right, var(--paper) 30%, transparent) left / 2.5rem 100% no-repeat local,
    linear-gradient(to left, var(--paper) 30%, transparent) right / 2.5rem 100% no-repeat local,
    linear-gradient(to right, var(--shadow), transparent) left / 0.9rem 100% no-repeat scroll,
    linear-gradient(to left, var(--shadow), transparent) right / 0.9rem 100% no-repeat scroll;
}
details .scroll { margin-top: 0.5rem; }
details caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
table { width: 100%; border-collapse: collapse; font-size: 0.875rem; line-height: 1.4; }
th, td { padding: 0.4rem 0.9rem 0.4rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; min-width: 4.5rem; }
thead th { color: var(--soft); font-weight: 600; vertical-align: bottom; }
tbody th { min-width: 9rem; }
td:not(.prose) { overflow-wrap: normal; }
.prose { min-width: 15rem; }
tfoot th, tfoot td { font-weight: 650; border-bottom: 0; }
th:last-child, td:last-child { padding-right: 0; }
.figure { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
code { font: 0.8125rem/1.4 ui-monospace, SFMono-Regular, Consolas, monospace; }
table code { white-space: nowrap; }
main { padding-bottom: 3rem; }
@media (min-width: 44rem) {
  .key-figures > div:first-child { padding-inline: 1.6rem; }
  .brief > div { display: grid; grid-template-columns: 12rem minmax(0, 1fr); column-gap: 1.5rem; }
  .brief dt { grid-row: 1 / span 9; }
  .brief dd { grid-column: 2; }
}
@media (min-width: 64rem) { .pair { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@page {
  size: A4;
  margin: 15mm 14mm 17mm;
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt system-ui, sans-serif; color: #55625b; }
}
@media print {
  :root { color-scheme: light; }
  html { font-size: 12.5px; }
  header, main { max-width: none; padding-inline: 0; }
  header { padding-top: 0; }
  nav, summary { display: none; }
  section { margin-top: 1.75rem; }
  h2, h3, figcaption, caption { break-after: avoid; }
  figure, .key-figures > div, .notice, tr { break-inside: avoid; }
  figure { break-after: avoid; }
  tbody tr:first-child { break-before: avoid; }
  thead { display: table-header-group; }
  .key-figures { gap: 0.6rem; }
  .key-figures > div { flex-basis: 9rem; }
  .scroll { overflow: visible; background: none; }
  table { font-size: 0.85rem; }
  th, td { min-width: 0; padding-block: 0.2rem; }
  tbody th, .prose { min-width: 0; }
  tfoot { display: table-row-group; }
  .number { font-size: 1.35rem; }
  .pair { display: block; }
  .pair > * + * { margin-top: 1.75rem; }
  .bars li { break-inside: avoid; margin-bottom: 0.4rem; }
  .appendix { break-before: page; }
  details { margin-top: 0.5rem; }
  details::details-content { content-visibility: visible; display: block; block-size: auto; height: auto; }
  .series-1, .series-2, .series-3, .series-4, .track, .key-figures > div, .notice { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
