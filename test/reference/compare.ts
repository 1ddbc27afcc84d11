import { expect } from 'vitest';
import { assumptionText, createCalculator, distanceSourceText } from '../../src/index.ts';
import type { Issue, Warning } from '../../src/issues.ts';
import type { RecordKind } from '../../src/records/kind.ts';
import type { Recharge } from '../../src/calculator/recharge.ts';
import type { ShipmentRequest } from '../../src/records/request.ts';
import type { Summary } from '../../src/report/summary.ts';
import type { ProductRun } from './product.ts';
import {
  type Dialect,
  dialectOf,
  errorsOf,
  isJsonLines,
  readTable,
  rejectedOf,
  resultsOf,
  type ResultValue,
  rowsIn,
} from './reports.ts';
import type { Fuel } from './fuels.ts';
import { type JudgedRow, referenceRun, type ReferenceRun } from './run.ts';

/** What becomes of a valid record where it goes. */
export interface Ending {
  /** The columns of the results; there are none without. */
  readonly columns?: readonly string[];
  /** The fuels of the account, where one is asked. */
  readonly fuels?: readonly Fuel[];
  end(judged: JudgedRow): { readonly values: readonly ResultValue[]; readonly warnings?: readonly Warning[] } | Issue;
}

export const dryRun: Ending = { end: () => ({ values: [] }) };

const calculator = createCalculator();

/** With `--local`: the calculator as a library, a record at a time. */
export const local = (kind: RecordKind['name']): Ending =>
  kind === 'requests'
    ? {
        columns: [
          'co2e_kg',
          'co2e_wtt_kg',
          'co2e_ttw_kg',
          'tonne_km',
          'load_t',
          'distance_km',
          'distance_source',
          'toc',
          'factor_kg_per_tkm',
          'factor_region',
          'factor_source',
          'assumptions',
        ],
        end: ({ record }) => {
          const calculated = calculator.shipment(record as ShipmentRequest);
          if (!calculated.ok) return calculated.issue;
          const { value, warnings } = calculated;
          const values = [
            value.co2eKg,
            value.co2eWttKg,
            value.co2eTtwKg,
            value.tonneKm,
            value.loadT,
            value.distanceKm,
            distanceSourceText(value.distanceSource),
            value.toc,
            value.factorKgPerTkm,
            value.factorRegion,
            value.factorSource,
            value.assumptions.map(assumptionText).join('; '),
          ];
          return { values, warnings };
        },
      }
    : {
        columns: [
          'co2e_kg',
          'co2e_wtt_kg',
          'co2e_ttw_kg',
          'fuel',
          'quantity',
          'unit',
          'factor_kg_per_unit',
          'factor_region',
          'factor_source',
          'assumptions',
          'biogenic_co2_kg',
        ],
        end: ({ record }) => {
          const calculated = calculator.recharge(record as unknown as Recharge);
          if (!calculated.ok) return calculated.issue;
          const { value, warnings } = calculated;
          const values = [
            value.co2eKg,
            value.co2eWttKg,
            value.co2eTtwKg,
            value.fuel,
            value.quantity,
            value.unit,
            value.factorKgPerUnit,
            value.factorRegion,
            value.factorSource,
            value.assumptions.map(assumptionText).join('; '),
            value.biogenicCo2Kg,
          ];
          return { values, warnings };
        },
      };

/**
 * Compares a run of the product with the reference run of the same files: counts, warnings, and every file that was written, as
 * the records in it. Rows are compared in their order, whatever the order in which they were reported.
 *
 * @returns the reference run; nothing where both refuse the run as a whole
 */
