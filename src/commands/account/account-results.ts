import { type AccountReport, readCounts, readReport } from '../../api/account-report.ts';
import { type Figures, readRunTotals, type RunTotals } from '../../delivery/run-totals.ts';
import { asRunError, RunError, usageError } from '../../errors.ts';
import { ExitCode } from '../../exit-codes.ts';
import type { RunRecord } from '../../ledger/run-store.ts';
import { interruption } from '../../pipeline/stop.ts';
import { kinds } from '../../records/kinds.ts';
import type { AccountResults } from '../../report/account-results-document.ts';
import { renderAccountResults } from '../../report/account-results.ts';
import { count } from '../../report/format.ts';
import { createStatusLine } from '../../report/live/status-line.ts';
import type { CommandContext } from '../context.ts';
import { readingSettings } from '../export-command.ts';
import type { ResultsOptions } from '../results-command.ts';
import type { Given } from '../setting-options.ts';
import { showFailure } from '../show-summary.ts';
import { openStore } from '../upload/journal.ts';
import type { AccountReader, ReadingAccountOptions } from './read-account.ts';
import { openRunAccount } from './run-account.ts';

/** What is known of the comparison, and shown at its end. */
interface Facts {
  run: RunRecord | undefined;
  totals: RunTotals | undefined;
  report: AccountReport | undefined;
  accountRecords: number | undefined;
}

/**
 * `results --account`: what a run has brought, compared with what the account reports for the days of its records.
 *
 * @returns 0 where the account has and reports at least what the run has brought, 1 where it does not
 */
export async function accountResults(id: string, options: ResultsOptions, context: CommandContext): Promise<ExitCode> {
  const facts: Facts = { run: undefined, totals: undefined, report: undefined, accountRecords: undefined };
  let failure: RunError | undefined;
  try {
    refuseOthers(options);
    await compare(id, options, context, facts);
  } catch (error) {
    failure = asRunError(error);
  }
  const { terminal, interrupted } = context;
  const document = documentOf(id, facts, failure);
  const exitCode = interruption(interrupted)?.exitCode ?? document.exit_code;
  if (exitCode !== ExitCode.ok) context.failed(document);
  if (options.json === true) terminal.out(`${JSON.stringify({ ...document, exit_code: exitCode }, undefined, 2)}\n`);
  else if (document.kind !== null && failure === undefined) {
    const { outStyle: style, outWidth: width } = terminal;
    terminal.out(renderAccountResults(document, kinds[document.kind].noun, { style, width, isVerbose: false }));
  }
  if (failure !== undefined) showFailure(failure, options, terminal);
  return exitCode as ExitCode;
}

/** It compares sums, and writes no file of rows. */
function refuseOthers({ out, errors, report, wait, compare: isCompared }: ResultsOptions): void {
  const others = { '--out': out, '--errors': errors, '--report': report, '--wait': wait, '--compare': isCompared };
  const [option] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  if (option === undefined) return;
  throw usageError('OPTIONS_CONFLICT', `--account goes without ${option}: it compares sums`, `leave out ${option}`);
}

const comparing = { what: 'a comparison with the account', without: 'the account is what is compared' };

async function compare(id: string, options: ResultsOptions, context: CommandContext, facts: Facts): Promise<void> {
  const store = await openStore(context);
  try {
    const { run, calls } = await store.read(id);
    facts.run = run;
    if (run.isRunning) throw new RunError(ExitCode.inProgress, 'IN_PROGRESS', `run ${run.id} is in progress`);
    const given = options as Given<ReadingAccountOptions & ResultsOptions>;
    const { reader } = await openRunAccount(run, given, { settings: readingSettings, use: comparing }, context);
    const line = createStatusLine(context.terminal, () => context.now().getTime());
    let pages = 0;
    const get: AccountReader['get'] = async (path) => {
      line.show(`reading the account: ${count((pages += 1))} pages`);
      const answer = await reader.get(path);
      if (answer.kind === 'refused') throw answer.error;
      return answer;
    };
    try {
      const kind = kinds[run.account.kind];
      facts.totals = readable(await readRunTotals(calls, get, kind), 'records');
      facts.accountRecords = readable(await readCounts(get), 'summary')[run.account.kind].count;
      const { period } = facts.totals;
      // The report has shipments alone.
      if (kind.isTransport && period !== undefined) facts.report = readable(await readReport(get, period), 'report');
    } finally {
      line.end();
      await reader.close();
    }
  } finally {
    await store.close();
  }
}

function readable<Read extends object>(read: Read | { readonly reason: string }, what: string): Read {
  if (!('reason' in read)) return read;
  throw new RunError(
    ExitCode.incomplete,
    'ACCOUNT_UNREADABLE',
    `the account’s ${what} can’t be read: ${String(read.reason)}`,
    'try again later',
  );
}

