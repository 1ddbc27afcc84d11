import { Readable } from 'node:stream';
import { join } from 'node:path';
import { type Batch, Verdict } from '../../src/columns/batch.ts';
import type { Issue } from '../../src/issues.ts';
import { type MappingOptions } from '../../src/mapping/mapping.ts';
import type { FlowSizes } from '../../src/pipeline/memory.ts';
import { openInputs, type Plan, planRun } from '../../src/pipeline/plan.ts';
import type { ReportedRows, RunObserver } from '../../src/pipeline/reported-rows.ts';
import { run, type RunOptions } from '../../src/pipeline/run.ts';
import type { RunTarget } from '../../src/pipeline/run-target.ts';
import type { RunResult } from '../../src/pipeline/run-result.ts';
import type { Fields, RecordKind } from '../../src/records/kind.ts';
import { folderWith } from './command.ts';
import { noConstants } from './records.ts';

const verdictNames = Object.fromEntries(Object.entries(Verdict).map(([name, value]) => [value, name]));

/** What a run says of a row. */
export interface SeenRow {
  readonly input: number;
  readonly row: number;
  readonly line: number;
  readonly verdict: string;
  readonly issues: readonly Issue[];
  /** Of rows that were accepted. */
  readonly fields: Fields | undefined;
}

export interface Flow {
  readonly kind: RecordKind;
  /** Texts of files by their names; the extension says the format. */
  readonly files: Readonly<Record<string, string | Buffer>>;
  readonly mapping?: MappingOptions;
  readonly sizes?: Partial<FlowSizes>;
  readonly options?: Partial<RunOptions>;
  readonly target?: RunTarget;
}

export interface Seen {
  readonly rows: readonly SeenRow[];
  readonly result: RunResult;
}

const seenRow = ({ input, batch, records }: ReportedRows, row: number): SeenRow => ({
  input,
  row: batch.firstRow + row,
  line: batch.lines[row] ?? 0,
  verdict: verdictNames[batch.verdicts[row] ?? 0] ?? '',
  issues: batch.issues.get(row) ?? [],
  fields: batch.verdicts[row] === Verdict.accepted ? records.fields(row) : undefined,
});

/** Notes the rows of a run as they are reported. */
export function createWitness(): { readonly observer: RunObserver; readonly rows: readonly SeenRow[] } {
  const rows: SeenRow[] = [];
  const indices = (batch: Batch): readonly number[] => Array.from({ length: batch.rows }, (_, row) => row);
  const observer: RunObserver = {
    wantsAccepted: true,
    rows: (reported) => rows.push(...indices(reported.batch).map((row) => seenRow(reported, row))),
    progress: () => {},
  };
  return { observer, rows };
}

export const defaultRunOptions: RunOptions = {
  chunkRecords: 100,
  dedupeKey: undefined,
  stopOnError: false,
  maxErrors: undefined,
  bounds: { purchase: () => undefined, payloadT: () => undefined },
  isStrict: false,
  interrupted: new AbortController().signal,
};

/** Opens files as the inputs of a run. */
export async function planOf({ kind, files, mapping = noConstants(kind) }: Flow): Promise<Plan> {
  const folder = folderWith(files);
  const opened = await openInputs(
    Object.keys(files).map((name) => join(folder, name)),
    {
      kind,
      input: { format: undefined, delimiter: undefined, encoding: undefined },
      mapping,
      schema: { currentYear: 2026, target: 'api' },
      stdin: Readable.from([]),
    },
  );
  return planRun(opened, mapping);
}

/** Runs files through the whole flow. */
export async function runFlow(flow: Flow): Promise<Seen> {
  const plan = await planOf(flow);
  try {
    const { observer, rows } = createWitness();
    const target = flow.target ?? { mode: 'dry-run' };
    const options = { ...defaultRunOptions, ...flow.options, sizes: flow.sizes };
    const result = await run(plan, target, options, () => observer);
    return { rows, result };
  } finally {
    await plan.close();
  }
}
