import type { PlannedInput } from '../../pipeline/plan.ts';

/**
 * The columns of a file that holds rows of several inputs. Columns that mean the same field, or have the same
 * name, share a place; the others follow.
 */
export interface Layout {
  readonly columns: readonly string[];
  /** Cells of a row of an input in the places of the layout. */
  arrange(input: number, cells: readonly string[]): readonly string[];
  /** By column of the layout, the cell of a row of an input that goes there; -1 for none. */
  cellsOf(input: number): Int32Array;
  /** Whether the columns of an input are those of the layout, in their order. */
  isOwn(input: number): boolean;
}

/** @param leaveOut columns that are not taken over: those that the file itself will add */
export function createLayout(inputs: readonly PlannedInput[], leaveOut: ReadonlySet<string> = new Set()): Layout {
  const columns: string[] = [];
  /** The field of each column of the layout, if it has one. */
  const fields: (string | undefined)[] = [];
  const places = inputs.map(({ input, mapping }, index) => {
    const fieldOf = new Map(
      mapping.sources.flatMap(({ field, columns: [column] }) => (column === undefined ? [] : [[column, field]])),
    );
    const taken = new Set<number>();
    const isFree = (place: number): boolean => place !== -1 && !taken.has(place);
    return input.table.columns.map((name, column) => {
      if (leaveOut.has(name)) return undefined;
      const field = fieldOf.get(column);
      const sameField = field === undefined ? -1 : fields.indexOf(field);
      const sameName =
        index === 0 ? -1 : columns.findIndex((other, at) => other === name && fields[at] === field && isFree(at));
      let place = isFree(sameField) ? sameField : sameName;
      if (place === -1) {
        place = columns.length;
        columns.push(index === 0 ? name : freeName(name, columns));
        fields.push(field);
      }
      taken.add(place);
      return place;
    });
  });
  return {
    columns,
    arrange(input, cells) {
      const arranged = new Array<string>(columns.length).fill('');
      for (const [column, place] of (places[input] ?? []).entries()) {
        if (place !== undefined) arranged[place] = cells[column] ?? '';
      }
      return arranged;
    },
    cellsOf(input) {
      const cells = new Int32Array(columns.length).fill(-1);
      for (const [cell, place] of (places[input] ?? []).entries()) if (place !== undefined) cells[place] = cell;
      return cells;
    },
    isOwn(input) {
      const own = (places[input] ?? []).filter((place) => place !== undefined);
      return own.length === columns.length && own.every((place, index) => place === index);
    },
  };
}

/** A name that no column has yet: two columns of one name could not be mapped when the file is uploaded again. */
function freeName(name: string, columns: readonly string[]): string {
  let free = name;
  for (let number = 2; columns.includes(free); number += 1) free = `${name}_${String(number)}`;
  return free;
}
