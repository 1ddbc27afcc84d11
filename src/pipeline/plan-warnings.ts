import { describeLeftOut, isPassing, type LeftOut } from '../input/folders/left-out.ts';
import { quote, type Warning } from '../issues.ts';
import { isOrganizationColumn } from '../mapping/organization.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { isUnitOf, measuredFields, unitFieldOf } from '../mapping/units.ts';
import type { RecordKind } from '../records/kind.ts';
import type { OpenedInput } from './plan.ts';
import type { ReadingOptions } from './understand.ts';

/** What is said of how an input is read, before its rows are. */
export const warningsOfInput = (opened: OpenedInput, options: ReadingOptions): readonly Warning[] => [
  ...warnOfEncoding(opened),
  ...warnOfTitles(opened),
  ...warnOfSheet(opened),
  ...warnOfLeftOut(opened),
  ...opened.conventions.warnings,
  ...warnOfUnits(opened),
  ...warnOfLightLoad(opened),
  ...warnOfTrips(opened),
  ...warnOfUnmapped(opened, options),
];

/** What is said of files in folders that are not read. */
export function warnOfFilesLeftOut(leftOut: readonly LeftOut[]): readonly Warning[] {
  const [next, never] = [leftOut.filter(isPassing), leftOut.filter((each) => !isPassing(each))].map((each) =>
    describeLeftOut(each).join('; '),
  );
  return [
    ...(next === '' ? [] : [{ code: 'FILE_UNFINISHED' as const, message: `left for the next run: ${next}` }]),
    ...(never === '' ? [] : [{ code: 'FILE_LEFT_OUT' as const, message: `left out: ${never}` }]),
  ];
}

/** Names of columns in a message. */
export const listed = (columns: readonly string[]): string =>
  columns.slice(0, 12).map(quote).join(', ') + (columns.length > 12 ? `, and ${String(columns.length - 12)} more` : '');

const warnOfEncoding = ({ path, input: { encoding } }: OpenedInput): Warning[] =>
  encoding.evidence === undefined
    ? []
    : [
        {
          code: 'ENCODING_ASSUMED',
          message:
            `${path} is not UTF-8 (line ${String(encoding.evidence.line)} has ${encoding.evidence.bytes}); ` +
            `read as ${encoding.label}; override with --encoding`,
        },
      ];

const warnOfTitles = ({ path, input: { table } }: OpenedInput): Warning[] =>
  table.header.hasTitles
    ? [
        {
          code: 'TITLE_LINES',
          message: `the header of ${path} was found in line ${String(table.header.line)}; what is above it was skipped`,
        },
      ]
    : [];

const warnOfSheet = ({ path, input: { table, hasHiddenRows } }: OpenedInput): Warning[] => {
  const { sheet } = table;
  if (sheet === undefined) return [];
  const { name, reason, sheets } = sheet;
  const others = sheets.filter((each) => each.name !== name && !each.isHidden);
  return [
    ...(reason === 'only sheet with known columns'
      ? [
          {
            code: 'SHEET_CHOSEN' as const,
            message: `sheet ${quote(name)} of ${path} was read, the only one with known columns; not ${listed(others.map((each) => each.name))}`,
          },
        ]
      : []),
    ...(hasHiddenRows
      ? [
          {
            code: 'ROWS_HIDDEN' as const,
            message: `sheet ${quote(name)} of ${path} has rows that are hidden or filtered out; they were read like the others`,
          },
        ]
      : []),
  ];
};

const warnOfLeftOut = ({ path, input: { table } }: OpenedInput): Warning[] => {
  const { leftOut = [] } = table;
  if (leftOut.length === 0) return [];
  const what = [...new Set(leftOut.map(({ holds }) => holds))].join(', ');
  return [
    {
      code: 'COLUMNS_LEFT_OUT',
      message: `columns of ${path} that hold ${what} are not read: ${listed(leftOut.map(({ name }) => name))}`,
    },
  ];
};

const warnOfUnits = ({ path, input, mapping }: OpenedInput): Warning[] =>
  mapping.sources.flatMap(({ field, columns: [column], unit }) =>
    unit === undefined
      ? []
      : [
          {
            code: 'UNIT_OF_COLUMN',
            message: `column ${quote(input.table.columns[column ?? 0] ?? '')} of ${path} is ${field} in ${unit}`,
          },
        ],
  );

const warnOfLightLoad = ({ path, lightLoad }: OpenedInput): Warning[] =>
  lightLoad === undefined
    ? []
    : [
        {
          code: 'UNIT_ASSUMED',
          message:
            `load has no unit in ${path} and is read as kg; its middle value is ${String(lightLoad)}: ` +
            'for tonnes, give --set load_unit=ton, for kilograms, --set load_unit=kg',
        },
      ];

const warnOfTrips = ({ path, tripColumns }: OpenedInput): Warning[] =>
  [...tripColumns].map(([column, value]) => {
    const what =
      value === undefined
        ? 'is there and back by its name: its load is counted on both ways'
        : `says that rows are several trips, or there and back (${quote(value)}), and is not used: each row is one way with its distance and load`;
    const message = `column ${quote(column)} of ${path} ${what}; give a row for each way, with its own distance and load`;
    return { code: 'TRIPS_UNUSED', message };
  });

const warnOfUnmapped = (
  { path, mapping, unusedUnits, tripColumns }: OpenedInput,
  { kind, schema, mapping: given }: ReadingOptions,
): Warning[] =>
  mapping.unmapped.flatMap(({ column, suggestion }): Warning[] => {
    const isOfAccount = column === given.organization.column || isOrganizationColumn(column);
    if (given.rowRules.some((rule) => rule.column === column) || (isOfAccount && schema.target === 'api')) return [];
    const unit = unusedUnits.get(column);
    if (unit !== undefined) {
      const field = freeUnitField(kind, mapping, unit);
      const advice = field === undefined ? '' : `; did you mean --map "${field}=${column}"?`;
      const message = `column ${quote(column)} of ${path} holds units (${unit}) and is not used: no value is converted by it${advice}`;
      return [{ code: 'UNIT_UNUSED', message }];
    }
    if (tripColumns.has(column)) return [];
    const better = suggestion === undefined ? '' : `; did you mean --map "${suggestion}=${column}"?`;
    return [{ code: 'UNMAPPED_COLUMN', message: `column ${quote(column)} of ${path} is not used${better}` }];
  });

/** The field for units that a column of some could be, if no other column is; what is a weight has no pallets. */
const freeUnitField = ({ fields }: RecordKind, { sources }: Mapping, unit: string): string | undefined =>
  measuredFields
    .filter((number) => !sources.some(({ field, isWeight }) => field === number && isWeight === true))
    .map((number) => unitFieldOf(number) ?? '')
    .find((field) => Object.hasOwn(fields, field) && isUnitOf(field, unit) && !sources.some((s) => s.field === field));
