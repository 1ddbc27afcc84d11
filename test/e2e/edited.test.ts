import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refuse, startApi } from '../support/api-server.ts';
import { dcycleUpload, folderWith, readErrors, summaryOf } from '../support/command.ts';
import { legsOf } from '../support/legs.ts';
import { isBulk, movements, movementsIn, privateState, startRun } from '../support/runs.ts';

test('an edited file loses nothing that is known, and a copy of it is not sent again', async () => {
  let bulk = 0;
  // The second call is stored, and answered as if a gateway had given up; later ones find an API that is well.
  const api = await startApi(async (call, response, _index, forward) => {
    if (!isBulk(call)) return forward();
    bulk += 1;
    if (bulk === 1 || bulk > 3) return forward();
    if (bulk === 2) await forward();
    return refuse(response, 504, {});
  });
  const env = { ...api.env, ...privateState() };
  const cwd = folderWith({ 'a.csv': legsOf([1, 2, 3, 4, 5, 6]) });
  const dated = ['--set', 'shipment_date=2026-01-05'];
  const options = [
    '--chunk-size',
    '2',
    '--concurrency',
    '1',
    '--settle',
    '0',
    '--retries',
    '0',
    '--errors',
    'e.jsonl',
    ...dated,
  ];
  const { id, result } = await startRun(['requests', 'a.csv', ...options], { cwd, env });
  expect([result.code, summaryOf(result).records]).toMatchObject([5, { accepted: 4, uncertain: 2 }]);

  // Of what is known, row 1 has gone; of what is not, row 6; row 7 is new.
  writeFileSync(join(cwd, 'a.csv'), legsOf([2, 3, 4, 5, 7]));
  const resumed = await dcycleUpload(['resume', id, '--json'], { cwd, env });
  expect(resumed.code).toBe(5);
  const { records, error } = summaryOf(resumed);
  expect(records).toMatchObject({ accepted: 4, uncertain: 1 });
  expect(readErrors(cwd, 'e.jsonl')).toMatchObject([{ row: 4, code: 'UNCERTAIN' }]);
  expect(error?.hint).toContain(`dcycle-upload resume ${id}`);
  expect(await movementsIn(api)).toEqual([...movements(1, 4), 'M-7']);

  writeFileSync(join(cwd, 'copy.csv'), legsOf([1, 2, 3, 4, 7]));
  const copied = await dcycleUpload(['requests', 'copy.csv', ...dated, '--json'], { cwd, env });
  expect(summaryOf(copied)).toMatchObject({ exit_code: 0, records: { accepted: 5, accepted_before: 5 } });
  expect(await movementsIn(api)).toEqual([...movements(1, 4), 'M-7']);
});
