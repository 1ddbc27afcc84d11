import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter();

/** A text without styles, cut with an ellipsis where it is wider; of a path the end tells more than the start. */
export function cutText(text: string, width: number, keeps: 'start' | 'end' = 'start'): string {
  if (stringWidth(text) <= width) return text;
  const all = Array.from(graphemes.segment(text), ({ segment }) => segment);
  const kept: string[] = [];
  let room = width - 1;
  for (const each of keeps === 'start' ? all : all.toReversed()) {
    room -= stringWidth(each);
    if (room < 0) break;
    kept.push(each);
  }
  if (width < 1) return '';
  return keeps === 'start' ? `${kept.join('')}…` : `…${kept.toReversed().join('')}`;
}
