import type { Database } from '../../state/database.ts';
import type { Organization } from './organizations.ts';
import { removeEmptyPackages } from './packages.ts';

/** Deletes all of these rows; none where one of them is unknown or another organisation's. Returns whether it did. */
export const deleteAll = (
  database: Database,
  table: 'requests' | 'recharges' | 'hubs',
  { seq }: Organization,
  ids: readonly string[],
): boolean =>
  database.transaction(() => {
    const wanted = [...new Set(ids)];
    const where = 'organization = ? AND id IN (SELECT value FROM json_each(?))';
    const values = [seq, JSON.stringify(wanted)] as const;
    const found = database.get<{ found: number }>(`SELECT count(*) AS found FROM ${table} WHERE ${where}`, ...values);
    if (found?.found !== wanted.length) return false;
    database.run(`DELETE FROM ${table} WHERE ${where}`, ...values);
    if (table === 'requests') removeEmptyPackages(database, seq);
    return true;
  });
