import { asRunError, RunError, usageError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import type { ReadAnswer } from '../../api/failure.ts';
import { type Get, type ListFailure, type StoredRecord, walkWhole } from '../../delivery/read-stored.ts';
import { interruption } from '../../pipeline/stop.ts';
import type { RecordKind } from '../../records/kind.ts';
import { kinds } from '../../records/kinds.ts';
import { csvLine } from '../../report/files/csv-writer.ts';
import { OutputFile } from '../../report/files/output-file.ts';
import { standardOutput } from '../../report/files/reports.ts';
import { fileFormatOf } from '../../report/files/row-file.ts';
import { plural } from '../../report/format.ts';
import type { CommandContext } from '../context.ts';
import { type ExportOptions, readingSettings } from '../export-command.ts';
import type { Given } from '../setting-options.ts';
import { showFailure } from '../show-summary.ts';
import { readConfigurationFor, withSettings } from '../with-settings.ts';
import { openAccount } from './read-account.ts';

type Format = 'csv' | 'jsonl';

/** A list that changes while it is read is read again: then a file is written again, standard output can't be. */
const attempts = 3;

/**
 * `export`: writes the account's records as a file that this tool reads again, page by page.
 *
 * @returns 0, or the exit code of what was reported
 */
export async function exportRecords(
  kindName: RecordKind['name'],
  given: Given<ExportOptions>,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal, interrupted } = context;
  const kind = kinds[kindName];
  try {
    const format = formatOf(given.out);
    checkFilters(kind, given);
    const configuration = await readConfigurationFor(given, context);
    const options = withSettings<ExportOptions>(given, readingSettings, configuration);
    const account = await openAccount(options, configuration, exporting, context);
    try {
      const records = await writeAll(kind, format, options, account.get, context);
      const failure = await terminal.outFailure();
      if (failure !== undefined) {
        throw new RunError(ExitCode.incomplete, 'OUTPUT_FAILED', `standard output can't be written: ${failure}`);
      }
      const where = options.out === undefined ? '' : ` to ${options.out}`;
      terminal.err(`wrote ${plural(records, ...kind.noun)}${where}\n`);
      return ExitCode.ok;
    } finally {
      await account.close();
    }
  } catch (error) {
    const failure = asRunError(error);
    showFailure(failure, {}, terminal);
    const { code, message, hint = null } = failure;
    context.failed({ error: { code, message, hint } });
    return interruption(interrupted)?.exitCode ?? failure.exitCode;
  }
}

const exporting = { what: 'an export', without: 'nothing is kept of the account on this machine' };

function formatOf(out: string | undefined): Format {
  const format = out === undefined || out === standardOutput ? 'csv' : fileFormatOf(out);
  if (format !== 'xlsx') return format;
  throw usageError('OUTPUT_FORMAT', `${out ?? ''}: an export is not written as a workbook`, 'write .csv or .jsonl');
}

/** @throws RunError (exit 2) for a filter that records of this kind have no field for */
function checkFilters(kind: RecordKind, { from, to, client, movement, status }: Given<ExportOptions>): void {
  if (from !== undefined && to !== undefined && from > to) {
    throw usageError('OPTIONS_CONFLICT', `--from ${from} is after --to ${to}`, 'no day is between them');
  }
  const given = { '--client': client, '--movement': movement, '--status': status };
  const [option] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (kind.isTransport || option === undefined) return;
  throw usageError('OPTIONS_CONFLICT', `${option} is for shipments: ${kind.noun[1]} have none`, `leave out ${option}`);
}

async function writeAll(
  kind: RecordKind,
  format: Format,
  options: ExportOptions,
  get: Get,
  context: CommandContext,
): Promise<number> {
  const { out = standardOutput } = options;
  for (let attempt = 1; ; attempt += 1) {
    const file = out === standardOutput ? undefined : OutputFile.create(out, '--out', { isNamed: true });
    const { terminal, interrupted } = context;
    const writer: Writer = {
      write: (text) => (file === undefined ? terminal.out(text) : file.write(text)),
      drained: async () => (file === undefined ? terminal.outDrained(interrupted) : undefined),
    };
    try {
      const written = await writeList(kind, format, options, get, writer);
      if (typeof written === 'number') {
        await file?.commit();
        return written;
      }
      if (file === undefined || !written.isTorn || attempt === attempts) throw unreadable(written.reason, file);
    } finally {
      file?.discard();
    }
  }
}

