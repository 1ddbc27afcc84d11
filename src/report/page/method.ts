import { attributionsOf, isOpenGovernment, openGovernmentStatement } from './attributions.ts';
import { groupTable } from './groups.ts';
import { type Markup, markup, type Part } from './markup.ts';
import type { PageContext } from './report-data.ts';
import { renderTable } from './table.ts';

/** How the figures came about and on whose data they rest. */
export function renderMethod(context: PageContext): Markup {
  const { summary } = context;
  const texts = summary.mode === 'local' ? localMethod(context) : remoteMethod(context);
  return markup`${texts.map((text) => markup`<p>${text}</p>\n`)}${summary.mode === 'local' ? renderSources(context) : undefined}`;
}

const localMethod = ({ isRecharges }: PageContext): readonly string[] => [
  'The figures follow the method of ISO 14083 and the GLEC Framework. They are well-to-wheel greenhouse gas emissions in ' +
    'CO₂ equivalents: well-to-tank is the provision of the energy, tank-to-wheel its use in the vehicle.',
  isRecharges
    ? 'Emissions are the quantity of a fuel times its emission factor for the year and country of the purchase. CO₂ from ' +
      'biomass is not in the total; it is reported separately.'
    : 'Emissions of a leg are its transport activity (load in tonnes times distance in kilometres) times the emission ' +
      'intensity of its vehicle type. The distance is the one in the row; where there is none, it is worked out from the places.',
  isRecharges
    ? 'Offsets are not deducted.'
    : 'Empty trips are in the intensities, not corrected for each leg. Hubs, radiative forcing of flights and offsets are not in the total.',
  'Neither ISO nor the Smart Freight Centre has reviewed or endorsed this calculation.',
];

function remoteMethod({ summary, total, isRecharges }: PageContext): readonly Part[] {
  if (total !== undefined) {
    return [
      'The Dcycle API calculated these figures; they were read back record by record and added up here. Method, factors and ' +
        'assumptions are those of the API, which does not say them for each record: their quality is not judged on this page.',
    ];
  }
  if (summary.mode === 'dry-run') {
    return ['Nothing was sent or calculated: the files were read, checked and searched for duplicates.'];
  }
  const text =
    'The records were uploaded to the Dcycle API, which calculates their emissions. They are not known here.';
  if (isRecharges) return [text];
  const command = `dcycle-upload results ${summary.run_id} --wait --report report.html`;
  return [text, markup`To read them back into a page like this one, run <code>${command}</code>.`];
}

function renderSources(context: PageContext): Markup {
  const { details, emissions } = context;
  const { factors } = details;
  if (factors.length === 0) return markup``;
  const attributions = attributionsOf(
    details,
    emissions.assumed.kinds.map(({ group }) => group),
  );
  const table = renderTable({
    caption: 'Sources and licences of what was used',
    columns: [{ head: 'Source' }, { head: 'Used for' }, { head: 'Licence', isProse: true }],
    rows: attributions.map(({ use, source, licence }) => [source, use, licence]),
  });
  return markup`${table}
${attributions.some(isOpenGovernment) ? markup`<p class="note">${openGovernmentStatement}</p>\n` : undefined}<details>
<summary>Figures: Factors that were used</summary>
${renderTable(groupTable('Factors that were used', 'factor (region)', factors, context, { limit: 60 }))}
</details>
`;
}
