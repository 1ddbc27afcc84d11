import { type GroupTotals, withoutGroup } from '../../pipeline/emissions.ts';
import { renderChart, renderSentence } from './chart.ts';
import { renderColumns, type StackedColumn } from './columns.ts';
import { groupTable } from './groups.ts';
import { type Markup, markup } from './markup.ts';
import type { PageContext } from './report-data.ts';

/** Months that are side by side; of a longer time there is a column for each year. */
const columnsShown = 36;
const rowsShown = 120;

/** Emissions over time, as columns and as a table; nothing where no record has a date. */
export function renderMonths(context: PageContext): Markup {
  const { emissions, formats, texts, total } = context;
  const { say } = texts;
  const { months } = emissions;
  const dated = months.filter(({ group }) => group !== withoutGroup);
  const undated = months.find(({ group }) => group === withoutGroup);
  const [first, ...more] = dated;
  if (first === undefined) return markup``;
  const title = say('months.title');
  if (more.length === 0 && undated === undefined) {
    return renderSentence(title, say('brief.oneMonth', { month: formats.month(first.group) }));
  }
  const named = dated.map((month) => ({ ...month, group: formats.month(month.group) }));
  const all = [...named, ...(undated === undefined ? [] : [{ ...undated, group: say('months.withoutDate') }])];
  const table = groupTable(title, 'month', all, context, { limit: rowsShown });
  const hasParts = total?.co2eWttKg !== undefined && total.co2eTtwKg !== undefined;
  const { columns, isByYear } = columnsOf(dated, context, hasParts);
  const most = dated.reduce((a, b) => (b.co2eKg > a.co2eKg ? b : a));
  const drawn = {
    title: say('months.unit', { title: isByYear ? say('months.years') : title, unit: formats.massUnit }),
    description: say('months.description', {
      month: formats.month(most.group),
      mass: formats.massWithUnit(most.co2eKg),
    }),
  };
  const keys = [
    { series: 1, text: say('parts.ttw') },
    { series: 2, text: say('parts.wtt') },
  ] as const;
  return renderChart(
    {
      title: drawn.title,
      keys: hasParts ? keys : [],
      drawing: renderColumns(columns, formats.tick, drawn),
      table,
      ...(undated === undefined ? {} : { note: say('months.undated', { mass: formats.massWithUnit(undated.co2eKg) }) }),
    },
    context,
  );
}

function columnsOf(
  dated: readonly GroupTotals[],
  { formats }: PageContext,
  hasParts: boolean,
): { readonly columns: readonly StackedColumn[]; readonly isByYear: boolean } {
  const parts = ({ co2eKg, co2eTtwKg, co2eWttKg }: GroupTotals): readonly number[] =>
    (hasParts ? [co2eTtwKg ?? 0, co2eWttKg ?? 0] : [co2eKg]).map((kg) => kg / formats.kgPerUnit);
  const calendar = monthsBetween(dated[0]?.group, dated.at(-1)?.group);
  if (calendar !== undefined) {
    const byMonth = new Map(dated.map((month) => [month.group, month]));
    const columns = calendar.map((month) => {
      const group = byMonth.get(month);
      return {
        label: formats.monthName(month),
        group: month.slice(0, 4),
        values: group === undefined ? [] : parts(group),
      };
    });
    return { columns, isByYear: false };
  }
  const byYear = new Map<string, readonly number[]>();
  for (const month of dated) {
    const year = month.group.slice(0, 4);
    const sum = byYear.get(year);
    byYear.set(
      year,
      parts(month).map((value, index) => value + (sum?.[index] ?? 0)),
    );
  }
  const columns = [...byYear].map(([label, values]) => ({ label, group: '', values }));
  return { columns, isByYear: true };
}

/** Every month from the first to the last, so that one without records is a gap; `undefined` where they are too many. */
function monthsBetween(first: string | undefined, last: string | undefined): readonly string[] | undefined {
  if (first === undefined || last === undefined) return [];
  const number = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
  const [from, to] = [number(first), number(last)];
  if (to - from >= columnsShown) return undefined;
  return Array.from({ length: to - from + 1 }, (_month, index) => {
    const month = from + index;
    return `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;
  });
}
