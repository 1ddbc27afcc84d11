import { type Markup, markup } from './markup.ts';
import type { PageContext } from './report-data.ts';
import { renderTable } from './table.ts';

/** Emissions by scope of the GHG Protocol; nothing where no row says who carried it. */
export function renderScopes({ details, formats, texts: { say }, total }: PageContext): Markup {
  const { carried } = details;
  if (carried === undefined || total === undefined) return markup``;
  const { ownTtwKg, ownElectricKg, ownWttKg, boughtKg } = carried;
  const known = [
    [say('scopes.1'), ownTtwKg],
    [say('scopes.2'), ownElectricKg],
    [say('scopes.3.3'), ownWttKg],
    [say('scopes.3.4'), boughtKg],
  ] as const;
  // What is left of the total is not known, to the last rounding.
  const left = total.co2eKg - known.reduce((sum, [, kg]) => sum + kg, 0);
  const rows = [...known, ...(left > 1e-9 * total.co2eKg ? [[say('scopes.unknown'), left] as const] : [])];
  const share = (kg: number): string => formats.share(kg, total.co2eKg);
  return markup`${renderTable({
    caption: say('scopes.title'),
    columns: [
      { head: say('scopes.scope') },
      { head: formats.massUnit, isFigure: true },
      { head: say('column.share'), isFigure: true },
    ],
    rows: rows.filter(([, kg]) => kg > 0).map(([text, kg]) => [text, formats.mass(kg), share(kg)]),
    total: [say('table.total'), formats.mass(total.co2eKg), share(total.co2eKg)],
  })}
<p class="note">${say('scopes.note')}</p>\n`;
}
