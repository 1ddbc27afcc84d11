import { existsSync } from 'node:fs';

/** Divides `folder/portal.zip/may/trips.csv` at the archive; `undefined` where no part of it is named as one. */
export function splitMember(path: string): { readonly archive: string; readonly member: string } | undefined {
  const [, archive, member] = /^(.+?\.zip)[\\/](.+)$/i.exec(path) ?? [];
  return archive === undefined || member === undefined ? undefined : { archive, member };
}

/** The file on the disk that an input is in. */
export const fileOf = (path: string): string => (existsSync(path) ? path : (splitMember(path)?.archive ?? path));
