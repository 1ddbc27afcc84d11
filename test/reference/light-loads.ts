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
      const text = (cells[column] ?? '').trim();
      return valueOf(text, numbers?.includes(column) === true ? '.' : decimal);
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

/** A plain number, or one in groups of three; anything else is left to other rules. */
function valueOf(text: string, mark: string): number {
  const [dot, comma] = [mark === ',' ? ',' : '[.]', mark === ',' ? "[.\\s']" : "[,\\s']"];
  const isNumber = new RegExp(
    String.raw`^[+-]?(?:\d{1,3}(?:${comma}\d{3})+|\d+)?(?:${dot}\d*)?(?:e[+-]?\d+)?$`,
    'i',
  ).test(text);
  const plain = text.replaceAll(new RegExp(comma, 'g'), '').replace(',', '.');
  return isNumber && text !== '' ? Number(plain) : Number.NaN;
}
