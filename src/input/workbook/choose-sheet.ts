import { usageError } from '../../errors.ts';
import { quote } from '../../issues.ts';
import { findHeaderLine } from '../cell-table.ts';
import type { ChosenSheet } from '../table.ts';
import type { Sheet, Workbook } from './workbook.ts';

/** The beginning of a sheet in which a header is looked for. */
const headBytes = 64 * 1024;

interface Options {
  /** Name or number, from 1, as the user gave it. */
  readonly sheet?: string | undefined;
  readonly isKnownColumn: (name: string) => boolean;
}

interface Choice {
  readonly sheet: Sheet;
  readonly chosen: ChosenSheet;
}

/**
 * Chooses the sheet that is read: the one that is asked for, the only visible one, or the only one with known columns.
 *
 * @throws RunError (exit 2) when there is none, or several may be meant
 */
export async function chooseSheet({ sheets }: Workbook, path: string, options: Options): Promise<Choice> {
  const choice = (sheet: Sheet, reason: ChosenSheet['reason']): Choice => ({
    sheet,
    chosen: { name: sheet.name, reason, sheets: sheets.map(({ name, isHidden }) => ({ name, isHidden })) },
  });
  if (options.sheet !== undefined) return choice(findSheet(sheets, options.sheet, path), 'option');
  const visible = sheets.filter(({ isHidden }) => !isHidden);
  const [only] = visible;
  if (only !== undefined && visible.length === 1) return choice(only, 'only visible sheet');
  const known: Sheet[] = [];
  for (const sheet of visible) if (await hasKnownHeader(sheet, options.isKnownColumn)) known.push(sheet);
  const [found] = known;
  if (found !== undefined && known.length === 1) return choice(found, 'only sheet with known columns');
  const what =
    visible.length === 0
      ? 'has no visible sheet'
      : known.length === 0
        ? 'has several sheets, and none with columns that are known'
        : `has several sheets with columns that are known: ${known.map(({ name }) => quote(name)).join(', ')}`;
  throw usageError('SHEET_UNCLEAR', `${path} ${what}`, `say which with --sheet; it has ${listed(sheets)}`);
}

function findSheet(sheets: readonly Sheet[], asked: string, path: string): Sheet {
  const found =
    sheets.find(({ name }) => name === asked) ??
    sheets.find(({ name }) => name.trim().toLowerCase() === asked.trim().toLowerCase()) ??
    (/^\d+$/.test(asked) ? sheets[Number(asked) - 1] : undefined);
  if (found !== undefined) return found;
  throw usageError('SHEET_UNKNOWN', `${path} has no sheet ${quote(asked)}`, `it has ${listed(sheets)}`);
}

const listed = (sheets: readonly Sheet[]): string =>
  sheets
    .map(({ name, isHidden }, index) => `${String(index + 1)} ${quote(name)}${isHidden ? ' (hidden)' : ''}`)
    .join(', ');

async function hasKnownHeader(sheet: Sheet, isKnownColumn: (name: string) => boolean): Promise<boolean> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of sheet.rows()) {
    parts.push(part);
    bytes += part.length;
    if (bytes >= headBytes) break;
  }
  return findHeaderLine(Buffer.concat(parts), isKnownColumn).isKnown;
}
