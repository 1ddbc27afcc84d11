import type { ExitCode } from '../exit-codes.ts';
import { printable } from '../issues.ts';
import { kinds } from '../records/kinds.ts';
import type { CallRecord, Entry, RecordCounts, RunRecord } from '../ledger/run-store.ts';
import { count } from './format.ts';
import { renderTable, type TableColumn, type TableOptions } from './tables/table.ts';

/** How far a run is. */
type RunState = 'running' | 'complete' | 'incomplete' | 'broken off' | 'undo open' | 'undone';

/** Complete is what has nothing left to deliver; broken off is what was killed. */
function stateOf(run: RunRecord): RunState {
  if (run.isRunning) return 'running';
  if (run.undo === 'done') return 'undone';
  if (run.undo === 'begun') return 'undo open';
  if (run.finishedAt === null || run.records === null) return 'broken off';
  const { not_sent: notSent, uncertain } = run.records;
  // A run that ended early has not even read what it did not send.
  return notSent + uncertain > 0 || !deliveredAll.has(run.exitCode ?? -1) ? 'incomplete' : 'complete';
}

/** Exit codes of runs that read their inputs to the end. */
const deliveredAll: ReadonlySet<number> = new Set<ExitCode>([0, 1, 8]);

/** Whether a run has something left to deliver, and can be resumed. */
export const isUnfinished = (run: RunRecord): boolean =>
  !run.isRunning && run.undo === undefined && stateOf(run) !== 'complete' && !run.paths.includes('-');

/** A run as `runs --json` has it. */
export const runDocument = (run: RunRecord) => ({
  id: run.id,
  state: stateOf(run),
  command: run.account.kind,
  paths: run.paths,
  working_directory: run.workingDirectory,
  base_url: run.account.baseUrl,
  organization_id: run.account.organizationId,
  started_at: run.startedAt,
  finished_at: run.finishedAt,
  exit_code: run.exitCode,
  records: run.records,
});

/** The entries by name; compared with their definition, of which this folder takes the type alone. */
const entry = {
  sending: 0,
  accepted: 1,
  rejected: 2,
  notStored: 3,
  uncertain: 4,
  removing: 5,
  removed: 6,
} as const satisfies typeof Entry;

/** How far a call is; `sent` until something is known of it. */
function stateOfCall({
  entries,
}: CallRecord): 'sent' | 'accepted' | 'partly' | 'rejected' | 'uncertain' | 'not-sent' | 'deleted' {
  if (entries.every((each) => each === entry.accepted)) return 'accepted';
  if (entries.includes(entry.accepted)) return 'partly';
  if (entries.includes(entry.removing)) return 'uncertain';
  if (entries.includes(entry.removed)) return 'deleted';
  if (entries.includes(entry.sending)) return 'sent';
  if (entries.includes(entry.uncertain)) return 'uncertain';
  return entries.includes(entry.notStored) ? 'not-sent' : 'rejected';
}

/** A call as `runs show --json` has it. */
export const callDocument = (call: CallRecord) => ({
  index: call.number - 1,
  records: call.marks.records,
  first_row: call.marks.rows[0] ?? 0,
  last_row: call.marks.rows.at(-1) ?? 0,
  state: stateOfCall(call),
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
export function renderRuns(runs: readonly RunRecord[], options: TableOptions): string {
  if (runs.length === 0) return 'no runs yet; to make one: dcycle-upload requests <file>\n';
  const { style } = options;
  const tint = {
    running: style.cyan,
    complete: style.green,
    incomplete: style.yellow,
    'broken off': style.red,
    'undo open': style.yellow,
    undone: style.dim,
  };
  const rows = runs.map((run) => {
    const state = stateOf(run);
    return [
      run.id.slice(0, 8),
      minutes(run.startedAt),
      printable([run.account.kind, ...run.paths].join(' ')),
      tint[state](state),
      ...counts(run.records),
    ];
  });
  const table = renderTable(runColumns, rows, { ...options, isTight: true });
  const unfinished = runs.find(isUnfinished);
  return unfinished === undefined
    ? table
    : `${table}to finish an incomplete one: dcycle-upload resume ${unfinished.id.slice(0, 8)}\n`;
}

const callColumns: readonly TableColumn[] = [
  { head: 'Call', alignment: 'right' },
  { head: 'Records', alignment: 'right', rank: 2 },
  { head: 'From row', alignment: 'right', narrows: 'cut start' },
  { head: 'To row', alignment: 'right', narrows: 'cut start', rank: 1 },
  { head: 'State', alignment: 'left' },
];

/** One run with its calls. */
export function renderRun(run: RunRecord, calls: readonly CallRecord[], options: TableOptions): string {
  const head = [
    `run       ${run.id}`,
    `what      ${printable([run.account.kind, ...run.paths].join(' '))}`,
    `in        ${printable(run.workingDirectory)}`,
    `to        ${run.account.baseUrl} as ${run.account.organizationId}`,
    `started   ${run.startedAt}`,
    `finished  ${run.finishedAt ?? '–'}${run.exitCode === null ? '' : ` with exit code ${String(run.exitCode)}`}`,
    `state     ${stateOf(run)}`,
  ];
  const manyInputs = run.paths.length > 1;
  const place = (input: number, row: number): string =>
    manyInputs ? `${run.paths[input] ?? ''}:${count(row)}` : count(row);
  const table = renderTable(
    callColumns,
    calls.map((call) => {
      const { records, inputs, rows } = call.marks;
      return [
        count(call.number),
        count(records),
        place(inputs[0] ?? 0, rows[0] ?? 0),
        place(inputs.at(-1) ?? 0, rows.at(-1) ?? 0),
        stateOfCall(call),
      ];
    }),
    { ...options, isTight: true },
  );
  return `${head.join('\n')}\n${calls.length === 0 ? 'nothing was sent\n' : table}${nextFor(run)}`;
}

/** What can be done with a run; one that read a pipe can't be read again. */
function nextFor(run: RunRecord): string {
  const id = run.id.slice(0, 8);
  if (run.undo === 'begun') return `to finish deleting, run: dcycle-upload undo ${id}\n`;
  if (run.paths.includes('-') || run.undo !== undefined) return '';
  if (stateOf(run) !== 'complete') return `to finish it, run: dcycle-upload resume ${id}\n`;
  return kinds[run.account.kind].readsBack ? `for the emissions, run: dcycle-upload results ${id}\n` : '';
}
