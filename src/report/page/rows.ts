import { delimiterText } from '../words/delimiter-text.ts';
import { coverageOf } from './coverage.ts';
import { type Markup, markup, name, type Part } from './markup.ts';
import type { PageContext } from './report-data.ts';
import { inEnglish } from './rich.ts';
import { renderTable } from './table.ts';

const causesShown = 25;
const warningsShown = 25;
const inputsShown = 50;

/** What became of every row, why rows were refused, and what is strange about others. */
export function renderRows(context: PageContext): Markup {
  const { causes, summary, texts } = context;
  const isForeign = texts.language !== 'en' && causes.length + summary.warnings.length > 0;
  return markup`<p>${accountOf(context)}</p>
${inputTable(context)}
${recordTable(context)}
${isForeign ? markup`<p class="note">${texts.say('rows.english')}</p>\n` : undefined}${causeTable(context)}
${warningTable(context)}
`;
}

/** The sum by which every row that was read is accounted for. */
function accountOf({ formats: { count }, summary: { rows, records }, texts: { say } }: PageContext): string {
  const fates = [
    say('rows.fate.accepted', { number: count(records.accepted) }),
    say('rows.fate.rejected', { number: count(records.rejected) }),
    ...(records.not_sent > 0 ? [say('rows.fate.notSent', { number: count(records.not_sent) })] : []),
    ...(records.uncertain > 0 ? [say('rows.fate.uncertain', { number: count(records.uncertain) })] : []),
  ];
  return say('rows.account', {
    read: count(rows.read),
    valid: count(rows.valid),
    invalid: count(rows.invalid),
    duplicates: count(rows.duplicates),
    skipped: rows.skipped > 0 ? say('rows.skipped', { number: count(rows.skipped) }) : '',
    fates: fates.join(' + '),
  });
}

function inputTable({ formats: { count }, summary, perInput, texts }: PageContext): Markup {
  const { say } = texts;
  const { inputs, rows } = summary;
  const hasSkipped = rows.skipped > 0;
  const cells = ({ read, valid, invalid, duplicates, skipped }: typeof rows): string[] =>
    [read, valid, invalid, duplicates, ...(hasSkipped ? [skipped] : [])].map(count);
  const title = say('rows.inputs');
  const counts = ['rows.rows', 'rows.valid', 'rows.invalid', 'rows.duplicates'] as const;
  return renderTable({
    caption: inputs.length > inputsShown ? say('group.first', { title, limit: count(inputsShown) }) : title,
    columns: [
      { head: say('rows.input') },
      { head: say('rows.readAs') },
      ...[...counts, ...(hasSkipped ? (['rows.skippedHead'] as const) : [])].map((key) => ({
        head: say(key),
        isFigure: true,
      })),
    ],
    rows: inputs
      .slice(0, inputsShown)
      .map(({ path, format, delimiter, encoding }, index) => [
        name(path),
        [format.toUpperCase(), ...(delimiter === null ? [] : [delimiterText(delimiter, texts)]), encoding].join(', '),
        ...cells(perInput[index] ?? { read: 0, valid: 0, invalid: 0, duplicates: 0, skipped: 0 }),
      ]),
    total: inputs.length > 1 ? [say('table.total'), '', ...cells(rows)] : undefined,
  });
}

function recordTable(context: PageContext): Markup {
  const {
    formats,
    summary,
    texts: { say },
  } = context;
  const { covered, missing, read } = coverageOf(context);
  const first = { reason: say(summary.mode === 'dry-run' ? 'reason.valid' : 'reason.covered'), rows: covered };
  return renderTable({
    caption: say('rows.became'),
    columns: [
      { head: say('rows.thatAre') },
      { head: say('rows.rows'), isFigure: true },
      { head: say('column.share'), isFigure: true },
    ],
    rows: [first, ...missing].map(({ reason, rows }) => [reason, formats.count(rows), formats.share(rows, read)]),
    total: [say('rows.allRead'), formats.count(read), formats.share(read, read)],
  });
}

function causeTable({ formats: { count }, causes, texts: { say } }: PageContext): Markup {
  if (causes.length === 0) return markup`<p>${say('rows.noErrors')}</p>`;
  const rest = causes.slice(causesShown);
  const rows = causes
    .slice(0, causesShown)
    .map(({ code, cause, hint, count: times, lines }): Part[] => [
      markup`<code>${code}</code>`,
      count(times),
      markup`${inEnglish(name(cause, 300))}${hint === undefined ? undefined : markup`<span class="hint" lang="en">${name(hint, 300)}</span>`}`,
      markup`${name(lines.join(', '), 120)}${times > lines.length ? ', …' : undefined}`,
    ]);
  const others = rest.reduce((sum, { count: times }) => sum + times, 0);
  const more = markup`<em>${say('rows.more', { number: count(rest.length) })}</em>`;
  return renderTable({
    caption: say('rows.errors'),
    columns: [
      { head: say('rows.code') },
      { head: say('rows.errorsHead'), isFigure: true },
      { head: say('rows.what'), isProse: true },
      { head: say('rows.firstLines'), isProse: causes.some(({ lines }) => lines.join('').length > 30) },
    ],
    rows: [...rows, ...(rest.length === 0 ? [] : [[more, count(others), say('rows.seeReport'), '']])],
  });
}

function warningTable({ formats: { count }, summary: { warnings }, texts: { say } }: PageContext): Markup {
  if (warnings.length === 0) return markup``;
  const sorted = warnings.toSorted((a, b) => b.count - a.count);
  const rest = sorted.slice(warningsShown);
  const rows = sorted
    .slice(0, warningsShown)
    .map(({ code, message, count: times }): Part[] => [
      markup`<code>${code}</code>`,
      count(times),
      inEnglish(name(message, 300)),
    ]);
  const others = rest.reduce((sum, { count: times }) => sum + times, 0);
  const more = markup`<em>${say('rows.more', { number: count(rest.length) })}</em>`;
  return renderTable({
    caption: say('rows.warnings'),
    columns: [
      { head: say('rows.code') },
      { head: say('rows.times'), isFigure: true },
      { head: say('rows.warning'), isProse: true },
    ],
    rows: [...rows, ...(rest.length === 0 ? [] : [[more, count(others), say('rows.seeVerbose')]])],
  });
}
