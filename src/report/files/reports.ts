import type { ResultValue } from '../../destinations/destination.ts';
import { usageError } from '../../errors.ts';
import type { IssueCode } from '../../codes/issue-codes.ts';
import type { Issue } from '../../issues.ts';
import type { Plan } from '../../pipeline/plan.ts';
import type { ReportedRow } from '../../pipeline/run.ts';
import { Causes } from '../causes.ts';
import { csvLine } from './csv-writer.ts';
import { createEncoder, dialectOf } from './dialect.ts';
import { errorColumns, errorRow } from './error-row.ts';
import { OutputFile } from './output-file.ts';
import { realPath } from './real-path.ts';
import { createRowWriter, isJsonLines, type TextSink } from './row-file.ts';

/** Paths of the files; `results` may be `-` for standard output, or absent. */
export interface ReportPaths {
  readonly results: string | undefined;
  readonly errors: string;
  readonly rejected: string;
  /** The sums by shipment or package, which another writes: its place is kept free. */
  readonly totals?: string | undefined;
  /** The log, which another writes, and to which no report may be written. */
  readonly log?: string | undefined;
  readonly page?: string | undefined;
}

/** The files that were written, by what they hold. */
export interface WrittenFiles {
  readonly results: string | null;
  readonly errors: string | null;
  readonly rejected: string | null;
}

/** Names the rows that are never given back in the rejected file, because sending them (again) could store them twice. */
const notGivenBack: ReadonlySet<IssueCode> = new Set(['DUPLICATE', 'UNCERTAIN']);

const withMark = ({ message, mark }: Issue): string => (mark === undefined ? message : `${message} ${mark}`);

export const standardOutput = '-';

export interface ReportOptions {
  /** What the destination adds to an accepted row. */
  readonly resultColumns: readonly string[];
  /** Which rows stand in the rejected file, to be mended or sent with it. */
  readonly givesBack: 'refused and unsent' | 'refused' | 'none';
  /** Where results for standard output go. */
  readonly out: (text: string) => void;
}

/** The files of a run: results, error report and rejected rows. Written as rows come, put in place at the end. */
export class Reports {
  readonly causes = new Causes();
  /** Where the report page will stand, if one is asked for; another writes it. */
  readonly page: OutputFile | undefined;
  readonly #plan: Plan;
  readonly #givesBack: ReportOptions['givesBack'];
  readonly #results: OutputFile | undefined;
  readonly #errors: OutputFile;
  readonly #rejected: OutputFile;
  readonly #files: readonly OutputFile[];
  readonly #writeResult: (row: ReportedRow, values: readonly ResultValue[]) => void;
  readonly #writeRejected: (row: ReportedRow, values: readonly ResultValue[]) => void;
  readonly #errorsAsJson: boolean;
  #hasResults = false;
  #hasErrors = false;
  #hasRejected = false;

  /**
   * @throws RunError (exit 2) when a file can't be written, or would overwrite an input or another report
   */
  constructor(plan: Plan, paths: ReportPaths, { resultColumns, givesBack, out }: ReportOptions) {
    checkPaths(plan, paths);
    this.#plan = plan;
    this.#givesBack = givesBack;
    const opened: OutputFile[] = [];
    const dialect = dialectOf(plan.inputs);
    const open = (path: string, option: string): OutputFile => {
      const isOwnDialect = (option === '--out' || option === '--rejected') && !isJsonLines(path);
      const file = OutputFile.create(path, option, isOwnDialect ? createEncoder(dialect) : undefined);
      opened.push(file);
      return file;
    };
    try {
      this.#errors = open(paths.errors, '--errors');
      this.#rejected = open(paths.rejected, '--rejected');
      this.#results =
        paths.results === undefined || paths.results === standardOutput ? undefined : open(paths.results, '--out');
      this.page = paths.page === undefined ? undefined : open(paths.page, '--report');
    } catch (error) {
      for (const file of opened) file.discard();
      throw error;
    }
    this.#files = opened;
    this.#errorsAsJson = isJsonLines(paths.errors);
    const writer = (path: string, sink: TextSink, added: readonly string[], sameNames: 'keep' | 'replace') =>
      createRowWriter({
        inputs: plan.inputs,
        sink,
        format: isJsonLines(path) ? 'jsonl' : 'csv',
        dialect,
        added,
        sameNames,
      });
    const resultSink = this.#results ?? { write: out };
    this.#writeResult =
      paths.results === undefined ? () => {} : writer(paths.results, resultSink, ['_row', ...resultColumns], 'keep');
    this.#writeRejected = writer(paths.rejected, this.#rejected, ['_row', '_codes', '_errors'], 'replace');
  }

