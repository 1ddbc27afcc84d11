import { printable } from '../../issues.ts';

/** Markup that may be in a page as it is. `markup` makes it of what is not; code that makes it otherwise must escape it itself. */
export class Markup {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

/** What can be in a template: markup as it is, texts and numbers escaped, lists one after the other. */
export type Part = Markup | string | number | undefined | readonly Part[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

function render(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.toString();
  if (typeof part === 'string' || typeof part === 'number') return escape(visible(String(part)));
  return part.map(render).join('');
}

/** A template of HTML or SVG in which every text is escaped: `markup\`<p>${name}</p>\``. Attributes must be quoted. */
export const markup = (template: TemplateStringsArray, ...parts: readonly Part[]): Markup =>
  new Markup(template.map((text, index) => text + render(parts[index])).join(''));

/** What would turn the order of the letters round, or is nothing that can be seen. */
const unseen = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\p{Cs}]/gu;

/** A text of which everything is seen: control characters and marks of direction have become their codes. */
const visible = (text: string): string =>
  printable(text).replace(
    unseen,
    (character) => String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0'),
  );

/** What is between the ends of a lane. */
const laneArrow = ' → ';

/** A text whose middle is left out, cut between characters: what tells long names apart is often at their ends. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const characters = Array.from(text.length > 10 * length ? text.slice(0, 2 * length) + text.slice(-2 * length) : text);
  if (characters.length <= length) return text;
  const end = Math.floor((length - 1) / 3);
  const [first, last] = [characters.slice(0, length - 1 - end), characters.slice(characters.length - end)];
  return `${first.join('').trimEnd()}…${last.join('').trimStart()}`;
}

/**
 * A text of the input, isolated from what is next to it, and of a lane each end from the other: between places that are written from
 * right to left, the arrow points from the first to the second all the same. What is cut has the whole as its title.
 */
export function name(text: string, length = 90): Markup {
  const ends = text.split(laneArrow);
  const most = text.length <= length ? Infinity : Math.max(8, Math.floor(length / ends.length));
  const shown = ends.map((end) => cut(end, most));
  const title = shown.join(laneArrow) === text ? '' : markup` title="${text}"`;
  if (shown.length === 1) return markup`<bdi${title}>${shown}</bdi>`;
  const isolated = shown.map((end, at) => markup`${at === 0 ? '' : laneArrow}<bdi>${end}</bdi>`);
  return markup`<bdi dir="ltr"${title}>${isolated}</bdi>`;
}
