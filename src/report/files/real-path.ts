import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A path as the file system sees it, whether the file exists or not; `portal.zip/may.csv` is in the archive. */
export function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const folder = dirname(path);
  return folder === path ? path : join(realPath(folder), basename(path));
}
