import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Arena } from '../../src/columns/arena.ts';
import { Verdict } from '../../src/columns/batch.ts';
import { localShipments } from '../../src/destinations/local-shipments.ts';
import { cellsOf } from '../../src/input/batch-reader.ts';
import { addFormulaGuard } from '../../src/input/formula-guard.ts';
import { readMappingOptions } from '../../src/mapping/mapping.ts';
import type { ReportedRows } from '../../src/pipeline/reported-rows.ts';
import { run } from '../../src/pipeline/run.ts';
import { kinds } from '../../src/records/kinds.ts';
import { Reports } from '../../src/report/files/reports.ts';
import { assumptionText } from '../../src/report/words/assumption-text.ts';
import { distanceSourceText } from '../../src/report/words/distance-source-text.ts';
import { createCalculator } from '../support/calculator.ts';
import { temporaryFolder } from '../support/command.ts';
import { defaultRunOptions, planOf } from '../support/flow.ts';

const { requests } = kinds;
const numRuns = Number(process.env['FILE_RUNS'] ?? 60);

type Cell = string | number | undefined;

/** What the files have to say of rows. */
interface Expected {
  readonly results: { readonly cells: readonly string[]; readonly added: readonly Cell[] }[];
  readonly rejected: {
    readonly cells: readonly string[];
    readonly text: string | undefined;
    readonly added: readonly Cell[];
  }[];
}

function note({ results, rejected }: Expected, { batch, calculation }: ReportedRows, arena: Arena): void {
  for (let row = 0; row < batch.rows; row += 1) {
    const { cells } = cellsOf(batch, row, arena, [...Array(batch.width).keys()]);
    const number = batch.firstRow + row;
    if (batch.verdicts[row] === Verdict.accepted) {
      const selection = calculation?.selected[row] ?? 0;
      const added = (calculation?.columns ?? []).map((column): Cell => {
        if ('ofSelection' in column) return column.ofSelection(selection);
        const value = column.values[row];
        return Number.isNaN(value) ? undefined : value;
      });
      results.push({ cells, added: [number, ...added] });
      continue;
    }
    const issues = batch.issues.get(row) ?? [];
    if (issues.some(({ code }) => code === 'DUPLICATE')) continue;
    const reasons = issues.map(({ message, mark }) => (mark === undefined ? message : `${message} ${mark}`));
    rejected.push({
      cells,
      text: batch.malformed.get(row)?.text,
      added: [number, issues.map(({ code }) => code).join('; '), reasons.join('; ')],
    });
  }
}

const shown = (value: Cell, decimal: '.' | ','): string =>
  value === undefined ? '' : typeof value === 'number' ? String(value).replace('.', decimal) : addFormulaGuard(value);

interface Files {
  readonly results: string | undefined;
  readonly rejected: string | undefined;
  readonly expected: Expected;
}

/** Calculates the rows of a file and writes the files of rows, as CSV or JSON Lines. */
async function filesOf(
  name: string,
  text: string,
  extension: 'csv' | 'jsonl',
  decimal: '.' | ',',
  batchRows: number,
): Promise<Files> {
  const mapping = readMappingOptions(requests, undefined, [], [], { decimal, dateOrder: undefined });
  const plan = await planOf({ kind: requests, files: { [name]: text }, mapping });
  const folder = temporaryFolder();
  const path = (file: string): string => join(folder, `${file}.${extension}`);
  const destination = localShipments(createCalculator(), { assumptionText, distanceSourceText });
  const reports = new Reports(
    plan,
    { results: path('results'), errors: path('errors'), rejected: path('rejected'), named: new Set() },
    { resultColumns: destination.resultColumns, givesBack: 'refused', readsBack: false, out: () => {} },
  );
  const expected: Expected = { results: [], rejected: [] };
  try {
    const options = { ...defaultRunOptions, sizes: { batchRows } };
    const { error } = await run(plan, { mode: 'local', destination }, options, (arena, fragments) => {
      reports.begin(arena, fragments);
      return {
        wantsAccepted: reports.wantsAccepted,
        rows: (rows) => {
          note(expected, rows, arena);
          reports.write(rows);
        },
        progress: () => {},
      };
    });
    expect(error).toBeUndefined();
    expect((await reports.finish()).error).toBeUndefined();
  } finally {
    await plan.close();
  }
  const read = (file: string): string | undefined =>
    existsSync(path(file)) ? readFileSync(path(file), 'utf8') : undefined;
  return { results: read('results'), rejected: read('rejected'), expected };
}