function documentOf(
  id: string,
  { run, totals, report, accountRecords }: Facts,
  failure: RunError | undefined,
): AccountResults {
  const explanations = totals === undefined ? [] : explain(totals, report);
  const isLess = explanations.some(({ what }) => !isNoLack.has(what));
  const account = run?.account;
  const isTransport = account === undefined || kinds[account.kind].isTransport;
  return {
    schema: 'dcycle-upload/account-results/1',
    run_id: run?.id ?? id,
    kind: account?.kind ?? null,
    target: account === undefined ? null : { base_url: account.baseUrl, organization_id: account.organizationId },
    period: totals?.period ?? null,
    records: {
      accepted: (totals?.accepted ?? 0) + (totals?.nameless ?? 0),
      calculated: totals?.calculated.records ?? 0,
      pending: totals?.pending ?? 0,
      failed: totals?.failed ?? 0,
      missing: totals?.missing ?? 0,
    },
    account_records: accountRecords ?? null,
    totals: totals === undefined ? null : { run: figuresOf(totals.calculated, isTransport), account: reported(report) },
    by_category: totals === undefined ? [] : byCategory(totals, report, isTransport),
    explanations,
    exit_code: failure?.exitCode ?? (isLess ? ExitCode.rowsRejected : ExitCode.ok),
    error: failure === undefined ? null : { code: failure.code, message: failure.message, hint: failure.hint ?? null },
  };
}

/** What leaves the account with all that the run has still brought. */
const isNoLack: ReadonlySet<string> = new Set(['other records', 'counted by package', 'deleted']);

type ReportedFigures = NonNullable<AccountResults['totals']>['account'];

/** @param isTransport whether the records have an activity: purchases have none */
const figuresOf = ({ records, co2eKg, tonneKm, distanceKm }: Figures, isTransport: boolean) => ({
  records,
  co2e_kg: co2eKg,
  tonne_km: isTransport ? tonneKm : null,
  distance_km: isTransport ? distanceKm : null,
});

const reported = (report: AccountReport | undefined): ReportedFigures =>
  report === undefined
    ? null
    : {
        records: report.summary.total_items,
        co2e_kg: report.summary.total_co2e_kg,
        tonne_km: null,
        distance_km: report.summary.total_distance_km ?? null,
      };

const nothing: Figures = { records: 0, co2eKg: 0, tonneKm: 0, distanceKm: 0 };

function byCategory(
  totals: RunTotals,
  report: AccountReport | undefined,
  isTransport: boolean,
): AccountResults['by_category'] {
  const account = new Map((report?.by_category ?? []).map((each) => [each.category, each]));
  const names = [...new Set([...totals.byCategory.keys(), ...account.keys()])];
  return names.map((category) => {
    const own = account.get(category);
    return {
      category,
      run: figuresOf(totals.byCategory.get(category) ?? nothing, isTransport),
      account:
        own === undefined
          ? null
          : {
              records: own.items ?? 0,
              co2e_kg: own.co2e_kg ?? 0,
              tonne_km: null,
              distance_km: own.distance_km ?? null,
            },
    };
  });
}

/** Sums that are added up in another order differ by less. */
const roundingShare = 1e-9;

/** What the API may have rounded away of a sum, in kg. */
const roundingKg = 0.01;

function explain(totals: RunTotals, report: AccountReport | undefined): AccountResults['explanations'] {
  const { pending, failed, missing, nameless, removed, removing, calculated } = totals;
  const facts: readonly (readonly [AccountResults['explanations'][number]['what'], number])[] = [
    ['not calculated yet', pending],
    ['not calculable', failed],
    ['not listed', missing],
    ['without id', nameless],
    ['deleted', removed],
    ['being deleted', removing],
  ];
  const found = facts.flatMap(([what, records]) => (records > 0 ? [{ what, records }] : []));
  if (report === undefined) return found;
  const { total_items: items, total_co2e_kg: kg } = report.summary;
  const countsPackages = report.data_source === 'packages';
  const slack = roundingKg + roundingShare * calculated.co2eKg;
  const isLess = kg < calculated.co2eKg - slack || (!countsPackages && items < calculated.records);
  return [
    ...found,
    ...(countsPackages ? [{ what: 'counted by package' as const, records: null }] : []),
    ...(isLess ? [{ what: 'lower than the run' as const, records: null }] : []),
    ...(!countsPackages && items > calculated.records
      ? [{ what: 'other records' as const, records: items - calculated.records }]
      : []),
  ];
}
