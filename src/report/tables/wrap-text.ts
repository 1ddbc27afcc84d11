import { textWidth } from './text-width.ts';

/** Lines of a text, broken at spaces so that none is wider; a longer word is whole on a line of its own. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** Columns that the widest of these texts takes. */
export const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => textWidth(text)));
