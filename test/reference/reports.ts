import { parse } from 'csv-parse/sync';
import { clip, type Issue } from '../../src/issues.ts';
import { foreignLineMark, removeGuard } from './csv.ts';
import type { JudgedRow, ReferenceRun, Understood } from './run.ts';

export type ResultValue = string | number | undefined;

export const isJsonLines = (path: string): boolean => /\.(?:jsonl|ndjson)$/i.test(path);

/** The rows of the error report. */
export function errorsOf(run: ReferenceRun, refused: readonly JudgedRow[]): readonly Record<string, unknown>[] {
  return refused.flatMap(({ input, row, movementId, issues }) => {
    const understood = at(run.inputs, input);
    return issues.map(({ field, value, code, message, stage }) => {
      const columns = columnsOf(understood, field);
      const inFile = row.malformed === undefined ? columns.map((index) => row.cells[index] ?? '').join(', ') : '';
      const shown = value === undefined ? '' : clip(inFile === '' ? value : inFile);
      const names = columns.map((index) => understood.input.table.columns[index] ?? '').join(', ');
      return {
        file: understood.input.path,
        row: row.row,
        line: row.line,
        field: field ?? null,
        column: names === '' ? null : names,
        code,
        message,
        value: shown === '' ? null : shown,
        stage,
        movement_id: movementId ?? null,
      };
    });
  });
}

const columnsOf = ({ mapping }: Understood, field: string | undefined): readonly number[] =>
  mapping.sources.find((source) => source.field === field)?.columns ?? [];

/** Rows that are never uploaded again, because sending them (again) could store them twice. */
const isKept = ({ code, isStored }: Issue): boolean =>
  code === 'DUPLICATE' || code === 'UNCERTAIN' || isStored === true;

/** What is written to the rejected file. */
export function rejectedOf(run: ReferenceRun, path: string, refused: readonly JudgedRow[]): WrittenRows {
  const given = refused.filter(({ issues }) => !issues.some(isKept));
  const rows = given.map((judged) => {
    const { issues } = judged;
    const codes = issues.map(({ code }) => code).join('; ');
    const reasons = issues.map(({ message, mark }) => (mark === undefined ? message : `${message} ${mark}`)).join('; ');
    return { judged, values: [...fileOf(run, judged), judged.row.row, codes, reasons] };
  });
  return writtenRows(run, path, [...fileName(run), '_row', '_codes', '_errors'], 'replace', rows);
}

/** What is written to the results. */
export function resultsOf(
  run: ReferenceRun,
  path: string,
  columns: readonly string[],
  accepted: readonly { readonly judged: JudgedRow; readonly values: readonly ResultValue[] }[],
): WrittenRows {
  const rows = accepted.map(({ judged, values }) => ({
    judged,
    values: [...fileOf(run, judged), judged.row.row, ...values],
  }));
  return writtenRows(run, path, [...fileName(run), '_row', ...columns], 'keep', rows);
}

/** Of several files, each row says its own. */
const fileName = ({ inputs }: ReferenceRun): readonly string[] => (inputs.length > 1 ? ['_file'] : []);

const fileOf = ({ inputs }: ReferenceRun, { input }: JudgedRow): readonly string[] =>
  inputs.length > 1 ? [at(inputs, input).input.path] : [];

/** The rows of a file, in a form in which those of the product can be compared with them: sorted, and nothing but their values. */
export type WrittenRows = readonly string[];

interface RowToWrite {
  readonly judged: JudgedRow;
  readonly values: readonly ResultValue[];
}

function writtenRows(
  run: ReferenceRun,
  path: string,
  added: readonly string[],
  sameNames: 'keep' | 'replace',
  rows: readonly RowToWrite[],
): WrittenRows {
  if (rows.length === 0) return [];
  return isJsonLines(path) ? jsonRows(run, added, sameNames, rows) : csvRows(run, added, sameNames, rows);
}

/** Names of the added columns: one that is there already gets the next free number. */
function addedNames(added: readonly string[], sameNames: 'keep' | 'replace', columns: readonly string[]) {
  if (sameNames === 'replace') return added;
  const taken = new Set(columns);
  return added.map((name) => {
    let free = name;
    for (let number = 2; taken.has(free); number += 1) free = `${name}_${String(number)}`;
    taken.add(free);
    return free;
  });
}

