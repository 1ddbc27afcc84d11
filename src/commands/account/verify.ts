import { ledgerIds } from '../../delivery/ledger-ids.ts';
import { OpenOutcome } from '../../delivery/open-outcome.ts';
import type { Get } from '../../delivery/read-stored.ts';
import { soughtAtOnce, type SoughtRecord, type Verified, Verifier } from '../../delivery/verify.ts';
import { type Destination, jsonOf } from '../../destinations/destination.ts';
import { asRunError, defect, RunError, usageError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import { quote } from '../../issues.ts';
import type { MappingOptions } from '../../mapping/mapping.ts';
import { isOrganizationColumn } from '../../mapping/organization.ts';
import { type OpenedInputs, openInputs, type Plan, planRun } from '../../pipeline/plan.ts';
import { run } from '../../pipeline/run.ts';
import type { RunResult } from '../../pipeline/run-result.ts';
import { interruption } from '../../pipeline/stop.ts';
import type { RecordKind } from '../../records/kind.ts';
import type { LedgerView } from '../../ledger/run-store.ts';
import { kindFor, kinds } from '../../records/kinds.ts';
import type { FoundInputs } from '../../input/folders/found-inputs.ts';
import { fileOf } from '../../input/zip-path.ts';
import { realPath } from '../../report/files/real-path.ts';
import { OutputFile } from '../../report/files/output-file.ts';
import { standardOutput } from '../../report/files/reports.ts';
import { fileFormatOf } from '../../report/files/row-file.ts';
import { count } from '../../report/format.ts';
import { noBounds } from '../../pipeline/plausibility.ts';
import { createStatusLine, type StatusLine } from '../../report/live/status-line.ts';
import type { Difference, VerifyDocument } from '../../report/verify-document.ts';
import { differenceHead, differenceLine, renderVerify } from '../../report/verify.ts';
import type { CommandContext } from '../context.ts';
import { readingSettings } from '../export-command.ts';
import { withFoundMapping } from '../find-mapping.ts';
import { findNamed } from '../find-named.ts';
import { readMapping } from '../read-mapping.ts';
import type { Given } from '../setting-options.ts';
import { showFailure } from '../show-summary.ts';
import { withFuelIds } from '../upload/fuel-names.ts';
import { openStore } from '../upload/journal.ts';
import type { VerifyOptions } from '../verify-command.ts';
import { readConfigurationFor, withSettings } from '../with-settings.ts';
import { type AccountReader, openAccount } from './read-account.ts';

/** Differences that a document has; all are in the file of `--out`. */
const mostListed = 1000;

/** What was found so far. */
class Findings {
  readonly counts: VerifyDocument['records'] = {
    there: 0,
    otherwise: 0,
    no_emissions: 0,
    missing: 0,
    twice: 0,
    different: 0,
    unknown: 0,
  };
  readonly listed: Difference[] = [];
  readonly #write: (difference: Difference) => void;
  readonly #paths: readonly string[];

  constructor(paths: readonly string[], write: (difference: Difference) => void) {
    this.#paths = paths;
    this.#write = write;
  }

  add = ({ sought, movementId, verdict, ids, fields, changes, why }: Verified): void => {
    this.counts[verdict === 'no emissions' ? 'no_emissions' : verdict] += 1;
    if (verdict === 'there') return;
    const { input, row, line } = sought;
    const difference = {
      file: this.#paths[input] ?? '',
      row,
      line,
      verdict,
      movement_id: movementId ?? null,
      ids: [...ids],
      fields: [...fields],
      changes: changes.map(({ name, before = null, after = null }) => ({ field: name, account: before, file: after })),
      why: why ?? null,
    };
    if (this.listed.length < mostListed) this.listed.push(difference);
    this.#write(difference);
  };
}

/** What is known of a verification, and shown at its end. */
interface Facts {
  target: VerifyDocument['target'];
  rows: VerifyDocument['rows'];
  findings: Findings | undefined;
}

/**
 * `verify`: compares files with the account, and sends nothing.
 *
 * @returns the exit code of what was found
 */
export async function verify(
  kindName: RecordKind['name'],
  paths: readonly string[],
  given: Given<VerifyOptions>,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal, interrupted } = context;
  const facts: Facts = {
    target: null,
    rows: { read: 0, valid: 0, invalid: 0, duplicates: 0, skipped: 0 },
    findings: undefined,
  };
  let failure: RunError | undefined;
  try {
    await verifyFiles(kindName, paths, given, context, facts);
  } catch (error) {
    failure = asRunError(error);
  }
  const exitCode = interruption(interrupted)?.exitCode ?? failure?.exitCode ?? exitCodeOf(facts);
  const document = documentOf(kindName, facts, exitCode, failure);
  if (exitCode !== ExitCode.ok) context.failed(document);
  if (given.json === true) terminal.out(`${JSON.stringify(document, undefined, 2)}\n`);
  else if (failure === undefined) {
    const { outStyle: style, outWidth: width } = terminal;
    terminal.out(renderVerify(document, kinds[kindName].noun, { style, width, isVerbose: false }));
  }
  if (failure !== undefined) showFailure(failure, {}, terminal);
  return exitCode;
}

