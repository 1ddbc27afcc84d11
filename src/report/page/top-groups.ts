import { type GroupTotals, others } from '../../pipeline/emissions.ts';
import type { Texts } from '../texts/texts.ts';

/** The groups that are shown one by one, and all others added up. */
export interface TopGroups {
  readonly shown: readonly GroupTotals[];
  readonly rest: GroupTotals | undefined;
}

const plus = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : a + b;

/** A part is known of a sum only where it is of everything in it. */
const plusPart = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b;

function sumOf(name: string, groups: readonly GroupTotals[]): GroupTotals | undefined {
  const [first, ...more] = groups;
  if (first === undefined) return undefined;
  return more.reduce<GroupTotals>(
    (sum, group) => ({
      group: name,
      records: sum.records + group.records,
      co2eKg: sum.co2eKg + group.co2eKg,
      co2eWttKg: plusPart(sum.co2eWttKg, group.co2eWttKg),
      co2eTtwKg: plusPart(sum.co2eTtwKg, group.co2eTtwKg),
      biogenicCo2Kg: plusPart(sum.biogenicCo2Kg, group.biogenicCo2Kg),
      tonneKm: plus(sum.tonneKm, group.tonneKm),
      distanceKm: plus(sum.distanceKm, group.distanceKm),
      co2eOfTonneKm: sum.co2eOfTonneKm + group.co2eOfTonneKm,
    }),
    { ...first, group: name },
  );
}

/** The first groups, and what the others add up to; what was not kept apart while it was collected is among the others. */
export function topGroups(groups: readonly GroupTotals[], limit: number, { say }: Pick<Texts, 'say'>): TopGroups {
  const isApart = ({ group }: GroupTotals): boolean => group !== others;
  const apart = groups.filter(isApart);
  // One line more costs as much as a line for the one that is left.
  const shown = apart.length <= limit + 1 ? apart : apart.slice(0, limit);
  const left = apart.length - shown.length;
  const uncounted = groups.length > apart.length;
  const name =
    left === 0 ? say('group.othersLeft') : say(uncounted ? 'group.moreOthers' : 'group.others', { count: left });
  return { shown, rest: sumOf(name, [...apart.slice(shown.length), ...groups.filter((each) => !isApart(each))]) };
}
