import * as z from 'zod';
import { issueCodes } from '../../codes/issue-codes.ts';
import { formatNames } from '../../input/table.ts';
import { stages } from '../../issues.ts';
import { kindNames } from '../../records/kind.ts';

const count = z.int().min(0);
const chunk = z.int().min(1).describe('chunks are counted from 1');

const event = <Name extends string, Shape extends z.ZodRawShape>(name: Name, text: string, shape: Shape) =>
  z
    .strictObject({
      time: z.iso.datetime().describe('UTC'),
      event: z.literal(name),
      run_id: z.string(),
      ...shape,
    })
    .describe(text);

/**
 * One line of a file of `--log-file`. No event holds a value of a row, a header of a call or a key, and none a message
 * that could quote one: they say codes and counts.
 *
 * @public published in schemas/
 */
export const logEventSchema = z.discriminatedUnion('event', [
  event('run_started', 'A run begins; written before anything is read.', {
    version: z.string().describe('of dcycle-upload'),
    command: z.enum(kindNames),
    task: z.enum(['upload', 'resume', 'results']).describe('what is done with the run'),
    mode: z.enum(['upload', 'local', 'dry-run']),
    inputs: z.array(z.string()).describe('the files as they were named'),
    options: z.record(z.string(), z.unknown()).describe('as given or by default; of --set the fields alone'),
  }),
  event('input_understood', 'An input was opened and its columns mapped.', {
    path: z.string(),
    format: z.enum(formatNames),
    encoding: z.string(),
    delimiter: z.string().nullable().describe('null for JSONL'),
    decimal: z.enum(['.', ',']),
    date_order: z.enum(['iso', 'dmy', 'mdy', 'epoch']),
    mapping: z
      .record(z.string(), z.array(z.string()))
      .describe('field: the columns that it comes from; none with --set'),
    columns_not_used: count,
  }),
  event('target_chosen', 'The API and the account that the records go to.', {
    host: z.string(),
    organization_id: z.string(),
  }),
  event('call', 'A call to the API has ended.', {
    chunk,
    method: z.enum(['GET', 'POST', 'DELETE']).describe('GET looks records up'),
    attempt: z.int().min(1),
    records: count,
    bytes: count,
    status: z.int().nullable().describe('HTTP status; null without an answer'),
    failure: z.string().nullable().describe('why there was no answer'),
    duration_ms: count,
    retry_in_ms: count.nullable().describe('when the call is made again; null when it is not'),
  }),
  event('throttled', 'The API asked for fewer calls (429, 503) or to be left alone for a while (Retry-After).', {
    chunk,
    status: z.int(),
    retry_after_ms: count.nullable().describe('null without Retry-After'),
  }),
  event('chunk_parked', 'It is unknown what a call did: its records wait to be looked up.', {
    chunks: count.describe('that wait'),
    until: z.iso.datetime().describe('when they are looked up'),
  }),
  event('chunk_settled', 'The fate of each record of a chunk is known.', {
    chunk,
    state: z.enum(['accepted', 'partly', 'rejected', 'uncertain', 'not-sent']),
    accepted: count,
    rejected: count,
    not_sent: count,
    uncertain: count,
    reason: z.string().nullable().describe("what kept records from being delivered, without the API's own words"),
  }),
  event('interrupted', 'A signal came: what is in flight is finished.', { signal: z.string() }),
  event('rows_refused', 'Rows that were not accepted, summed at the end by what is wrong with them.', {
    code: z.enum(issueCodes),
    stage: z.enum(stages),
    field: z.string().nullable().describe('the record field concerned'),
    count: count.describe('errors: a row may have several'),
  }),
  event('warning', 'Warnings of one code, summed at the end.', {
    code: z.string(),
    count: count.describe('how often it was given'),
    messages: count.describe('in how many different wordings; --verbose or --json shows them'),
  }),
  event('file_written', 'A report was put in its place.', {
    holds: z.enum(['results', 'errors', 'rejected', 'totals', 'report', 'ileap', 'ileap_left_out']),
    path: z.string(),
  }),
  event('run_ended', 'The run has ended; always the last event of it, unless it was killed.', {
    exit_code: z.int().min(0).max(255),
    error: z.string().nullable().describe('why it ended with another code than 0 or 1'),
    duration_ms: count,
    rows: z.strictObject({ read: count, valid: count, invalid: count, duplicates: count, skipped: count }),
    records: z.strictObject({
      accepted: count,
      accepted_before: count,
      rejected: count,
      not_sent: count,
      uncertain: count,
    }),
    chunks: z.strictObject({ planned: count, sent: count, accepted: count, failed: count, retries: count }),
  }),
]);

/** One line of the log. */
export type LogEvent = z.infer<typeof logEventSchema>;

/** An event before it has its time and run. */
export type NewLogEvent<Event = LogEvent> = Event extends LogEvent ? Omit<Event, 'time' | 'run_id'> : never;
