import type { Arena } from '../../columns/arena.ts';
import { isLeftOut, Verdict } from '../../columns/batch.ts';
import type { Fragments } from '../../columns/fragments.ts';
import { usageError } from '../../errors.ts';
import type { IssueCode } from '../../codes/issue-codes.ts';
import type { Issue } from '../../issues.ts';
import type { Plan, PlannedInput } from '../../pipeline/plan.ts';
import { idCellOf, idColumn } from '../../pipeline/named-rows.ts';
import type { ReportedRows } from '../../pipeline/reported-rows.ts';
import { Causes } from '../causes.ts';
import type { IleapFile } from '../ileap/ileap-file.ts';
import { createEncoder, type Dialect, dialectOf, type Encoder } from './dialect.ts';
import { ErrorFile } from './error-file.ts';
import { OutputFile } from './output-file.ts';
import { realPath } from './real-path.ts';
import { RejectedFile } from './rejected-file.ts';
import { RefusedRow } from './refused-row.ts';
import { ResultFile } from './result-file.ts';
import { createRowFormat, fileFormatOf, type RowFormat } from './row-file.ts';
import { createXlsxEncoder } from './xlsx-encoder.ts';

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
  /** The footprints of shipments, and the list of those that are left out. */
  readonly ileap?: { readonly footprints: string; readonly leftOut: string } | undefined;
  /** The options of which the user has given the file. */
  readonly named: ReadonlySet<string>;
}

/** The files that were written, by what they hold. */
export interface WrittenFiles {
  readonly results: string | null;
  readonly errors: string | null;
  readonly rejected: string | null;
}

/** Names the rows that are never in the rejected file, because sending them (again) could store them twice. */
const notGivenBack: ReadonlySet<IssueCode> = new Set(['DUPLICATE', 'UNCERTAIN']);

export const standardOutput = '-';

export interface ReportOptions {
  /** What the destination adds to an accepted row. */
  readonly resultColumns: readonly string[];
  /** Which rows are in the rejected file, to be fixed or sent with it. */
  readonly givesBack: 'refused and unsent' | 'refused' | 'stored';
  /** Whether the rejected file has rows that the API has stored and could not calculate, with their ids. */
  readonly readsBack: boolean;
  /** Where results for standard output go. */
  readonly out: (text: string) => void;
  /** Makes the footprints of shipments, where they are asked for. */
  readonly openIleap?: (() => IleapFile) | undefined;
}

/** The files of a run: results, error report and rejected rows. Written as rows come, put in place at the end. */
export class Reports {
  readonly causes = new Causes();
  /** Where the report page will be, if one is asked for; another writes it. */
  readonly page: OutputFile | undefined;
  readonly ileap: IleapFile | undefined;
  readonly #plan: Plan;
  readonly #givesBack: ReportOptions['givesBack'];
  readonly #results: OutputFile | undefined;
  readonly #errors: OutputFile;
  readonly #rejected: OutputFile;
  readonly #files: readonly OutputFile[];
  readonly #resultFormat: RowFormat | undefined;
  readonly #rejectedFormat: RowFormat;
  readonly #errorFile: ErrorFile;
  readonly #paths: ReportPaths;
  readonly #options: ReportOptions;
  #resultFile: ResultFile | undefined;
  #rejectedFile: RejectedFile | undefined;
  #arena: Arena | undefined;

  /**
   * @throws RunError (exit 2) when a file can't be written, or would overwrite an input or another report
   */
  constructor(plan: Plan, paths: ReportPaths, options: ReportOptions) {
    const { resultColumns, givesBack } = options;
    checkPaths(plan, paths);
    this.#plan = plan;
    this.#givesBack = givesBack;
    const opened: OutputFile[] = [];
    const dialect = dialectOf(plan.inputs);
    const open = (path: string, option: string): OutputFile => {
      const encoder = encoderFor(path, option, dialect);
      const file = OutputFile.create(path, option, { encoder, isNamed: paths.named.has(option) });
      opened.push(file);
      return file;
    };
    try {
      this.#errors = open(paths.errors, '--errors');
      this.#rejected = open(paths.rejected, '--rejected');
      this.#results =
        paths.results === undefined || paths.results === standardOutput ? undefined : open(paths.results, '--out');
      this.page = paths.page === undefined ? undefined : open(paths.page, '--report');
      this.ileap = options.openIleap?.();
    } catch (error) {
      for (const file of opened) file.discard();
      throw error;
    }
    this.#files = opened;
    this.#errorFile = new ErrorFile(this.#errors, fileFormatOf(paths.errors), dialect);
    const format = (path: string, added: readonly string[], sameNames: 'keep' | 'replace'): RowFormat =>
      createRowFormat({
        inputs: plan.inputs,
        format: fileFormatOf(path),
        dialect,
        added,
        sameNames,
      });
    this.#paths = paths;
    this.#options = options;
    const file = plan.inputs.length > 1 ? ['_file'] : [];
    this.#resultFormat =
      paths.results === undefined ? undefined : format(paths.results, [...file, '_row', ...resultColumns], 'keep');
    const helpers = [...file, ...(options.readsBack ? [idColumn] : []), '_row', '_codes', '_errors'];
    this.#rejectedFormat = format(paths.rejected, helpers, 'replace');
  }

