import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startApi } from '../support/api-server.ts';
import { dcycleUpload, readText, summaryOf, temporaryFolder } from '../support/command.ts';
import { duckdb, parquetOf } from '../support/parquet.ts';
import { isBulk } from '../support/runs.ts';

const columns =
  "'M-' || n AS movement_id, DATE '2025-05-01' + n::INTEGER AS shipment_date, (n + 1) * 1.234 AS distance_km, " +
  "(n * 10 + 5)::DECIMAL(9,2) AS load, 'kg' AS load_unit, 'van_diesel' AS toc, 9007199254740993 + n AS package_key";

test('a record of a Parquet file is the same as that of a CSV file, to the ledger too', async () => {
  const cwd = temporaryFolder();
  const files = await duckdb(
    `CREATE TABLE t AS SELECT ${columns} FROM range(4) r(n);
     COPY t TO {may.csv} (FORMAT csv); COPY t TO {may.parquet} (FORMAT parquet);`,
  );
  for (const name of ['may.csv', 'may.parquet']) writeFileSync(join(cwd, name), files(name));
  const api = await startApi();
  const env = { ...api.env, XDG_STATE_HOME: temporaryFolder() };
  const first = await dcycleUpload(['requests', 'may.csv', '--limit', '3', '--json'], { cwd, env });
  expect(summaryOf(first).records).toMatchObject({ accepted: 3 });
  const second = await dcycleUpload(['requests', 'may.parquet', '--since-last', '--json'], { cwd, env });
  expect([second.code, summaryOf(second).records]).toEqual([
    0,
    expect.objectContaining({ accepted: 4, accepted_before: 3 }),
  ]);
  const sent = api.calls.filter(isBulk).map(({ records }) => records.map(({ package_key: key }) => key));
  expect(sent).toEqual([['9007199254740993', '9007199254740994', '9007199254740995'], ['9007199254740996']]);

  const both = await dcycleUpload(['requests', 'may.csv', 'may.parquet', '--dry-run', '--json'], { cwd });
  expect(summaryOf(both).rows).toMatchObject({ read: 8, valid: 4, duplicates: 4 });
});

test('rows of a Parquet file are named by their number, and come back with their types', async () => {
  const cwd = temporaryFolder();
  const toc = "CASE n WHEN 1 THEN 'van_diesl' ELSE 'van_diesel' END AS toc, 'van_diesel' AS vehicle";
  const bytes = await parquetOf(
    `SELECT ${columns.replace("'van_diesel' AS toc", toc)}, [n] AS legs FROM range(3) r(n)`,
  );
  const args = ['--local', '--json', '--where', 'movement_id=M-1|M-2'];
  const piped = summaryOf(await dcycleUpload(['requests', '-', ...args], { cwd, stdin: bytes }));
  expect(piped).toMatchObject({ rows: { read: 3, valid: 2, skipped: 1 }, records: { accepted: 1, rejected: 1 } });
  expect(piped.warnings).toContainEqual({
    code: 'COLUMNS_LEFT_OUT',
    message: 'columns of - that hold lists are not read: "legs"',
    count: 1,
  });
  const [, error = ''] = readText(cwd, 'stdin.errors.csv').split('\n');
  expect(error).toMatch(/^'-,2,2,toc,toc,UNKNOWN_TOC,/);
  // A CSV file would have to be asked whether 2.468 is 2468.
  const again = ['requests', 'stdin.rejected.xlsx', '--local', '--map', 'toc=vehicle', '--out', 'again.jsonl'];
  const fixed = await dcycleUpload(again, { cwd });
  expect([fixed.code, fixed.stderr]).toEqual([0, expect.any(String)]);
  expect(JSON.parse(readText(cwd, 'again.jsonl'))).toMatchObject({
    shipment_date: '2025-05-02',
    distance_km: 2.468,
    package_key: '9007199254740994',
    tonne_km: 0.03702,
  });
});
