import type { Warning } from '../../src/issues.ts';
import type { Understood } from './run.ts';

/** Loads that nothing gives a unit, and whose middle is at most 60. */
export function warningsOfLightLoads({ input, mapping, conventions: { decimal } }: Understood): Warning[] {
  const load = mapping.sources.find(({ field }) => field === 'load');
  const [column] = load?.columns ?? [];
  const hasUnit = load?.unit !== undefined || mapping.sources.some(({ field }) => field === 'load_unit');
  if (column === undefined || hasUnit) return [];
  const values = input.sampleRows
    .filter(({ malformed }) => malformed === undefined)
    .map(({ cells, numbers }) => {
      const text = cells[column] ?? '';
      const mark = numbers?.includes(column) === true ? '.' : decimal;
      return text.trim() === ''
        ? Number.NaN
        : Number(text.replaceAll(mark === ',' ? /[.\s']/g : /[,\s']/g, '').replace(',', '.'));
    })
    .filter((value) => value > 0)
    .toSorted((a, b) => a - b);
  const middle = values[Math.floor(values.length / 2)];
  if (middle === undefined || middle > 60) return [];
  const message =
    `load has no unit in ${input.path} and is read as kg; its middle value is ${String(middle)}: ` +
    'for tonnes, give --set load_unit=ton, for kilograms, --set load_unit=kg';
  return [{ code: 'UNIT_ASSUMED', message }];
}
