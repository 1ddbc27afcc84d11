import { clip, printable } from '../issues.ts';
import { csvLine } from './files/csv-writer.ts';
import { count, plural } from './format.ts';
import { renderTable, type TableColumn, type TableOptions } from './tables/table.ts';
import type { Difference, VerifyDocument } from './verify-document.ts';

/** Records that are shown one by one. */
const mostShown = 20;

const meanings = {
  there: 'there once, with every value',
  otherwise: 'there once, some value written otherwise',
  no_emissions: 'there once, without emissions',
  missing: 'missing',
  twice: 'there more than once',
  different: 'there with other values',
  unknown: 'unknown: it could not be told',
} as const satisfies Readonly<Record<keyof VerifyDocument['records'], string>>;

const countColumns: readonly TableColumn[] = [
  { head: 'Records', alignment: 'right' },
  { head: 'In the account', alignment: 'left' },
];

const differenceColumns: readonly TableColumn[] = [
  { head: 'Row', alignment: 'right' },
  { head: 'Movement', alignment: 'left', narrows: 'cut', rank: 1 },
  { head: 'Found', alignment: 'left' },
  { head: 'What', alignment: 'left', narrows: 'wrap' },
];

/** What the account has of a file. */
export function renderVerify(document: VerifyDocument, noun: readonly [string, string], options: TableOptions): string {
  const { records, rows, differences } = document;
  const tight = { ...options, isTight: true };
  const names = Object.keys(meanings) as (keyof typeof meanings)[];
  const counts = names
    .filter((name) => name === 'there' || records[name] > 0)
    .map((name) => [count(records[name]), meanings[name]]);
  const table = renderTable(countColumns, counts, tight);
  const shown = differences.filter(({ verdict }) => verdict !== 'otherwise').slice(0, mostShown);
  const several = new Set(differences.map(({ file }) => file)).size > 1;
  const list =
    shown.length === 0
      ? ''
      : renderTable(
          differenceColumns,
          shown.map((each) => [
            several ? `${printable(each.file)}:${count(each.row)}` : count(each.row),
            printable(each.movement_id ?? '–'),
            each.verdict,
            printable(whatOf(each)),
          ]),
          tight,
        );
  const left = [
    ...(rows.invalid > 0 ? [`${plural(rows.invalid, 'row')} not valid, and not looked for`] : []),
    ...(rows.duplicates > 0 ? [`${plural(rows.duplicates, 'duplicate')} left out`] : []),
  ];
  const total = names.reduce((sum, name) => sum + records[name], 0);
  const once = records.there + records.otherwise;
  const verdict = `the account has ${count(once)} of ${plural(total, ...noun)} once`;
  return `${table}${list}${[verdict, ...left].join('; ')}\n`;
}

/** Values are shown up to this length. */
const mostCharacters = 60;

/** What the account has, and what the file has in its place. */
const changesText = ({ changes }: Difference): string => {
  const text = (value: string | null): string => (value === null ? 'none' : clip(value, mostCharacters));
  return changes.map(({ field, account, file }) => `${field} ${text(account)} -> ${text(file)}`).join(', ');
};

function whatOf(difference: Difference): string {
  const { ids, changes, why } = difference;
  const parts = [...(changes.length > 0 ? [changesText(difference)] : []), ...(why === null ? [] : [why])];
  return [...parts, ...(ids.length > 0 ? [ids.slice(0, 3).join(', ')] : [])].join('; ');
}

/** The file of differences. */
export const differenceHead = csvLine([
  'file',
  'row',
  'line',
  'verdict',
  'movement_id',
  'ids',
  'fields',
  'why',
  'changes',
]);

export function differenceLine(difference: Difference): string {
  const { file, row, line, verdict, movement_id: movement, ids, fields, why } = difference;
  const found = [ids.join(' '), fields.join(' '), why ?? undefined, changesText(difference)];
  return csvLine([file, row, line, verdict, movement ?? undefined, ...found]);
}