function jsonRows(
  run: ReferenceRun,
  added: readonly string[],
  sameNames: 'keep' | 'replace',
  rows: readonly RowToWrite[],
): WrittenRows {
  const names = addedNames(
    added,
    sameNames,
    run.inputs.flatMap(({ input }) => input.table.columns),
  );
  const lines = rows.map(({ judged: { input, row }, values }) => {
    const { columns } = at(run.inputs, input).input.table;
    const kept = columns.flatMap((name, index) =>
      sameNames === 'replace' && added.includes(name) ? [] : [[name, row.cells[index] ?? ''] as const],
    );
    const text =
      row.malformed === undefined
        ? (row.text ?? JSON.stringify(Object.fromEntries(kept)))
        : JSON.stringify({ _raw: row.text ?? '' });
    const helpers = added.includes('_file') ? ownHelpersWithFile : ownHelpers;
    const own = (sameNames === 'replace' ? text.replace(helpers, '}') : text).replace(/\s*\}\s*$/, '');
    const more = names.map((name, index) => `${JSON.stringify(name)}:${JSON.stringify(values[index] ?? null)}`);
    return `${own}${own.endsWith('{') ? '' : ','}${more.join(',')}}`;
  });
  return canonicalLines(run, lines);
}

/** The helper keys that an earlier rejected file has at the end of its objects. */
const ownHelpers = /,?\s*"_row":\d+,"_codes":"(?:[^"\\]|\\.)*","_errors":"(?:[^"\\]|\\.)*"\s*\}\s*$/;

const ownHelpersWithFile = new RegExp(
  String.raw`,?\s*"_file":"(?:[^"\\]|\\.)*"${ownHelpers.source}|${ownHelpers.source}`,
);

/** Objects that were written of cells are compared as such; what was JSON keeps its order, its escapes and its numbers as written. */
function canonicalLines(run: ReferenceRun, lines: readonly string[]): WrittenRows {
  const isWritten = run.inputs.every(({ input }) => input.table.format === 'csv');
  const canonical = lines.map((line) =>
    isWritten
      ? JSON.stringify(Object.entries(JSON.parse(line) as object).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : line.replace(/"(?:[^"\\]|\\.)*"|\s+/g, (token) => (token.startsWith('"') ? token : '')),
  );
  return canonical.toSorted();
}

function csvRows(
  run: ReferenceRun,
  added: readonly string[],
  sameNames: 'keep' | 'replace',
  rows: readonly RowToWrite[],
): WrittenRows {
  const { delimiter, decimal, encode } = dialectOf(run);
  const layout = layoutOf(run.inputs, sameNames === 'replace' ? added : []);
  const names = addedNames(added, sameNames, layout.columns);
  const cellOf = (value: ResultValue): string => {
    if (value === undefined) return '';
    return typeof value === 'number' ? String(value).replace('.', decimal) : value;
  };
  const written = rows.map(({ judged: { input, row }, values }) => {
    const own = at(layout.places, input);
    const arranged = layout.columns.map((_column, place) => row.cells[own.indexOf(place)] ?? '');
    const cells = values.map(cellOf);
    if (row.malformed === undefined) return [...arranged, ...cells];
    const isOwn = own.filter((place) => place !== undefined).every((place, index) => place === index);
    const isWhole = own.filter((place) => place !== undefined).length === layout.columns.length;
    const isForeign = !isOwn || !isWhole || at(run.inputs, input).input.table.delimiter !== delimiter;
    const marked = cells.map((cell, index) =>
      isForeign && index === cells.length - 1 ? `${cell} ${foreignLineMark}` : cell,
    );
    return [row.text ?? '', ...layout.columns.slice(1).map(() => ''), ...marked];
  });
  return [[...layout.columns, ...names], ...written].map((cells) => JSON.stringify(cells.map(encode))).toSorted();
}

interface Layout {
  readonly columns: readonly string[];
  /** For each input and column its place. */
  readonly places: readonly (readonly (number | undefined)[])[];
}

/** Columns of several files that mean the same field, or have the same name, share a place; the others follow. */
function layoutOf(inputs: readonly Understood[], leaveOut: readonly string[]): Layout {
  const columns: string[] = [];
  const fields: (string | undefined)[] = [];
  const places = inputs.map(({ input, mapping }, index) => {
    const taken = new Set<number>();
    const isFree = (place: number): boolean => place !== -1 && !taken.has(place);
    return input.table.columns.map((name, column) => {
      if (leaveOut.includes(name)) return undefined;
      const field = mapping.sources.findLast((source) => source.columns[0] === column)?.field;
      const sameField = field === undefined ? -1 : fields.indexOf(field);
      const sameName =
        index === 0
          ? -1
          : columns.findIndex((other, there) => other === name && fields[there] === field && isFree(there));
      let place = isFree(sameField) ? sameField : sameName;
      if (place === -1) {
        place = columns.length;
        let free = name;
        if (index > 0) for (let number = 2; columns.includes(free); number += 1) free = `${name}_${String(number)}`;
        columns.push(free);
        fields.push(field);
      }
      taken.add(place);
      return place;
    });
  });
  return { columns, places };
}

export interface Dialect {
  readonly delimiter: string;
  readonly decimal: '.' | ',';
  readonly encoding: string;
  /** What becomes of a text that is written and read again. */
  readonly encode: (text: string) => string;
}

/** A CSV file is written as the first input is; in UTF-8 where others have another encoding, or none of one byte a character. */
export function dialectOf({ inputs }: ReferenceRun): Dialect {
  const { input, conventions } = at(inputs, 0);
  const encodeUtf8 = (text: string): string => Buffer.from(text).toString();
  if (input.table.format === 'jsonl') return { delimiter: ',', decimal: '.', encoding: 'utf-8', encode: encodeUtf8 };
  const { delimiter } = input.table;
  const { decimal } = conventions;
  const isShared = inputs.every((other) => other.input.encoding === input.encoding);
  const isUnicode = ['utf-8', 'utf-16le', 'utf-16be'].includes(input.encoding);
  const characters = isShared && !isUnicode ? charactersOf(input.encoding) : undefined;
  if (characters === undefined) {
    return { delimiter, decimal, encoding: isShared && isUnicode ? input.encoding : 'utf-8', encode: encodeUtf8 };
  }
  const encode = (text: string): string => Array.from(text, (each) => (characters.has(each) ? each : '?')).join('');
  return { delimiter, decimal, encoding: input.encoding, encode };
}

/** The characters of an encoding with one byte a character. */
function charactersOf(label: string): ReadonlySet<string> | undefined {
  const characters = Array.from({ length: 256 }, (_, byte) =>
    new TextDecoder(label).decode(Uint8Array.of(byte), { stream: true }),
  ).filter((character) => character.length === 1 && character !== '\ufffd');
  return characters.length > 200 ? new Set(characters) : undefined;
}

/** The rows of a file of the product, in the form of `WrittenRows`. */
export function rowsIn(run: ReferenceRun, path: string, bytes: Buffer | undefined): WrittenRows {
  if (bytes === undefined) return [];
  if (isJsonLines(path)) return canonicalLines(run, bytes.toString().trimEnd().split('\n'));
  const { delimiter, encoding } = dialectOf(run);
  const text = new TextDecoder(encoding).decode(bytes, { stream: true });
  return readTable(text, delimiter)
    .map((cells) => JSON.stringify(cells))
    .toSorted();
}

/** The cells of a CSV file that this tool has written, none of which a spreadsheet may take for a formula. */
export function readTable(text: string, delimiter: string): readonly (readonly string[])[] {
  const options = { delimiter, record_delimiter: ['\r\n', '\n', '\r'], trim: true };
  const records: readonly (readonly string[])[] = parse(text, options);
  const formula = records.flat().find((cell) => /^[=+\-@\t\r]/.test(cell) && !plainNumber.test(cell));
  if (formula !== undefined) throw new Error(`a cell that begins a formula was written: ${formula}`);
  return records.map((cells) => cells.map(removeGuard));
}

const plainNumber = /^[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:[eE][+-]?\d+)?$/;

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`nothing at ${String(index)}`);
  return item;
}
