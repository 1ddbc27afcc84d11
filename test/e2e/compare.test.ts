import { expect, test } from 'vitest';
import { type Script, startApi } from '../support/api-server.ts';
import { dcycleUpload, folderWith, readText } from '../support/command.ts';
import { legs } from '../support/legs.ts';
import { startRun } from '../support/runs.ts';

interface List {
  readonly items: readonly { readonly movement_id: string; readonly kgco2e: number | null }[];
}

/** Passes lists on with twice the emissions of one movement. */
const doubled =
  (movementId: string): Script =>
  async ({ path }, _response, _index, forward) => {
    const reply = await forward();
    if (!path.includes('?file_id')) return reply;
    const list = JSON.parse(reply.body) as List;
    const items = list.items.map((item) =>
      item.movement_id === movementId && item.kgco2e !== null ? { ...item, kgco2e: 2 * item.kgco2e } : item,
    );
    return { ...list, items };
  };

test('results --compare lists the rows that differ from the embedded calculator, and sums up', async () => {
  const api = await startApi(doubled('M-2'));
  const cwd = folderWith({ 'a.csv': legs(3) });
  const { id } = await startRun(['requests', 'a.csv'], { cwd, env: api.env });
  const result = await dcycleUpload(['results', id, '--wait', '30', '--compare'], { cwd, env: api.env });
  expect(result.stderr).toBe('');
  expect(result.code).toBe(0);
  // 1 + 2 x 2 + 3 against 1 + 2 + 3.
  expect(result.stdout).toMatch(/compared 3 records: API [\d.]+ kg, here [\d.]+ kg \(\+33\.333 %\)/);
  expect(result.stdout).toMatch(/│ +3 │ M-2 +│ +[\d.]+ │ +[\d.]+ │ \+100\.000 % │/);
  expect(result.stdout).not.toMatch(/│ M-1 /);
  const [head, ...rows] = readText(cwd, 'a.results.csv').trimEnd().split('\n');
  expect(head).toMatch(/,co2e_kg,status,local_co2e_kg,difference_kg$/);
  expect(rows.map((row) => row.split(',').at(-1) === '0')).toEqual([true, false, true]);
});

test('results --compare finds no difference to a server that has the same calculator', async () => {
  const api = await startApi();
  const cwd = folderWith({ 'a.csv': legs(3) });
  const { id } = await startRun(['requests', 'a.csv'], { cwd, env: api.env });
  const result = await dcycleUpload(['results', id, '--wait', '30', '--compare'], { cwd, env: api.env });
  expect(result.stdout).toContain('(+0.000 %)');
  expect(result.stdout).not.toContain('API / here');
});
