/** Median, least and most of some numbers. */
function describe(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1) };
}

/** Of each measure that all runs have: see runProcess. */
export function describeRuns(runs) {
  const of = (measure) => (runs[0][measure] === undefined ? undefined : describe(runs.map((run) => run[measure])));
  return { wall: of('wall'), cpu: of('cpu'), peak: of('peak') };
}
