import { usageError } from '../../errors.ts';
import { cellSeparator, numberCell, textCell } from '../../input/cell-lines.ts';
import { foreignLineMark } from '../../input/csv-lenient.ts';
import { formats } from '../../input/formats.ts';
import type { PlannedInput } from '../../pipeline/plan.ts';
import { csvLine, type ResultValue } from './csv-writer.ts';
import type { Dialect } from './dialect.ts';
import { createLayout, type Layout } from './layout.ts';
import type { RefusedRow } from './refused-row.ts';

/** What the files of a run can be. */
export type FileFormat = 'csv' | 'jsonl' | 'xlsx';

/**
 * The format of a file, as its name says; CSV where it does not.
 *
 * @throws RunError (exit 2) when the name says one that is not written
 */
export function fileFormatOf(path: string): FileFormat {
  const [, extension = ''] = /\.([a-z]+)$/i.exec(path) ?? [];
  const lower = extension.toLowerCase();
  if (lower === 'jsonl' || lower === 'ndjson') return 'jsonl';
  if (lower === 'xlsx') return 'xlsx';
  if (!unwritten.has(lower)) return 'csv';
  throw usageError('OUTPUT_FORMAT', `${path}: files of .${lower} are not written`, 'write .csv, .jsonl or .xlsx');
}

const unwritten: ReadonlySet<string> = new Set(['xls', 'xlsm', 'xlsb', 'ods', 'parquet', 'zip', 'gz']);

export interface RowFileOptions {
  readonly inputs: readonly PlannedInput[];
  readonly format: FileFormat;
  readonly dialect: Dialect;
  /** Columns that are added to the input's own. */
  readonly added: readonly string[];
  /** What happens to input columns with the name of an added one. */
  readonly sameNames: 'keep' | 'replace';
}

/** How rows are written as they were in the input, each with some values added. */
export interface RowFormat {
  /** What comes before the first row. */
  readonly header: string;
  /** The added columns, by the names that they have in the file. */
  readonly names: readonly string[];
  /** The value of `_file`: a row of several inputs begins what is added to it with the name of its own. */
  fileOf(input: number): readonly string[];
  /** A row with the values that are added to it. */
  line(input: number, row: RefusedRow, values: readonly ResultValue[]): string;
  /** Whether rows of an input may be copied as they are, with the values after them. */
  isVerbatim(input: number): boolean;
  /** By column of a CSV file, the cell of a row of an input that goes there; -1 for none. */
  cellsOf?(input: number): Int32Array;
}

export const createRowFormat = (options: RowFileOptions): RowFormat =>
  ({ csv: csvRows, jsonl: jsonRows, xlsx: cellRows })[options.format](options);

const fileOf =
  ({ inputs, added }: RowFileOptions): RowFormat['fileOf'] =>
  (input) =>
    added.includes('_file') ? [inputs[input]?.path ?? ''] : [];

/** Names of the added columns; one that is there already gets the suffix `_2`, or the next number that is free. */
function addedNames({ added, sameNames }: RowFileOptions, columns: readonly string[]): readonly string[] {
  if (sameNames === 'replace') return added;
  const taken = new Set(columns);
  return added.map((name) => {
    let free = name;
    for (let number = 2; taken.has(free); number += 1) free = `${name}_${String(number)}`;
    taken.add(free);
    return free;
  });
}

function csvRows(options: RowFileOptions): RowFormat {
  const { inputs, dialect, added, sameNames } = options;
  const leaveOut = new Set(sameNames === 'replace' ? added : []);
  const layout = createLayout(inputs, leaveOut);
  const names = addedNames(options, layout.columns);
  return {
    header: csvLine([...layout.columns, ...names], dialect),
    names,
    fileOf: fileOf(options),
    line(input, row, values) {
      if (!row.isMalformed) return csvLine([...layout.arrange(input, row.cells), ...values], dialect);
      const padding = new Array<string>(Math.max(0, layout.columns.length - 1)).fill('');
      const isForeign = !layout.isOwn(input) || inputs[input]?.input.table.delimiter !== dialect.delimiter;
      const marked = isForeign
        ? values.map((value, index) => (index === values.length - 1 ? `${String(value)} ${foreignLineMark}` : value))
        : values;
      return csvLine([row.text, ...padding, ...marked], dialect);
    },
    isVerbatim: (input) => isVerbatimCsv(inputs[input], layout, input, dialect),
    cellsOf: (input) => layout.cellsOf(input),
  };
}

