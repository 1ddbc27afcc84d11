import { printable } from '../issues.ts';
import { wrapText } from './tables/wrap-text.ts';

interface Origin {
  readonly source: string;
  readonly licence: string;
  readonly region?: string | undefined;
}

/** Where the figures of a table come from, said once below it. */
export class Footnotes {
  readonly #texts: string[] = [];

  /** The mark of a source, such as `[1]`. */
  mark({ source, licence, region }: Origin): string {
    const where = region === undefined ? '' : ` Region: ${region}.`;
    const text = printable(`Source: ${source}.${where} Licence: ${licence}.`);
    if (!this.#texts.includes(text)) this.#texts.push(text);
    return `[${String(this.#texts.indexOf(text) + 1)}]`;
  }

  render(width: number): string {
    const indent = '    ';
    return this.#texts
      .flatMap((text, index) =>
        wrapText(text, width - indent.length).map((line, at) =>
          at === 0 ? `${`[${String(index + 1)}]`.padEnd(indent.length)}${line}` : `${indent}${line}`,
        ),
      )
      .map((line) => `${line}\n`)
      .join('');
  }
}
