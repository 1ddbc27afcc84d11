import * as z from 'zod';
import { issueCodes } from '../../codes/issue-codes.ts';
import { formatNames } from '../../input/table.ts';
import { stages } from '../../issues.ts';
import { kindNames } from '../../records/kind.ts';
import { logEventSchema } from '../log/log-event.ts';

const count = z.int().min(0);
const records = z.strictObject({ accepted: count, rejected: count, not_sent: count, uncertain: count }).nullable();

const runHead = {
  id: z.string(),
  state: z.enum(['running', 'complete', 'incomplete', 'broken off', 'undo open', 'undone']),
  command: z.enum(kindNames).nullable().describe('null, like the rest, while it is running'),
  inputs: z.array(z.string()).describe('the files as they were named'),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  exit_code: z.int().nullable(),
  records,
};

const chunk = z.strictObject({
  chunk: z.int().min(1).describe('as in the log'),
  records: count,
  first_row: count,
  last_row: count,
  state: z.string(),
});

const column = z.strictObject({
  name: z.string().nullable().describe('null where fewer than two names are known: they may be values then'),
  field: z.string().nullable().describe('the field that it is taken for'),
  reason: z.string().nullable().describe('why'),
  unit: z.string().nullable().describe('the unit that its name gives'),
  empty: count.describe('rows of the sample without a value'),
  distinct: count.describe('different values in the sample'),
  patterns: z
    .array(z.strictObject({ pattern: z.string(), count }))
    .describe('A capital, a small letter, x other letter, 9 digit, ? other character; {5-8} a range of lengths'),
  others: count.describe('values of further patterns'),
});

/** @public published in schemas/ */
export const supportBundleSchema = z.strictObject({
  schema: z.literal('dcycle-upload/support-bundle/1'),
  created_at: z.iso.datetime(),
  left_out: z.array(z.string()).describe('what the file does not hold'),
  tool: z.strictObject({ version: z.string(), dependencies: z.record(z.string(), z.string()) }),
  machine: z.strictObject({
    versions: z.strictObject({ node: z.string(), v8: z.string(), openssl: z.string(), icu: z.string() }),
    platform: z.string(),
    release: z.string(),
    architecture: z.string(),
    processors: count,
    memory_bytes: count,
    free_memory_bytes: count,
    locale: z.string(),
    time_zone: z.string(),
    stdout_is_terminal: z.boolean(),
    stderr_is_terminal: z.boolean(),
  }),
  environment: z.record(z.string(), z.string()).describe('"set" or "empty" where a value may be private'),
  configuration: z
    .strictObject({
      file: z.string().nullable().describe('the configuration file; null where there is none'),
      profile: z.string().nullable(),
      settings: z.record(
        z.string(),
        z.strictObject({
          value: z.union([z.string(), z.number()]).describe("of an address the host; 'set' of what is not shown"),
          from: z.enum(['option', 'environment', '.env', 'profile', 'file', 'default']).nullable(),
          wrong: z.string().optional().describe('what is wrong with the value'),
        }),
      ),
    })
    .nullable()
    .describe('the settings that apply, without secrets; null where they could not be read'),
  directories: z.array(
    z.strictObject({
      holds: z.string(),
      path: z.string(),
      exists: z.boolean(),
      is_writable: z.boolean().describe('of the nearest directory that exists'),
      free_bytes: count.nullable(),
    }),
  ),
  run: z
    .strictObject({
      ...runHead,
      host: z.string(),
      options: z.record(z.string(), z.unknown()),
      chunks: z.array(chunk),
      chunks_left_out: count,
      log: z.array(logEventSchema).describe('the last events of its log, where it had one'),
    })
    .nullable()
    .describe('the run of --run'),
  recent_runs: z.array(z.strictObject(runHead)),
  input: z
    .strictObject({
      path: z.string(),
      kind: z.enum(kindNames),
      format: z.enum(formatNames),
      encoding: z.strictObject({ label: z.string(), reason: z.string(), has_mark: z.boolean() }),
      delimiter: z.string().nullable(),
      line_end: z.string().nullable(),
      header: z.strictObject({ line: count, below_titles: z.boolean() }).nullable(),
      decimal: z.strictObject({ mark: z.string(), reason: z.string() }).nullable(),
      dates: z.strictObject({ order: z.string(), reason: z.string() }).nullable(),
      rows_in_sample: count,
      malformed_rows: count,
      columns: z.array(column),
      missing: z.array(z.string()).describe('what every record needs and no column gives'),
      errors: z.array(
        z.strictObject({ code: z.enum(issueCodes), stage: z.enum(stages), field: z.string().nullable(), count }),
      ),
      warnings: z.array(z.string()).describe('codes'),
    })
    .nullable()
    .describe('the file of --input, from its first 1 MiB'),
  problems: z
    .array(z.strictObject({ about: z.string(), code: z.string() }))
    .describe('what could not be looked at, or prevents a run'),
});

export type SupportBundle = z.infer<typeof supportBundleSchema>;

/** What no bundle holds. */
export const leftOut = [
  'values of rows: of them it has counts and patterns',
  'API keys, and whatever else is secret',
  'headers, bodies and replies of calls',
  'ids that the API gave to records',
] as const;
