import { Tag } from '../../src/columns/batch.ts';
import { foldName, knownVehicleTypes } from '../../src/calculator/data.ts';
import { readMapping } from '../../src/commands/read-mapping.ts';
import type { ReadingOptions } from '../../src/commands/upload-options.ts';
import type { Issue, Warning } from '../../src/issues.ts';
import { quote } from '../../src/issues.ts';
import { matchColumn } from '../../src/mapping/columns.ts';
import type { Conventions } from '../../src/mapping/conventions.ts';
import { mapColumns, type Mapping, type MappingOptions } from '../../src/mapping/mapping.ts';
import { type SampleOf, understand as understandInput } from '../../src/pipeline/understand.ts';
import type { Fields, RecordKind } from '../../src/records/kind.ts';
import { kindFor } from '../../src/records/kinds.ts';
import { createValidator } from '../../src/records/validate.ts';
import { areLegs, differences, keyOf, markOf } from './duplicates.ts';
import { type Doubt, doubtsOf } from './doubts.ts';
import { readFields } from './fields.ts';
import { Findings } from './findings.ts';
import { addFuels, checkNonFuel, type Fuel } from './fuels.ts';
import { refusedRefund, type Refund, settleRefunds } from './refunds.ts';
import { type GivenFile, type Input, readInput } from './input.ts';
import { warningsOfLightLoads } from './light-loads.ts';
import { remarksOf } from './remarks.ts';
import { Refusal, type Row } from './row.ts';
import { provenBySiblings, type Sibling } from './siblings.ts';
import { createHeaderCheck } from './headers.ts';
import { isTotal } from './totals.ts';

export interface ReferenceOptions extends ReadingOptions {
  readonly dedupeKey?: string;
  readonly local?: boolean;
  readonly strict?: boolean;
  /** The fuels of the account; a dry run asks for none. */
  readonly fuels?: readonly Fuel[] | undefined;
}

/** A file and how its columns are understood. */
export interface Understood {
  readonly input: Input;
  readonly mapping: Mapping;
  readonly conventions: Conventions;
}

/** A data row and what is to become of it. */
export interface JudgedRow {
  /** Index of the file. */
  readonly input: number;
  readonly row: Row;
  readonly verdict: 'valid' | 'invalid' | 'duplicate' | 'skipped';
  readonly issues: readonly Issue[];
  readonly movementId: string | undefined;
  /** Of a row that is not an invalid one: the wire form, and its text. */
  readonly record?: Fields;
  readonly json?: string;
}

export interface ReferenceRun {
  readonly kind: RecordKind;
  readonly inputs: readonly Understood[];
  /** In the order of files and rows. */
  readonly rows: readonly JudgedRow[];
  /** Valid rows that are hardly true. */
  readonly implausible: number;
  /** Each as often as it is said. */
  readonly warnings: readonly Warning[];
}

/** The year in which the runs of the tests take place. */
const currentYear = 2026;

/**
 * What must come of a run up to the point where its records leave.
 *
 * @throws Refusal, or the RunError of what is asked of src/: both have the code with which the product refuses the run
 */
export async function referenceRun(
  kindName: RecordKind['name'],
  files: readonly GivenFile[],
  options: ReferenceOptions,
): Promise<ReferenceRun> {
  const judged = await judgeAll(kindName, files, options, new Set());
  const { refunds, isNet } = judged;
  const found = new Map(
    [...settleRefunds(judged.run, refunds, options.dedupeKey !== 'none')].map(([row, end]) => [nameOf(row), end]),
  );
  const netted = [...found].flatMap(([name, { purchase }]) =>
    isNet && purchase !== undefined ? [name, nameOf(purchase)] : [],
  );
  const run = netted.length === 0 ? judged.run : (await judgeAll(kindName, files, options, new Set(netted))).run;
  const fieldsOf = new Map(refunds.map((refund) => [nameOf(refund.judged), refund.fields]));
  const where = ({ input, row }: JudgedRow): string =>
    `row ${String(row.row)} (line ${String(row.line)})${files.length === 1 ? '' : ` of ${files[input]?.path ?? ''}`}`;
  const rows = run.rows.map((row) => {
    const fields = fieldsOf.get(nameOf(row));
    return fields === undefined || row.verdict === 'skipped'
      ? row
      : { ...row, issues: [refusedRefund(fields, found.get(nameOf(row)) ?? {}, where)] };
  });
  return { ...run, rows };
}

