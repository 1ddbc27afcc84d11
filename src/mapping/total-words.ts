import { normaliseName } from './names.ts';
import { lazily, readData } from './vocabulary.ts';

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
  const firstLetters = new Set([...all.begins, ...all.pairs, ...all.whole].map((word) => word.charCodeAt(0)));
  return { ...all, firstLetters };
});

/** Whether a text that begins with a byte may be the label of a total: only then the text is made. */
export const mayBeginTotal = (byte: number): boolean => words().firstLetters.has(byte | 0x20);

/** Whether a text labels a row as a total: `TOTAL`, `Sous-total Diesel`, `Gesamtsumme:`; `Total Energies` sells fuel. */
export function isTotalLabel(text: string): boolean {
  const { begins, pairs, whole, brands } = words();
  const name = normaliseName(text);
  if (whole.has(name)) return true;
  const [first = '', second = ''] = name.split(' ');
  if (pairs.has(`${first} ${second}`)) return true;
  return begins.has(first) && !brands.has(second);
}
