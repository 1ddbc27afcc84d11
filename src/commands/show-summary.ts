import { howToReport, type RunError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { printable } from '../issues.ts';
import type { RunResult } from '../pipeline/run-result.ts';
import { type Comparison, renderComparison } from '../report/comparison.ts';
import { type Reports, standardOutput } from '../report/files/reports.ts';
import type { Summary } from '../report/summary.ts';
import type { Texts } from '../report/texts/texts.ts';
import { renderSummary } from '../report/summary-tables.ts';
import type { Terminal } from '../report/terminal.ts';
import { type NextCommands, verdict } from '../report/verdict.ts';
import { version } from '../version.ts';
import type { UploadOptions } from './upload-options.ts';

export const toJson = (summary: Summary): string => `${JSON.stringify(summary, undefined, 2)}\n`;

/**
 * Shows what came of a run: tables or JSON on stdout, what went wrong on stderr, the verdict last.
 *
 * @param next command lines for what is left to do
 */
export function showSummary(
  summary: Summary,
  reports: Reports,
  result: RunResult,
  options: UploadOptions,
  terminal: Terminal,
  next: NextCommands & { readonly comparison?: Comparison; readonly texts: Texts },
): void {
  const isPiped = options.out === standardOutput;
  if (options.json === true) {
    terminal.out(toJson(summary));
  } else if (options.quiet !== true) {
    const [style, width] = isPiped ? [terminal.errStyle, terminal.errWidth] : [terminal.outStyle, terminal.outWidth];
    const text = renderSummary(summary, result.ledger.inputs, reports.causes.all, {
      style,
      width,
      isVerbose: options.verbose === true,
      texts: next.texts,
    });
    const { comparison } = next;
    const paths = summary.inputs.map(({ path }) => path);
    const tables = { style, width, isVerbose: false };
    const compared = comparison === undefined ? '' : renderComparison(comparison, paths, tables);
    (isPiped ? terminal.err : terminal.out)(text + compared);
  }
  if (result.error !== undefined) showFailure(result.error, options, terminal);
  const isGood = summary.exit_code === ExitCode.ok;
  const line = printable(verdict(summary, result, next));
  if (!isGood) terminal.err(`${terminal.errStyle.red(line)}\n`);
  else if (options.json !== true && options.quiet !== true) {
    if (isPiped) terminal.err(`${terminal.errStyle.green(line)}\n`);
    else terminal.out(`${terminal.outStyle.green(line)}\n`);
  }
}

/** Says what ended a run, and what to do about it. */
export function showFailure(error: RunError, options: Pick<UploadOptions, 'verbose'>, terminal: Terminal): void {
  const { errStyle } = terminal;
  terminal.err(`${errStyle.red('error')}: ${printable(error.message)}\n`);
  if (error.hint !== undefined) terminal.err(`${errStyle.dim('→')} ${printable(error.hint)}\n`);
  if (error.exitCode !== ExitCode.defect) return;
  terminal.err(
    `This is a defect of dcycle-upload ${version}. Please report it with the command line and this message;\n${howToReport}\n`,
  );
  if (options.verbose === true) terminal.err(`${String((error.cause instanceof Error ? error.cause : error).stack)}\n`);
}
