import { renderAbout } from './about.ts';
import { renderComparison } from './comparison.ts';
import { renderGroups, renderIntensities } from './groups.ts';
import { type Markup, markup } from './markup.ts';
import { renderMethod } from './method.ts';
import { renderMonths } from './months.ts';
import { renderAssumptions, renderData, renderEvidence, renderParts } from './quality.ts';
import type { PageContext } from './report-data.ts';
import { renderRows } from './rows.ts';
import { renderScopes } from './scopes.ts';

export interface Section {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

/** The sections of a page below what the boss reads: those that have something to show. */
export function sectionsOf(context: PageContext): readonly Section[] {
  const { say } = context.texts;
  if (context.total === undefined) return [];
  return [
    ...section('time', say('section.time'), [renderMonths(context)]),
    ...(context.isRecharges ? ofRecharges(context) : ofRequests(context)),
    ...section('energy', say('section.energy'), [renderParts(context)]),
    ...section('scopes', say('section.scopes'), [renderScopes(context)]),
    ...section('quality', say('section.quality'), [renderData(context), renderEvidence(context)]),
  ];
}

/** The parts of the appendix: what an auditor or a technician looks up. */
export function appendixOf(context: PageContext): readonly Section[] {
  const { comparison, emissions, texts, total } = context;
  const { say } = texts;
  return [
    ...section('rows', say('section.rows'), [renderRows(context)]),
    ...section('assumptions', say('source.assumptions'), [
      total === undefined || emissions.evidences.length === 0 ? markup`` : renderAssumptions(context),
    ]),
    ...section('api', say('section.api'), comparison === undefined ? [] : [renderComparison(comparison, context)]),
    ...section('method', say('section.method'), [renderMethod(context)]),
    ...section('about', say('section.about'), [renderAbout(context)]),
  ];
}

function ofRecharges(context: PageContext): readonly Section[] {
  const { groups } = context.emissions;
  return section('fuels', context.texts.say('section.fuels'), [renderGroups({ noun: 'fuel', groups }, context)]);
}

function ofRequests(context: PageContext): readonly Section[] {
  const { details, emissions, texts } = context;
  const category = { noun: 'category', groups: emissions.groups } as const;
  const vehicle = { noun: 'vehicle', groups: emissions.vehicleTypes } as const;
  return [
    ...section('modes', texts.say('section.modes'), [
      renderGroups(category, context),
      renderIntensities(category, context),
      renderGroups(vehicle, context),
      renderIntensities(vehicle, context),
    ]),
    ...section('clients', texts.say('section.clients'), [
      renderGroups({ noun: 'client', groups: emissions.clients }, context),
      renderGroups({ noun: 'lane', groups: details.lanes }, context),
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
