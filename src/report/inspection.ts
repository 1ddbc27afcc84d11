import { optionsThatFix } from './causes.ts';
import { formats } from '../input/formats.ts';
import type { ChosenSheet, Table } from '../input/table.ts';
import type { Evidence } from '../mapping/decimal-mark.ts';
import { clip, printable, quote } from '../issues.ts';
import type { Inspection } from '../pipeline/inspect.ts';
import { count, plural } from './format.ts';
import { renderTable, type TableColumn, type TableOptions } from './tables/table.ts';
import type { Style } from './style.ts';
import { delimiterText } from './words/delimiter-text.ts';

const lineEndNames: Readonly<Record<string, string>> = { '\n': 'LF', '\r\n': 'CRLF', '\r': 'CR' };
const dateNames = {
  iso: 'ISO 8601',
  dmy: 'day, month, year',
  mdy: 'month, day, year',
  epoch: 'seconds since 1970',
} as const;
const reasons: Readonly<Record<string, string>> = {
  option: '--map',
  file: 'mapping file',
  exact: 'exact name',
  normalised: 'same name',
  values: 'its values are places',
  vendor: 'alias (vendor)',
  constant: '--set',
};

const place = ({ line, column, text }: Evidence): string => `line ${String(line)}, ${quote(column)}: ${quote(text)}`;

/** What was understood of an input, as tables. */
export function renderInspection(inspection: Inspection, options: TableOptions): string {
  const { path, rowsInSample, problems, warnings, missing } = inspection;
  const { style } = options;
  const says = [
    ...problems.map(
      ({ message, hint }) => `${style.red('problem')}: ${message}\n${hint === undefined ? '' : `→ ${hint}\n`}`,
    ),
    ...missing.map(({ text, hint }) => `${style.red('missing')}: every record ${text}\n→ ${hint}\n`),
    ...warnings.map(({ message }) => `${style.yellow('warning')}: ${message}\n`),
  ].map(printable);
  return [
    `${printable(path)}: the first ${plural(rowsInSample, 'row')} were looked at\n`,
    renderDetected(inspection, options),
    renderColumns(inspection, options),
    renderValues(inspection, options),
    renderRows(inspection),
    renderShare(inspection, options),
    ...says,
  ].join('');
}

const detectedColumns: readonly TableColumn[] = [
  { head: '', alignment: 'left' },
  { head: 'Understood', alignment: 'left' },
  { head: 'Why', alignment: 'left', narrows: 'wrap' },
];

function renderDetected({ input: { encoding, table }, conventions }: Inspection, options: TableOptions): string {
  const { evidence } = encoding;
  const rows: string[][] = [
    ['Format', table.format.toUpperCase(), ''],
    [
      'Encoding',
      encoding.label,
      encoding.reason + (evidence === undefined ? '' : `: line ${String(evidence.line)} has ${evidence.bytes}`),
    ],
  ];
  const { sheet } = table;
  if (sheet !== undefined) {
    rows.push(
      ['Sheet', printable(sheet.name), sheet.reason === 'option' ? '--sheet' : sheet.reason],
      [
        'Sheets',
        sheet.sheets.map(({ name, isHidden }) => printable(name) + (isHidden ? ' (hidden)' : '')).join('\n'),
        '',
      ],
    );
  }
  if (table.leftOut !== undefined && table.leftOut.length > 0) {
    const { leftOut } = table;
    rows.push([
      'Left out',
      leftOut.map(({ name }) => printable(name)).join('\n'),
      leftOut.map(({ holds }) => holds).join('\n'),
    ]);
  }
  if (formats[table.format].isOfContent && table.header.line > 0) {
    rows.push(['Header', `row ${String(table.header.line)}`, headerReason(table)]);
  }
  if (formats[table.format].hasDelimiter) {
    const { delimiterEvidence: found, delimiterReason = 'detected' } = table;
    const agreement =
      found === undefined
        ? ''
        : `: ${count(found.agreeing)} of ${count(found.records)} records have ${plural(found.cells, 'cell')}`;
    rows.push(
      [
        'Delimiter',
        delimiterText(table.delimiter),
        delimiterReason + (delimiterReason === 'detected' ? agreement : ''),
      ],
      ['Quote', '"', 'doubled inside'],
      ['Line end', lineEndNames[table.lineEnd] ?? '', ''],
      ['Header', `line ${String(table.header.line)}`, headerReason(table)],
    );
  }
  if (conventions !== undefined) {
    const { decimal, decimalReason, decimalEvidence, dateOrder, dateReason, dateEvidence } = conventions;
    rows.push(
      ['Decimal mark', decimal, decimalEvidence === undefined ? decimalReason : place(decimalEvidence)],
      ['Dates', dateNames[dateOrder], dateEvidence === undefined ? dateReason : place(dateEvidence)],
    );
  }
  return renderTable(detectedColumns, rows, options);
}