function exitCodeOf({ findings, rows }: Facts): ExitCode {
  if (findings === undefined) return ExitCode.ok;
  const { missing, twice, different, no_emissions: lacking, unknown } = findings.counts;
  if (unknown > 0) return ExitCode.incomplete;
  return missing + twice + different + lacking + rows.invalid > 0 ? ExitCode.rowsRejected : ExitCode.ok;
}

const documentOf = (
  kind: RecordKind['name'],
  { target, rows, findings }: Facts,
  exitCode: ExitCode,
  failure: RunError | undefined,
): VerifyDocument => ({
  schema: 'dcycle-upload/verify/1',
  kind,
  target,
  rows,
  records: findings?.counts ?? new Findings([], () => {}).counts,
  differences: findings?.listed ?? [],
  exit_code: exitCode,
  error: failure === undefined ? null : { code: failure.code, message: failure.message, hint: failure.hint ?? null },
});

const verifying = { what: 'a comparison with the account', without: '--dry-run of an upload checks files without one' };

async function verifyFiles(
  kindName: RecordKind['name'],
  named: readonly string[],
  given: Given<VerifyOptions>,
  context: CommandContext,
  facts: Facts,
): Promise<void> {
  if (given.out === standardOutput) {
    throw usageError('OUTPUT_FORMAT', '--out: differences are written to a file', '--json prints the first 1,000');
  }
  const format = given.out === undefined ? 'csv' : fileFormatOf(given.out);
  if (format === 'xlsx') {
    throw usageError('OUTPUT_FORMAT', '--out: differences are not written as a workbook', 'write .csv or .jsonl');
  }
  refuseInput(given.out, named);
  const configuration = await readConfigurationFor(given, context);
  const options = withSettings<VerifyOptions>(given, readingSettings, configuration);
  const found = await findNamed(named, options, context);
  const account = await openAccount(options, configuration, verifying, context);
  const { baseUrl, organizationId } = account.target;
  facts.target = { base_url: baseUrl, organization_id: organizationId };
  const line = createStatusLine(context.terminal, () => context.now().getTime());
  const file = options.out === undefined ? undefined : OutputFile.create(options.out, '--out', { isNamed: true });
  try {
    if (format === 'csv') file?.write(differenceHead);
    const write = (difference: Difference): void =>
      file?.write(format === 'csv' ? differenceLine(difference) : `${JSON.stringify(difference)}\n`);
    const plan = await planFor(kindName, found, options, account, context);
    facts.findings = new Findings(
      plan.inputs.map(({ path }) => path),
      write,
    );
    for (const { code, message } of plan.warnings) {
      if (code === 'FILE_LEFT_OUT' || code === 'FILE_UNFINISHED') context.terminal.err(`note: ${message}\n`);
    }
    const ledger = await openLedger(plan.kind, account, context);
    try {
      await compare(plan, { account, ledger, line }, context, facts);
    } finally {
      await ledger?.close();
      await plan.close();
    }
    await file?.commit();
  } finally {
    line.end();
    file?.discard();
    await account.close();
  }
}

