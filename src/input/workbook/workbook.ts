import type { CellLines } from '../cell-lines.ts';
import type { XmlHandler } from './xml.ts';

/** A table of a workbook. */
export interface Sheet {
  readonly name: string;
  readonly isHidden: boolean;
  /**
   * Its rows as cell lines (`cell-lines.ts`), decoded as they are asked for.
   *
   * @throws RunError (exit 3) when the workbook is damaged
   */
  rows(): AsyncIterable<Buffer>;
  /** Whether a row with values, of those decoded so far, is hidden. */
  hasHiddenRows(): boolean;
}

/** A workbook, opened: its sheets are known and not read yet. */
/** Tells units of values from other words that they are shown with. */
export type IsUnit = (text: string) => boolean;

export interface Workbook {
  readonly format: 'xlsx' | 'ods';
  readonly sheets: readonly Sheet[];
}

/** What spreadsheet programs hold; more comes from no spreadsheet. */
export const mostSheetRows = 1_048_576;
export const mostSheetColumns = 16_384;

/** Makes cell lines of the XML of a sheet. */
export interface RowsHandler extends XmlHandler {
  readonly lines: CellLines;
  /** Whether the sheet ended before the XML. */
  readonly isOver: boolean;
  readonly hasHiddenRows: boolean;
}

/** The rows of a sheet whose XML comes in pieces. */
export function rowsOf(
  open: () => Promise<{ readonly handler: RowsHandler; readonly pieces: AsyncIterable<void> }>,
): Pick<Sheet, 'rows' | 'hasHiddenRows'> {
  let hasHiddenRows = false;
  return {
    async *rows() {
      const { handler, pieces } = await open();
      for await (const _ of pieces) {
        hasHiddenRows ||= handler.hasHiddenRows;
        if (handler.lines.isFull) yield handler.lines.take();
        if (handler.isOver) break;
      }
      yield handler.lines.take();
    },
    hasHiddenRows: () => hasHiddenRows,
  };
}