const nameOf = ({ input, row }: Pick<JudgedRow, 'input' | 'row'>): string => `${String(input)}:${String(row.row)}`;

/**
 * Judges all rows; what refunds are is found in them.
 *
 * @param netted refunds and purchases that are left out, by name
 */
async function judgeAll(
  kindName: RecordKind['name'],
  files: readonly GivenFile[],
  options: ReferenceOptions,
  netted: ReadonlySet<string>,
): Promise<{ readonly run: ReferenceRun; readonly refunds: readonly Refund[]; readonly isNet: boolean }> {
  const kind = kindFor(kindName, options.local === true ? 'calculator' : 'api', options.allowMissing !== undefined);
  const mappingOptions = await readMapping(kind, options);
  const validate = createValidator(kind, { currentYear, target: options.local === true ? 'calculator' : 'api' });
  for (const [field, value] of mappingOptions.constants) {
    if (field === kind.lookedUpField || field.endsWith('_unit')) continue;
    const checked = validate({ [field]: value }, new Set());
    const isWrong = ({ code, field: of }: Issue): boolean => of === field && code !== 'MISSING_FIELD';
    if (!checked.valid && checked.issues.some(isWrong)) throw new Refusal('CONSTANT_INVALID');
  }
  const siblings = files.map((file) => open(kind, file, options, mappingOptions));
  const inputs = siblings.map((sibling) => understand(kind, sibling, siblings, mappingOptions));
  checkMapping(kind, inputs, mappingOptions);
  const translated = addFuels(kindName, inputs, options, mappingOptions);
  const dedupeKey = readDedupeKey(kind, inputs, options.dedupeKey);

  const warnings: (Warning & { readonly input?: number })[] = inputs.flatMap(warningsOf);
  const findings = new Findings(files.map(({ path }) => path));
  const seen = new Map<string, { readonly record: Fields; readonly input: number; readonly row: Row }[]>();
  const headers = inputs.map(({ input, mapping }) => createHeaderCheck(kind, input.table.columns, mapping));
  const judge = (
    row: Row,
    index: number,
    { input, mapping, conventions }: Understood,
    above: readonly JudgedRow[],
  ): JudgedRow => {
    const place = { input: index, row };
    if (row.malformed !== undefined) {
      const issue = { code: 'MALFORMED_ROW', stage: 'parse', message: row.malformed, value: row.text ?? '' } as const;
      return { ...place, verdict: 'invalid', issues: [issue], movementId: undefined };
    }
    const skip = (message: string): JudgedRow => {
      findings.add({ code: 'ROWS_SKIPPED', message }, index, row.row);
      return { ...place, verdict: 'skipped', issues: [], movementId: undefined };
    };
    const header = headers[index]?.(row);
    if (header === 'repeated') return skip('rows that repeat the header were skipped');
    const { fields, unreadable, issues, notes, remarks, taken } = readFields(row, {
      kind,
      mapping,
      options: translated,
      conventions,
    });
    const fuel = mapping.sources.find(({ field }) => field === 'fuel_id')?.columns ?? [];
    if (fuel.length === 1 && !mappingOptions.values.has('fuel_id')) checkNonFuel(row.cells[fuel[0] ?? 0] ?? '', issues);
    for (const message of taken) {
      const isKnown = warnings.some((each) => each.message === message && each.input === index);
      if (!isKnown) warnings.push({ code: 'ABSENT_VALUE', message, input: index });
    }
    const id = fields['movement_id'];
    const movementId = id === undefined ? undefined : String(id);
    if (isTotal(row, fields, above)) return skip('rows that are totals were skipped');
    if (header !== undefined) return { ...place, verdict: 'invalid', issues: [header], movementId };
    const validation = validate(fields, unreadable);
    const net = (): JudgedRow => skip('refunds and the purchases that they take back were skipped by --refunds net');
    if (issues.length > 0 || !validation.valid) {
      const all = [...issues, ...(validation.valid ? [] : validation.issues)];
      const judged: JudgedRow = { ...place, verdict: 'invalid', issues: all, movementId };
      if (all.length > 1 || all[0]?.field !== 'quantity' || !(Number(fields['quantity']) < 0)) return judged;
      refunds.push({ judged, fields, telling: conventions.telling.map((column) => row.cells[column]) });
      return netted.has(nameOf(place)) ? net() : judged;
    }
    const record = fields;
    const isLocal = options.local === true;
    const { fuelUnits } = translated;
    const doubts = doubtsOf(record, { kind, mapping, conventions, fuelUnits, isLocal });
    checked[index]?.push(doubts);
    if (options.strict === true && doubts.length > 0) {
      const all = doubts.map(({ field, message }): Issue => {
        const value = String(record[field]);
        const why = `${field} ${value} is not plausible: ${message}`;
        return { code: 'IMPLAUSIBLE', stage: 'validate', field, value, message: why };
      });
      return { ...place, verdict: 'invalid', issues: all, movementId };
    }
    const duplicate = dedupeKey === 'none' ? undefined : findDuplicate(place, record, input, conventions.telling);
    const judged = { ...place, movementId, record, json: sentTextOf(record) };
    if (duplicate !== undefined) return { ...judged, verdict: 'duplicate', issues: [duplicate] };
    if (netted.has(nameOf(place))) return net();
    warnings.push(...notes, ...warningsOfFields(kind, record), ...warningsOfVehicle(kindName, record, options));
    for (const remark of remarks) findings.add(remark, index, row.row);
    if (doubts.length > 0) implausible += 1;
    for (const { message, rule } of doubts) findings.add({ code: 'IMPLAUSIBLE', message }, index, row.row, rule);
    return { ...judged, verdict: 'valid', issues: [] };
  };
  const findDuplicate = (
    { input, row }: { readonly input: number; readonly row: Row },
    record: Fields,
    { table }: Input,
    telling: readonly number[],
  ): Issue | undefined => {
    const key = keyOf(kind, record, dedupeKey === 'none' ? undefined : dedupeKey);
    const mark = markOf(key);
    const reasonsAt = table.columns.indexOf('_errors');
    if (reasonsAt !== -1 && row.cells[reasonsAt]?.includes(mark) === true) {
      const message = 'still has the duplicate key of the row that an earlier run kept';
      return { code: 'CONFLICT', stage: 'dedupe', message, mark };
    }
    const earlier = seen.get(key) ?? [];
    let twin: readonly string[] | undefined;
    let whereTwin = '';
    for (const first of earlier) {
      const file = inputs.length === 1 ? '' : ` of ${files[first.input]?.path ?? ''}`;
      const where = `row ${String(first.row.row)} (line ${String(first.row.line)})${file}`;
      const differing = differences(kind, first.record, record);
      const [field] = differing;
      const { needs } = kind.defaultKey;
      if (field === undefined) {
        const isIdentified = dedupeKey !== undefined || (needs !== undefined && record[needs] !== undefined);
        const sameHeader = inputs[first.input]?.input.table.columns.join('\n') === table.columns.join('\n');
        const others = telling.filter((column) => first.row.cells[column] !== row.cells[column]);
        if (isIdentified || !sameHeader || others.length === 0) {
          return { code: 'DUPLICATE', stage: 'dedupe', message: `is the same record as ${where}, which is kept` };
        }
        twin = others.map((column) => table.columns[column] ?? '');
        whereTwin = where;
      } else if (dedupeKey !== undefined || !areLegs(kind, first.record, record)) {
        const message = `has the duplicate key of ${where}, which is kept, but differs in ${differing.join(', ')}`;
        return { code: 'CONFLICT', stage: 'dedupe', field, message, mark };
      }
    }
    if (twin !== undefined && kind.isUpsert && options.local !== true) {
      const message =
        `is equal to ${whereTwin} but for ${twin.join(', ')}; ` +
        'the API keeps one of two with the same country, date, quantity and plate';
      return { code: 'SAME_KEY', stage: 'dedupe', message };
    }
    if (twin !== undefined) {
      const message = `rows are equal but for ${twin.join(', ')}, and were taken as records of their own`;
      findings.add({ code: 'EQUAL_RECORDS', message }, input, row.row);
    }
    seen.set(key, [...earlier, { record, input, row }]);
    return undefined;
  };

  let implausible = 0;
  const refunds: Refund[] = [];
  const rows: JudgedRow[] = [];
  const checked = inputs.map((): (readonly Doubt[])[] => []);
  for (const [index, understood] of inputs.entries()) {
    const judged: JudgedRow[] = [];
    for (const row of understood.input.rows) judged.push(judge(row, index, understood, judged));
    const remarks = remarksOf(understood.input, judged);
    for (const { row } of remarks) {
      findings.add({ code: 'ROWS_SKIPPED', message: 'remarks below the table were skipped' }, index, row.row);
    }
    for (const each of judged) {
      const isRemark = remarks.includes(each);
      rows.push(
        isRemark ? { input: index, row: each.row, verdict: 'skipped', issues: [], movementId: undefined } : each,
      );
    }
    for (let blank = 0; blank < understood.input.blank; blank += 1) {
      warnings.push({ code: 'BLANK_ROWS', message: 'rows without any value were skipped' });
    }
  }
  if (options.strict === true && checked.some(isDoubtedWhole)) throw new Refusal('IMPLAUSIBLE_FILE');
  const valid = rows.filter(({ verdict }) => verdict === 'valid').length;
  const said = warnings.map(({ code, message }) => ({ code, message }));
  const run = { kind, inputs, rows, implausible, warnings: [...said, ...findings.all(valid)] };
  return { run, refunds, isNet: mappingOptions.refunds === 'net' };
}

