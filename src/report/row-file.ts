import type { ResultValue } from '../destinations/destination.ts';
import type { PlannedInput } from '../pipeline/plan.ts';
import type { ReportedRow } from '../pipeline/run.ts';
import { csvLine } from './csv-writer.ts';
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
  readonly delimiter: string;
  /** Columns that are added to the input's own. */
  readonly added: readonly string[];
  /** What happens to input columns with the name of an added one. */
  readonly sameNames: 'keep' | 'replace';
}

/** Writes rows as they stood in the input, each with some values added. */
export function createRowWriter(options: RowFileOptions): (row: ReportedRow, values: readonly ResultValue[]) => void {
  return options.format === 'csv' ? csvRows(options) : jsonRows(options);
}

/** Names of the added columns; one that the input has already gets the suffix `_2`. */
function addedNames({ added, sameNames }: RowFileOptions, columns: readonly string[]): readonly string[] {
  return sameNames === 'replace' ? added : added.map((name) => (columns.includes(name) ? `${name}_2` : name));
}

function csvRows(options: RowFileOptions): ReturnType<typeof createRowWriter> {
  const { inputs, sink, delimiter, added, sameNames } = options;
  const layout = createLayout(inputs, new Set(sameNames === 'replace' ? added : []));
  let hasHeader = false;
  return ({ input, row }, values) => {
    if (!hasHeader) sink.write(csvLine([...layout.columns, ...addedNames(options, layout.columns)], delimiter));
    hasHeader = true;
    const cells = row.malformed !== undefined && row.text !== undefined ? [row.text] : layout.arrange(input, row.cells);
    sink.write(csvLine([...cells, ...values], delimiter));
  };
}

function jsonRows(options: RowFileOptions): ReturnType<typeof createRowWriter> {
  const { inputs, sink } = options;
  const allColumns = inputs.flatMap(({ input }) => input.table.columns);
  const names = addedNames(options, allColumns);
  const replaced = new Set(options.sameNames === 'replace' ? options.added : []);
  return ({ input, row }, values) => {
    const columns = inputs[input]?.input.table.columns ?? [];
    const own =
      row.malformed === undefined
        ? (row.text ?? cellsAsJson(columns, row.cells, replaced))
        : rawAsJson(row.text ?? row.cells.join(' '));
    const more = names
      .map((name, index) => `${JSON.stringify(name)}:${JSON.stringify(values[index] ?? null)}`)
      .join(',');
    const body = own.slice(0, own.lastIndexOf('}')).trimEnd();
    sink.write(`${body}${body.endsWith('{') ? '' : ','}${more}}\n`);
  };
}

const rawAsJson = (text: string): string => JSON.stringify({ _raw: text });

const cellsAsJson = (columns: readonly string[], cells: readonly string[], leaveOut: ReadonlySet<string>): string =>
  JSON.stringify(
    Object.fromEntries(columns.flatMap((name, index) => (leaveOut.has(name) ? [] : [[name, cells[index] ?? '']]))),
  );
