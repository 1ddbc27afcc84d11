import type { Comparison } from '../comparison.ts';
import { type Markup, markup, name } from './markup.ts';
import type { PageContext } from './report-data.ts';
import { renderTable } from './table.ts';

/** What the API and the embedded calculator make of the same records, and the rows that differ most. */
export function renderComparison(
  { records, apiKg, localKg, most }: Comparison,
  { formats, summary: { inputs } }: PageContext,
): Markup {
  if (records === 0) return markup`<p>No record was calculated by both.</p>\n`;
  const sums = `Of ${formats.count(records)} records, the API makes ${formats.massWithUnit(apiKg)}, the embedded calculator ${formats.massWithUnit(localKg)}.`;
  const rows = most.map((each) => {
    const place = inputs.length === 1 ? 'line' : (inputs[each.input]?.path ?? '');
    return [
      name(`${place} ${String(each.line)}`),
      name(each.movementId ?? ''),
      formats.mass(each.apiKg),
      formats.mass(each.localKg),
      formats.mass(each.apiKg - each.localKg),
    ];
  });
  const heads = [`API, ${formats.massUnit}`, 'Embedded', 'Difference'].map((head) => ({ head, isFigure: true }));
  const table = { caption: 'Rows that differ most', columns: [{ head: 'Row' }, { head: 'Shipment' }, ...heads], rows };
  return markup`<p>${sums}</p>\n${most.length === 0 ? undefined : renderTable(table)}\n`;
}
