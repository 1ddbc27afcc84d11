import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import type { RecordKind } from '../../src/records/kind.ts';
import { decide, type Draft } from './tables.ts';

/** A file, and the options that it can't be read without. */
export interface WrittenFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly args: readonly string[];
}

/** What is wrong with one row, or is before it. */
interface Damage {
  readonly row: number;
  readonly cell: number;
  readonly kind: (typeof damageKinds)[number];
}

const damageKinds = [
  'cell missing',
  'cell too many',
  'empty cell too many',
  'stray quote',
  'quote left open',
  'text behind a quote',
  'nul',
  'not of the encoding',
  'blank line',
  'line of spaces',
  'row of delimiters',
  'ctrl-z',
  'title',
  'cut off',
  'doubled',
  'no object',
] as const;

const damages = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  {
    weight: 2,
    arbitrary: fc.array(fc.record({ row: fc.nat(9), cell: fc.nat(9), kind: fc.constantFrom(...damageKinds) }), {
      minLength: 1,
      maxLength: 3,
    }),
  },
);

interface Encoding {
  readonly label: string;
  readonly hasMark: boolean;
  readonly isGiven: boolean;
}

const encodings: fc.Arbitrary<Encoding> = fc.constantFrom(
  { label: 'utf-8', hasMark: false, isGiven: false },
  { label: 'utf-8', hasMark: false, isGiven: false },
  { label: 'utf-8', hasMark: false, isGiven: false },
  { label: 'utf-8', hasMark: true, isGiven: false },
  { label: 'utf-8', hasMark: false, isGiven: true },
  { label: 'windows-1252', hasMark: false, isGiven: false },
  { label: 'windows-1252', hasMark: false, isGiven: true },
  { label: 'iso-8859-15', hasMark: false, isGiven: true },
  { label: 'utf-16le', hasMark: true, isGiven: false },
  { label: 'utf-16be', hasMark: true, isGiven: false },
  { label: 'utf-16le', hasMark: false, isGiven: true },
);

/** A character that no writer here writes; its bytes are damaged afterwards. */
const damaged = '\ue000';

function encode(text: string, { label, hasMark }: Encoding): Buffer {
  const marked = hasMark ? `\ufeff${text}` : text;
  if (label === 'utf-8') {
    const parts = marked
      .split(damaged)
      .flatMap((part, index) => [...(index > 0 ? [Buffer.from([0xff])] : []), Buffer.from(part)]);
    return Buffer.concat(parts);
  }
  if (label.startsWith('utf-16')) {
    const bytes = Buffer.from(marked.replaceAll(damaged, '\ud800'), 'utf16le');
    return label === 'utf-16be' ? bytes.swap16() : bytes;
  }
  // What both encodings have, and é, so that it is no UTF-8.
  return Buffer.from(`${marked.replace(/[^\0-\u007f\u00a1-\u00a3\u00c0-\u00ff]/gu, 'é')}`, 'latin1');
}

interface CsvDialect {
  readonly name: string;
  readonly delimiter: string;
  readonly quoting: 'needed' | 'all' | 'some';
  readonly lineEnd: '\n' | '\r\n' | '\r' | 'mixed';
  readonly isPadded: boolean;
  readonly endsInLineEnd: boolean;
  readonly first: 'header' | 'sep=' | 'title' | 'blank lines';
  readonly isDelimiterGiven: boolean;
  readonly encoding: Encoding;
  /** Below the table. */
  readonly remark: string;
}

const dialects: fc.Arbitrary<CsvDialect> = fc.record({
  name: fc.constantFrom('a.csv', 'a.csv', 'a.tsv', 'a.txt', 'a.CSV', 'a', '-', 'a.csv.gz', 'a.export'),
  delimiter: fc.constantFrom(',', ',', ';', '\t', '|'),
  quoting: fc.constantFrom('needed', 'needed', 'all', 'some'),
  lineEnd: fc.constantFrom('\n', '\n', '\r\n', '\r', 'mixed'),
  isPadded: fc.constantFrom(false, false, true),
  endsInLineEnd: fc.boolean(),
  first: fc.constantFrom('header', 'header', 'header', 'sep=', 'title', 'blank lines'),
  isDelimiterGiven: fc.constantFrom(false, false, true),
  encoding: encodings,
  remark: fc.oneof(
    { weight: 4, arbitrary: fc.constant('') },
    {
      weight: 1,
      arbitrary: fc.constantFrom('Source: transport system', '* provisional data', 'Total of all', 'Stand: 2025'),
    },
  ),
});

