import type { RecordKind } from '../../src/records/kind.ts';
import type { Summary } from '../../src/report/summary.ts';
import { runProduct } from '../reference/product.ts';

/** What a run read of a small file. */
export interface Read {
  readonly exit: number;
  readonly summary: Summary;
  readonly rows: Summary['rows'];
  readonly co2eKg: number | undefined;
  /** Why the run was refused as a whole. */
  readonly error: Summary['error'];
  readonly warnings: ReadonlyMap<string, string>;
  /** By row: codes and messages of what is wrong with it. */
  readonly errors: readonly { readonly row: number; readonly code: string; readonly message: string }[];
  /** The rows of the results as objects: with `--local` those that were calculated. */
  readonly results: readonly Readonly<Record<string, unknown>>[];
}

/** Reads texts as files of one run; those that begin with `{` are JSON Lines. */
export async function read(
  command: readonly [RecordKind['name'], ...string[]],
  ...texts: readonly string[]
): Promise<Read> {
  const [kind, ...args] = command;
  const files = Object.fromEntries(
    texts.map((text, index) => [`in${String(index + 1)}.${text.startsWith('{') ? 'jsonl' : 'csv'}`, Buffer.from(text)]),
  );
  const outputs = ['--errors', 'e.jsonl', ...(args.includes('--local') ? ['--out', 'o.jsonl'] : [])];
  const { code, summary, written } = await runProduct(files, [kind, ...Object.keys(files), ...args, ...outputs]);
  const linesOf = (name: string): Record<string, unknown>[] =>
    (written.get(name)?.toString() ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    exit: code,
    summary,
    rows: summary.rows,
    co2eKg: summary.emissions?.co2e_kg,
    error: summary.error,
    warnings: new Map(summary.warnings.map(({ code: name, message }) => [name, message])),
    errors: linesOf('e.jsonl') as unknown as Read['errors'],
    results: linesOf('o.jsonl').map(withFigures),
  };
}

/** A result has figures next to the input's own columns of these names, which are then called `quantity_2`. */
const withFigures = (row: Readonly<Record<string, unknown>>): Read['results'][number] => ({
  ...row,
  ...Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => (name.endsWith('_2') ? [[name.slice(0, -2), value]] : [])),
  ),
});

/** Rows of cells as CSV with semicolons, which no number has. */
export const csv = (...rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.join(';')}\n`).join('');

/** The same as JSON Lines of texts. */
export const jsonl = ([header = [], ...rows]: readonly (readonly string[])[]): string =>
  rows
    .map((row) => `${JSON.stringify(Object.fromEntries(header.map((name, at) => [name, row[at] ?? ''])))}\n`)
    .join('');
