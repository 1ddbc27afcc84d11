import { textWidth } from './text-width.ts';

// Made for the first text that is cut, as this takes 10 ms.
let graphemes: Intl.Segmenter | undefined;

/** A text without styles, cut with an ellipsis where it is wider; of a path the end tells more than the start. */
export function cutText(text: string, width: number, keeps: 'start' | 'end' = 'start'): string {
  if (textWidth(text) <= width) return text;
  graphemes ??= new Intl.Segmenter();
  const all = Array.from(graphemes.segment(text), ({ segment }) => segment);
  const kept: string[] = [];
  let room = width - 1;
  for (const each of keeps === 'start' ? all : all.toReversed()) {
    room -= textWidth(each);
    if (room < 0) break;
    kept.push(each);
  }
  if (width < 1) return '';
  return keeps === 'start' ? `${kept.join('')}…` : `…${kept.toReversed().join('')}`;
}