/** Rows as cell lines: those of workbooks keep the types of their cells. */
function cellRows(options: RowFileOptions): RowFormat {
  const { inputs, added, sameNames } = options;
  const layout = createLayout(inputs, new Set(sameNames === 'replace' ? added : []));
  const names = addedNames(options, layout.columns);
  return {
    header: `${[...layout.columns, ...names].map(textCell).join(cellSeparator)}\n`,
    names,
    fileOf: fileOf(options),
    line(input, row, values) {
      const padding = new Array<string>(Math.max(0, layout.columns.length - 1)).fill('');
      const own = row.isMalformed
        ? [textCell(row.text), ...padding]
        : layout.arrange(input, typedCells(inputs[input], row));
      const more = values.map((value) => (typeof value === 'number' ? numberCell(value) : textCell(value ?? '')));
      return `${[...own, ...more].join(cellSeparator)}\n`;
    },
    isVerbatim: () => false,
  };
}

function typedCells(planned: PlannedInput | undefined, row: RefusedRow): readonly string[] {
  const format = planned?.input.table.format;
  if (format !== undefined && formats[format].isOfContent) return row.text.split(cellSeparator);
  return row.cells.map((text, cell) => (row.isNumber(cell) ? numberCell(Number(text)) : textCell(text)));
}

/** A row of CSV is what it was where its cells are in the same places, between the same delimiters. */
function isVerbatimCsv(planned: PlannedInput | undefined, layout: Layout, input: number, dialect: Dialect): boolean {
  if (planned === undefined) return false;
  const { format, delimiter, isOwnOutput, columns } = planned.input.table;
  const isSame = formats[format].hasDelimiter && delimiter === dialect.delimiter && !isOwnOutput;
  return isSame && layout.isOwn(input) && layout.columns.length === columns.length;
}

function jsonRows(options: RowFileOptions): RowFormat {
  const { inputs, sameNames } = options;
  const allColumns = inputs.flatMap(({ input }) => input.table.columns);
  const names = addedNames(options, allColumns);
  const replaced = new Set(sameNames === 'replace' ? options.added : []);
  const isJson = (input: number): boolean => {
    const format = inputs[input]?.input.table.format;
    return format !== undefined && formats[format].hasOpenNames;
  };
  const helpers = ownHelpers(options.added);
  return {
    header: '',
    names,
    fileOf: fileOf(options),
    line(input, row, values) {
      const columns = inputs[input]?.input.table.columns ?? [];
      const own = row.isMalformed
        ? JSON.stringify({ _raw: row.text })
        : isJson(input)
          ? row.text
          : cellsAsJson(columns, row, replaced);
      const more = names
        .map((name, index) => `${JSON.stringify(name)}:${JSON.stringify(values[index] ?? null)}`)
        .join(',');
      const body = (sameNames === 'replace' ? own.replace(helpers, '}') : own).replace(/\s*\}\s*$/, '');
      return `${body}${body.endsWith('{') ? '' : ','}${more}}\n`;
    },
    isVerbatim: (input) => isJson(input) && sameNames === 'keep',
  };
}

/** The helper keys that an earlier rejected file has at the end of its objects. */
function ownHelpers(added: readonly string[]): RegExp {
  const text = String.raw`"(?:[^"\\]|\\.)*"`;
  const file = added.includes('_file') ? `(?:"_file":${text},)?` : '';
  const id = added.includes('_id') ? `(?:"_id":(?:${text}|null),)?` : '';
  return new RegExp(String.raw`,?\s*${file}${id}"_row":\d+,"_codes":${text},"_errors":${text}\s*\}\s*$`);
}

function cellsAsJson(columns: readonly string[], row: RefusedRow, leaveOut: ReadonlySet<string>): string {
  const { cells } = row;
  const valueOf = (index: number): string | number => {
    const text = cells[index] ?? '';
    return row.isNumber(index) ? Number(text) : text;
  };
  return JSON.stringify(
    Object.fromEntries(columns.flatMap((name, index) => (leaveOut.has(name) ? [] : [[name, valueOf(index)]]))),
  );
}
