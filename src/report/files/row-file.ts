import type { ResultValue } from '../../destinations/destination.ts';
import type { PlannedInput } from '../../pipeline/plan.ts';
import type { ReportedRow } from '../../pipeline/run.ts';
import { foreignLineMark } from '../../input/csv.ts';
import { csvLine } from './csv-writer.ts';
import type { Dialect } from './dialect.ts';
import { createLayout } from './layout.ts';

/** Where lines of text go. */
export interface TextSink {
  write(text: string): void;
}

export const isJsonLines = (path: string): boolean => /\.(?:jsonl|ndjson)$/i.test(path);

export interface RowFileOptions {
  readonly inputs: readonly PlannedInput[];
  readonly sink: TextSink;
  readonly format: 'csv' | 'jsonl';
  readonly dialect: Dialect;
  /** Columns that are added to the input's own. */
  readonly added: readonly string[];
  /** What happens to input columns with the name of an added one. */
  readonly sameNames: 'keep' | 'replace';
}

/** Writes rows as they stood in the input, each with some values added. */
export function createRowWriter(options: RowFileOptions): (row: ReportedRow, values: readonly ResultValue[]) => void {
  return options.format === 'csv' ? csvRows(options) : jsonRows(options);
}

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

function csvRows(options: RowFileOptions): ReturnType<typeof createRowWriter> {
  const { inputs, sink, dialect, added, sameNames } = options;
  const layout = createLayout(inputs, new Set(sameNames === 'replace' ? added : []));
  const names = addedNames(options, layout.columns);
  let hasHeader = false;
  return ({ input, row }, values) => {
    if (!hasHeader) sink.write(csvLine([...layout.columns, ...names], dialect));
    hasHeader = true;
    if (row.malformed === undefined) {
      sink.write(csvLine([...layout.arrange(input, row.cells), ...values], dialect));
      return;
    }
    const padding = new Array<string>(Math.max(0, layout.columns.length - 1)).fill('');
    const isForeign = !layout.isOwn(input) || inputs[input]?.input.table.delimiter !== dialect.delimiter;
    const marked = isForeign
      ? values.map((value, index) => (index === values.length - 1 ? `${String(value)} ${foreignLineMark}` : value))
      : values;
    sink.write(csvLine([row.text ?? '', ...padding, ...marked], dialect));
  };
}

function jsonRows(options: RowFileOptions): ReturnType<typeof createRowWriter> {
  const { inputs, sink, sameNames } = options;
  const allColumns = inputs.flatMap(({ input }) => input.table.columns);
  const names = addedNames(options, allColumns);
  const replaced = new Set(options.sameNames === 'replace' ? options.added : []);
  return ({ input, row }, values) => {
    const columns = inputs[input]?.input.table.columns ?? [];
    const own =
      row.malformed === undefined
        ? (row.text ?? cellsAsJson(columns, row.cells, replaced))
        : JSON.stringify({ _raw: row.text ?? '' });
    const more = names
      .map((name, index) => `${JSON.stringify(name)}:${JSON.stringify(values[index] ?? null)}`)
      .join(',');
    const body = (sameNames === 'replace' ? own.replace(ownHelpers, '}') : own).replace(/\s*\}\s*$/, '');
    sink.write(`${body}${body.endsWith('{') ? '' : ','}${more}}\n`);
  };
}

/** The helper keys that an earlier rejected file has at the end of its objects. */
const ownHelpers = /,?\s*"_row":\d+,"_codes":"(?:[^"\\]|\\.)*","_errors":"(?:[^"\\]|\\.)*"\s*\}\s*$/;

const cellsAsJson = (columns: readonly string[], cells: readonly string[], leaveOut: ReadonlySet<string>): string =>
  JSON.stringify(
    Object.fromEntries(columns.flatMap((name, index) => (leaveOut.has(name) ? [] : [[name, cells[index] ?? '']]))),
  );
