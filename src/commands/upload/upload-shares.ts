import { join, parse } from 'node:path';
import { foldName } from '../../calculator/data.ts';
import { ExitCode } from '../../exit-codes.ts';
import { baseName } from '../../input/formats.ts';
import { printable } from '../../issues.ts';
import { standardOutput } from '../../report/files/reports.ts';
import { renderShares, type SharesDocument } from '../../report/shares.ts';
import type { Summary } from '../../report/summary.ts';
import type { CommandContext } from '../context.ts';
import type { Given } from '../setting-options.ts';
import type { UploadOptions } from '../upload-options.ts';
import type { Share } from './organizations.ts';

/** What uploads the rows of one account: `upload` itself. */
export type UploadShare = (given: Given<UploadOptions>, context: CommandContext) => Promise<ExitCode>;

/** From what needs help first to what is well. */
const byUrgency: readonly ExitCode[] = [
  ExitCode.defect,
  ExitCode.sigint,
  ExitCode.sigterm,
  ExitCode.usage,
  ExitCode.input,
  ExitCode.refused,
  ExitCode.incomplete,
  ExitCode.inProgress,
  ExitCode.stopped,
  ExitCode.unfinished,
  ExitCode.rowsRejected,
  ExitCode.ok,
];

/** The upload whose rows are shared out. */
interface SharedUpload {
  readonly paths: readonly string[];
  readonly given: Given<UploadOptions>;
  /** The extensions of the files that have no name of the user's. */
  readonly writtenAs: { readonly rejected: string; readonly results: string };
}

/**
 * Uploads the rows of each account as a run of its own, one after the other: with its own record in the ledger, its own reports and
 * its own totals. What fails for one does not stop the others; an interruption does.
 *
 * @returns the most urgent exit code of the runs
 */
export async function uploadShares(
  shares: readonly Share[],
  { paths, given, writtenAs }: SharedUpload,
  context: CommandContext,
  upload: UploadShare,
): Promise<ExitCode> {
  const { terminal, interrupted } = context;
  const organizations: SharesDocument['organizations'] = [];
  for (const share of shares) {
    if (interrupted.aborted) break;
    if (given.json !== true && given.quiet !== true) {
      const title = printable(`${share.name} (${share.id})`);
      terminal.out(`${organizations.length === 0 ? '' : '\n'}${terminal.outStyle.bold(title)}\n`);
    }
    let summary: Summary | undefined;
    const exitCode = await upload(ownOptions({ paths, given, writtenAs }, share, tagOf(share, shares)), {
      ...context,
      terminal: given.json === true ? { ...terminal, out: () => {} } : terminal,
      failed: (document) => {
        summary = document as Summary;
      },
    });
    if (summary !== undefined) {
      organizations.push({ id: share.id, name: share.name, summary: { ...summary, exit_code: exitCode } });
    }
  }
  return end(organizations, shares, given, context);
}

function end(
  organizations: SharesDocument['organizations'],
  shares: readonly Share[],
  given: Given<UploadOptions>,
  context: CommandContext,
): ExitCode {
  const { terminal } = context;
  const codes = new Set<number>(organizations.map(({ summary }) => summary.exit_code));
  const exitCode = byUrgency.find((code) => codes.has(code)) ?? ExitCode.ok;
  const first = organizations.find(({ summary }) => summary.exit_code === exitCode);
  const document: SharesDocument = {
    schema: 'dcycle-upload/organizations/1',
    organizations,
    not_begun: shares.slice(organizations.length).map(({ id, name }) => ({ id, name })),
    exit_code: exitCode,
    ...(first?.summary.error === undefined ? {} : { error: first.summary.error }),
  };
  context.failed(document);
  if (given.json === true) terminal.out(`${JSON.stringify(document, undefined, 2)}\n`);
  else if (given.quiet !== true) {
    const options = { style: terminal.outStyle, width: terminal.outWidth, isVerbose: false };
    terminal.out(`\n${renderShares(document, options)}`);
  }
  return exitCode;
}

/** A short name for files: of the account's name what files may have, else the beginning of its id. */
function tagOf({ id, name }: Share, shares: readonly Share[]): string {
  const short = (text: string): string =>
    foldName(text)
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '');
  const isAlone = shares.filter((other) => short(other.name) === short(name)).length === 1;
  return isAlone && short(name) !== '' && name !== id ? short(name).slice(0, 40) : id.slice(0, 8);
}

/** The options of the run of one account: its rows alone, and files that have its name in theirs. */
function ownOptions(
  { paths, given, writtenAs }: SharedUpload,
  { id, namedBy, rows }: Share,
  tag: string,
): Given<UploadOptions> {
  const own = { ...given, org: id, orgNamedBy: namedBy };
  if (rows === undefined) return own;
  const base = baseName(given.folderName ?? paths[0] ?? '');
  const tagged = (path: string): string => {
    const { dir, name, ext } = parse(path);
    return path === standardOutput ? path : join(dir, `${name}.${tag}${ext}`);
  };
  const { errors, rejected, report, wait } = given;
  const out = given.out ?? (wait === undefined ? undefined : `${base}.results.${writtenAs.results}`);
  return {
    ...own,
    ownRows: rows,
    errors: tagged(errors ?? `${base}.errors.csv`),
    rejected: tagged(rejected ?? `${base}.rejected.${writtenAs.rejected}`),
    ...(out === undefined ? {} : { out: tagged(out) }),
    ...(report === undefined ? {} : { report: tagged(report) }),
  };
}
