import { table } from './table.js';

const whole = (value) => Math.round(value).toLocaleString('en');
const none = '–';

/** What was measured, as text for a terminal; the same tables stand in docs/performance.md. */
export function report(results) {
  return [
    `${machineOf(results)}\n${methodOf(results)}`,
    timesTable(results, ({ group }) => group !== 'start-up'),
    startUpTable(results),
    targetsTable(results),
    ...results.skipped.map(({ id, reason }) => `${id} was not measured: ${reason}`),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The same as the results section of docs/performance.md. */
export function markdown(results) {
  const sections = [
    ['Targets', targetsTable(results)],
    ['The whole job', timesTable(results, ({ group }) => group !== 'start-up')],
    ['Start-up', startUpTable(results)],
  ];
  return [
    '## Results',
    `${machineOf(results)} ${methodOf(results)}`,
    ...sections.filter(([, text]) => text !== '').map(([title, text]) => `### ${title}\n\n${text}`),
    ...results.skipped.map(({ id, reason }) => `\`${id}\` was not measured: ${reason}.`),
  ].join('\n\n');
}

function machineOf({ measured_at: at, machine, versions }) {
  const peers = [
    ['DuckDB', versions.duckdb],
    ['pandas', versions.pandas],
  ].flatMap(([name, version]) => (version === undefined ? [] : `, ${name} ${version}`));
  return (
    `Measured on ${at.slice(0, 10)} with version ${versions.product} on ${machine.cores} cores of ${machine.cpu} with ` +
    `${whole(machine.memory_mb / 1024)} GB, ${machine.system}, Node.js ${versions.node}${peers.join('')}.`
  );
}

function methodOf({ rounds, rows, measured_by: measuredBy }) {
  return (
    `${rounds === 1 ? 'One round' : `Medians of ${rounds} rounds, with least and most`}; ${whole(rows)} rows where nothing ` +
    `else is said; CPU is user and system time; memory is the peak of resident memory (${measuredBy}).`
  );
}

function timesTable({ measurements }, isWanted) {
  const csv = measurements.find(({ id }) => id === 'csv');
  const rows = measurements
    .filter(isWanted)
    .map((one) => [
      one.title,
      whole(one.rows),
      one.wall.median.toFixed(2),
      range(one.wall, 2),
      one.cpu?.median.toFixed(2) ?? none,
      one.peak === undefined ? none : whole(one.peak.median),
      whole(one.rows / one.wall.median),
      csv === undefined ? none : `${(one.wall.median / one.rows / (csv.wall.median / csv.rows)).toFixed(2)}x`,
    ]);
  const head = ['Run', 'Rows>', 'Seconds>', 'Least to most>', 'CPU s>', 'Peak MB>', 'Rows a second>', 'Time a row>'];
  return rows.length === 0 ? '' : table(head, rows);
}

function startUpTable({ measurements }) {
  const node = measurements.find(({ id }) => id === 'node');
  const rows = measurements
    .filter(({ group }) => group === 'start-up')
    .map(({ title, wall, peak }) => {
      const ms = { median: wall.median * 1_000, min: wall.min * 1_000, max: wall.max * 1_000 };
      return [
        title,
        whole(ms.median),
        range(ms, 0),
        peak === undefined ? none : whole(peak.median),
        node === undefined ? none : `${(wall.median / node.wall.median).toFixed(2)}x`,
      ];
    });
  return rows.length === 0 ? '' : table(['Run', 'ms>', 'Least to most>', 'Peak MB>', 'Against `node -e 0`>'], rows);
}

function targetsTable({ targets }) {
  const rows = targets.map(({ measure, measured, reach, goal, reached }) => [measure, measured, reach, goal, reached]);
  return rows.length === 0 ? '' : table(['Measure', 'Measured>', 'To be reached>', 'Goal>', 'Reached'], rows);
}

const range = ({ min, max }, digits) => `${min.toFixed(digits)} – ${max.toFixed(digits)}`;
