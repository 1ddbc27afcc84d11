import type { PlannedInput } from '../pipeline/plan.ts';

/**
 * The columns of a file that holds rows of several inputs. Columns that stand for the same field, or have the same
 * name, share a place; the others follow.
 */
export interface Layout {
  readonly columns: readonly string[];
  /** Cells of a row of an input in the places of the layout. A malformed row keeps the cells that it has. */
  arrange(input: number, cells: readonly string[]): readonly string[];
}

/** @param leaveOut columns that are not taken over: those that the file itself will add */
export function createLayout(inputs: readonly PlannedInput[], leaveOut: ReadonlySet<string> = new Set()): Layout {
  const columns: string[] = [];
  const byField = new Map<string, number>();
  const places = inputs.map(({ input, mapping }, index) => {
    const fieldOf = new Map(
      mapping.sources.flatMap(({ field, columns: [column] }) => (column === undefined ? [] : [[column, field]])),
    );
    const taken = new Set<number>();
    return input.table.columns.map((name, column) => {
      if (leaveOut.has(name)) return undefined;
      const field = fieldOf.get(column);
      const sameField = field === undefined ? undefined : byField.get(field);
      const sameName = index === 0 ? -1 : columns.findIndex((other, at) => other === name && !taken.has(at));
      const place = sameField ?? (sameName === -1 ? columns.push(name) - 1 : sameName);
      if (field !== undefined) byField.set(field, place);
      taken.add(place);
      return place;
    });
  });
  return {
    columns,
    arrange(input, cells) {
      const own = places[input] ?? [];
      if (cells.length !== own.length) return cells;
      const arranged = new Array<string>(columns.length).fill('');
      for (const [column, place] of own.entries()) if (place !== undefined) arranged[place] = cells[column] ?? '';
      return arranged;
    },
  };
}
