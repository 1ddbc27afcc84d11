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
<h2 id="key-figures">${context.texts.say('figures.title')}</h2>
<dl class="key-figures">
${list}</dl>
</section>\n`;
}

/** Where no emissions are known: what is known of the rows. */
function countsOf(context: PageContext): readonly Figure[] {
  const { formats, summary, texts } = context;
  const { say } = texts;
  const { rows, records, mode } = summary;
  const { covered, read } = coverageOf(context);
  const open = records.not_sent + records.uncertain;
  return [
    {
      name: say(`figures.accepted.${mode ?? 'upload'}`),
      value: formats.count(records.accepted),
      note: say('figures.ofRows', { share: formats.share(covered, read) }),
    },
    { name: say('figures.read'), value: formats.count(rows.read) },
    { name: say('figures.refused'), value: formats.count(rows.read - records.accepted - open) },
    ...(mode === 'upload' ? [{ name: say('figures.notSent'), value: formats.count(open) }] : []),
  ];
}

function emissionsOf({ formats, total, isRecharges, emissions, summary, texts }: PageContext): readonly Figure[] {
  if (total === undefined) return [];
  const { say } = texts;
  const { co2eKg, co2eWttKg: wtt, co2eTtwKg: ttw, biogenicCo2Kg: biogenic, tonneKm, distanceKm, records } = total;
  const isWhole = tonneKm === undefined || Math.abs(total.co2eOfTonneKm - co2eKg) < 1e-9 * co2eKg;
  const figures: (Figure | undefined)[] = [
    {
      name: say(summary.mode === 'local' ? 'figures.totalWtw' : 'figures.total'),
      value: formats.mass(co2eKg),
      unit: formats.massUnit,
      note:
        wtt === undefined || ttw === undefined
          ? undefined
          : say('figures.parts', { ttw: formats.share(ttw, co2eKg), wtt: formats.share(wtt, co2eKg) }),
    },
    {
      name: say(isRecharges ? 'column.purchases' : 'column.shipments'),
      value: formats.count(records),
      note: isRecharges ? undefined : say('figures.legs'),
    },
    tonneKm === undefined
      ? undefined
      : { name: say('figures.activity'), value: formats.activity(tonneKm), unit: 'tkm' },
    distanceKm === undefined
      ? undefined
      : {
          name: say('figures.distance'),
          value: formats.activity(distanceKm),
          unit: 'km',
          note: say('figures.sumOfLegs'),
        },
    isRecharges || tonneKm === undefined
      ? undefined
      : {
          name: say('figures.intensity'),
          value: formats.intensity(intensityOf(total)),
          unit: 'g CO₂e/tkm',
          note: isWhole ? undefined : say('figures.intensityOf'),
        },
    biogenic === undefined || biogenic === 0
      ? undefined
      : {
          name: say('figures.biogenic'),
          value: formats.mass(biogenic),
          unit: formats.massUnit.replace('CO₂e', 'CO₂'),
          note: say('figures.biogenicApart'),
        },
    isRecharges ? { name: say('figures.fuels'), value: formats.count(emissions.groups.length) } : undefined,
  ];
  return figures.filter((figure) => figure !== undefined);
}