/** Whether one rule doubts over half of the valid rows of a file. */
const isDoubtedWhole = (rows: readonly (readonly Doubt[])[]): boolean =>
  (['unusual', 'purchase', 'payload', 'distance'] as const).some((rule) => {
    const doubted = rows.filter((doubts) => doubts.some((doubt) => doubt.rule === rule)).length;
    return doubted >= 3 && doubted > rows.length / 2;
  });

const warningsOfFields = ({ fieldWarnings }: RecordKind, record: Fields): readonly Warning[] =>
  fieldWarnings.flatMap(({ field, value, warning }) => (record[field] === value ? [warning] : []));

/** A file whose columns are mapped. */
function open(
  kind: RecordKind,
  file: GivenFile,
  options: ReferenceOptions,
  mappingOptions: MappingOptions,
): Sibling & { readonly sample: SampleOf } {
  const named = new Set([...mappingOptions.fields.values()].flatMap(({ columns }) => columns));
  const input = readInput(file, {
    format: options.format === 'jsonl' ? 'jsonl' : options.format === undefined ? undefined : 'csv',
    delimiter: options.delimiter,
    encoding: options.encoding,
    isKnownColumn: (name) => named.has(name) || matchColumn(kind, name) !== undefined,
  });
  const { columns } = input.table;
  const rows = input.sampleRows.map((row) => ({
    line: row.line,
    cells: row.cells,
    tags: row.cells.map((_cell, column) => (row.numbers?.includes(column) === true ? Tag.number : Tag.text)),
    isMalformed: row.malformed !== undefined,
  }));
  const mapping = mapColumns(kind, columns, mappingOptions, file.path, rows);
  return { input, mapping, sample: { path: file.path, columns, rows } };
}

