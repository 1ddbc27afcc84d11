import type { ExitCode } from '../exit-codes.ts';
import { printable } from '../issues.ts';
import { kinds } from '../records/kinds.ts';
import type { ChunkRecord, RecordCounts, RunRecord } from '../state/run-file.ts';
import type { ListedRun } from '../state/run-folder.ts';
import { count } from './format.ts';
import { renderTable, type TableColumn, type TableOptions } from './tables/table.ts';

/** How a run stands. */
type RunState = 'running' | 'complete' | 'incomplete' | 'broken off';

/** Complete is what has nothing left to deliver; broken off is what was killed. */
function stateOf(run: RunRecord | undefined): RunState {
  if (run === undefined) return 'running';
  if (run.finishedAt === null || run.records === null) return 'broken off';
  const { not_sent: notSent, uncertain } = run.records;
  // A run that ended early has not even read what it did not send.
  return notSent + uncertain > 0 || !deliveredAll.has(run.exitCode ?? -1) ? 'incomplete' : 'complete';
}

/** Exit codes of runs that read their inputs to the end. */
const deliveredAll: ReadonlySet<number> = new Set<ExitCode>([0, 1, 8]);

/** Whether a run has something left to deliver, and can go on. */
export const isUnfinished = (listed: ListedRun): listed is Extract<ListedRun, { isRunning: false }> =>
  !listed.isRunning && stateOf(listed.run) !== 'complete' && !listed.run.paths.includes('-');

/** A run as `runs --json` has it. */
export const runDocument = (listed: ListedRun) =>
  listed.isRunning
    ? { id: listed.id, state: 'running' as const }
    : {
        id: listed.id,
        state: stateOf(listed.run),
        command: listed.run.command,
        paths: listed.run.paths,
        working_directory: listed.run.workingDirectory,
        base_url: listed.run.baseUrl,
        organization_id: listed.run.organizationId,
        started_at: listed.run.startedAt,
        finished_at: listed.run.finishedAt,
        exit_code: listed.run.exitCode,
        records: listed.run.records,
      };

/** A chunk as `runs show --json` has it. */
export const chunkDocument = ({ index, records, first, last, state, sha256 }: ChunkRecord) => ({
  index,
  records,
  first_row: first.row,
  last_row: last.row,
  state,
  sha256,
});

const counts = (records: RecordCounts | null): string[] =>
  records === null
    ? ['–', '–', '–', '–']
    : [records.accepted, records.rejected, records.not_sent, records.uncertain].map(count);

const minutes = (time: string): string => time.slice(0, 16).replace('T', ' ');

const runColumns: readonly TableColumn[] = [
  { head: 'Run', alignment: 'left' },
  { head: 'Started (UTC)', alignment: 'left', narrows: 'wrap', rank: 2 },
  { head: 'What', alignment: 'left', narrows: 'cut' },
  { head: 'State', alignment: 'left' },
  { head: 'Accepted', alignment: 'right', rank: 1 },
  { head: 'Rejected', alignment: 'right', rank: 3 },
  { head: 'Not sent', alignment: 'right', rank: 4 },
  { head: 'Uncertain', alignment: 'right', rank: 5 },
];

/** Runs as a table, the newest first. */
export function renderRuns(runs: readonly ListedRun[], options: TableOptions): string {
  if (runs.length === 0) return 'no runs yet; to make one: dcycle-upload requests <file>\n';
  const { style } = options;
  const tint = { running: style.cyan, complete: style.green, incomplete: style.yellow, 'broken off': style.red };
  const rows = runs.map((listed) => {
    const run = listed.isRunning ? undefined : listed.run;
    const state = stateOf(run);
    return [
      listed.id.slice(0, 8),
      run === undefined ? '' : minutes(run.startedAt),
      run === undefined ? '' : printable([run.command, ...run.paths].join(' ')),
      tint[state](state),
      ...counts(run?.records ?? null),
    ];
  });
  const table = renderTable(runColumns, rows, { ...options, isTight: true });
  const unfinished = runs.find(isUnfinished);
  return unfinished === undefined
    ? table
    : `${table}to finish an incomplete one: dcycle-upload resume ${unfinished.id.slice(0, 8)}\n`;
}

const chunkColumns: readonly TableColumn[] = [
  { head: 'Chunk', alignment: 'right' },
  { head: 'Records', alignment: 'right', rank: 2 },
  { head: 'From row', alignment: 'right', narrows: 'cut start' },
  { head: 'To row', alignment: 'right', narrows: 'cut start', rank: 1 },
  { head: 'State', alignment: 'left' },
];

/** One run with its chunks. */
export function renderRun(run: RunRecord, chunks: readonly ChunkRecord[], options: TableOptions): string {
  const head = [
    `run       ${run.id}`,
    `what      ${printable([run.command, ...run.paths].join(' '))}`,
    `in        ${printable(run.workingDirectory)}`,
    `to        ${run.baseUrl} as ${run.organizationId}`,
    `started   ${run.startedAt}`,
    `finished  ${run.finishedAt ?? '–'}${run.exitCode === null ? '' : ` with exit code ${String(run.exitCode)}`}`,
    `state     ${stateOf(run)}`,
  ];
  const manyInputs = run.paths.length > 1;
  const place = (input: number, row: number): string =>
    manyInputs ? `${run.paths[input] ?? ''}:${count(row)}` : count(row);
  const table = renderTable(
    chunkColumns,
    chunks.map(({ index, records, first, last, state }) => [
      count(index + 1),
      count(records),
      place(first.input, first.row),
      place(last.input, last.row),
      state,
    ]),
    { ...options, isTight: true },
  );
  return `${head.join('\n')}\n${chunks.length === 0 ? 'nothing was sent\n' : table}${nextFor(run)}`;
}

/** What can be done with a run; one that read a pipe can't be read again. */
function nextFor(run: RunRecord): string {
  if (run.paths.includes('-')) return '';
  const id = run.id.slice(0, 8);
  if (stateOf(run) !== 'complete') return `to finish it, run: dcycle-upload resume ${id}\n`;
  return kinds[run.command].readsBack ? `for the emissions, run: dcycle-upload results ${id}\n` : '';
}
