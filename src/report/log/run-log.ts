import type { CallEvent } from '../../delivery/caller.ts';
import type { ParkedState } from '../../delivery/parking.ts';
import type { Destination, Fate, Outcome } from '../../destinations/destination.ts';
import { usageError } from '../../errors.ts';
import { formats } from '../../input/formats.ts';
import type { Issue } from '../../issues.ts';
import { columnsOf, type OpenedInput, type OpenedInputs } from '../../pipeline/plan.ts';
import type { RecordKind } from '../../records/kind.ts';
import { IssueCounts } from './issue-counts.ts';
import type { NewLogEvent } from './log-event.ts';
import { LogFile, type LogFileOptions } from './log-file.ts';
import { realPath } from '../files/real-path.ts';
import { hostWithPort, shownOptions } from './shown-options.ts';
import type { Summary } from '../summary.ts';

/** Sees a run from its first moment to its last, and writes down what happens (`--log-file`). */
export interface RunLog {
  understood(opened: OpenedInputs): void;
  call(event: CallEvent): void;
  refused(issues: readonly Issue[]): void;
  parked(state: ParkedState): void;
  /** The same destination; where it sends, and what becomes of its chunks, is written down. */
  watch(destination: Destination): Destination;
  /** The last thing that happens. */
  ended(summary: Summary): void;
}

/** What is written down of a run that is not logged. */
export const noLog: RunLog = {
  understood: () => {},
  call: () => {},
  refused: () => {},
  parked: () => {},
  watch: (destination) => destination,
  ended: () => {},
};

export interface RunLogOptions extends LogFileOptions {
  readonly version: string;
  readonly command: RecordKind['name'];
  readonly task: 'upload' | 'resume' | 'results';
  readonly mode: NonNullable<Summary['mode']>;
  readonly paths: readonly string[];
  /** The options of the command line. */
  readonly options: object;
  readonly interrupted: AbortSignal;
}

/**
 * Opens the log of a run and writes down its beginning.
 *
 * @throws RunError (exit 2) for a place where nothing can be written, an input, or a file that is not a log
 */
export function openRunLog(path: string, options: RunLogOptions): RunLog {
  const input = options.paths.find((each) => realPath(each) === realPath(path));
  if (input !== undefined) {
    throw usageError(
      'OUTPUT_TAKEN',
      `${path} is the input ${input}, to which nothing may be appended`,
      'choose another file with --log-file <file>',
    );
  }
  const file = new LogFile(path, options);
  const append = (event: NewLogEvent): void => file.append(event);
  const { version, command, task, mode, paths, interrupted } = options;
  append({
    event: 'run_started',
    version,
    command,
    task,
    mode,
    inputs: [...paths],
    options: shownOptions(options.options),
  });
  const onInterruption = (): void => append({ event: 'interrupted', signal: String(interrupted.reason) });
  interrupted.addEventListener('abort', onInterruption, { once: true });
  const refused = new IssueCounts();
  return {
    understood: ({ kind, inputs }) => {
      for (const opened of inputs) append(understoodEvent(opened, Object.keys(kind.fields)));
    },
    call: (event) => {
      for (const each of callEvents(event)) append(each);
    },
    refused: (issues) => refused.add(issues),
    parked: ({ chunks, until }) => append({ event: 'chunk_parked', chunks, until: new Date(until).toISOString() }),
    watch(destination) {
      // It sends nothing: what became of the chunks is in the log of the run that sent them.
      if (task === 'results') return destination;
      const { baseUrl, organizationId } = destination.target;
      append({ event: 'target_chosen', host: hostWithPort(baseUrl) ?? '', organization_id: organizationId });
      return {
        ...destination,
        async deliver(chunk, onParked) {
          const outcome = await destination.deliver(chunk, onParked);
          append(settledEvent(chunk.index, outcome));
          return outcome;
        },
      };
    },
    ended(summary) {
      interrupted.removeEventListener('abort', onInterruption);
      for (const event of [...refusedEvents(refused), ...endEvents(summary)]) append(event);
      file.close();
    },
  };
}

function understoodEvent(opened: OpenedInput, fields: readonly string[]): NewLogEvent {
  const { path, input, mapping, conventions } = opened;
  const mapped = new Set(mapping.sources.map(({ field }) => field));
  return {
    event: 'input_understood',
    path,
    format: input.table.format,
    encoding: input.encoding.label,
    delimiter: formats[input.table.format].hasDelimiter ? input.table.delimiter : null,
    decimal: conventions.decimal,
    date_order: conventions.dateOrder,
    mapping: Object.fromEntries(
      fields.filter((field) => mapped.has(field)).map((field) => [field, [...columnsOf(opened, field)]]),
    ),
    columns_not_used: mapping.unmapped.length,
  };
}

/** Answers by which the API says that it has too much to do. */
const busy: ReadonlySet<number> = new Set([429, 503]);

function callEvents(call: CallEvent): readonly NewLogEvent[] {
  const { method, attempt, records, bytes, durationMs, result, status, retryAfterMs, retryInMs } = call;
  const chunk = call.chunk + 1;
  const made: NewLogEvent = {
    event: 'call',
    chunk,
    method,
    attempt,
    records,
    bytes,
    status: status ?? null,
    failure: status === undefined ? result : null,
    duration_ms: durationMs,
    retry_in_ms: retryInMs ?? null,
  };
  if (status === undefined || (!busy.has(status) && retryAfterMs === undefined)) return [made];
  return [made, { event: 'throttled', chunk, status, retry_after_ms: retryAfterMs ?? null }];
}

/** The fates by name; compared with their definition, of which this folder takes the type alone. */
const fate = { accepted: 0, rejected: 1, notSent: 2, uncertain: 3 } as const satisfies typeof Fate;

function settledEvent(index: number, { state, fates, failure }: Outcome): NewLogEvent {
  const count = (wanted: Fate): number => fates.reduce((sum, each) => (each === wanted ? sum + 1 : sum), 0);
  return {
    event: 'chunk_settled',
    chunk: index + 1,
    state,
    accepted: count(fate.accepted),
    rejected: count(fate.rejected),
    not_sent: count(fate.notSent),
    uncertain: count(fate.uncertain),
    reason: failure === undefined ? null : withoutReply(failure.reason),
  };
}

/** The API's own words may quote what it was sent. */
const withoutReply = (reason: string): string => reason.replace(/(HTTP \d+): .*/s, '$1: …');

const refusedEvents = ({ all }: IssueCounts): readonly NewLogEvent[] =>
  all.map((counted) => ({ event: 'rows_refused', ...counted }));

function endEvents({ warnings, files, exit_code, error, duration_ms, rows, records, chunks }: Summary): NewLogEvent[] {
  const codes = [...new Set(warnings.map(({ code }) => code))];
  const written = Object.entries(files) as [keyof Summary['files'], string | null | undefined][];
  return [
    ...codes.map((code): NewLogEvent => {
      const alike = warnings.filter((warning) => warning.code === code);
      return {
        event: 'warning',
        code,
        count: alike.reduce((sum, { count }) => sum + count, 0),
        messages: alike.length,
      };
    }),
    ...written.flatMap(([holds, path]): NewLogEvent[] =>
      typeof path === 'string' ? [{ event: 'file_written', holds, path }] : [],
    ),
    { event: 'run_ended', exit_code, error: error?.code ?? null, duration_ms, rows, records, chunks },
  ];
}
