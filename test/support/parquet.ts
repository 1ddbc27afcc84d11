import { DuckDBInstance } from '@duckdb/node-api';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './command.ts';

/** Runs SQL; each `{name}` in it is a file of that name. Returns the contents of the files. */
export async function duckdb(sql: string): Promise<(name: string) => Buffer> {
  const folder = temporaryFolder();
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const connection = await instance.connect();
    await connection.run(sql.replaceAll(/\{(\w+\.\w+)\}/g, (_, name: string) => `'${join(folder, name)}'`));
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
  return (name) => readFileSync(join(folder, name));
}

/** The rows of a query as Parquet, written by DuckDB. */
export async function parquetOf(query: string, options = ''): Promise<Buffer> {
  const files = await duckdb(`COPY (${query}) TO {rows.parquet} (FORMAT parquet ${options});`);
  return files('rows.parquet');
}
