import type { Comparison } from '../comparison.ts';
import { type Markup, markup, name } from './markup.ts';
import type { PageContext } from './report-data.ts';
import { renderTable } from './table.ts';

/** What the API and the embedded calculator make of the same records, and the rows that differ most. */
export function renderComparison(
  { records, apiKg, localKg, most }: Comparison,
  { formats, summary: { inputs }, texts: { say } }: PageContext,
): Markup {
  if (records === 0) return markup`<p>${say('api.none')}</p>\n`;
  const kg = { api: formats.massWithUnit(apiKg), local: formats.massWithUnit(localKg) };
  const rows = most.map((each) => {
    const line = String(each.line);
    return [
      name(inputs.length === 1 ? say('api.line', { line }) : `${inputs[each.input]?.path ?? ''} ${line}`),
      name(each.movementId ?? ''),
      formats.mass(each.apiKg),
      formats.mass(each.localKg),
      formats.mass(each.apiKg - each.localKg),
    ];
  });
  const figures = [`API, ${formats.massUnit}`, say('api.embedded'), say('api.difference')];
  const heads = [{ head: say('api.row') }, { head: say('api.shipment') }];
  const columns = [...heads, ...figures.map((head) => ({ head, isFigure: true }))];
  return markup`<p>${say('api.sums', { count: records, ...kg })}</p>\n${most.length === 0 ? undefined : renderTable({ caption: say('api.caption'), columns, rows })}\n`;
}
