import type { Mapping } from '../mapping/mapping.ts';
import { normaliseName } from '../mapping/names.ts';
import { type DecimalMark, parseNumber } from '../mapping/numbers.ts';
import { findUnit } from '../mapping/units.ts';
import { markOf } from '../mapping/usual-values.ts';
import type { SampleOf } from './understand.ts';

/** Words in the names of columns of units, and SAP's names of such columns. */
const unitWord =
  /^(?:units?|uom|um|udad|uds?|unidad(?:es)?|unitats?|unidades?|unites?|unita|eenheid|\p{L}*einheit(?:en)?|mass?einheit|meins|gewei|voleh|medst)$/u;

/** Units that values without a unit have: a column that says nothing else converts nothing. */
const usual: ReadonlySet<string> = new Set(['l', 'kg', 'km']);

/**
 * Columns that no field is mapped to and whose values are units, such as `Qty Unit` with `GAL`: the figures that they belong to are
 * read without them.
 *
 * @returns by column, the first unit that values have not anyway
 */
export function unusedUnits({ unmapped }: Mapping, { columns, rows }: SampleOf): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { column } of unmapped) {
    const at = columns.indexOf(column);
    const texts = new Set(rows.flatMap(({ cells, isMalformed }) => (isMalformed ? [] : (cells[at] ?? '').trim())));
    texts.delete('');
    const isNamed = normaliseName(column)
      .split(' ')
      .some((word) => unitWord.test(word));
    const units = [...texts].map((text) => ({ text, unit: findUnit(text) }));
    if (!units.every(({ text, unit }) => unit !== undefined && (isNamed || text.length > 2))) continue;
    const other = units.find(({ unit }) => unit !== undefined && !usual.has(unit.id));
    if (other !== undefined) found.set(column, other.text);
  }
  return found;
}

/** Few shipments of whole files are lighter than this many kg, and no truck carries as many tonnes. */
const mostTonnes = 60;

/** The middle of the sampled loads where nothing says their unit and they may be tonnes. */
export function lightLoad({ sources }: Mapping, { rows }: SampleOf, mark: DecimalMark): number | undefined {
  const load = sources.find(({ field }) => field === 'load');
  const [column] = load?.columns ?? [];
  const isSaid = load?.unit !== undefined || sources.some(({ field }) => field === 'load_unit');
  if (column === undefined || isSaid) return undefined;
  const values = rows.flatMap(({ cells, tags, isMalformed }) => {
    const value = isMalformed ? undefined : parseNumber(cells[column] ?? '', markOf(tags[column], mark));
    return value === undefined || value <= 0 ? [] : [value];
  });
  const middle = values.toSorted((a, b) => a - b)[values.length >> 1];
  return middle !== undefined && middle <= mostTonnes ? middle : undefined;
}
