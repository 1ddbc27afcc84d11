import { count } from './format.ts';
import type { Summary } from './summary.ts';

/** What the total is based on and which rows are not in it as they are: one line, empty where there is nothing to say. */
export function renderBasis({ emissions, rows, records, implausible, errors_by_code: codes }: Summary): string {
  // The verdict says what became of rows; this line, how much of the total they are.
  if (emissions === null && implausible === 0) return '';
  const refused = rows.invalid + rows.duplicates - (codes['DUPLICATE'] ?? 0) + records.rejected;
  const counts = [
    [rows.skipped, 'skipped'],
    [Math.max(0, refused), 'refused'],
    [implausible, 'implausible'],
  ] as const;
  const ofRows = counts.flatMap(([value, what]) => (value === 0 ? [] : [`${count(value)} ${what}`]));
  const parts = [
    ...(emissions === null ? [] : ofEmissions(emissions)),
    ...(ofRows.length === 0 ? [] : [`rows: ${ofRows.join(', ')}`]),
  ];
  return parts.length === 0 ? '' : `${parts.join('; ')}\n`;
}

function ofEmissions({
  co2e_kg: all,
  based_on: bases,
  data,
  assumptions,
}: NonNullable<Summary['emissions']>): string[] {
  if (!(all > 0) || bases.length === 0) return [];
  const share = (kg: number): string => `${((kg / all) * 100).toFixed(kg === all ? 0 : 1)} %`;
  const list = (groups: readonly { readonly name: string; readonly co2e_kg: number }[]): string =>
    groups.map(({ name, co2e_kg: kg }) => `${share(kg)} ${name}`).join(', ');
  const { by_kind: kinds } = assumptions;
  const what = kinds.map(({ kind, co2e_kg: kg }) => `${kind} ${share(kg)}`).join(', ');
  return [
    `based on: ${list(bases.map((each) => ({ ...each, name: each.evidence })))}${what === '' ? '' : ` (${what})`}`,
    `data: ${list(data.map((each) => ({ ...each, name: each.data })))}`,
  ];
}
