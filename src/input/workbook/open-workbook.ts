import { inputError } from '../../errors.ts';
import type { Archive } from '../archive.ts';
import { Zip } from '../zip.ts';
import { odsType, openOds } from './ods.ts';
import type { Workbook } from './workbook.ts';
import { openXlsx } from './xlsx.ts';

/**
 * Opens a workbook. What it is is told by what is in it, whatever its name is.
 *
 * @throws RunError (exit 3) when it is none, or damaged
 */
export async function openWorkbook(file: Archive, path: string): Promise<Workbook> {
  const zip = new Zip(file, path);
  if (zip.find('[Content_Types].xml') !== undefined) return openXlsx(zip, path);
  const type = zip.find('mimetype');
  if (type !== undefined && (await zip.text(type)).trim() === odsType) return openOds(zip, path);
  throw inputError('INPUT_NOT_TEXT', `${path} is a ZIP file`, 'unpack it and give the files that are in it');
}