  /** Whether rows that were accepted are written. */
  get wantsAccepted(): boolean {
    return this.#resultFormat !== undefined;
  }

  /** Begins with the memory in which rows are shown. */
  begin(arena: Arena, fragments: Fragments): void {
    this.#arena = arena;
    const { results, rejected } = this.#paths;
    const dialect = dialectOf(this.#plan.inputs);
    this.#rejectedFile = new RejectedFile(
      arena,
      this.#rejected,
      this.#rejectedFormat,
      fileFormatOf(rejected) === 'csv' ? dialect : undefined,
      this.#options.readsBack ? this.#plan.inputs.map(idCellOf) : undefined,
    );
    if (results === undefined || this.#resultFormat === undefined) return;
    const { out, resultColumns } = this.#options;
    const file = this.#results;
    this.#resultFile = new ResultFile({
      inputs: this.#plan.inputs,
      format: this.#resultFormat,
      dialect: fileFormatOf(results) === 'csv' ? dialect : undefined,
      isTyped: fileFormatOf(results) === 'xlsx',
      columns: resultColumns,
      arena,
      fragments,
      sink: file ?? {
        writeBytes: (bytes, start, end) => out(Buffer.from(bytes.subarray(start, end)).toString()),
      },
    });
  }

  /** Writes what became of rows. */
  write(rows: ReportedRows): void {
    this.#resultFile?.write(rows);
    this.ileap?.rows(rows);
    const { batch } = rows;
    const planned = this.#plan.inputs[rows.input];
    if (planned === undefined || this.#arena === undefined) return;
    for (let index = 0; index < batch.rows; index += 1) {
      const verdict = batch.verdicts[index];
      // The API may have an accepted record more than once.
      if (isLeftOut(verdict) || (verdict === Verdict.accepted && !batch.issues.has(index))) continue;
      this.#refused(rows, index, planned, new RefusedRow(planned, this.#arena, rows, index));
    }
  }

  #refused(rows: ReportedRows, index: number, planned: PlannedInput, row: RefusedRow): void {
    const issues = rows.batch.issues.get(index) ?? [];
    const place = this.#plan.inputs.length === 1 ? String(row.line) : `${planned.path}:${String(row.line)}`;
    for (const issue of issues) {
      this.causes.add(issue, place);
      this.#errorFile.write(planned, row, issue);
    }
    if (!issues.some((issue) => this.#isKept(issue))) this.#rejectedFile?.write(rows, index, row, issues);
  }

  /** Whether a row must not be in the rejected file: sending it (again) could store it twice, or `resume` sends it. */
  #isKept({ code, isStored, storedId }: Issue): boolean {
    if (storedId !== undefined) return false;
    if (this.#givesBack === 'stored' || notGivenBack.has(code) || isStored === true) return true;
    return code === 'NOT_SENT' && this.#givesBack === 'refused';
  }

  /** Puts the files that hold something in place and removes the others. One that fails does not take the others along. */
  async finish(): Promise<{ files: WrittenFiles; error: unknown }> {
    let error: unknown;
    const finishOne = async (
      file: OutputFile | undefined,
      hasRows: boolean,
      keepsOld = false,
    ): Promise<string | null> => {
      if (file === undefined) return null;
      if (!hasRows) {
        file.discard();
        return null;
      }
      try {
        await file.commit(keepsOld);
        return file.path;
      } catch (failure) {
        error ??= failure;
        file.discard();
        return null;
      }
    };
    try {
      this.#resultFile?.flush();
      this.#rejectedFile?.flush();
    } catch (failure) {
      error = failure;
    }
    // All at once; a failure is found again when its file is put in place.
    await Promise.allSettled(this.#files.map((file) => file.settle()));
    const files = {
      results: await finishOne(this.#results, this.#resultFile?.hasRows === true && error === undefined),
      errors: await finishOne(this.#errors, this.#errorFile.hasRows),
      // Somebody may have been fixing the rows of an earlier run in it.
      rejected: await finishOne(this.#rejected, this.#rejectedFile?.hasRows === true, true),
    };
    return { files, error };
  }

  /** Removes what was written, where a run ends before it began. */
  discard(): void {
    for (const file of this.#files) file.discard();
    this.ileap?.discard();
  }
}

/** How a file is written: CSV in the dialect of the input, the report page and JSON as UTF-8. */
function encoderFor(path: string, option: string, dialect: Dialect): Encoder | undefined {
  if (option === '--report') return undefined;
  const format = fileFormatOf(path);
  if (format === 'xlsx') return createXlsxEncoder();
  if (format !== 'csv') return undefined;
  // Spreadsheets, where semicolons come from, take UTF-8 without a mark for another encoding. Rows are as they were.
  const { delimiter, encoding, hasMark } = dialect;
  const needsMark = option === '--errors' && delimiter === ';' && encoding === 'utf-8';
  return createEncoder({ ...dialect, hasMark: hasMark || needsMark });
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
    ['--ileap', paths.ileap?.footprints],
    ['--ileap', paths.ileap?.leftOut],
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