  accepted(row: ReportedRow, result: readonly ResultValue[]): void {
    this.#hasResults = true;
    this.#writeResult(row, [row.row.row, ...result]);
  }

  refused(reported: ReportedRow, issues: readonly Issue[]): void {
    const planned = this.#plan.inputs[reported.input];
    if (planned === undefined) return;
    const line = String(reported.row.line);
    const place = this.#plan.inputs.length === 1 ? line : `${planned.path}:${line}`;
    for (const issue of issues) {
      this.causes.add(issue, place);
      const row = errorRow(planned, reported, issue);
      if (this.#errorsAsJson) {
        this.#errors.write(`${JSON.stringify(row)}\n`);
      } else {
        if (!this.#hasErrors) this.#errors.write(csvLine(errorColumns));
        this.#errors.write(csvLine(errorColumns.map((column) => row[column] ?? undefined)));
      }
      this.#hasErrors = true;
    }
    if (issues.some((issue) => this.#isKept(issue))) return;
    const codes = issues.map(({ code }) => code).join('; ');
    this.#writeRejected(reported, [reported.row.row, codes, issues.map(withMark).join('; ')]);
    this.#hasRejected = true;
  }

  /** Whether a row must not be given back: sending it (again) could store it twice, or `resume` sends it. */
  #isKept({ code, isStored }: Issue): boolean {
    if (this.#givesBack === 'none' || notGivenBack.has(code) || isStored === true) return true;
    return code === 'NOT_SENT' && this.#givesBack === 'refused';
  }

  /** Puts the files that hold something in place and removes the others. One that fails does not take the others along. */
  finish(): { files: WrittenFiles; error: unknown } {
    let error: unknown;
    const finishOne = (file: OutputFile | undefined, hasRows: boolean, keepsOld = false): string | null => {
      if (file === undefined) return null;
      if (!hasRows) {
        file.discard();
        return null;
      }
      try {
        file.commit(keepsOld);
        return file.path;
      } catch (failure) {
        error ??= failure;
        file.discard();
        return null;
      }
    };
    const files = {
      results: finishOne(this.#results, this.#hasResults),
      errors: finishOne(this.#errors, this.#hasErrors),
      // Somebody may have been mending the rows of an earlier run in it.
      rejected: finishOne(this.#rejected, this.#hasRejected, true),
    };
    return { files, error };
  }

  /** Removes what was written, where a run ends before it began. */
  discard(): void {
    for (const file of this.#files) file.discard();
  }
}

function checkPaths({ inputs }: Plan, paths: ReportPaths): void {
  const taken = new Map<string, string>(inputs.map(({ path }) => [realPath(path), `the input ${path}`]));
  const outputs = [
    ['--log-file', paths.log],
    ['--out', paths.results],
    ['--errors', paths.errors],
    ['--rejected', paths.rejected],
    ['--by', paths.totals],
    ['--report', paths.page],
  ] as const;
  for (const [option, path] of outputs) {
    if (path === undefined || path === standardOutput) continue;
    const real = realPath(path);
    const owner = taken.get(real);
    if (owner !== undefined && real !== '/dev/null') {
      throw usageError(
        'OUTPUT_TAKEN',
        `${path} is ${owner}, which may not be overwritten`,
        `choose another file with ${option} <file>`,
      );
    }
    taken.set(real, `the file of ${option}`);
  }
}
