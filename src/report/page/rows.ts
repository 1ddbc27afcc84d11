import { delimiterName } from '../format.ts';
import { coverageOf } from './coverage.ts';
import { type Markup, markup, name, type Part } from './markup.ts';
import type { PageContext } from './report-data.ts';
import { renderTable } from './table.ts';

const causesShown = 25;
const warningsShown = 25;
const inputsShown = 50;

/** What became of every row, why rows were refused, and what is strange about others. */
export function renderRows(context: PageContext): Markup {
  return markup`<p>${accountOf(context)}</p>
${inputTable(context)}
${recordTable(context)}
${causeTable(context)}
${warningTable(context)}
`;
}

/** The sum by which every row that was read is accounted for. */
function accountOf({ formats: { count }, summary: { rows, records } }: PageContext): string {
  const fates = [
    `${count(records.accepted)} accepted`,
    `${count(records.rejected)} rejected`,
    ...(records.not_sent > 0 ? [`${count(records.not_sent)} not sent`] : []),
    ...(records.uncertain > 0 ? [`${count(records.uncertain)} uncertain`] : []),
  ];
  const skipped = rows.skipped > 0 ? ` + ${count(rows.skipped)} skipped` : '';
  return (
    `Every row is accounted for: ${count(rows.read)} read = ${count(rows.valid)} valid + ${count(rows.invalid)} invalid + ` +
    `${count(rows.duplicates)} duplicates or conflicts${skipped}; ${count(rows.valid)} valid = ${fates.join(' + ')}.`
  );
}

function inputTable({ formats: { count }, summary, perInput }: PageContext): Markup {
  const { inputs, rows } = summary;
  const hasSkipped = rows.skipped > 0;
  const cells = ({ read, valid, invalid, duplicates, skipped }: typeof rows): string[] =>
    [read, valid, invalid, duplicates, ...(hasSkipped ? [skipped] : [])].map(count);
  return renderTable({
    caption: `Inputs${inputs.length > inputsShown ? `, the first ${count(inputsShown)}` : ''}`,
    columns: [
      { head: 'Input' },
      { head: 'Read as' },
      ...['Rows', 'Valid', 'Invalid', 'Duplicates', ...(hasSkipped ? ['Skipped'] : [])].map((head) => ({
        head,
        isFigure: true,
      })),
    ],
    rows: inputs
      .slice(0, inputsShown)
      .map(({ path, format, delimiter, encoding }, index) => [
        name(path),
        [format.toUpperCase(), ...(delimiter === null ? [] : [delimiterName(delimiter)]), encoding].join(', '),
        ...cells(perInput[index] ?? { read: 0, valid: 0, invalid: 0, duplicates: 0, skipped: 0 }),
      ]),
    total: inputs.length > 1 ? ['Total', '', ...cells(rows)] : undefined,
  });
}

function recordTable(context: PageContext): Markup {
  const { formats, summary } = context;
  const { covered, missing, read } = coverageOf(context);
  return renderTable({
    caption: 'What became of the rows',
    columns: [{ head: 'Rows that are' }, { head: 'Rows', isFigure: true }, { head: 'Share', isFigure: true }],
    rows: [{ reason: summary.mode === 'dry-run' ? 'valid' : 'covered by this page', rows: covered }, ...missing].map(
      ({ reason, rows }) => [reason, formats.count(rows), formats.share(rows, read)],
    ),
    total: ['read', formats.count(read), formats.share(read, read)],
  });
}

function causeTable({ formats: { count }, causes }: PageContext): Markup {
  if (causes.length === 0) return markup`<p>No row has an error.</p>`;
  const shown = causes.slice(0, causesShown);
  const rest = causes.slice(causesShown);
  const rows = shown.map(({ code, cause, hint, count: times, lines }): Part[] => [
    markup`<code>${code}</code>`,
    count(times),
    markup`${name(cause, 300)}${hint === undefined ? undefined : markup`<span class="hint">${name(hint, 300)}</span>`}`,
    markup`${name(lines.join(', '), 120)}${times > lines.length ? ', …' : undefined}`,
  ]);
  const others = rest.reduce((sum, { count: times }) => sum + times, 0);
  return renderTable({
    caption: 'Errors by cause',
    columns: [
      { head: 'Code' },
      { head: 'Errors', isFigure: true },
      { head: 'What is wrong, and what to do', isProse: true },
      { head: 'First lines', isProse: causes.some(({ lines }) => lines.join('').length > 30) },
    ],
    rows: [
      ...rows,
      ...(rest.length === 0
        ? []
        : [[markup`<em>${count(rest.length)} more</em>`, count(others), 'See the error report.', '']]),
    ],
  });
}

function warningTable({ formats: { count }, summary: { warnings } }: PageContext): Markup {
  if (warnings.length === 0) return markup``;
  const sorted = warnings.toSorted((a, b) => b.count - a.count);
  const rest = sorted.slice(warningsShown);
  const rows = sorted
    .slice(0, warningsShown)
    .map(({ code, message, count: times }): Part[] => [markup`<code>${code}</code>`, count(times), name(message, 300)]);
  const others = rest.reduce((sum, { count: times }) => sum + times, 0);
  return renderTable({
    caption: 'Warnings',
    columns: [{ head: 'Code' }, { head: 'Times', isFigure: true }, { head: 'Warning', isProse: true }],
    rows: [
      ...rows,
      ...(rest.length === 0
        ? []
        : [[markup`<em>${count(rest.length)} more</em>`, count(others), 'See --verbose or --json.']]),
    ],
  });
}