const word = fc.oneof(
  fc.constantFrom(
    'A',
    'M-1',
    '=1+1',
    '-12.5',
    '@x',
    "'=x",
    'say "no"',
    ' pad ',
    'x\ny',
    'ñ€𝄞',
    '',
    '+5',
    '1.5',
    '1,5',
    '“q”',
  ),
  fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', ' ', '=', "'", 'é', '1', '.'), maxLength: 5 }),
);
const record = fc.record({
  id: word,
  km: fc.oneof(fc.constantFrom(1, 10.5, 0.1, 1234.5678, 1e7), fc.constant('x')),
  load: fc.oneof(fc.constantFrom(1000, 0.3, 12.34), fc.constant('-5')),
  toc: fc.constantFrom('van_diesel', 'van_electric', 'nothing'),
});
const records = fc.array(record, { minLength: 1, maxLength: 12 });
const header = ['movement_id', 'distance_km', 'load', 'toc', 'unknown'];

const inCsv = (text: string, delimiter: string): string =>
  text.includes(delimiter) || /["\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

const dialect = fc.record({
  delimiter: fc.constantFrom(',', ',', ';', '\t', '|'),
  decimal: fc.constantFrom<['.' | ',']>(['.'], [',']).map(([mark]) => mark),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  batchRows: fc.constantFrom(1, 3, 2048),
});

test('files of rows in CSV hold the cells of the input and what was added, whatever the dialect', async () => {
  await fc.assert(
    fc.asyncProperty(
      records,
      fc.array(fc.constantFrom('a,b;c', '1\t2|3'), { maxLength: 2 }),
      dialect,
      async (all, broken, own) => {
        const { delimiter, decimal, lineEnd, batchRows } = own;
        const number = (value: string | number): string => String(value).replace('.', decimal);
        const lines = all.map(({ id, km, load, toc }) =>
          [id, number(km), number(load), toc, id].map((each) => inCsv(each, delimiter)).join(delimiter),
        );
        const text = [header.join(delimiter), ...lines, ...broken, ''].join(lineEnd);
        const { results, rejected, expected } = await filesOf('a.csv', text, 'csv', decimal, batchRows);
        const options = { delimiter, record_delimiter: lineEnd, trim: true, relax_column_count: false } as const;
        const read = (file: string | undefined): string[][] =>
          file === undefined ? [] : parse(file, options).slice(1);
        const guarded = (cells: readonly string[]): readonly string[] => cells.map(addFormulaGuard);
        expect(read(results)).toEqual(
          expected.results.map(({ cells, added }) => [
            ...guarded(cells),
            ...added.map((value) => shown(value, decimal)),
          ]),
        );
        expect(read(rejected)).toEqual(
          expected.rejected.map(({ cells, text: whole, added }) => [
            ...(whole === undefined ? guarded(cells) : [addFormulaGuard(whole), ...cells.slice(1).map(() => '')]),
            ...added.map((value) => shown(value, decimal)),
          ]),
        );
      },
    ),
    { numRuns },
  );
});

test('files of rows in JSON Lines hold the objects of the input and what was added', async () => {
  await fc.assert(
    fc.asyncProperty(records, fc.constantFrom('', ' '), fc.constantFrom(1, 3, 2048), async (all, blank, batchRows) => {
      const objects = all.map(({ id, km, load, toc }) => ({
        movement_id: id,
        distance_km: km,
        load,
        toc,
        unknown: { nested: id },
      }));
      const lines = objects.map((each) => `${JSON.stringify(each).slice(0, -1)}${blank}}${blank}\n`);
      const { results, rejected, expected } = await filesOf(
        'a.jsonl',
        `${lines.join('')}{"broken"\n`,
        'jsonl',
        '.',
        batchRows,
      );
      const read = (file: string | undefined): Record<string, unknown>[] =>
        (file ?? '')
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as Record<string, unknown>);
      const names = [
        '_row',
        'co2e_kg',
        'co2e_wtt_kg',
        'co2e_ttw_kg',
        'tonne_km',
        'load_t',
        'distance_km_2',
        'distance_source',
        'toc_2',
      ];
      const more = ['factor_kg_per_tkm', 'factor_region', 'factor_source', 'assumptions'];
      const addedTo = (own: readonly string[], added: readonly Cell[]): object =>
        Object.fromEntries(own.map((name, index) => [name, added[index] ?? null]));
      expect(read(results)).toEqual(
        expected.results.map(({ added }) => ({
          ...objects[Number(added[0]) - 1],
          ...addedTo([...names, ...more], added),
        })),
      );
      expect(read(rejected)).toEqual(
        expected.rejected.map(({ text, added }) => ({
          ...(text === undefined ? objects[Number(added[0]) - 1] : { _raw: text }),
          ...addedTo(['_row', '_codes', '_errors'], added),
        })),
      );
    }),
    { numRuns },
  );
});

test('a number is in quotes where its decimal mark separates cells', async () => {
  const text = 'movement_id,distance_km,load,toc\nA,"10,5",1000,van_diesel\n';
  const { results } = await filesOf('a.csv', text, 'csv', ',', 1);
  expect(results).toMatch(/\nA,"10,5",1000,van_diesel,1,"\d+,\d+","\d+,\d+","\d+,\d+","10,5",1,"10,5",given,/);
});
