import { type Get, readMovements, type StoredRecord, walkList } from './read-stored.ts';

/** A stored record that is looked for. */
export interface Named {
  readonly id: string;
  /** By which it is looked for first. */
  readonly movementId: string | undefined;
}

/** Times that a list which changes meanwhile is read. */
const attempts = 3;

/**
 * Reads stored records by their ids: the API has no call for that. They are looked for by their movements, and what these do not show,
 * in the whole list, up to the page with the last of them.
 *
 * @param isInList whether the whole list is to be looked through for what its movement does not show
 * @param onShown sees what else is shown on the way
 * @returns those that are there, or why that can't be told
 */
export async function readByIds(
  get: Get,
  listPath: string,
  named: readonly Named[],
  isInList: (id: string) => boolean = () => true,
  onShown: (records: readonly StoredRecord[]) => void = () => {},
): Promise<ReadonlyMap<string, StoredRecord> | { readonly reason: string }> {
  const wanted = new Set(named.map(({ id }) => id));
  const stored = new Map<string, StoredRecord>();
  const see = (items: readonly StoredRecord[]): void => {
    for (const each of items) if (wanted.has(each.id)) stored.set(each.id, each);
  };
  const movementIds = [...new Set(named.flatMap(({ movementId }) => movementId ?? []))];
  if (movementIds.length > 0) {
    const reading = await readMovements(get, listPath, { movementIds, always: undefined, since: 0 });
    // The list may be readable where it is too long to be read by movements.
    if ('stored' in reading) {
      see(reading.stored);
      onShown(reading.stored);
    }
    if ('reason' in reading && ![...wanted].some(isInList)) return reading;
  }
  const left = new Set([...wanted].filter((id) => !stored.has(id) && isInList(id)));
  if (left.size === 0) return stored;
  for (let attempt = 1; ; attempt += 1) {
    const failure = await walkList(
      get,
      `${listPath}?`,
      ({ items }) => {
        see(items);
        onShown(items);
        for (const { id } of items) left.delete(id);
        return left.size === 0;
      },
      Number.POSITIVE_INFINITY,
    );
    if (failure === undefined) return stored;
    if (!failure.isTorn || attempt === attempts) return failure;
  }
}
