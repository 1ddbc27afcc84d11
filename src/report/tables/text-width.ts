import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Columns that a text takes on a terminal. */
export function textWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  // Loaded for the first text that needs it, as its tables of characters take a tenth of a short run.
  const { default: stringWidth } = require('string-width') as typeof import('string-width');
  return stringWidth(text);
}
