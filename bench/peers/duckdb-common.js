import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const columns = [
  'movement_id',
  'client',
  'shipment_date',
  'origin',
  'destination',
  'origin_country',
  'distance_km',
  'load',
  'load_unit',
  'toc',
  'vehicle_license_plate',
  'subcontractor',
  'package_key',
];

/** The columns of the input, as a list of SQL. */
export const columnList = columns.map((column) => `"${column}"`).join(', ');

const text = (value) => `'${value.replaceAll("'", "''")}'`;

/** Opens a database in memory with two threads and the tables `raw`, `tocs` and `units`. */
export async function open(input, tables) {
  const database = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await database.connect();
  const types = columns.map((column) => `'${column}': 'VARCHAR'`).join(', ');
  await connection.run(`
    create table tocs as from read_csv(${text(join(tables, 'tocs.csv'))}, header = true, types = {'assumption': 'VARCHAR'});
    create table units as from read_csv(${text(join(tables, 'units.csv'))}, header = true, types = {'assumption': 'VARCHAR'});
    create table raw as from read_csv(${text(input)}, auto_detect = false, header = true, delim = ',', quote = '"',
      escape = '"', strict_mode = true, nullstr = '', columns = {${types}});
  `);
  return {
    run: (sql) => connection.run(sql),
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson(),
    /** Writes what a query gives, with a header. */
    copy: (query, folder, name) => connection.run(`copy (${query}) to ${text(join(folder, name))} (header)`),
  };
}

/** Prints what was found, which is one row. */
export function print([sums]) {
  console.log(JSON.stringify(Object.fromEntries(Object.entries(sums).map(([name, value]) => [name, Number(value)]))));
}

/** SQL of the first thing that is wrong with a row, null where nothing is; `toc` and `unit` say that they are known. */
export const fault = (knownToc, knownUnit) => `case
  when not coalesce(try_cast(distance_km as double) > 0, false) then 'distance_km'
  when not coalesce(try_cast("load" as double) > 0, false) then 'load'
  when not (${knownUnit}) then 'load_unit'
  when try_cast(shipment_date as date) is null then 'shipment_date'
  when not (${knownToc}) then 'toc'
  when not coalesce(regexp_full_match(origin_country, '[A-Z]{2}'), false) then 'origin_country'
  when subcontractor not in ('true', 'false') or subcontractor is null then 'subcontractor'
  when movement_id is null then 'movement_id'
end`;