const lineEnds = ['\n', '\r\n', '\r'];

function writeCsv(draft: Draft, dialect: CsvDialect, faults: readonly Damage[]): WrittenFile {
  const { delimiter, quoting, isPadded, encoding, name } = dialect;
  const cellOf = (text: string, place: number): string => {
    const needsQuotes = text.includes(delimiter) || /["\r\n]/.test(text);
    const isQuoted =
      needsQuotes ||
      quoting === 'all' ||
      (quoting === 'some' && decide(draft, place, 40)) ||
      (/^\s|\s$/.test(text) && decide(draft, place, 50));
    const own = isQuoted ? `"${text.replaceAll('"', '""')}"` : text;
    const padding = isPadded && delimiter !== '\t' && decide(draft, place + 1, 40) ? ' '.repeat((place % 3) + 1) : '';
    return place % 2 === 0 ? padding + own : own + padding;
  };
  const endOf = (row: number): string =>
    dialect.lineEnd === 'mixed' ? (lineEnds[(draft.whims[row] ?? 0) % 3] ?? '\n') : dialect.lineEnd;
  const rows = [draft.columns.map((column) => column.name), ...draft.rows].map((texts, row) => ({
    before: '',
    cells: texts.map((text, column) => cellOf(text, row * 7 + column)),
  }));
  for (const { row: at, cell, kind } of faults) {
    const row = rows[at % rows.length];
    if (row === undefined) continue;
    const { cells } = row;
    const place = cell % cells.length;
    const own = cells[place] ?? '';
    const changes: Readonly<Partial<Record<Damage['kind'], () => void>>> = {
      'cell missing': () => void cells.pop(),
      'cell too many': () => void cells.push('x'),
      'empty cell too many': () => void cells.push(''),
      'stray quote': () => (cells[place] = `${own}1"2`),
      'quote left open': () => (cells[place] = `"${own}`),
      'text behind a quote': () => (cells[place] = `"${own.replaceAll('"', '')}" x`),
      nul: () => (cells[place] = `a\0b`),
      'not of the encoding': () => (cells[place] = `a${damaged}`),
      'blank line': () => (row.before += endOf(at).repeat(2)),
      'line of spaces': () => (row.before += `  \t ${endOf(at)}`),
      'row of delimiters': () => (row.before += delimiter.repeat(cells.length - 1) + endOf(at)),
      'ctrl-z': () => (row.before += `\u001a${endOf(at)}`),
      title: () => (row.before += `Report of 2025${endOf(at)}`),
    };
    changes[kind]?.();
  }
  const starts = {
    header: '',
    'sep=': `sep=${delimiter}${endOf(0)}`,
    title: `Shipments${endOf(0)}${endOf(0)}`,
    'blank lines': `${endOf(0)} ${endOf(0)}`,
  };
  const lines = rows.map(
    ({ before, cells }, row) =>
      before + cells.join(delimiter) + (row < rows.length - 1 || dialect.endsInLineEnd ? endOf(row) : ''),
  );
  const below =
    dialect.remark === '' ? '' : `${dialect.endsInLineEnd ? '' : '\n'}${dialect.remark}${endOf(rows.length)}`;
  return written(name, starts[dialect.first] + lines.join('') + below, encoding, [
    ...(dialect.isDelimiterGiven ? ['--delimiter', delimiter] : []),
    ...(name === '-' && decide(draft, 5, 50) ? ['--format', 'csv'] : []),
  ]);
}

function written(name: string, text: string, encoding: Encoding, args: readonly string[]): WrittenFile {
  const bytes = encode(text, encoding);
  return {
    name,
    bytes: name.endsWith('.gz') ? gzipSync(bytes) : bytes,
    args: [...args, ...(encoding.isGiven ? ['--encoding', encoding.label] : [])],
  };
}

interface JsonDialect {
  readonly name: string;
  readonly lineEnd: '\n' | '\r\n' | 'mixed';
  readonly form: 'lines' | 'spaced lines' | 'array' | 'indented array';
  readonly endsInLineEnd: boolean;
  readonly encoding: Encoding;
}

const jsonDialects: fc.Arbitrary<JsonDialect> = fc.record({
  name: fc.constantFrom('b.jsonl', 'b.jsonl', 'b.ndjson', 'b.json', '-', 'b.jsonl.gz', 'b.export'),
  lineEnd: fc.constantFrom('\n', '\n', '\r\n', 'mixed'),
  form: fc.constantFrom('lines', 'lines', 'spaced lines', 'spaced lines', 'array', 'indented array'),
  endsInLineEnd: fc.boolean(),
  encoding: encodings,
});

/** A text as a string of JSON, its characters escaped in one of the ways there are. */
function stringToken(draft: Draft, text: string, place: number): string {
  const plain = JSON.stringify(text);
  if (decide(draft, place, 10)) {
    return `"${Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`;
  }
  return decide(draft, place + 3, 20)
    ? plain
        .replaceAll('/', '\\/')
        .replaceAll(
          /[\u0080-\uffff]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`,
        )
    : plain;
}

function valueToken(draft: Draft, text: string, place: number): string | undefined {
  if (text === '') return decide(draft, place, 30) ? 'null' : decide(draft, place, 60) ? '""' : undefined;
  const isNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text);
  if (isNumber && decide(draft, place, 70)) return text;
  if (/^(?:true|false|null)$/.test(text) && decide(draft, place, 70)) return text;
  if (decide(draft, place + 11, 3)) return `{"a":[${stringToken(draft, text, place)},1.50]}`;
  if (decide(draft, place + 13, 2)) return `[${stringToken(draft, text, place)}]`;
  return stringToken(draft, text, place);
}

function writeObject(
  draft: Draft,
  texts: readonly string[],
  row: number,
  [space, end]: readonly [string, string],
): string {
  const members = draft.columns.flatMap(({ name }, column) => {
    const place = row * 7 + column;
    const value = valueToken(draft, texts[column] ?? '', place);
    if (value === undefined) return [];
    const key = decide(draft, place + 17, 4)
      ? `"${name.replace(/^[a-z]/, (first) => `\\u00${first.charCodeAt(0).toString(16)}`).replace(/["\n]/g, '')}"`
      : JSON.stringify(name);
    const member = `${key}${space}:${space}${value}`;
    // Of two values under one key, the second counts.
    return decide(draft, place + 19, 3) ? [`${key}:${space}"first"`, member] : [member];
  });
  if (decide(draft, row + 23, 15)) members.push('"only here":1');
  const turn = decide(draft, row, 30) ? (draft.whims[row] ?? 0) % Math.max(1, members.length) : 0;
  return `{${end}${[...members.slice(turn), ...members.slice(0, turn)].join(`${space},${end}`)}${end}}`;
}

