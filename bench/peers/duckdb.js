// DuckDB in SQL, with the order of the rows kept, as the tool keeps it.
// node duckdb.js <input> <folder for the files> <folder of tocs.csv and units.csv>
import { columnList, fault, open, print } from './duckdb-common.js';

const [input, folder, tables] = process.argv.slice(2);
const database = await open(input, tables);

await database.run(`
  create table checked as
    select raw.rowid as number, raw.*, try_cast("load" as double) * units.tonnes as tonnes,
      try_cast(distance_km as double) as km, tocs.* exclude (toc, assumption),
      concat_ws('; ', tocs.assumption, units.assumption) as assumptions,
      ${fault('tocs.wtw is not null', 'units.tonnes is not null')} as code
    from raw left join tocs on tocs.toc = raw.toc left join units on units.unit = raw.load_unit;
  create table firsts as
    select movement_id, min(number) as number from checked where code is null group by movement_id having count(*) > 1;
  update checked set code = 'DUPLICATE' from firsts
    where code is null and checked.movement_id = firsts.movement_id and checked.number <> firsts.number;
`);
await database.copy(
  `select ${columnList}, number + 1 as _row, tonnes * km * wtw as co2e_kg, tonnes * km * wtt as co2e_wtt_kg,
     tonnes * km * ttw as co2e_ttw_kg, tonnes * km as tonne_km, tonnes as load_t, km as distance_km_2,
     'given' as distance_source, toc as toc_2, wtw as factor_kg_per_tkm, region as factor_region, source as factor_source,
     assumptions
   from checked where code is null order by number`,
  folder,
  'results.csv',
);
await database.copy(
  `select number + 1 as row, movement_id, code from checked where code is not null order by number`,
  folder,
  'errors.csv',
);
await database.copy(
  `select ${columnList}, number + 1 as _row, code from checked
   where code is not null and code <> 'DUPLICATE' order by number`,
  folder,
  'rejected.csv',
);
print(
  await database.rows(`
    select count(*) as read, count(*) filter (code is null) as valid,
      count(*) filter (code is not null and code <> 'DUPLICATE') as invalid,
      count(*) filter (code = 'DUPLICATE') as duplicates,
      sum(tonnes * km * wtw) filter (code is null) as co2e_kg, sum(tonnes * km) filter (code is null) as tonne_km
    from checked`),
);
process.exit(0);
