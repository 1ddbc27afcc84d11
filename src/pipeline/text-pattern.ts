const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Punctuation that is kept, as it tells how numbers, dates and codes are written. */
const kept = /[.,:;/+()%'"_@#&-]/;

/** A text of more parts than this is described by its length alone: its parts would make it recognisable. */
const mostParts = 16;

/**
 * What kind of text is in a cell, without the text: capitals are `A`, small letters `a`, other letters `x`, digits `9`,
 * white space a blank, anything else but common punctuation `?`. Lengths beyond four are given as ranges.
 *
 * `1.234,56` is `9.999,99`, `MOV-2025-001234` is `AAA-9999-9{5-8}`.
 */
export function patternOf(text: string): string {
  if (uuid.test(text)) return 'UUID';
  const parts: { readonly character: string; length: number }[] = [];
  for (const character of text) {
    const kind = kindOf(character);
    const last = parts.at(-1);
    if (last?.character === kind) last.length += 1;
    else parts.push({ character: kind, length: 1 });
  }
  if (parts.length > mostParts) return `mixed{${rangeOf(text.length)}}`;
  return parts
    .map(({ character, length }) => (length <= 4 ? character.repeat(length) : `${character}{${rangeOf(length)}}`))
    .join('');
}

function kindOf(character: string): string {
  if (/\d/.test(character)) return '9';
  if (/\p{Lu}/u.test(character)) return 'A';
  if (/\p{Ll}/u.test(character)) return 'a';
  if (/\p{L}/u.test(character)) return 'x';
  if (/\s/.test(character)) return ' ';
  return kept.test(character) ? character : '?';
}

function rangeOf(length: number): string {
  if (length <= 8) return '5-8';
  if (length <= 16) return '9-16';
  return length <= 64 ? '17-64' : '65+';
}
