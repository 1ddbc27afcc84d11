import type { RowCounts } from '../pipeline/ledger.ts';
import { clip, printable } from '../issues.ts';
import { renderBasis } from './basis-line.ts';
import type { Cause } from './causes.ts';
import { plural } from './format.ts';
import { renderTable, type TableColumn, type TableOptions } from './tables/table.ts';
import { renderEmissions } from './emission-tables.ts';
import type { Summary } from './summary.ts';
import type { Texts } from './texts/texts.ts';
import { delimiterText } from './words/delimiter-text.ts';

const inputsShown = 40;
const causesShown = 12;
const warningsShown = 8;

/** How the summary is written. */
interface LocalizedOptions extends TableOptions {
  readonly texts: Texts;
}

/** The summary of a run as text: what was read, what became of it, why rows were refused, the emissions. */
export function renderSummary(
  summary: Summary,
  perInput: readonly RowCounts[],
  causes: readonly Cause[],
  { texts, ...options }: LocalizedOptions,
): string {
  const localized = { ...options, texts };
  const sections = [
    renderInputs(summary, perInput, localized),
    renderTarget(summary, texts),
    renderRecords(summary, localized),
    renderCauses(causes, localized),
    renderWarnings(summary, options),
    renderEmissions(summary.emissions, options, texts),
    renderFiles(summary, texts),
    renderBasis(summary, texts),
  ];
  return sections.filter((section) => section !== '').join('');
}

function renderInputs({ inputs, rows }: Summary, perInput: readonly RowCounts[], options: LocalizedOptions): string {
  const { style, texts } = options;
  const { say } = texts;
  const { count } = texts.numbers;
  const hasSkipped = rows.skipped > 0;
  const counts = ({ read, valid, invalid, duplicates, skipped }: RowCounts): string[] => [
    count(read),
    tinted(style.green, valid, count),
    tinted(style.red, invalid, count),
    tinted(style.red, duplicates, count),
    ...(hasSkipped ? [count(skipped)] : []),
  ];
  const list = (options.isVerbose ? [...inputs.keys()] : shownInputs(perInput)).map((index) => {
    const { path = '', format = '', delimiter = null, encoding = '' } = inputs[index] ?? {};
    return [
      printable(path),
      [format.toUpperCase(), ...(delimiter === null ? [] : [delimiterText(delimiter, texts)]), encoding].join(', '),
      ...counts(perInput[index] ?? { read: 0, valid: 0, invalid: 0, duplicates: 0, skipped: 0 }),
    ];
  });
  const more = inputs.length - list.length;
  if (more > 0) list.push([`… + ${count(more)}`, '', ...counts(rows).map(() => '')]);
  const total = [style.bold(say('summary.total')), '', ...counts(rows)];
  const counted = ['rows', 'valid', 'invalid', 'duplicates', ...(hasSkipped ? (['skipped'] as const) : [])] as const;
  const columns: readonly TableColumn[] = [
    { head: say('summary.input'), alignment: 'left', narrows: 'cut start' },
    { head: say('summary.readAs'), alignment: 'left', narrows: 'wrap', rank: 1 },
    ...counted.map((key): TableColumn => ({ head: say(`summary.${key}`), alignment: 'right' })),
  ];
  return renderTable(columns, inputs.length > 1 ? [...list, total] : list, options);
}

/** The inputs that are listed: all, or of many those of which rows were refused first. */
function shownInputs(perInput: readonly RowCounts[]): readonly number[] {
  const all = [...perInput.keys()];
  if (all.length <= inputsShown) return all;
  const refused = (index: number): number => Number((perInput[index]?.invalid ?? 0) > 0);
  return all
    .toSorted((a, b) => refused(b) - refused(a) || a - b)
    .slice(0, inputsShown)
    .toSorted((a, b) => a - b);
}

/** A count that is coloured unless it is 0. */
const tinted = (color: (text: string) => string, value: number, count: (value: number) => string): string =>
  value > 0 ? color(count(value)) : count(value);

/** Where the records go is settled by more than the command line. */
const renderTarget = ({ target }: Summary, { say }: Texts): string =>
  target === null ? '' : `${say('summary.target', { host: target.host, organization: target.organization_id })}\n`;