const headerReason = ({ header: { hasTitles, unitsLine } }: Table): string =>
  [
    ...(hasTitles ? ['found below other lines'] : []),
    ...(unitsLine === undefined ? [] : [`units of the columns in line ${String(unitsLine)}`]),
  ].join('; ');

const mappedColumns: readonly TableColumn[] = [
  { head: 'Column', alignment: 'left', narrows: 'cut' },
  { head: 'Field', alignment: 'left' },
  { head: 'Why', alignment: 'left', narrows: 'wrap' },
];

function renderColumns({ input: { table }, mapping }: Inspection, options: TableOptions): string {
  if (mapping === undefined) return '';
  const mapped = mapping.sources.map(({ field, columns, reason, unit }) => [
    printable(columns.map((column) => table.columns[column] ?? '').join(', ')),
    unit === undefined ? field : `${field}, in ${unit}`,
    reasons[reason] ?? `alias (${reason})`,
  ]);
  const unmapped = mapping.unmapped.map(({ column, suggestion }) => [
    printable(column),
    options.style.yellow('not used'),
    suggestion === undefined ? '' : `--map "${suggestion}=${printable(column)}"?`,
  ]);
  return renderTable(mappedColumns, [...mapped, ...unmapped], options);
}

const valueColumns: readonly TableColumn[] = [
  { head: 'Field', alignment: 'left' },
  { head: 'Column', alignment: 'left', narrows: 'wrap' },
  { head: 'Distinct', alignment: 'right' },
  { head: 'Unknown', alignment: 'left', narrows: 'wrap' },
];

const unknownShown = 5;

function renderValues({ values }: Inspection, options: TableOptions): string {
  if (values.length === 0) return '';
  const rows = values.map(({ field, column, distinct, unknown }) => [
    field,
    printable(column),
    count(distinct),
    unknown
      .slice(0, unknownShown)
      .map(
        ({ value, count: times, proposals }) =>
          `${quote(clip(value, 40))} (${count(times)})${proposals.length === 0 ? '' : ` → ${proposals.slice(0, 2).join(' or ')}?`}`,
      )
      .join('\n') + (unknown.length > unknownShown ? `\nand ${count(unknown.length - unknownShown)} more` : ''),
  ]);
  return renderTable(valueColumns, rows, options);
}

/** The first rows as records, or why they are none. */
export function renderRows({ rows }: Inspection): string {
  const lines = rows.map(({ line, record, issues }) =>
    record === undefined
      ? `line ${String(line)}: ${issues.map(({ message }) => message).join('; ')}\n`
      : `line ${String(line)}: ${JSON.stringify(record)}\n`,
  );
  return printable(lines.join(''));
}

/** Which share of the sampled rows is valid, where not all are, and what refuses most of the others. */
function renderShare({ share: { rows, valid, causes } }: Inspection, { style }: TableOptions): string {
  const [first] = causes;
  if (first === undefined) return '';
  const { cause, rows: refused, hint } = first;
  const most = `most of the others: ${cause} (${plural(refused, 'row')})`;
  return printable(
    `${style.yellow('sample')}: ${count(valid)} of ${plural(rows, 'row')} ${valid === 1 ? 'is' : 'are'} valid; ${most}\n` +
      (hint === undefined ? '' : `→ ${hint}\n`),
  );
}

