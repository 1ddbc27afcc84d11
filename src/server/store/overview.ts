import type { Database } from '../../state/database.ts';
import type { Organization } from './organizations.ts';

/** The names of all clients, sorted. */
export const listClients = (database: Database, { seq }: Organization): readonly string[] =>
  database
    .all<{ client: string }>('SELECT DISTINCT client FROM requests WHERE organization = ? AND client IS NOT NULL', seq)
    .map(({ client }) => client)
    .toSorted((a, b) => a.localeCompare(b));

interface Count {
  readonly count: number;
  readonly last_updated: string | null;
}

/** How much there is of what, and when it last changed. Only fuel purchases belong to projects. */
export function summarize(
  database: Database,
  { seq }: Organization,
  projectId: string | undefined,
): { readonly requests: Count; readonly recharges: Count; readonly hubs: Count } {
  const count = (table: string): Count => {
    const ofProject = projectId !== undefined && table === 'recharges';
    const row = database.get<Count>(
      `SELECT count(*) AS count, max(coalesce(updated_at, created_at)) AS last_updated FROM ${table}
       WHERE organization = ? ${ofProject ? 'AND project_id = ?' : ''}`,
      seq,
      ...(ofProject ? [projectId] : []),
    );
    return { count: row?.count ?? 0, last_updated: row?.last_updated ?? null };
  };
  return { requests: count('requests'), recharges: count('recharges'), hubs: count('hubs') };
}

interface CategoryFigures {
  readonly category: string;
  readonly items: number;
  readonly co2e_kg: number;
  readonly distance_km: number;
}

/** Calculated shipments of a period (both days included) by category, the greatest emissions first. */
export const emissionsByCategory = (
  database: Database,
  { seq }: Organization,
  { startDate, endDate, client }: { startDate: string; endDate: string; client: string | undefined },
): readonly CategoryFigures[] =>
  database
    .all<CategoryFigures>(
      `SELECT category, count(*) AS items, total(co2e_kg) AS co2e_kg, total(distance_km) AS distance_km FROM requests
       WHERE organization = ? AND status = 'active' AND shipment_date BETWEEN ? AND ?
       ${client === undefined ? '' : 'AND client = ?'} GROUP BY category ORDER BY co2e_kg DESC`,
      seq,
      startDate,
      endDate,
      ...(client === undefined ? [] : [client]),
    )
    .map(({ category, items, co2e_kg, distance_km }) => ({ category, items, co2e_kg, distance_km }));
