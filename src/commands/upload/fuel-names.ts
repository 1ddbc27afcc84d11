import type { AccountFuel } from '../../api/catalogue.ts';
import { foldName, fuelNames } from '../../calculator/data.ts';
import { isEmpty } from '../../mapping/values.ts';
import type { Plan } from '../../pipeline/plan.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isUuid = (text: string): boolean => uuid.test(text.trim());

/** Whether an input names fuels in its first 1 MiB, instead of giving their ids. */
export const namesFuels = ({ inputs }: Plan, known: ReadonlyMap<string, string>): boolean =>
  inputs.some(({ input, mapping }) => {
    const column = mapping.sources.find(({ field }) => field === 'fuel_id')?.columns[0];
    if (column === undefined) return false;
    return input.sampleRows().some(({ row }) => {
      const text = (row.cells[column] ?? '').trim();
      return !isEmpty(text) && !isUuid(text) && !known.has(text.toLowerCase());
    });
  });

/**
 * Ids by lower-case name: the account's own names, and every name under which this tool knows a fuel that the account has
 * under one of them.
 */
export function idsByName(account: readonly AccountFuel[]): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  const add = (name: string, id: string): void => {
    for (const key of [name.toLowerCase(), foldName(name)]) if (!ids.has(key)) ids.set(key, id);
  };
  for (const { id, name } of account) add(name, id);
  for (const names of fuelNames()) {
    const id = names.map((name) => ids.get(foldName(name))).find((each) => each !== undefined);
    if (id !== undefined) for (const name of names) add(name, id);
  }
  return ids;
}
