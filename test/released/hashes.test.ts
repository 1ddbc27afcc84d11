import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSqliteStore } from '../../src/ledger/sqlite-store.ts';
import { startApi } from '../support/api-server.ts';
import { dcycleUpload, folderWith } from '../support/command.ts';
import { onlyRunIn, privateState } from '../support/runs.ts';

/**
 * Rows, the wire form that version 0.1.0 made of them, and the hash by which its records of runs know it again
 * and the ledger still knows it. A hash that changes takes every record that was uploaded before for a new one, which is then stored twice.
 */
const csv: readonly (readonly [row: string, json: string, hash: string])[] = [
  [
    'M-1,1250.00,,,"Años ""2025"""',
    '{"distance_km":1250,"category":"road","movement_id":"M-1","client":"Años \\"2025\\""}',
    'NoEo2d8QHv6GM7MHWejzxy',
  ],
  [
    'M-2,1250,0.30000000000000004,,=1+1',
    '{"distance_km":1250,"load":0.30000000000000004,"category":"road","movement_id":"M-2","client":"=1+1"}',
    'z7q8KXUNnZ8_B92mnXGYl7',
  ],
  [
    '1.50,0.1,.5,yes, padded ',
    '{"distance_km":0.1,"load":0.5,"category":"road","cleaning":true,"movement_id":"1.50","client":"padded"}',
    '-P92XcGhM0HOAEI8ltKNrC',
  ],
  [
    'M-4,-0,"1,250.75",no,"two\nlines"',
    '{"distance_km":0,"load":1250.75,"category":"road","cleaning":false,"movement_id":"M-4","client":"two\\nlines"}',
    'hqkkQGmPVHMml62jK_HY_D',
  ],
];

const jsonl: readonly (readonly [row: string, json: string, hash: string])[] = [
  [
    '{"movement_id":"J-1","distance_km":1e21,"load":1E-7}',
    '{"distance_km":1e+21,"load":1e-7,"category":"road","movement_id":"J-1"}',
    'W8ay-e7q5UWDdJVUvIrIf8',
  ],
  [
    '{"movement_id":"J-2","distance_km":-0,"load":1250.00}',
    '{"distance_km":0,"load":1250,"category":"road","movement_id":"J-2"}',
    'bYRzGKDsy7m89dJfgmGO-F',
  ],
  [
    '{"movement_id":"J-3","distance_km":0.30000000000000004,"load":123456789012345680}',
    '{"distance_km":0.30000000000000004,"load":123456789012345680,"category":"road","movement_id":"J-3"}',
    'iDR229rnVMs64E7VMNoOKW',
  ],
  [
    '{"client":"a\\"b\\\\c\\/d\\n\\t\\u0007\\u2028é\\ud83d\\ude00","movement_id":"J-4","distance_km":1.50}',
    '{"distance_km":1.5,"category":"road","movement_id":"J-4","client":"a\\"b\\\\c/d\\n\\t\\u0007\u2028é😀"}',
    'HXyGKlsB2ZohBW1W7JFZMN',
  ],
  [
    '{"distance_km":5e-324,"load":1.7976931348623157e308,"movement_id":26830007899150601093463}',
    '{"distance_km":5e-324,"load":1.7976931348623157e+308,"category":"road","movement_id":"26830007899150601093463"}',
    'nAXkcZMJTX2BG1_noXo6-1',
  ],
  [
    '{"movement_id":1.50,"distance_km":"1.5e2","cleaning":true,"subcontractor":0,"client":"日本 😀 \\u007f"}',
    '{"distance_km":150,"category":"road","cleaning":true,"movement_id":"1.5","client":"日本 😀 \u007f","subcontractor":false}',
    'IcPwJl_QYwwoGkz2oHZy8l',
  ],
];

test.each([
  ['a.csv', csv, `movement_id,distance_km,load,cleaning,client\n${csv.map(([row]) => `${row}\n`).join('')}`],
  ['a.jsonl', jsonl, jsonl.map(([row]) => `${row}\n`).join('')],
])('the hashes of records are those of released versions: %s', async (name, rows, content) => {
  const api = await startApi();
  const state = privateState();
  const args = ['requests', name, '--set', 'category=road', '--decimal', '.', '--quiet'];
  await dcycleUpload(args, { cwd: folderWith({ [name]: content }), env: { ...api.env, ...state } });
  const store = createSqliteStore(join(state.XDG_STATE_HOME, 'dcycle-upload'));
  const run = await store.open(onlyRunIn(state));
  const hashes: string[] = [];
  for await (const { marks } of run.calls()) {
    for (let at = 0; at < marks.records; at += 1) {
      hashes.push(Buffer.from(marks.contents.subarray(at * 16, at * 16 + 16)).toString('hex'));
    }
  }
  await run.close();
  await store.close();

  expect(api.calls[0]?.records.map((record) => JSON.stringify(record))).toEqual(rows.map(([, json]) => json));
  // The ledger keeps 128 of the 132 bits that 0.1.0 wrote.
  expect(hashes).toEqual(rows.map(([, , hash]) => Buffer.from(hash, 'base64url').subarray(0, 16).toString('hex')));
  // What a hash is of: 128 bits of SHA-256 of the wire form.
  const sha256 = (text: string) => createHash('sha256').update(text).digest();
  expect(rows.map(([, json]) => sha256(json).toString('base64url').slice(0, 22))).toEqual(
    rows.map(([, , hash]) => hash),
  );
});
