import { readData } from '../../embedded.ts';
import { foldPlaceName } from './fold.ts';
import type { NamedTown } from './gazetteer.ts';

/**
 * The names of a town in other languages resemble its own (Londres, London) or are a part of it (Newcastle, Newcastle upon
 * Tyne): then it is meant about as often as by its own. The rest are former names and mistakes (Zaragoza, Tijuana).
 */
const exonymWeight = 0.5;
const strangerWeight = 1 / 30;
const leastAlike = 0.5;
/** Someone who writes `Cádiz` means it rather than Cadiz. */
const unaccentedWeight = 0.25;

let links: ReadonlySet<string> | undefined;

/** Whether a word links a name with what tells the town from its namesakes: `de`, `upon`, `am`. */
export function isLinkOfNames(word: string): boolean {
  links ??= new Set(
    Object.values(readData<{ words: Record<string, string> }>('name-links.json').words).flatMap((text) =>
      text.split(' '),
    ),
  );
  return links.has(word);
}

const isAccented = (text: string): boolean => /[\u0080-\u024f]/.test(text);

/**
 * How likely a town is meant by a name, 1 by its own.
 *
 * @param name folded, as it was found
 * @param text as it was written
 */
export function nameWeight(name: string, text: string, { town, isPrimary }: NamedTown): number {
  const own = foldPlaceName(town.name);
  if (isPrimary) {
    const isOther = name === own && isAccented(text) && town.terminal === undefined && !isAccented(town.name);
    return isOther ? unaccentedWeight : 1;
  }
  if (` ${own} `.includes(` ${name} `)) return 1;
  const words = name.split(' ').length;
  const isAlike = [own, own.split(' ').slice(0, words).join(' ')].some((each) => alikeness(name, each) >= leastAlike);
  return isAlike ? exonymWeight : strangerWeight;
}

/** The share of letters, as they sound, that two names have in common in their order. */
function alikeness(one: string, other: string): number {
  const [a, b] = [spoken(one), spoken(other)];
  return commonLength(a, b) / Math.max(a.length, b.length);
}

/** Letters that languages write differently for one sound. */
const spoken = (name: string): string =>
  name.replaceAll(/[kq]/g, 'c').replaceAll(/[wf]/g, 'v').replaceAll(/[yj]/g, 'i').replaceAll('z', 's');

/** The length of the longest common subsequence. */
function commonLength(a: string, b: string): number {
  let row = new Uint8Array(b.length + 1);
  for (const letter of a) {
    const next = new Uint8Array(b.length + 1);
    for (let at = 0; at < b.length; at += 1) {
      next[at + 1] = b[at] === letter ? (row[at] ?? 0) + 1 : Math.max(next[at] ?? 0, row[at + 1] ?? 0);
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
