/**
 * A table of Markdown, aligned so that it reads as well at a terminal.
 *
 * @param head names of the columns; one that ends in `>` is aligned right
 */
export function table(head, rows) {
  const columns = head.map((name, index) => {
    const isRight = name.endsWith('>');
    const title = isRight ? name.slice(0, -1) : name;
    const width = Math.max(3, title.length, ...rows.map((row) => row[index].length));
    const pad = (text) => (isRight ? text.padStart(width) : text.padEnd(width));
    return { title, pad, rule: isRight ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width) };
  });
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ title, pad }) => pad(title))),
    line(columns.map(({ rule }) => rule)),
    ...rows.map((row) => line(columns.map(({ pad }, index) => pad(row[index])))),
  ].join('\n');
}
