import { expect, test } from 'vitest';
import { renderTable } from '../../src/report/tables/table.ts';
import { plainStyle } from '../../src/report/style.ts';

const rowsOf = (count: number): string[][] => Array.from({ length: count }, (_, i) => [String(i), 'x'.repeat(i % 7)]);
const columns = [
  { head: 'Row', alignment: 'right' },
  { head: 'Text', alignment: 'left' },
] as const;

test.each([false, true])('a long table looks like a short one, with each row once (tight: %s)', (isTight) => {
  const options = { style: plainStyle, width: 80, isVerbose: false, isTight };
  const rows = rowsOf(1234);
  const lines = renderTable(columns, rows, options).trimEnd().split('\n');
  expect(lines.length).toBe(isTight ? 1234 + 4 : 2 * 1234 + 3);
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  const cells = lines
    .filter((line) => line.startsWith('│'))
    .map((line) =>
      line
        .split('│')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect(cells).toEqual([['Row', 'Text'], ...rows]);
  expect([lines[0]?.[0], lines[2]?.[0], lines.at(-1)?.[0]]).toEqual(['┌', '├', '└']);
});
