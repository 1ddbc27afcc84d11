/**
 * Cells that a spreadsheet would take for a formula get a leading apostrophe when this tool writes them, and lose it
 * when it reads its own files, so every text survives the round trip. Apostrophes before such a start are guarded too,
 * which makes the guard reversible.
 *
 * Reference: OWASP, "CSV Injection" (cells that start with = + - @, tab or carriage return).
 */
const dangerous = /^'*[=+\-@\t\r]/;
const plainNumber = /^[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:[eE][+-]?\d+)?$/;
const guarded = /^'+[=+\-@\t\r]/;

/** The cell as it may be written to a CSV file. */
export const addFormulaGuard = (cell: string): string =>
  dangerous.test(cell) && !plainNumber.test(cell) ? `'${cell}` : cell;

/** The cell as it was before `addFormulaGuard`. */
export const removeFormulaGuard = (cell: string): string => (guarded.test(cell) ? cell.slice(1) : cell);

/** Whether a cell was guarded. */
export const isGuarded = (cell: string): boolean => guarded.test(cell);

/** Whether a cell may not be in a CSV file as it is, by its first byte. */
export const mayBeFormula = (first: number): boolean =>
  first === 0x27 ||
  first === 0x3d ||
  first === 0x2b ||
  first === 0x2d ||
  first === 0x40 ||
  first === 0x09 ||
  first === 0x0d;
