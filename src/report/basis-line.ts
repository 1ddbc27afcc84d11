import type { Summary } from './summary.ts';
import { english, type Texts } from './texts/texts.ts';

/** What the total is based on and which rows are not in it as they are: one line, empty where there is nothing to say. */
export function renderBasis(
  { emissions, rows, records, implausible, errors_by_code: codes }: Summary,
  texts = english,
): string {
  // The verdict says what became of rows; this line, how much of the total they are.
  if (emissions === null && implausible === 0) return '';
  const { numbers, say } = texts;
  const refused = rows.invalid + rows.duplicates - (codes['DUPLICATE'] ?? 0) + records.rejected;
  const counts = [
    [rows.skipped, 'skipped'],
    [Math.max(0, refused), 'refused'],
    [implausible, 'implausible'],
  ] as const;
  const ofRows = counts.flatMap(([value, what]) =>
    value === 0 ? [] : [say(`basis.${what}`, { number: numbers.count(value) })],
  );
  const parts = [
    ...(emissions === null ? [] : ofEmissions(emissions, texts)),
    ...(ofRows.length === 0 ? [] : [say('basis.rows', { list: ofRows.join(', ') })]),
  ];
  return parts.length === 0 ? '' : `${parts.join('; ')}\n`;
}

function ofEmissions(emissions: NonNullable<Summary['emissions']>, texts: Texts): string[] {
  const { co2e_kg: all, based_on: bases, data, assumptions } = emissions;
  if (!(all > 0) || bases.length === 0) return [];
  const { has, numbers, say } = texts;
  const share = (kg: number): string => `${kg === all ? '100' : numbers.activity((kg / all) * 100)} %`;
  const list = (groups: readonly { readonly name: string; readonly co2e_kg: number }[]): string =>
    groups.map(({ name, co2e_kg: kg }) => `${share(kg)} ${name}`).join(', ');
  const what = assumptions.by_kind.map(({ kind, co2e_kg: kg }) => {
    const key = `subject.${kind}`;
    return `${has(key) ? say(key) : kind} ${share(kg)}`;
  });
  const on = list(bases.map((each) => ({ ...each, name: say(`evidence.${each.evidence}`) })));
  const kinds = list(data.map((each) => ({ ...each, name: say(`data.${each.data}`) })));
  return [
    `${say('basis.on', { list: on })}${what.length === 0 ? '' : ` (${what.join(', ')})`}`,
    say('basis.data', { list: kinds }),
  ];
}
