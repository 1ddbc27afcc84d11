import { asRunError } from '../../errors.ts';
import type { EmissionDetails } from '../../pipeline/emission-details.ts';
import type { RunResult } from '../../pipeline/run-result.ts';
import type { Comparison } from '../../report/comparison.ts';
import type { OutputFile } from '../../report/files/output-file.ts';
import type { Reports } from '../../report/files/reports.ts';
import { buildSummary, type Summary, type SummaryParts } from '../../report/summary.ts';
import { version } from '../../version.ts';
import { isPdf, printPage } from '../browser.ts';
import type { CommandContext } from '../context.ts';
import { loadTexts } from '../../report/texts/texts.ts';
import { localeOf, type ReportOptions } from '../report-options.ts';

/** What a report page needs in addition to the summary's parts. */
export interface PageParts {
  readonly reports: Reports;
  readonly details: EmissionDetails | undefined;
  readonly comparison: Comparison | undefined;
  readonly options: ReportOptions;
}

/**
 * Sums a run up and, where that is asked for, writes its report page. A page that can't be written is the run's failure,
 * unless it has one already.
 */
export async function summarize(
  parts: SummaryParts,
  { reports, details, comparison, options }: PageParts,
  context: CommandContext,
): Promise<{ readonly summary: Summary; readonly result: RunResult }> {
  const { plan, result, files } = parts;
  const summary = buildSummary(parts);
  const { page } = reports;
  if (page === undefined || details === undefined) return { summary, result };
  try {
    const { renderPage } = await import('../../report/page/page.ts');
    const html = renderPage({
      kind: plan.kind,
      summary,
      emissions: result.emissions,
      details,
      causes: reports.causes.all,
      perInput: result.ledger.inputs,
      unread: result.unread,
      comparison,
      madeAt: context.now(),
      version,
      texts: await loadTexts(options.locale ?? localeOf(context)),
      title: options.title,
      company: options.company,
    });
    await writePage(page, html, context);
    await page.commit();
    return { summary: { ...summary, files: { ...files, report: page.path } }, result };
  } catch (error) {
    page.discard();
    const failure = result.error ?? asRunError(error);
    const failed = { ...result, error: failure, exitCode: failure.exitCode };
    return { summary: buildSummary({ ...parts, result: failed, files: { ...files, report: null } }), result: failed };
  }
}

/** Writes the page, printed where its name says PDF. */
async function writePage(file: OutputFile, html: string, { environment }: CommandContext): Promise<void> {
  if (!isPdf(file.path)) {
    file.write(html);
    return;
  }
  const pdf = await printPage(html, environment);
  file.writeBytes(pdf, 0, pdf.length);
}
