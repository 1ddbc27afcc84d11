import { describe, expect, test } from 'vitest';
import { type ListingColumn, renderListing } from '../../src/report/listing.ts';
import { plainStyle } from '../../src/report/style.ts';

const columns: readonly ListingColumn[] = [
  { head: 'Name', alignment: 'left', wraps: true },
  { head: 'Figure', alignment: 'right' },
  { head: 'More', alignment: 'right', rank: 1 },
  { head: 'Most', alignment: 'right', rank: 2 },
];
const groups = [
  {
    title: 'first',
    entries: [
      { cells: [['a name of several words'], ['1', '2'], ['3'], ['4']], details: ['also this'] },
      { cells: [['b'], ['5'], ['6'], ['7']] },
    ],
  },
  { entries: [{ cells: [['c'], ['8'], ['9'], ['0']] }] },
];
const render = (width: number): string =>
  renderListing(columns, groups, { style: plainStyle, width, isVerbose: false });

describe('a listing', () => {
  test('has its groups between rules and its lines level', () => {
    expect(render(80)).toBe(`┌─────────────────────────┬────────┬──────┬──────┐
│ Name                    │ Figure │ More │ Most │
├─────────────────────────┼────────┼──────┼──────┤
│ first                   │        │      │      │
│ a name of several words │      1 │    3 │    4 │
│   also this             │      2 │      │      │
│ b                       │      5 │    6 │    7 │
├─────────────────────────┼────────┼──────┼──────┤
│ c                       │      8 │    9 │    0 │
└─────────────────────────┴────────┴──────┴──────┘
`);
  });

  test('breaks texts first, then leaves columns out and says which', () => {
    expect(render(40)).toContain('│ a name of     │      1 │    3 │    4 │\n│ several words │      2 │');
    const narrow = render(30);
    expect(narrow).toContain('│ a name of several │      1 │\n');
    expect(narrow).toContain('hidden columns (terminal too\nnarrow): More; Most\n');
    for (const line of narrow.split('\n')) expect(line.length).toBeLessThanOrEqual(30);
  });

  test('has label and value, line by line, where nothing else fits', () => {
    expect(render(5)).toMatch(/^Name    a\n        name\n[^]*^Figure  1\n        2\nMore    3\nMost    4\n\n/m);
  });
});
