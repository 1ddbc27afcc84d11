/** Years as a range where none is missing: `2023–25`; else as a list. */
export function yearRange(years: readonly number[]): string {
  const sorted = [...new Set(years)].toSorted((a, b) => a - b);
  const [first] = sorted;
  const last = sorted.at(-1);
  if (first === undefined || last === undefined) return '';
  const isWhole = last - first === sorted.length - 1 && sorted.length > 1;
  return isWhole ? `${String(first)}–${String(last % 100).padStart(2, '0')}` : sorted.join(', ');
}