function understand(
  kind: RecordKind,
  own: Sibling & { readonly sample: SampleOf },
  all: readonly Sibling[],
  mapping: MappingOptions,
): Understood {
  const siblings = provenBySiblings(kind, own, all);
  const understood = understandInput(
    own.sample,
    { kind, mapping, schema: { currentYear, target: 'api' } },
    { siblings: () => siblings },
  );
  if (understood.problem !== undefined) throw understood.problem;
  return { input: own.input, mapping: understood.mapping, conventions: understood.conventions };
}

/** What would refuse every row is refused at once. */
function checkMapping(kind: RecordKind, inputs: readonly Understood[], { fields }: MappingOptions): void {
  const columns = new Set(inputs.flatMap(({ input }) => input.table.columns));
  const wanted = [...fields.values()].flatMap((field) => field.columns);
  if (wanted.some((name) => !columns.has(name))) throw new Refusal('MAPPING_UNKNOWN_COLUMN');
  const isMapped = inputs.some(({ mapping }) => mapping.sources.some((source) => source.columns.length > 0));
  if (!isMapped) throw new Refusal('MAPPING_NONE');
  for (const { mapping } of inputs) {
    const mapped = new Set(mapping.sources.map(({ field }) => field));
    const isMet = kind.requirements.every(({ anyOf }) => anyOf.some((all) => all.every((name) => mapped.has(name))));
    if (!isMet) throw new Refusal('MAPPING_INCOMPLETE');
  }
}

