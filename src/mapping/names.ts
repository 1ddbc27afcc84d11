/**
 * A column or field name without case, accents, separators and brackets: `Nº Matrícula (vehículo)` is `no matricula vehiculo`,
 * `shipmentDate` is `shipment date`.
 */
export const normaliseName = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const mostRemembered = 20_000;
const remembered = new Map<string, string>();

/** `normaliseName` for candidates, which are the same for every unknown name. */
function normaliseCandidate(candidate: string): string {
  const known = remembered.get(candidate);
  if (known !== undefined) return known;
  const name = normaliseName(candidate);
  if (remembered.size < mostRemembered) remembered.set(candidate, name);
  return name;
}

/**
 * Insertions, deletions, replacements and swaps of neighbours that turn one text into the other (Damerau, restricted);
 * more than `limit` are not counted further.
 */
function editDistance(a: string, b: string, limit: number): number {
  const width = b.length + 1;
  let [beforeLast, last, row] = [
    new Int32Array(width),
    Int32Array.from({ length: width }, (_, j) => j),
    new Int32Array(width),
  ];
  for (let i = 1; i <= a.length; i += 1) {
    row[0] = i;
    let least = i;
    for (let j = 1; j < width; j += 1) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row[j] = best;
      if (best < least) least = best;
    }
    // A swap reaches back two rows, and costs one.
    if (least > limit + 1) return least;
    [beforeLast, last, row] = [last, row, beforeLast];
  }
  return last[b.length] ?? 0;
}

/**
 * The candidate that was most likely meant, or `undefined` when none is near: at most a quarter of its letters differ,
 * or one of the two contains the other.
 */
export const nearest = (name: string, candidates: Iterable<string>): string | undefined =>
  nearestNames(name, candidates, 1)[0];

/** The candidates that may have been meant, the likeliest first; of equals the one that comes first. */
export function nearestNames(name: string, candidates: Iterable<string>, count = 3): readonly string[] {
  const wanted = normaliseName(name).slice(0, 60);
  if (wanted === '') return [];
  const found: { candidate: string; distance: number }[] = [];
  for (const candidate of candidates) {
    const other = normaliseCandidate(candidate);
    const contains = wanted.length >= 3 && other.length >= 3 && (wanted.includes(other) || other.includes(wanted));
    const limit = Math.max(1, Math.floor(Math.max(wanted.length, other.length) / 4));
    // Texts whose lengths differ by more than the limit differ in more letters than that.
    if (!contains && Math.abs(wanted.length - other.length) > limit) continue;
    const edits = editDistance(wanted, other, limit);
    const distance = contains ? Math.min(edits, limit) : edits;
    if (distance <= limit) found.push({ candidate, distance });
  }
  return found
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** Names for which a suggestion is looked up; a file with more unknown ones has another problem. */
export const suggestionsLimit = 1000;

/**
 * `didYouMean` that looks each name up once.
 *
 * @param propose what a name may mean, which goes before the candidates that are spelt like it
 */
export function createSuggester(propose: (name: string) => readonly string[] = () => []): typeof didYouMean {
  const known = new Map<string, string>();
  return (name, candidates) => {
    const earlier = known.get(name);
    if (earlier !== undefined) return earlier;
    if (known.size >= suggestionsLimit) return '';
    const suggestion = didYouMean(name, candidates, propose(name));
    known.set(name, suggestion);
    return suggestion;
  };
}

/** `; did you mean "x"?` or nothing. */
export const didYouMean = (name: string, candidates: Iterable<string>, proposals: readonly string[] = []): string => {
  const known = new Set(proposals.length === 0 ? [] : candidates);
  const candidate = proposals.find((each) => known.has(each.toLowerCase())) ?? nearest(name, candidates);
  return candidate === undefined ? '' : `; did you mean "${candidate}"?`;
};