function writeJson(
  draft: Draft,
  { name, lineEnd, form, endsInLineEnd, encoding }: JsonDialect,
  faults: readonly Damage[],
): WrittenFile {
  const endOf = (row: number): string =>
    lineEnd === 'mixed' ? (lineEnds[(draft.whims[row] ?? 0) % 3] ?? '\n') : lineEnd;
  const isArray = form.endsWith('array');
  const spacing = [form === 'spaced lines' ? ' ' : '', form === 'indented array' ? `\n  ` : ''] as [string, string];
  const lines = draft.rows.map((texts, row) => ({ before: '', text: writeObject(draft, texts, row, spacing) }));
  for (const { row: at, kind } of faults) {
    const line = lines[at % lines.length];
    if (line === undefined) continue;
    const changes: Readonly<Partial<Record<Damage['kind'], string>>> = {
      'cell missing': line.text.replace(',', ''),
      'cell too many': line.text.replace('{', '{"x":NaN,'),
      'empty cell too many': line.text.replace(/\}$/, ',}'),
      'stray quote': line.text.replace(':', ':"'),
      'quote left open': line.text.replace(/"(?=[^"]*$)/, ''),
      'text behind a quote': `${line.text} x`,
      nul: line.text.replace('"', '"\0'),
      'not of the encoding': line.text.replace('"', `"${damaged}`),
      'cut off': line.text.slice(0, line.text.length / 2),
      doubled: `${line.text} ${line.text}`,
      'no object': '["a", 1]',
      'row of delimiters': '{}',
    };
    line.text = changes[kind] ?? line.text;
    const before: Readonly<Partial<Record<Damage['kind'], string>>> = {
      'blank line': endOf(at).repeat(2),
      'line of spaces': ` \t ${endOf(at)}`,
      'ctrl-z': `\u001a${endOf(at)}`,
      title: `Report of 2025${endOf(at)}`,
    };
    line.before += before[kind] ?? '';
  }
  const last = lines.length - 1;
  const text = lines
    .map(
      (line, row) =>
        line.before +
        (decide(draft, row + 29, 10) ? ' \t' : '') +
        line.text +
        (isArray && row < last ? ',' : '') +
        (row < last || endsInLineEnd ? endOf(row) : ''),
    )
    .join('');
  return written(
    name,
    isArray ? `[${spacing[1]}${text}]` : text,
    encoding,
    name === '-' && decide(draft, 5, 50) ? ['--format', 'jsonl'] : [],
  );
}

