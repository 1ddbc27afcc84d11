import type { Wait } from '../api/wait.ts';
import type { Earlier, Replacement } from '../pipeline/replacements.ts';
import { readByIds } from './read-by-id.ts';
import type { Get, StoredRecord } from './read-stored.ts';
import { walkSince } from './undo.ts';

export interface ConfirmOptions {
  readonly get: Get;
  readonly listPath: string;
  readonly wait: Wait;
}

/** Seconds after which the list is looked at again where it still shows what was deleted: it may be late. */
const pauses = [2, 8, 20];

/**
 * Looks whether the list still shows earlier versions that the API has said to have deleted: at all of them together, and again while it
 * shows some. Shipments are looked for by their movements, of which the list has to show the new version; other records from the newest
 * to the oldest of them.
 *
 * @returns those that are gone, and why that is not said of the others
 */
export async function confirmRemoved(
  removed: readonly Replacement[],
  { get, listPath, wait }: ConfirmOptions,
): Promise<{ readonly gone: readonly Earlier[]; readonly why: string | undefined }> {
  const gone: Earlier[] = [];
  let left = removed.flatMap(({ id, movementId, earlier }) => earlier.map((each) => ({ id, movementId, each })));
  let why: string | undefined;
  for (const pause of [0, ...pauses]) {
    if (left.length === 0) break;
    if (pause > 0 && (await wait(pause * 1000, 'look-up')) === 'interrupted') break;
    const shown = await readShown(left, get, listPath);
    if ('reason' in shown) {
      why = `the API has confirmed that it is deleted, and its list can’t be read to check it: ${shown.reason}`;
      continue;
    }
    why = 'the API has confirmed that it is deleted, and its list still shows it';
    const isGone = ({ id, movementId, each }: Removed): boolean =>
      !shown.has(each.id) && (movementId === undefined || shown.has(id));
    gone.push(...left.filter(isGone).map(({ each }) => each));
    left = left.filter((one) => !isGone(one));
  }
  return { gone, why: left.length > 0 ? why : undefined };
}

interface Removed {
  /** Of the new record. */
  readonly id: string;
  readonly movementId: string | undefined;
  readonly each: Earlier;
}

/** The ids of new records and earlier versions that the list shows. */
async function readShown(
  left: readonly Removed[],
  get: Get,
  listPath: string,
): Promise<ReadonlySet<string> | { readonly reason: string }> {
  const shown = new Set<string>();
  const see = (items: readonly StoredRecord[]): void => {
    for (const { id } of items) shown.add(id);
  };
  const named = left.filter(({ movementId }) => movementId !== undefined);
  const reading = await readByIds(get, listPath, named, () => false, see);
  if ('reason' in reading) return reading;
  const nameless = left.filter(({ movementId }) => movementId === undefined);
  if (nameless.length === 0) return shown;
  const since = Math.min(...nameless.map(({ each }) => each.createdAt ?? 0));
  return (await walkSince(get, listPath, since, see)) ?? shown;
}
