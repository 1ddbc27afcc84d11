import { type Markup, markup, type Part } from './markup.ts';

/** A column of a table: what is above it, and whether it holds figures, or texts that need room. */
export interface Column {
  readonly head: Part;
  readonly isFigure?: boolean;
  readonly isProse?: boolean;
}

export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly Part[])[];
  /** What all rows add up to. */
  readonly total?: readonly Part[] | undefined;
}

/** A table in a box of its own, which scrolls where it is too wide, also by keyboard. */
export function renderTable({ caption, columns, rows, total }: Table): Markup {
  const classOf = ({ isFigure, isProse }: Partial<Column> = {}): Markup | undefined =>
    isFigure === true ? markup` class="figure"` : isProse === true ? markup` class="prose"` : undefined;
  const row = (cells: readonly Part[]): Markup =>
    markup`<tr>${cells.map((cell, index) =>
      index === 0 ? markup`<th scope="row">${cell}</th>` : markup`<td${classOf(columns[index])}>${cell}</td>`,
    )}</tr>`;
  const heads = columns.map((column) => markup`<th scope="col"${classOf(column)}>${column.head}</th>`);
  return markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>${rows.map((cells) => markup`${row(cells)}\n`)}</tbody>${
    total === undefined ? undefined : markup`\n<tfoot>${row(total)}</tfoot>`
  }
</table></div>`;
}
