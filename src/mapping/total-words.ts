import { readData } from '../embedded.ts';
import { Remembered } from '../remembered.ts';
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
  const beginnings = [...all.begins, ...all.pairs, ...all.whole].map((word) => word.slice(0, 3));
  const firsts = new Uint8Array(256);
  for (const beginning of beginnings) {
    firsts[beginning.charCodeAt(0)] = 1;
    firsts[beginning.toUpperCase().charCodeAt(0)] = 1;
  }
  return { ...all, firsts, beginnings: new Set(beginnings.map((letters) => codeOf(...lettersOf(letters)))) };
});

const lettersOf = (text: string): [number, number, number] => [
  text.charCodeAt(0),
  text.charCodeAt(1),
  text.charCodeAt(2),
];

/** Three letters without case as one number. */
const codeOf = (a: number, b: number, c: number): number => ((a | 0x20) << 16) | ((b | 0x20) << 8) | c | 0x20;

const isAsciiMark = (byte: number): boolean =>
  byte < 0x30 || (byte > 0x39 && byte < 0x41) || (byte > 0x5a && byte < 0x61) || (byte > 0x7a && byte < 0x80);

/** First bytes of marks beyond ASCII (`«`, `¡`; `“`, `—`, `•`), and of letters with accents, which a label may begin with. */
const mayBeFolded = (byte: number): boolean => byte === 0xc2 || byte === 0xe2 || (byte >= 0xc3 && byte <= 0xc5);

/** Whether UTF-8 may be the label of a total: only then its text is made. */
export function mayBeginTotal(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && isAsciiMark(bytes[at] ?? 0)) at += 1;
  if (at + 2 >= end) return false;
  const [first, second, third] = [bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0];
  const { firsts, beginnings } = words();
  if (firsts[first] === 0) return mayBeFolded(first);
  return second >= 0x80 || third >= 0x80 || beginnings.has(codeOf(first, second, third));
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
