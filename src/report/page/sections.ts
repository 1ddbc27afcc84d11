import { renderComparison } from './comparison.ts';
import { renderGroups, renderIntensities } from './groups.ts';
import { type Markup, markup } from './markup.ts';
import { renderMethod } from './method.ts';
import { renderMonths } from './months.ts';
import { renderParts, renderQuality } from './quality.ts';
import type { PageContext } from './report-data.ts';
import { renderRows } from './rows.ts';

export interface Section {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

/** The sections of a page below its key figures: those that have something to show. */
export function sectionsOf(context: PageContext): readonly Section[] {
  const emissions = context.total === undefined ? [] : context.isRecharges ? ofRecharges(context) : ofRequests(context);
  const { comparison } = context;
  return [
    ...emissions,
    ...section('energy', 'Energy chain', [renderParts(context)]),
    ...section('quality', 'Data quality', [renderQuality(context)]),
    ...section(
      'comparison',
      'API and embedded calculator',
      comparison === undefined ? [] : [renderComparison(comparison, context)],
    ),
    ...section('rows', 'Rows and errors', [renderRows(context)]),
    ...section('method', 'Method and sources', [renderMethod(context)]),
  ];
}

function ofRecharges(context: PageContext): readonly Section[] {
  const { groups } = context.emissions;
  const fuels = { id: 'fuel', title: 'Emissions by fuel', noun: 'fuel', size: 'full', groups } as const;
  return [
    ...section('time', 'Over time', [renderMonths(context)]),
    ...section('fuels', 'Fuels', [renderGroups(fuels, context)]),
  ];
}

function ofRequests(context: PageContext): readonly Section[] {
  const { groups, vehicleTypes, clients } = context.emissions;
  const category = { noun: 'category', size: 'half', groups } as const;
  const vehicle = { noun: 'vehicle type', size: 'half', groups: vehicleTypes } as const;
  return [
    ...section('time', 'Over time', [renderMonths(context)]),
    ...section('modes', 'Categories and vehicles', [
      renderGroups({ ...category, id: 'category', title: 'Emissions by category' }, context),
      renderIntensities({ ...category, id: 'category-intensity', title: 'Intensity by category' }, context),
      renderGroups({ ...vehicle, id: 'vehicle', title: 'Emissions by vehicle type' }, context),
      renderIntensities({ ...vehicle, id: 'vehicle-intensity', title: 'Intensity by vehicle type' }, context),
    ]),
    ...section('clients', 'Clients and lanes', [
      renderGroups(
        { id: 'client', title: 'Emissions by client', noun: 'client', size: 'half', groups: clients },
        context,
      ),
      renderGroups(
        { id: 'lane', title: 'Lanes that weigh most', noun: 'lane', size: 'half', groups: context.details.lanes },
        context,
      ),
    ]),
  ];
}

/** A section whose parts are side by side where there is room; none where all of them are empty. */
function section(id: string, title: string, parts: readonly Markup[]): readonly Section[] {
  const filled = parts.filter((part) => part.toString() !== '');
  const [only, ...more] = filled;
  if (only === undefined) return [];
  return [{ id, title, body: more.length === 0 ? only : markup`<div class="pair">\n${filled}</div>\n` }];
}
