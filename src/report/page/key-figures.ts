import { coverageOf } from './coverage.ts';
import { type Markup, markup, type Part } from './markup.ts';
import { intensityOf, type PageContext } from './report-data.ts';

interface Figure {
  readonly name: Part;
  readonly value: string;
  readonly unit?: string;
  readonly note?: string | undefined;
}

/** What the boss reads: the total first, then what it is made of. */
export function renderKeyFigures(context: PageContext): Markup {
  const figures = context.total === undefined ? countsOf(context) : emissionsOf(context);
  const list = figures.map(
    ({ name, value, unit, note }) => markup`<div>
<dt>${name}</dt>
<dd><span class="number">${value}</span>${unit === undefined ? undefined : markup` <span class="unit">${unit}</span>`}${note === undefined ? undefined : markup`<span class="note">${note}</span>`}</dd>
</div>\n`,
  );
  return markup`<section aria-labelledby="key-figures">
<h2 id="key-figures">Key figures</h2>
<dl class="key-figures">
${list}</dl>
</section>\n`;
}

/** Where no emissions are known: what is known of the rows. */
function countsOf(context: PageContext): readonly Figure[] {
  const { formats, summary } = context;
  const { rows, records, mode } = summary;
  const accepted = { upload: 'Accepted by the API', local: 'Calculated', 'dry-run': 'Valid' }[mode ?? 'upload'];
  const { covered, read } = coverageOf(context);
  return [
    { name: accepted, value: formats.count(records.accepted), note: `${formats.share(covered, read)} of the rows` },
    { name: 'Rows read', value: formats.count(rows.read) },
    { name: 'Refused', value: formats.count(rows.read - records.accepted - records.not_sent - records.uncertain) },
    ...(mode === 'upload'
      ? [{ name: 'Not sent or uncertain', value: formats.count(records.not_sent + records.uncertain) }]
      : []),
  ];
}

function emissionsOf({ formats, total, isRecharges, emissions, summary }: PageContext): readonly Figure[] {
  if (total === undefined) return [];
  const { co2eKg, co2eWttKg: wtt, co2eTtwKg: ttw, biogenicCo2Kg: biogenic, tonneKm, distanceKm, records } = total;
  const isWhole = tonneKm === undefined || Math.abs(total.co2eOfTonneKm - co2eKg) < 1e-9 * co2eKg;
  const figures: (Figure | undefined)[] = [
    {
      name: summary.mode === 'local' ? 'Total emissions, well-to-wheel' : 'Total emissions',
      value: formats.mass(co2eKg),
      unit: formats.massUnit,
      note:
        wtt === undefined || ttw === undefined
          ? undefined
          : `${formats.share(ttw, co2eKg)} from operation (tank-to-wheel), ${formats.share(wtt, co2eKg)} from energy provision (well-to-tank)`,
    },
    {
      name: isRecharges ? 'Fuel purchases' : 'Shipments',
      value: formats.count(records),
      note: isRecharges ? undefined : 'one a row: legs, not journeys',
    },
    tonneKm === undefined ? undefined : { name: 'Transport activity', value: formats.activity(tonneKm), unit: 'tkm' },
    distanceKm === undefined
      ? undefined
      : { name: 'Distance', value: formats.activity(distanceKm), unit: 'km', note: 'sum over all legs' },
    isRecharges || tonneKm === undefined
      ? undefined
      : {
          name: 'Emission intensity',
          value: formats.intensity(intensityOf(total)),
          unit: 'g CO₂e/tkm',
          note: isWhole ? undefined : 'of the shipments whose tonne-kilometres are known',
        },
    biogenic === undefined || biogenic === 0
      ? undefined
      : {
          name: 'CO₂ from biomass',
          value: formats.mass(biogenic),
          unit: formats.massUnit.replace('CO₂e', 'CO₂'),
          note: 'reported separately, not in the total',
        },
    isRecharges ? { name: 'Fuels', value: formats.count(emissions.groups.length) } : undefined,
  ];
  return figures.filter((figure) => figure !== undefined);
}