const unreadable = (reason: string, file: OutputFile | undefined): RunError =>
  new RunError(
    ExitCode.incomplete,
    'ACCOUNT_UNREADABLE',
    `the account’s records can’t be read to the end: ${reason}`,
    file === undefined ? 'what was written is not all; run it again' : `${file.path} was not written; run it again`,
  );

/** Where records are written, and until when nothing more is to be. */
interface Writer {
  readonly write: (text: string) => void;
  readonly drained: () => Promise<void>;
}

async function writeList(
  kind: RecordKind,
  format: Format,
  options: ExportOptions,
  get: Get,
  { write, drained }: Writer,
): Promise<number | ListFailure> {
  const isWanted = filterOf(kind, options);
  const columns = columnsOf(kind);
  if (format === 'csv') write(csvLine(columns.map(({ name }) => name)));
  let written = 0;
  let refusal: RunError | undefined;
  const ask = async (path: string): Promise<ReadAnswer> => {
    const answer = await get(path);
    if (answer.kind === 'refused') refusal = answer.error;
    return answer;
  };
  for (const query of queriesOf(kind, options)) {
    const failure = await walkWhole(ask, query, async ({ items }) => {
      for (const item of items.filter(isWanted)) {
        write(format === 'csv' ? csvLine(columns.map(({ of }) => cellOf(of(item)))) : jsonLine(columns, item));
        written += 1;
      }
      await drained();
    });
    if (refusal !== undefined) throw refusal;
    if (failure !== undefined) return failure;
  }
  return written;
}

/** One list, or one for each movement: the API finds these itself. */
function queriesOf({ listPath }: RecordKind, { movement }: ExportOptions): readonly string[] {
  if (movement === undefined) return [`${listPath}?`];
  return [...new Set(movement)].map((id) => `${listPath}?movement_id=${encodeURIComponent(id)}`);
}

/** Filters are applied here, too: an API may not have them. */
function filterOf(
  kind: RecordKind,
  { from, to, client, movement, status }: ExportOptions,
): (record: StoredRecord) => boolean {
  const dated = Object.keys(kind.fields).find((field) => kind.fields[field]?.type === 'date') ?? '';
  const movements = movement === undefined ? undefined : new Set(movement);
  return (record) => {
    const day = String(record[dated] ?? '').slice(0, 10);
    return (
      (from === undefined || day >= from) &&
      (to === undefined || (day !== '' && day <= to)) &&
      (client === undefined || record['client'] === client) &&
      (movements === undefined || movements.has(String(record.movement_id))) &&
      (status === undefined || record.status === status)
    );
  };
}

interface Column {
  readonly name: string;
  readonly of: (record: StoredRecord) => unknown;
}

/** The fields of a kind, by which the file is read again, and what the API has added, which is passed over then. */
const columnsOf = ({ fields }: RecordKind): readonly Column[] => [
  ...Object.entries(fields).flatMap(([name, { isHint }]) =>
    isHint === true ? [] : [{ name, of: (record: StoredRecord) => record[name] }],
  ),
  { name: '_id', of: ({ id }) => id },
  { name: '_co2e_kg', of: ({ co2e, kgco2e }) => co2e ?? kgco2e },
  { name: '_status', of: ({ status }) => status },
  { name: '_created_at', of: ({ created_at: at }) => at },
  { name: '_file_id', of: ({ file_id: id }) => id },
];

const cellOf = (value: unknown): string | number | undefined => {
  if (typeof value === 'string' || typeof value === 'number') return value;
  return typeof value === 'boolean' ? String(value) : undefined;
};

const jsonLine = (columns: readonly Column[], record: StoredRecord): string => {
  const values = columns.flatMap(({ name, of }) => {
    const value = of(record);
    return value === null || value === undefined ? [] : [[name, value] as const];
  });
  return `${JSON.stringify(Object.fromEntries(values))}\n`;
};
