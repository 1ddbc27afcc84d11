import type { Key, ValuesOf } from '../texts/catalogue.ts';
import type { Texts } from '../texts/texts.ts';
import { type Markup, markup, type Part } from './markup.ts';

/** A text whose values may be markup. */
export const rich = <K extends Key>({ pieces }: Texts, key: K, ...values: ValuesOf<K, Part>): Markup =>
  markup`${pieces<K, Part>(key, ...values)}`;

/** A message of the command, which is in English on every page. */
export const inEnglish = (text: Part): Markup => markup`<span lang="en">${text}</span>`;
