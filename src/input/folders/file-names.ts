import { isNamedAsInput } from '../formats.ts';
import type { LeftOutReason } from './left-out.ts';

/** What programs call a file while they write it: browsers, downloads, copies, and the locks of open workbooks. */
const partialName =
  /^~\$|\.(?:part|partial|crdownload|download|filepart|opdownload|tmp|temp|swp|inprogress|incomplete)$/i;

/** The reports of a run, wherever they are named after its input. */
const ownName = /\.(?:results|errors|rejected|by-[a-z]+)\.(?:csv|tsv|jsonl|ndjson|xlsx|parquet)(?:\.bak)?$/i;

/**
 * Why a file in a folder is none of the tables to be read, by its name.
 *
 * @param pattern the last part of the glob that found it, which may ask for what is left out otherwise; empty for a folder
 */
export function leftOutByName(name: string, pattern: string): LeftOutReason | undefined {
  if (name.startsWith('.') && !pattern.startsWith('.')) return 'hidden';
  if (partialName.test(name)) return 'partial';
  if (/\.mapping\.json$/i.test(name) || (ownName.test(name) && !asksForReports(pattern))) return 'own';
  // A glob that ends in more than a star has chosen by name already.
  const isChosen = pattern !== '' && !pattern.endsWith('*');
  return isChosen || isNamedAsInput(name) ? undefined : 'no table';
}

/** Whether a glob names the reports of runs, as `*.rejected.csv` does. */
export const asksForReports = (pattern: string): boolean => /\.(?:results|errors|rejected|by-)/i.test(pattern);

const collator = new Intl.Collator('en', { numeric: true });

/** Natural order: by folder, numbers by their value (`2` before `10`), letters without case before anything else. */
export function compareNames(a: string, b: string): number {
  const [left, right] = [a.split(/[\\/]/), b.split(/[\\/]/)];
  for (let part = 0; part < Math.max(left.length, right.length); part += 1) {
    const [one = '', other = ''] = [left[part], right[part]];
    const order = collator.compare(one, other);
    if (order !== 0) return order;
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}
