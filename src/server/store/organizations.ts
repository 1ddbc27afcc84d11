import { createHash } from 'node:crypto';
import type { Database } from '../../state/database.ts';

export interface Organization {
  readonly seq: number;
  /** UUID, lower case. */
  readonly id: string;
}

const hashOf = (apiKey: string): string => createHash('sha256').update(apiKey).digest('hex');

/** Lets a key open an organisation, which is made where it is new. A key opens one organisation alone. */
export function admitKey(database: Database, apiKey: string, organizationId: string, now: string): void {
  const id = organizationId.toLowerCase();
  database.transaction(() => {
    database.run('INSERT INTO organizations (id, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING', id, now);
    database.run(
      `INSERT INTO api_keys (sha256, organization, created_at)
       SELECT ?, seq, ? FROM organizations WHERE id = ?
       ON CONFLICT DO UPDATE SET organization = excluded.organization`,
      hashOf(apiKey),
      now,
      id,
    );
  });
}

export const hasKeys = (database: Database): boolean =>
  database.get('SELECT 1 AS one FROM api_keys LIMIT 1') !== undefined;

/** The organisation that a key opens. */
export const organizationOfKey = (database: Database, apiKey: string): Organization | undefined =>
  database.get<Organization>(
    `SELECT organizations.seq, organizations.id FROM api_keys
     JOIN organizations ON organizations.seq = api_keys.organization WHERE sha256 = ?`,
    hashOf(apiKey),
  );

export const hasOrganization = (database: Database, id: string): boolean =>
  database.get('SELECT 1 AS one FROM organizations WHERE id = ?', id.toLowerCase()) !== undefined;
