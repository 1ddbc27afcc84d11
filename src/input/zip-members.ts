import type { FileHandle } from 'node:fs/promises';
import { open, stat } from 'node:fs/promises';
import { Archive } from './archive.ts';
import { isNamedAsTable } from './formats.ts';
import { isWorkbook } from './workbook/open-workbook.ts';
import { isZip, Zip, type ZipEntry } from './zip.ts';

/** The tables in an archive, by their names, and what was left out. */
export interface ZipMembers {
  readonly tables: readonly ZipEntry[];
  readonly others: readonly ZipEntry[];
}

/** Files that systems add of their own accord are neither. */
const isVisible = ({ name }: ZipEntry): boolean =>
  !name.endsWith('/') && !name.startsWith('__MACOSX/') && !/(?:^|\/)\./.test(name);

/** What an archive that is not a workbook holds: all its files where none is named as a table. */
export function membersOf({ entries }: Zip): ZipMembers {
  const visible = entries.filter(isVisible);
  const tables = visible.filter(({ name }) => isNamedAsTable(name));
  if (tables.length === 0) return { tables: visible, others: [] };
  return { tables, others: visible.filter((entry) => !tables.includes(entry)) };
}

/**
 * The tables of an archive on the disk; `undefined` for any other file, a workbook too, and for what can't be opened.
 *
 * @throws RunError (exit 3) when the archive is damaged
 */
export async function readMembers(path: string): Promise<ZipMembers | undefined> {
  let file: FileHandle | undefined;
  try {
    // A pipe may be opened once only.
    if ((await stat(path).catch(() => undefined))?.isFile() !== true) return undefined;
    file = await open(path, 'r').catch(() => undefined);
    if (file === undefined) return undefined;
    const head = Buffer.alloc(4);
    await file.read(head, 0, head.length, 0);
    if (!isZip(head)) return undefined;
    const zip = new Zip(Archive.ofFile(file.fd), path);
    return isWorkbook(zip) ? undefined : membersOf(zip);
  } finally {
    await file?.close();
  }
}
