import type { DatabaseKind } from '../../state/database.ts';

/**
 * The tables of the server. A record is kept as the JSON in which it came (fields of the API only, without those that
 * have no value), and what was calculated of it as an `Outcome` in JSON: numbers stay as they are, to the last digit. What
 * is searched for or summed is a virtual column over these two. Times are ISO 8601 UTC texts, `seq` the order of arrival.
 * Only hashes of API keys are kept.
 */
export const serverDatabase: DatabaseKind = {
  // "DCYC"
  applicationId: 0x44435943,
  version: 1,
  name: 'database of dcycle-upload serve',
  schema: `
    CREATE TABLE organizations (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      created_at TEXT NOT NULL
    );
    CREATE TABLE api_keys (
      sha256 TEXT PRIMARY KEY,
      organization INTEGER NOT NULL REFERENCES organizations,
      created_at TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE files (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      organization INTEGER NOT NULL REFERENCES organizations,
      name TEXT NOT NULL,
      created_at TEXT NOT NULL
    );
    CREATE TABLE jobs (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      organization INTEGER NOT NULL REFERENCES organizations,
      file INTEGER NOT NULL REFERENCES files,
      status TEXT NOT NULL CHECK (status IN ('PENDING', 'RUNNING', 'COMPLETED', 'FAILED')),
      total INTEGER NOT NULL,
      succeeded INTEGER NOT NULL DEFAULT 0,
      failed INTEGER NOT NULL,
      created_at TEXT NOT NULL,
      started_at TEXT,
      finished_at TEXT
    );
    CREATE INDEX jobs_unfinished ON jobs (seq) WHERE status IN ('PENDING', 'RUNNING');
    CREATE TABLE job_errors (
      seq INTEGER PRIMARY KEY,
      job INTEGER NOT NULL REFERENCES jobs,
      position INTEGER NOT NULL,
      stage TEXT NOT NULL CHECK (stage IN ('sync', 'calculation')),
      code TEXT,
      error TEXT NOT NULL,
      movement_id TEXT,
      request_id TEXT
    );
    CREATE INDEX job_errors_of_job ON job_errors (job);
    CREATE TABLE packages (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      organization INTEGER NOT NULL REFERENCES organizations,
      package_key TEXT NOT NULL,
      shipment_id TEXT,
      client_billing_id TEXT,
      created_at TEXT NOT NULL,
      updated_at TEXT NOT NULL,
      UNIQUE (organization, package_key)
    );
    CREATE TABLE requests (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      organization INTEGER NOT NULL REFERENCES organizations,
      file INTEGER NOT NULL REFERENCES files,
      position INTEGER NOT NULL,
      package INTEGER REFERENCES packages,
      record TEXT NOT NULL,
      outcome TEXT,
      created_at TEXT NOT NULL,
      updated_at TEXT NOT NULL,
      status TEXT AS (
        CASE WHEN outcome IS NULL THEN 'pending' WHEN outcome ->> 'ok' THEN 'active' ELSE 'error' END
      ) VIRTUAL,
      co2e_kg REAL AS (outcome ->> 'co2eKg') VIRTUAL,
      distance_km REAL AS (coalesce(outcome ->> 'distanceKm', record ->> 'distance_km')) VIRTUAL,
      load_kg REAL AS (outcome ->> 'loadKg') VIRTUAL,
      toc TEXT AS (coalesce(record ->> 'toc', outcome ->> 'toc')) VIRTUAL,
      category TEXT AS (coalesce(record ->> 'category', outcome ->> 'category')) VIRTUAL,
      movement_id TEXT AS (record ->> 'movement_id') VIRTUAL,
      client TEXT AS (record ->> 'client') VIRTUAL,
      shipment_date TEXT AS (coalesce(record ->> 'shipment_date', substr(created_at, 1, 10))) VIRTUAL,
      vehicle_license_plate TEXT AS (record ->> 'vehicle_license_plate') VIRTUAL,
      package_key TEXT AS (record ->> 'package_key') VIRTUAL
    );
    CREATE INDEX requests_of_organization ON requests (organization, seq);
    CREATE INDEX requests_by_movement ON requests (organization, movement_id);
    CREATE INDEX requests_of_file ON requests (file);
    CREATE INDEX requests_of_package ON requests (package) WHERE package IS NOT NULL;
    CREATE TABLE recharges (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      organization INTEGER NOT NULL REFERENCES organizations,
      file INTEGER NOT NULL REFERENCES files,
      upsert_key TEXT NOT NULL,
      record TEXT NOT NULL,
      co2e_kg REAL,
      created_at TEXT NOT NULL,
      updated_at TEXT NOT NULL,
      fuel_id TEXT AS (lower(record ->> 'fuel_id')) VIRTUAL,
      date TEXT AS (record ->> 'date') VIRTUAL,
      vehicle_license_plate TEXT AS (record ->> 'vehicle_license_plate') VIRTUAL,
      toc_id TEXT AS (lower(record ->> 'toc_id')) VIRTUAL,
      project_id TEXT AS (lower(record ->> 'project_id')) VIRTUAL,
      UNIQUE (organization, upsert_key)
    );
    CREATE INDEX recharges_of_organization ON recharges (organization, seq);
    CREATE INDEX recharges_of_file ON recharges (file);
    CREATE TABLE hubs (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      organization INTEGER NOT NULL REFERENCES organizations,
      name TEXT NOT NULL,
      folded_name TEXT NOT NULL,
      address TEXT,
      country TEXT,
      type TEXT NOT NULL CHECK (type IN ('owned', 'subcontracted')),
      category TEXT,
      status TEXT NOT NULL CHECK (status IN ('active', 'archived')),
      supercharger INTEGER NOT NULL,
      facility_id TEXT,
      created_at TEXT NOT NULL,
      updated_at TEXT,
      UNIQUE (organization, folded_name)
    );
  `,
};