export async function expectSame(product: ProductRun, ending: Ending): Promise<ReferenceRun | undefined> {
  const { summary, written } = product;
  const run = await referenceOf(product, ending);
  if (typeof run === 'string') {
    expect(summary.error?.code).toBe(run);
    expect(summary.rows.read).toBe(0);
    expect([...written.keys()]).toEqual([]);
    return undefined;
  }
  expect(summary.error?.message).toBeUndefined();

  const warnings = [...run.warnings];
  const refused: JudgedRow[] = [];
  const accepted: { readonly judged: JudgedRow; readonly values: readonly ResultValue[] }[] = [];
  for (const judged of run.rows) {
    const ended = judged.verdict === 'valid' ? ending.end(judged) : undefined;
    if (judged.verdict === 'skipped') continue;
    if (ended === undefined) refused.push(judged);
    else if ('code' in ended) refused.push({ ...judged, issues: [ended] });
    else {
      accepted.push({ judged, values: ended.values });
      warnings.push(...(ended.warnings ?? []));
    }
  }
  const count = (verdict: JudgedRow['verdict']): number => run.rows.filter((each) => each.verdict === verdict).length;
  const rows = {
    read: run.rows.length,
    valid: count('valid'),
    invalid: count('invalid'),
    duplicates: count('duplicate'),
    skipped: count('skipped'),
  };
  expect(summary.rows).toEqual(rows);
  expect(summary.records).toEqual({
    accepted: accepted.length,
    rejected: rows.valid - accepted.length,
    not_sent: 0,
    uncertain: 0,
    accepted_before: 0,
  });
  expect(summary.implausible).toBe(run.implausible);
  expect(product.code).toBe(accepted.length + rows.skipped === run.rows.length ? 0 : 1);
  expect(summary.inputs.map(({ bytes: _bytes, ...input }) => input)).toEqual(
    run.inputs.map(({ input, conventions }) => ({
      path: input.path,
      format: input.table.format,
      encoding: input.encoding,
      delimiter: input.table.format === 'csv' ? input.table.delimiter : null,
      decimal: conventions.decimal,
      rows: input.rows.length,
    })),
  );
  const errors = errorsOf(run, refused);
  const codes = new Map<string, number>();
  for (const { code } of errors) codes.set(String(code), (codes.get(String(code)) ?? 0) + 1);
  expect(summary.errors_by_code).toEqual(Object.fromEntries(codes));
  expect(countsOf(summary.warnings)).toEqual(countsOf(warnings.map((warning) => ({ ...warning, count: 1 }))));

  const paths = run.inputs.map(({ input }) => input.path);
  for (const [option, path] of outputsOf(product)) {
    const bytes = written.get(path);
    if (option === 'errors') {
      const dialect = dialectOf(run);
      const expected = (isJsonLines(path) ? errors : asText(errors, dialect)).map(withoutProposal);
      expect(errorsIn(path, bytes, paths, dialect).map(withoutProposal)).toEqual(expected);
    }
    if (option === 'rejected') {
      const expected = rejectedOf(run, path, refused).map(withoutProposals);
      expect(rowsIn(run, path, bytes).map(withoutProposals)).toEqual(expected);
    }
    if (option === 'out' && ending.columns !== undefined) {
      expect(rowsIn(run, path, bytes)).toEqual(resultsOf(run, path, ending.columns, accepted));
    }
  }
  return run;
}

/** The reference run, or the code with which both must refuse it. */
async function referenceOf({ kind, inputs, options }: ProductRun, { fuels }: Ending): Promise<ReferenceRun | string> {
  try {
    return await referenceRun(kind, inputs, { ...options, fuels });
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code === 'string') return code;
    throw error;
  }
}

/** The files that a run was to write, by option. */
function outputsOf({ options, names }: ProductRun): readonly (readonly [string, string])[] {
  return (['errors', 'rejected', 'out'] as const).flatMap((option) => {
    const name = options[option] === undefined ? undefined : names.get(options[option]);
    return name === undefined ? [] : [[option, name] as const];
  });
}

/** Warnings by code and message: distinct ones are counted up to a limit, and those of vehicle types have words of their own. */
function countsOf(warnings: Summary['warnings']): ReadonlyMap<string, number> {
  const counts = (keyOf: (warning: Summary['warnings'][number]) => string): ReadonlyMap<string, number> => {
    const sums = new Map<string, number>();
    for (const each of warnings) sums.set(keyOf(each), (sums.get(keyOf(each)) ?? 0) + each.count);
    return new Map([...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  };
  const exact = counts(({ code, message }) => (code === 'UNKNOWN_TOC' ? code : `${code} ${message}`));
  return exact.size < 80 ? exact : counts(({ code }) => code);
}

type ErrorRow = Readonly<Record<string, unknown>>;

/** The rows of an error report in the order of files and rows; issues of one row stay in theirs. */
function errorsIn(
  path: string,
  bytes: Buffer | undefined,
  files: readonly string[],
  dialect: Dialect,
): readonly ErrorRow[] {
  return (isJsonLines(path) ? errorLines(bytes?.toString() ?? '') : errorTable(bytes, dialect)).toSorted(
    (a, b) =>
      files.indexOf(String(a['file'])) - files.indexOf(String(b['file'])) || Number(a['row']) - Number(b['row']),
  );
}

/** What a word for a vehicle or a fuel may mean is judged by the tests of the vocabulary. */
const withoutProposals = (text: string): string =>
  text.replaceAll(/(knows no (?:vehicle type|fuel) [^;]*); did you mean \\*"[^"\\]*\\*"\?/g, '$1');

const withoutProposal = (row: ErrorRow): ErrorRow => ({ ...row, message: withoutProposals(String(row['message'])) });

const errorLines = (text: string): ErrorRow[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ErrorRow);

function errorTable(bytes: Buffer | undefined, { delimiter, encoding }: Dialect): ErrorRow[] {
  const text = new TextDecoder(encoding).decode(bytes, { stream: true });
  const [header = [], ...rows] = readTable(text, delimiter);
  return rows.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index]])));
}

/** Rows as cells of CSV. */
const asText = (rows: readonly ErrorRow[], { encode }: Dialect): readonly ErrorRow[] =>
  rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, encode(value === null ? '' : String(value))])),
  );
