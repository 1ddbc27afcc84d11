import { formats } from '../../input/formats.ts';
import type { Inspection } from '../../pipeline/inspect.ts';
import type { ColumnStructure } from '../../pipeline/structure.ts';
import type { CallRecord, RunRecord } from '../../ledger/run-store.ts';
import { IssueCounts } from '../log/issue-counts.ts';
import type { LogEvent } from '../log/log-event.ts';
import { callDocument, runDocument } from '../runs.ts';
import { hostWithPort, shownOptions } from '../log/shown-options.ts';
import type { SupportBundle } from './support-bundle.ts';

const chunksShown = 1000;

/** The run that a report is about. */
export const runPart = (
  run: RunRecord,
  calls: readonly CallRecord[],
  log: readonly LogEvent[],
): NonNullable<SupportBundle['run']> => ({
  ...runHead(run),
  host: hostWithPort(run.account.baseUrl) ?? '',
  options: shownOptions(run.options),
  chunks: calls.slice(0, chunksShown).map((each) => {
    const { index, ...rest } = callDocument(each);
    return { chunk: index + 1, ...rest };
  }),
  chunks_left_out: Math.max(0, calls.length - chunksShown),
  log: [...log],
});

/** A run among the recent ones. */
export const recentRunPart = (run: RunRecord): SupportBundle['recent_runs'][number] => runHead(run);

function runHead(run: RunRecord): SupportBundle['recent_runs'][number] {
  return {
    id: run.id,
    state: runDocument(run).state,
    command: run.account.kind,
    inputs: [...run.paths],
    started_at: run.startedAt,
    finished_at: run.finishedAt,
    exit_code: run.exitCode,
    records: run.records,
  };
}

/** An input as it is built, without a value of it. */
export function inputPart(
  kind: NonNullable<SupportBundle['input']>['kind'],
  { path, input, conventions, sample, missing, warnings, issues }: Inspection,
  columns: readonly ColumnStructure[],
): NonNullable<SupportBundle['input']> {
  const { table, encoding } = input;
  const { hasDelimiter } = formats[table.format];
  const counts = new IssueCounts();
  counts.add(issues);
  return {
    path,
    kind,
    format: table.format,
    encoding: { label: encoding.label, reason: encoding.reason, has_mark: encoding.hasMark },
    delimiter: hasDelimiter ? table.delimiter : null,
    line_end: hasDelimiter ? table.lineEnd : null,
    header: hasDelimiter ? { line: table.header.line, below_titles: table.header.hasTitles } : null,
    decimal: conventions === undefined ? null : { mark: conventions.decimal, reason: conventions.decimalReason },
    dates: conventions === undefined ? null : { order: conventions.dateOrder, reason: conventions.dateReason },
    rows_in_sample: sample.length,
    malformed_rows: sample.filter(({ isMalformed }) => isMalformed).length,
    columns: columns.map(({ name, field, reason, unit, empty, distinct, patterns, others }) => ({
      name: name ?? null,
      field: field ?? null,
      reason: reason ?? null,
      unit: unit ?? null,
      empty,
      distinct,
      patterns: [...patterns],
      others,
    })),
    missing: missing.map(({ anyOf }) => anyOf.map((fields) => fields.join(' and ')).join(', or ')),
    errors: counts.all.map((counted) => ({ ...counted })),
    warnings: [...new Set(warnings.map(({ code }) => code))],
  };
}
