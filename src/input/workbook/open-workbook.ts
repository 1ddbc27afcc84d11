import { inputError } from '../../errors.ts';
import type { Zip } from '../zip.ts';
import { odsType, openOds } from './ods.ts';
import type { IsUnit, Workbook } from './workbook.ts';
import { openXlsx } from './xlsx.ts';

/** Whether an archive is a workbook. */
export const isWorkbook = (zip: Zip): boolean =>
  zip.find('[Content_Types].xml') !== undefined || zip.find('mimetype') !== undefined;

/**
 * Opens a workbook. What it is is told by what is in it, whatever its name is.
 *
 * @throws RunError (exit 3) when it is damaged, or another document
 */
export async function openWorkbook(zip: Zip, path: string, isUnit: IsUnit): Promise<Workbook> {
  const type = zip.find('mimetype');
  if (type === undefined) return openXlsx(zip, path, isUnit);
  if ((await zip.text(type)).trim() === odsType) return openOds(zip, path, isUnit);
  throw inputError(
    'INPUT_NOT_TEXT',
    `${path} is a document, not a spreadsheet`,
    'save its table as .ods, .xlsx or CSV',
  );
}
