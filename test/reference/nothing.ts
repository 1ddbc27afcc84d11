import type { FieldDefinition } from '../../src/records/kind.ts';

/** Why a text is not a value. */
type Nothing = 'blank' | 'null' | 'place' | 'lost';

const dashes = /^(?:|-|null|n\/a)$/i;
const programs = /^(?:\\N|nan|NaN|NaT|None|nil|\(null\)|<NA>|0000-00-00(?: 00:00:00)?|00[./]00[./]0000)$/;
const words = /^(?:nan|NaN|NaT|None|nil|\(null\)|<NA>)$/;
const errors = /^#(?:N\/A|NV|DIV\/0!|VALUE!|REF!|NAME\?|NUM!|NULL!)$/i;

/** What the tables of the tests have of texts that say nothing, in a field. */
export function nothingIn({ type, isId, isPlace }: FieldDefinition, text: string): Nothing | undefined {
  const own = text.trim();
  if (dashes.test(own)) return 'blank';
  if (errors.test(own)) return 'lost';
  if (words.test(own) && isPlace === true) return 'place';
  if (programs.test(own)) return 'null';
  const hasNoNa = isId === true || ['number', 'integer', 'date', 'boolean', 'uuid'].includes(type);
  return own === 'NA' && hasNoNa ? 'null' : undefined;
}

/** Whether a text says nothing in whatever field. */
export const saysNothing = (text: string): boolean =>
  text.trim() === 'NA' || nothingIn({ type: 'text', example: '' }, text) !== undefined;
