/** What the product is to reach, and what it does: ratios of medians by the clock where nothing else is said. */

const targetRows = 1_000_000;
/** Calls in flight of an upload, and records in a call: the defaults of the product. */
const inFlight = 4;
const recordsOfCall = 5_000;

const times = (value) => `${value.toFixed(2)}x`;
const megabytes = (value) => `${Math.round(value)} MB`;
const rate = (value) => `${Math.round(value).toLocaleString('en')}/s`;
const share = (value) => `${(value * 100).toFixed(1)} %`;

/**
 *   measure  what is compared
 *   of       the measurements it needs; `value` gets them in this order
 *   show     how a value is written
 *   reach    what is to be reached, `goal` what would be good; a lower value is better unless `isMore`
 *   rows     rows for which that is said
 */
const targets = [
  {
    measure: '`--local` against DuckDB, rows in order, two threads',
    of: ['csv', 'duckdb'],
    value: ratio,
    show: times,
    reach: 0.45,
    goal: 0.3,
  },
  {
    measure: '`--local` against the fastest DuckDB query, any order',
    of: ['csv', 'duckdb-unordered'],
    value: ratio,
    show: times,
    reach: 0.75,
    goal: 0.5,
  },
  {
    measure: 'csv-parse, zod and a Set against `--local`',
    of: ['plain-node', 'csv'],
    value: ratio,
    show: times,
    reach: 7,
    goal: 11,
    isMore: true,
  },
  { measure: 'peak memory of `--local`', of: ['csv'], value: peak, show: megabytes, reach: 170, goal: 130 },
  {
    measure: 'peak memory, 10 times as many rows',
    of: ['scale'],
    value: peak,
    show: megabytes,
    reach: 'key table + 150 MB',
    goal: 'key table + 110 MB',
  },
  {
    measure: 'time a row with 10 times as many rows',
    of: ['scale', 'csv'],
    value: (scale, csv) => ratio(scale, csv) / (scale.rows / csv.rows),
    show: times,
    reach: 1.15,
    goal: 1.05,
  },
  { measure: '`--dry-run` against `--local`', of: ['dry-run', 'csv'], value: ratio, show: times, reach: 0.7 },
  { measure: 'Spanish export against CSV', of: ['spanish', 'csv'], value: ratio, show: times, reach: 1.6, goal: 1.3 },
  { measure: 'Spanish export, peak memory', of: ['spanish'], value: peak, show: megabytes, reach: 200 },
  {
    measure: 'upload to a server that answers at once',
    of: ['upload'],
    value: recordsPerSecond,
    show: rate,
    reach: 100_000,
    goal: 200_000,
    isMore: true,
  },
  {
    measure: `upload, 200 ms a call: share of ${inFlight} x ${recordsOfCall.toLocaleString('en')} records in 200 ms`,
    of: ['upload-200'],
    value: (upload) => recordsPerSecond(upload) / ((inFlight * recordsOfCall) / 0.2),
    show: share,
    reach: 0.9,
    goal: 0.97,
    isMore: true,
  },
  { measure: 'JSON Lines against CSV', of: ['jsonl', 'csv'], value: ratio, show: times, reach: 1.6, goal: 1.35 },
  {
    measure: '2 % of rows wrong against none',
    of: ['csv', 'clean'],
    value: ratio,
    show: times,
    reach: 1.15,
    goal: 1.08,
  },
  {
    measure: '60 % without distance against given, beyond loading the gazetteer',
    of: ['places', 'csv', 'places-100', 'csv-100'],
    value: (places, csv, fewPlaces, few) =>
      (places.wall.median - (fewPlaces.wall.median - few.wall.median)) / csv.wall.median,
    show: times,
    reach: 1.5,
    goal: 1.3,
  },
  {
    measure: '`--help` against `node -e 0`',
    of: ['help', 'node'],
    value: ratio,
    show: times,
    reach: 1.5,
    goal: 1.2,
    rows: 'any',
  },
];

function ratio(one, other) {
  return one.wall.median / other.wall.median;
}

function peak({ peak: used }) {
  return used?.median;
}

/** Of the records that were valid, from the start of the process to its end. */
function recordsPerSecond({ valid, wall }) {
  return valid / wall.median;
}

/**
 * @param results what was measured, by id
 * @returns a line for each target whose measurements are there, as texts, and `value`
 */
export function compareWithTargets(results) {
  const rows = results.get('csv')?.rows ?? targetRows;
  return targets.flatMap((target) => {
    const measured = target.of.map((id) => results.get(id));
    if (measured.includes(undefined)) return [];
    const value = target.value(...measured);
    if (value === undefined) return [];
    const { measure, show, reach, goal } = target;
    return {
      measure,
      value,
      measured: show(value),
      reach: bound(target, reach),
      goal: goal === undefined ? '' : bound(target, goal),
      reached: rows === targetRows || target.rows === 'any' ? verdict(target, value) : '',
    };
  });
}

function bound({ show, isMore }, limit) {
  if (typeof limit === 'string') return limit;
  return `${isMore ? '≥' : '≤'} ${show(limit)}`;
}

function verdict({ reach, isMore }, value) {
  if (typeof reach === 'string') return '';
  return (isMore ? value >= reach : value <= reach) ? 'yes' : 'no';
}
