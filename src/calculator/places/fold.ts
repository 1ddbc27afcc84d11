/** Letters that Unicode does not take apart, as people write them without their strokes and ligatures. */
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  œ: 'oe',
  æ: 'ae',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ı: 'i',
  þ: 'th',
};

const isPlain = /^[a-z ]+$/;

/**
 * A place name as the gazetteer is searched for it: without case, accents and punctuation. `Saint-Étienne` is
 * `saint etienne`, `L'Hospitalet` is `l hospitalet`. The gazetteer is built with the same function.
 */
export function foldPlaceName(name: string): string {
  const lower = name.toLowerCase();
  if (isPlain.test(lower)) return lower.trim().replace(/ {2,}/g, ' ');
  return lower
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßøœæđðłıþ]/g, (letter) => letters[letter] ?? letter)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