function renderRecords({ records, chunks, mode, rows }: Summary, options: LocalizedOptions): string {
  if (mode === null || rows.valid === 0) return '';
  const { style, texts } = options;
  const { say } = texts;
  const { count } = texts.numbers;
  const head: string[] = [say(`summary.accepted.${mode}`)];
  const { accepted, accepted_before: before } = records;
  const row = [style.green(count(mode === 'dry-run' ? accepted - before : accepted))];
  const add = (name: string, value: string): void => {
    head.push(name);
    row.push(value);
  };
  if (mode !== 'dry-run') add(say('summary.rejected'), tinted(style.red, records.rejected, count));
  if (mode === 'dry-run' && before > 0) add(say('summary.acceptedBefore'), count(before));
  if (mode === 'upload' || records.not_sent > 0) {
    add(say('summary.notSent'), tinted(style.red, records.not_sent, count));
  }
  if (mode === 'upload') {
    add(say('summary.uncertain'), tinted(style.red, records.uncertain, count));
    add(say('summary.calls'), count(chunks.sent + chunks.retries));
    add(say('summary.retries'), count(chunks.retries));
  }
  if (mode === 'dry-run' && records.uncertain > 0) {
    add(say('summary.uncertain'), tinted(style.red, records.uncertain, count));
  }
  if (mode === 'dry-run') add(say('summary.calls'), count(chunks.planned));
  const columns = head.map((name): TableColumn => ({ head: name, alignment: 'right' }));
  return renderTable(columns, [row], options);
}

/** Below this the lines have no column of their own. */
const roomyWidth = 80;

function renderCauses(causes: readonly Cause[], options: LocalizedOptions): string {
  if (causes.length === 0) return '';
  const shown = options.isVerbose ? causes : causes.slice(0, causesShown);
  const { style, texts, width } = options;
  const { say } = texts;
  const { count } = texts.numbers;
  const isRoomy = width >= roomyWidth;
  const rows = shown.map(({ code, cause, hint, count: rowCount, lines }) => {
    const examples = lines.join(', ') + (rowCount > lines.length ? ', …' : '');
    const what = [
      printable(clip(cause, 300)),
      ...(hint === undefined ? [] : [style.dim(`→ ${printable(hint)}`)]),
      ...(isRoomy
        ? []
        : [style.dim(say('summary.line', { count: lines.length === 1 ? rowCount : 2, list: examples }))]),
    ].join('\n');
    return [count(rowCount), code, what, ...(isRoomy ? [examples] : [])];
  });
  const columns: readonly TableColumn[] = [
    { head: say('summary.rows'), alignment: 'right' },
    { head: say('summary.error'), alignment: 'left' },
    { head: say('summary.wrong'), alignment: 'left', narrows: 'wrap' },
  ];
  const linesColumn = { head: say('summary.lines'), alignment: 'left', narrows: 'wrap' } as const;
  const body = renderTable(isRoomy ? [...columns, linesColumn] : columns, rows, options);
  const hidden = causes.length - shown.length;
  return hidden === 0 ? body : `${body}${say('summary.moreCauses', { count: hidden })}\n`;
}

function renderWarnings({ warnings }: Summary, { style, isVerbose }: TableOptions): string {
  if (warnings.length === 0) return '';
  const shown = isVerbose ? warnings : warnings.slice(0, warningsShown);
  const lines = shown.map(
    ({ code, message, count: times }) =>
      `${style.yellow('warning')} ${code}: ${printable(message)}${times > 1 ? ` (${plural(times, 'row')})` : ''}\n`,
  );
  const hidden = warnings.length - shown.length;
  return lines.join('') + (hidden === 0 ? '' : `${plural(hidden, 'more warning')}: use --verbose or --json\n`);
}

function renderFiles({ files }: Summary, { say }: Texts): string {
  const lines = [
    ['results', files.results],
    ['errors', files.errors],
    ['rejectedRows', files.rejected],
    ['totals', files.totals ?? null],
    ['report', files.report ?? null],
    ['footprints', files.ileap ?? null],
    ['leftOut', files.ileap_left_out ?? null],
  ] as const;
  return lines.flatMap(([name, path]) => (path === null ? [] : [`${say(`summary.${name}`, { path })}\n`])).join('');
}