/** Input files, and the command that reads them, without the files that it writes. */
export interface Given {
  readonly kind: RecordKind['name'];
  readonly files: Readonly<Record<string, Buffer>>;
  readonly args: readonly string[];
}

const givenBy = (draft: Draft, inputs: readonly WrittenFile[]): Given => ({
  kind: draft.kind,
  files: { ...draft.files, ...Object.fromEntries(inputs.map(({ name, bytes }) => [name, bytes])) },
  args: [...inputs.map(({ name }) => name), ...draft.args, ...inputs.flatMap(({ args }) => args)],
});

export const csvOf = (drafts: fc.Arbitrary<Draft>): fc.Arbitrary<Given> =>
  fc
    .tuple(drafts, dialects, damages)
    .map(([draft, dialect, faults]) => givenBy(draft, [writeCsv(draft, dialect, faults)]));

export const jsonOf = (drafts: fc.Arbitrary<Draft>): fc.Arbitrary<Given> =>
  fc
    .tuple(drafts, jsonDialects, damages)
    .map(([draft, dialect, faults]) => givenBy(draft, [writeJson(draft, dialect, faults)]));

/** The rows of one table in two files of different formats, some of them in both. */
export const bothOf = (drafts: fc.Arbitrary<Draft>): fc.Arbitrary<Given> =>
  fc
    .tuple(drafts, dialects, jsonDialects, damages, fc.nat(9), fc.nat(9), fc.boolean())
    .map(([draft, dialect, jsonDialect, faults, until, from, isTurned]) => {
      // Options hold for all inputs, so both are UTF-8; and standard input is one only.
      const encoding = { label: 'utf-8', hasMark: dialect.encoding.hasMark, isGiven: false };
      const csv = writeCsv(
        { ...draft, rows: draft.rows.slice(0, until + 1) },
        { ...dialect, name: 'a.csv', encoding },
        faults,
      );
      const rows = draft.rows.slice(Math.min(from, draft.rows.length - 1));
      const json = writeJson(
        { ...draft, rows },
        { ...jsonDialect, name: jsonDialect.name === '-' ? '-' : 'b.jsonl', encoding },
        [],
      );
      return givenBy(draft, isTurned ? [{ ...json, args: [] }, csv] : [csv, { ...json, args: [] }]);
    });
