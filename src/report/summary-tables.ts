import type { RowCounts } from '../pipeline/ledger.ts';
import { clip, printable } from '../issues.ts';
import { renderBasis } from './basis-line.ts';
import type { Cause } from './causes.ts';
import { count, delimiterName, plural } from './format.ts';
import { renderTable, type TableColumn, type TableOptions } from './tables/table.ts';
import { renderEmissions } from './emission-tables.ts';
import type { Summary } from './summary.ts';

const causesShown = 12;
const warningsShown = 8;

/** The summary of a run as text: what was read, what became of it, why rows were refused, the emissions. */
export function renderSummary(
  summary: Summary,
  perInput: readonly RowCounts[],
  causes: readonly Cause[],
  options: TableOptions,
): string {
  const sections = [
    renderInputs(summary, perInput, options),
    renderTarget(summary),
    renderRecords(summary, options),
    renderCauses(causes, options),
    renderWarnings(summary, options),
    renderEmissions(summary.emissions, options),
    renderFiles(summary),
    renderBasis(summary),
  ];
  return sections.filter((section) => section !== '').join('');
}

function renderInputs({ inputs, rows }: Summary, perInput: readonly RowCounts[], options: TableOptions): string {
  const { style } = options;
  const hasSkipped = rows.skipped > 0;
  const counts = ({ read, valid, invalid, duplicates, skipped }: RowCounts): string[] => [
    count(read),
    tinted(style.green, valid),
    tinted(style.red, invalid),
    tinted(style.red, duplicates),
    ...(hasSkipped ? [count(skipped)] : []),
  ];
  const list = inputs.map(({ path, format, delimiter, encoding }, index) => [
    printable(path),
    [format.toUpperCase(), ...(delimiter === null ? [] : [delimiterName(delimiter)]), encoding].join(', '),
    ...counts(perInput[index] ?? { read: 0, valid: 0, invalid: 0, duplicates: 0, skipped: 0 }),
  ]);
  const total = [style.bold('Total'), '', ...counts(rows)];
  const columns = hasSkipped ? [...inputColumns, skippedColumn] : inputColumns;
  return renderTable(columns, inputs.length > 1 ? [...list, total] : list, options);
}

const inputColumns: readonly TableColumn[] = [
  { head: 'Input', alignment: 'left', narrows: 'cut start' },
  { head: 'Read as', alignment: 'left', narrows: 'wrap', rank: 1 },
  { head: 'Rows', alignment: 'right' },
  { head: 'Valid', alignment: 'right' },
  { head: 'Invalid', alignment: 'right' },
  { head: 'Duplicates', alignment: 'right' },
];

const skippedColumn: TableColumn = { head: 'Skipped', alignment: 'right' };

/** A count that is coloured unless it is 0. */
const tinted = (color: (text: string) => string, value: number): string =>
  value > 0 ? color(count(value)) : count(value);

/** Where the records go is settled by more than the command line. */
const renderTarget = ({ target }: Summary): string =>
  target === null ? '' : `to ${target.host}, organisation ${target.organization_id}\n`;

const acceptedNames = { upload: 'Accepted', local: 'Calculated', 'dry-run': 'Would be sent' } as const;

function renderRecords({ records, chunks, mode, rows }: Summary, options: TableOptions): string {
  if (mode === null || rows.valid === 0) return '';
  const { style } = options;
  const head: string[] = [acceptedNames[mode]];
  const { accepted, accepted_before: before } = records;
  const row = [style.green(count(mode === 'dry-run' ? accepted - before : accepted))];
  const add = (name: string, value: string): void => {
    head.push(name);
    row.push(value);
  };
  if (mode !== 'dry-run') add('Rejected', tinted(style.red, records.rejected));
  if (mode === 'dry-run' && before > 0) add('Accepted before', count(before));
  if (mode === 'upload' || records.not_sent > 0) add('Not sent', tinted(style.red, records.not_sent));
  if (mode === 'upload') {
    add('Uncertain', tinted(style.red, records.uncertain));
    add('Calls', count(chunks.sent + chunks.retries));
    add('Retries', count(chunks.retries));
  }
  if (mode === 'dry-run' && records.uncertain > 0) add('Uncertain', tinted(style.red, records.uncertain));
  if (mode === 'dry-run') add('Calls', count(chunks.planned));
  const columns = head.map((name): TableColumn => ({ head: name, alignment: 'right' }));
  return renderTable(columns, [row], options);
}

const causeColumns: readonly TableColumn[] = [
  { head: 'Rows', alignment: 'right' },
  { head: 'Error', alignment: 'left' },
  { head: 'What is wrong', alignment: 'left', narrows: 'wrap' },
];

const linesColumn: TableColumn = { head: 'Lines', alignment: 'left', narrows: 'wrap' };

/** Below this the lines have no column of their own. */
const roomyWidth = 80;

function renderCauses(causes: readonly Cause[], options: TableOptions): string {
  if (causes.length === 0) return '';
  const shown = options.isVerbose ? causes : causes.slice(0, causesShown);
  const { style, width } = options;
  const isRoomy = width >= roomyWidth;
  const rows = shown.map(({ code, cause, hint, count: rowCount, lines }) => {
    const examples = lines.join(', ') + (rowCount > lines.length ? ', …' : '');
    const what = [
      printable(clip(cause, 300)),
      ...(hint === undefined ? [] : [style.dim(`→ ${printable(hint)}`)]),
      ...(isRoomy ? [] : [style.dim(`${lines.length === 1 && rowCount === 1 ? 'line' : 'lines'} ${examples}`)]),
    ].join('\n');
    return [count(rowCount), code, what, ...(isRoomy ? [examples] : [])];
  });
  const body = renderTable(isRoomy ? [...causeColumns, linesColumn] : causeColumns, rows, options);
  const hidden = causes.length - shown.length;
  return hidden === 0 ? body : `${body}${plural(hidden, 'more cause')}: see the error report, or use --verbose\n`;
}

function renderWarnings({ warnings }: Summary, { style, isVerbose }: TableOptions): string {
  if (warnings.length === 0) return '';
  const shown = isVerbose ? warnings : warnings.slice(0, warningsShown);
  const lines = shown.map(
    ({ code, message, count: times }) =>
      `${style.yellow('warning')} ${code}: ${printable(message)}${times > 1 ? ` (${count(times)} rows)` : ''}\n`,
  );
  const hidden = warnings.length - shown.length;
  return lines.join('') + (hidden === 0 ? '' : `${plural(hidden, 'more warning')}: use --verbose or --json\n`);
}

function renderFiles({ files }: Summary): string {
  const lines = [
    ['results', files.results],
    ['error report', files.errors],
    ['rejected rows', files.rejected],
    ['totals', files.totals ?? null],
    ['report', files.report ?? null],
  ].flatMap(([name, path]) => (path === null ? [] : [`${String(name)}: ${String(path)}\n`]));
  return lines.join('');
}
