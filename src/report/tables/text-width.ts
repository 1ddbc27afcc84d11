import { createRequire } from 'node:module';
import type * as StringWidth from 'string-width';

const require = createRequire(import.meta.url);

/** Characters of one column, alone and next to each other: most of what European texts and our own are made of. */
const singleWidth = /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2026\u2080-\u2089]*$/;

/** Columns that a text takes on a terminal. */
export function textWidth(text: string): number {
  if (singleWidth.test(text)) return text.length;
  // Loaded for the first text that needs it, as this takes 30 ms.
  const { default: stringWidth } = require('string-width') as typeof StringWidth;
  return stringWidth(text);
}
