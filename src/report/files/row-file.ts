import { foreignLineMark } from '../../input/csv-lenient.ts';
import { formats } from '../../input/formats.ts';
import type { PlannedInput } from '../../pipeline/plan.ts';
import { csvLine, type ResultValue } from './csv-writer.ts';
import type { Dialect } from './dialect.ts';
import { createLayout, type Layout } from './layout.ts';
import type { RefusedRow } from './refused-row.ts';

export const isJsonLines = (path: string): boolean => /\.(?:jsonl|ndjson)$/i.test(path);

export interface RowFileOptions {
  readonly inputs: readonly PlannedInput[];
  readonly format: 'csv' | 'jsonl';
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
  /** A row with the values that are added to it. */
  line(input: number, row: RefusedRow, values: readonly ResultValue[]): string;
  /** Whether rows of an input may be copied as they are, with the values after them. */
  isVerbatim(input: number): boolean;
  /** By column of a CSV file, the cell of a row of an input that goes there; -1 for none. */
  cellsOf?(input: number): Int32Array;
}

export const createRowFormat = (options: RowFileOptions): RowFormat =>
  options.format === 'csv' ? csvRows(options) : jsonRows(options);

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
  return {
    header: '',
    names,
    line(input, row, values) {
      const columns = inputs[input]?.input.table.columns ?? [];
      const own = row.isMalformed
        ? JSON.stringify({ _raw: row.text })
        : isJson(input)
          ? row.text
          : cellsAsJson(columns, row.cells, replaced);
      const more = names
        .map((name, index) => `${JSON.stringify(name)}:${JSON.stringify(values[index] ?? null)}`)
        .join(',');
      const body = (sameNames === 'replace' ? own.replace(ownHelpers, '}') : own).replace(/\s*\}\s*$/, '');
      return `${body}${body.endsWith('{') ? '' : ','}${more}}\n`;
    },
    isVerbatim: (input) => isJson(input) && sameNames === 'keep',
  };
}

/** The helper keys that an earlier rejected file has at the end of its objects. */
const ownHelpers = /,?\s*"_row":\d+,"_codes":"(?:[^"\\]|\\.)*","_errors":"(?:[^"\\]|\\.)*"\s*\}\s*$/;

const cellsAsJson = (columns: readonly string[], cells: readonly string[], leaveOut: ReadonlySet<string>): string =>
  JSON.stringify(
    Object.fromEntries(columns.flatMap((name, index) => (leaveOut.has(name) ? [] : [[name, cells[index] ?? '']]))),
  );