/** Whether rows of the sample are valid, or there are none. */
export const hasValidRows = ({ share: { rows, valid } }: Inspection): boolean => rows === 0 || valid > 0;

/**
 * The last line: whether a run could start.
 *
 * @param next the command that checks every row, where the input can be read again
 */
export function inspectionVerdict(inspection: Inspection, next: string | undefined, style: Style): string {
  const { problems, missing } = inspection;
  const found = problems.length + missing.length;
  if (found > 0) return style.red(`a run can't start: ${plural(found, 'problem')}, see above`);
  if (!hasValidRows(inspection)) {
    const fixable = next !== undefined && optionsThatFix(inspection.share.causes).length > 0;
    return style.red(
      `no row of the sample is valid${fixable ? `; this fixes most: ${printable(next)}` : ', see above'}`,
    );
  }
  return style.green(`a run can start${next === undefined ? '' : `; to check every row, run: ${printable(next)}`}`);
}

const sheetAsJson = ({ name, reason, sheets }: ChosenSheet): object => ({
  name,
  reason,
  sheets: sheets.map((each) => ({ name: each.name, hidden: each.isHidden })),
});

/** What keeps a run from its start, the first of it, as every document of a failure has it. */
function whyNoRun({ problems, missing }: Inspection): object {
  const [problem] = problems;
  if (problem !== undefined) {
    const { code, message, hint = null } = problem;
    return { error: { code, message, hint } };
  }
  const [first] = missing;
  if (first === undefined) return {};
  return { error: { code: 'MAPPING_INCOMPLETE', message: `every record ${first.text}`, hint: first.hint } };
}

/** The same as the tables, for machines. */
export function inspectionAsJson(kind: string, inspection: Inspection): object {
  const { path, input, mapping, conventions, rowsInSample, missing, rows, values, problems, warnings } = inspection;
  const { table, encoding } = input;
  return {
    schema: 'dcycle-upload/inspection/1',
    command: 'inspect',
    kind,
    path,
    format: table.format,
    encoding,
    ...(formats[table.format].hasDelimiter
      ? {
          delimiter: { character: table.delimiter, reason: table.delimiterReason, evidence: table.delimiterEvidence },
          line_end: table.lineEnd,
          header: { line: table.header.line, below_titles: table.header.hasTitles },
        }
      : {}),
    ...(conventions === undefined
      ? {}
      : {
          decimal: {
            mark: conventions.decimal,
            reason: conventions.decimalReason,
            evidence: conventions.decimalEvidence,
          },
          dates: { order: conventions.dateOrder, reason: conventions.dateReason, evidence: conventions.dateEvidence },
        }),
    ...(formats[table.format].isOfContent && table.header.line > 0
      ? {
          header: { line: table.header.line, below_titles: table.header.hasTitles },
          sheet: table.sheet === undefined ? null : sheetAsJson(table.sheet),
        }
      : {}),
    rows_in_sample: rowsInSample,
    columns: (mapping?.sources ?? []).map(({ field, columns, reason, unit }) => ({
      field,
      columns: columns.map((column) => table.columns[column] ?? ''),
      reason,
      ...(unit === undefined ? {} : { unit }),
    })),
    unmapped: (mapping?.unmapped ?? []).map(({ column, suggestion }) => ({ column, suggestion: suggestion ?? null })),
    sample: {
      rows: inspection.share.rows,
      valid: inspection.share.valid,
      refused_by: inspection.share.causes.map(({ cause, rows: refused, hint, fix }) => ({
        cause,
        rows: refused,
        hint: hint ?? null,
        fix,
      })),
    },
    missing: missing.map(({ text, hint }) => ({ text, hint })),
    rows: rows.map(({ line, record, issues }) => (record === undefined ? { line, issues } : { line, record })),
    values: values.map((each) => ({
      ...each,
      unknown: each.unknown.map((value) => ({ ...value, nearest: value.proposals[0] })),
    })),
    problems: problems.map(({ code, message, hint }) => ({ code, message, hint: hint ?? null })),
    warnings,
    ...whyNoRun(inspection),
  };
}
