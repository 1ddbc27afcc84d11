import { readData } from '../embedded.ts';
import { Remembered } from '../remembered.ts';
import { Beginnings, isAsciiMark } from './beginnings.ts';
import { normaliseName } from './names.ts';
import { lazily } from './vocabulary.ts';

interface TotalFile {
  readonly begins: string;
  readonly pairs: string;
  readonly whole: string;
  readonly brands: string;
}

const words = lazily(() => {
  const { begins, pairs, whole, brands } = readData<TotalFile>('totals.json');
  const all = {
    begins: new Set(begins.split(' ')),
    pairs: new Set(pairs.split('|')),
    whole: new Set(whole.split('|')),
    brands: new Set(brands.split(' ')),
  };
  return { ...all, beginnings: new Beginnings([...all.begins, ...all.pairs, ...all.whole]) };
});

/** Whether UTF-8 may be the label of a total: only then its text is made. */
export function mayBeginTotal(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && isAsciiMark(bytes[at] ?? 0)) at += 1;
  return words().beginnings.fit(bytes, at, end);
}

/** Whether a text labels a row as a total: `TOTAL`, `Sous-total Diesel`, `Gesamtsumme:`; `Total Energies` sells fuel. */
export const isTotalLabel = (text: string): boolean => labels.of(text);

const labels = new Remembered(isLabel);

function isLabel(text: string): boolean {
  const { begins, pairs, whole, brands } = words();
  const name = normaliseName(text);
  if (whole.has(name)) return true;
  const [first = '', second = ''] = name.split(' ');
  if (pairs.has(`${first} ${second}`)) return true;
  return begins.has(first) && !brands.has(second);
}
