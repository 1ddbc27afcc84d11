import { randomUUID } from 'node:crypto';
import type { Database } from '../../state/database.ts';
import type { Organization } from './organizations.ts';

/** The records that came in one call; lists can be restricted to them. */
export interface BatchFile {
  readonly seq: number;
  readonly id: string;
}

/** @param call what the call was, such as `POST /v1/logistics/requests/bulk` */
export function insertFile(database: Database, organization: Organization, call: string, now: string): BatchFile {
  const id = randomUUID();
  const row = database.get<{ seq: number }>(
    'INSERT INTO files (id, organization, name, created_at) VALUES (?, ?, ?, ?) RETURNING seq',
    id,
    organization.seq,
    `${call} ${now}`,
    now,
  );
  return { seq: row?.seq ?? 0, id };
}
