import { english } from '../texts/texts.ts';

const names = { '\t': 'tab', ',': 'comma', ';': 'semicolon', '|': 'pipe' } as const;

/** A delimiter's name. */
export function delimiterText(delimiter: string, { say } = english): string {
  const known = Object.entries(names).find(([character]) => character === delimiter);
  return known === undefined ? `"${delimiter}"` : say(`delimiter.${known[1]}`);
}