function readDedupeKey(
  kind: RecordKind,
  inputs: readonly Understood[],
  text: string | undefined,
): readonly string[] | 'none' | undefined {
  if (text === undefined || text === 'none') return text;
  const names = text.split(',').map((name) => name.trim());
  const mapped = new Set(inputs.flatMap(({ mapping }) => mapping.sources.map(({ field }) => field)));
  const isKnown = names.every((name) => Object.hasOwn(kind.fields, name));
  if (!isKnown || !names.some((name) => mapped.has(name))) throw new Refusal('DEDUPE_KEY_INVALID');
  return names;
}

/** An upload warns of vehicle types that this tool does not know; with which words, other tests say. */
function warningsOfVehicle(kind: RecordKind['name'], { toc }: Fields, { local }: ReferenceOptions): Warning[] {
  const isChecked = kind === 'requests' && local !== true && typeof toc === 'string';
  return isChecked && !knownVehicleTypes().has(foldName(toc)) ? [{ code: 'UNKNOWN_TOC', message: '' }] : [];
}

function warningsOf({ input, mapping, conventions }: Understood): Warning[] {
  const { path, encoding, evidence, table } = input;
  const warnings: Warning[] = [...conventions.warnings];
  if (evidence !== undefined) {
    warnings.push({
      code: 'ENCODING_ASSUMED',
      message:
        `${path} is not UTF-8 (line ${String(evidence.line)} has byte ${evidence.byte}); ` +
        `read as ${encoding}; override with --encoding`,
    });
  }
  if (table.titledLine !== undefined) {
    const line = String(table.titledLine);
    const message = `the header of ${path} was found in line ${line}; what is above it was skipped`;
    warnings.push({ code: 'TITLE_LINES', message });
  }
  for (const { field, columns, unit } of mapping.sources) {
    const column = quote(table.columns[columns[0] ?? 0] ?? '');
    const message = `column ${column} of ${path} is ${field} in ${unit ?? ''}`;
    if (unit !== undefined) warnings.push({ code: 'UNIT_OF_COLUMN', message });
  }
  warnings.push(...warningsOfLightLoads({ input, mapping, conventions }));
  for (const { column, suggestion } of mapping.unmapped) {
    const advice = suggestion === undefined ? '' : `; did you mean --map "${suggestion}=${column}"?`;
    warnings.push({ code: 'UNMAPPED_COLUMN', message: `column ${quote(column)} of ${path} is not used${advice}` });
  }
  return warnings;
}

/** What only helps to find a place on this machine; the API has no such fields. */
const notSent = new Set([
  'origin_postcode',
  'origin_region',
  'destination_country',
  'destination_postcode',
  'destination_region',
]);

const sentTextOf = (record: Fields): string =>
  JSON.stringify(Object.fromEntries(Object.entries(record).filter(([name]) => !notSent.has(name))));