/** The files, read as an upload reads them. */
async function planFor(
  kindName: RecordKind['name'],
  found: FoundInputs,
  options: VerifyOptions,
  account: AccountReader,
  context: CommandContext,
): Promise<Plan> {
  const kind = kindFor(kindName, 'api', true);
  const mapping = await readMapping(kind, await withFoundMapping(kind, found.paths, options, context));
  const { format, delimiter, encoding, sheet } = options;
  const opened = await openInputs(found.paths, {
    kind,
    input: { format, delimiter, encoding, sheet },
    mapping,
    schema: { currentYear: context.now().getUTCFullYear(), target: 'api' },
    stdin: context.stdin,
    found,
  });
  try {
    refuseSeveralAccounts(opened, mapping, options);
    const target = { mode: 'upload', connection: account } as const;
    const complete =
      kind.lookedUpField === undefined ? mapping : await withFuelIds(mapping, opened.inputs, target, options, context);
    return planRun(opened, complete);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** @throws RunError (exit 2) where the differences would be written over what is read */
function refuseInput(out: string | undefined, paths: readonly string[]): void {
  if (out === undefined || !paths.some((path) => realPath(fileOf(path)) === realPath(out))) return;
  throw usageError('OUTPUT_TAKEN', `--out ${out} is an input`, 'give it another name');
}

/** Rows of one account are compared at a time: the others would be missing, or be found where they should not be. */
function refuseSeveralAccounts({ inputs }: OpenedInputs, mapping: MappingOptions, { where = [] }: VerifyOptions): void {
  const columns = inputs.flatMap(({ input }) => input.table.columns);
  const column = mapping.organization.column ?? columns.find(isOrganizationColumn);
  if (column === undefined || where.some((rule) => rule.startsWith(`${column}=`))) return;
  throw usageError(
    'OPTIONS_CONFLICT',
    `column ${quote(column)} says to which organisation rows go: those of one are compared at a time`,
    `--where "${column}=<organisation>" with its --org`,
  );
}

/** What is known of the account on this machine; nothing where that can't be read: the comparison does without. */
async function openLedger(
  kind: RecordKind,
  { target }: AccountReader,
  context: CommandContext,
): Promise<LedgerView | undefined> {
  try {
    return await (await openStore(context)).view({ kind: kind.name, ...target });
  } catch {
    return undefined;
  }
}

/** What a file is compared with, and where it is said how far that is. */
interface Sources {
  readonly account: AccountReader;
  readonly ledger: LedgerView | undefined;
  readonly line: StatusLine;
}

async function compare(
  plan: Plan,
  { account, ledger, line }: Sources,
  context: CommandContext,
  facts: Facts,
): Promise<void> {
  const get: Get = async (path) => {
    const answer = await account.get(path);
    if (answer.kind === 'refused') throw answer.error;
    return answer;
  };
  const verifier = new Verifier({
    kind: plan.kind,
    get,
    idsOf: ledger === undefined ? undefined : (contents) => ledgerIds(ledger, contents).catch(() => []),
    onVerified: (verified) => facts.findings?.add(verified),
    onProgress: (done, of, what) => line.show(`reading the account: ${count(done)} of ${count(of)} ${what}`),
  });
  const collector = new Collector(verifier, account);
  plan.rest();
  const result = await run(
    plan,
    { mode: 'upload', destination: collector },
    {
      chunkRecords: 5000,
      dedupeKey: undefined,
      rowLimit: undefined,
      stopOnError: false,
      maxErrors: undefined,
      interrupted: context.interrupted,
      bounds: noBounds,
      isStrict: false,
      sizes: context.sizes,
    },
    () => ({
      wantsAccepted: false,
      rows: () => {},
      progress: ({ rows }) => line.show(`reading: ${count(rows.read)} rows`),
    }),
  );
  facts.rows = { ...result.ledger.rows };
  await collector.finish();
  refuseUnread(result);
  refuseLost(facts);
}

function refuseUnread({ error, unread }: RunResult): void {
  if (error !== undefined) throw error;
  if (unread !== undefined) {
    throw new RunError(ExitCode.input, 'INPUT_UNREADABLE', `the input was not read to its end: ${unread}`);
  }
}

/** Each record has a verdict, or nothing may be said of the file. */
function refuseLost({ rows, findings }: Facts): void {
  const verdicts = Object.values(findings?.counts ?? {}).reduce((sum, each) => sum + each, 0);
  if (verdicts !== rows.valid) throw defect(`${String(rows.valid)} records, but ${String(verdicts)} verdicts`);
}

/** Takes the records of the files as a place where they are sent, and compares as many at a time as memory bears. */
class Collector implements Destination {
  readonly resultColumns = [];
  readonly concurrency = 1;
  readonly target: Destination['target'];
  readonly #verifier: Verifier;
  #records: SoughtRecord[] = [];
  #failure: unknown;

  constructor(verifier: Verifier, { target }: AccountReader) {
    this.#verifier = verifier;
    this.target = target;
  }

  async deliver(chunk: Parameters<Destination['deliver']>[0]): ReturnType<Destination['deliver']> {
    const outcome = new OpenOutcome(chunk);
    for (let record = 0; record < chunk.records; record += 1) {
      const [input = 0, row = 0, line = 0] = [chunk.inputs[record], chunk.rows[record], chunk.lines[record]];
      this.#records.push({ input, row, line, json: jsonOf(chunk, record).toString() });
      outcome.accept(record, {});
    }
    if (this.#records.length + 5000 > soughtAtOnce) await this.#compare();
    return outcome.close([]);
  }

  /** @throws what went wrong on the way */
  async finish(): Promise<void> {
    await this.#compare();
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #compare(): Promise<void> {
    const records = this.#records;
    this.#records = [];
    if (this.#failure !== undefined) return;
    try {
      await this.#verifier.verify(records);
    } catch (error) {
      this.#failure = error;
    }
  }

  async close(): Promise<void> {}
}
