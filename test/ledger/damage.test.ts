import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/command.ts';

/** `DAMAGES=500` damages more ledgers. */
const damages = Number(process.env['DAMAGES'] ?? 24);

const script = fileURLToPath(new URL('../support/damaged-ledger.mjs', import.meta.url));

async function run(
  ...args: readonly string[]
): Promise<{ readonly end: unknown; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code, signal]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { end: signal ?? code, out, err };
}

interface Asked {
  /** Of errors. */
  readonly codes: readonly string[];
  readonly untrue: readonly string[];
  /** What is not known any more, without an error. */
  readonly absent: readonly string[];
  readonly hasLoss: boolean;
}

interface Damaged {
  readonly how: string;
  readonly damaged: Asked;
  readonly found: readonly string[];
  readonly repaired?: { readonly lostCalls: number; readonly lostOutcomes: number };
  readonly after: Asked;
}

test('a damaged ledger is an error with a remedy, never a crash, and never believed', async () => {
  const folder = temporaryFolder();
  const [closed, killed] = [join(folder, 'closed'), join(folder, 'killed')];
  expect(await run('make', closed)).toMatchObject({ end: 0, err: '' });
  expect(await run('make', killed, 'killed')).toMatchObject({ end: 'SIGKILL' });
  const { end, out, err } = await run('damage', join(folder, 'copy'), '0', String(damages), closed, killed);
  const lines = out.trimEnd().split('\n');
  expect({ end, err, after: lines.at(-1) }).toMatchObject({ end: 0, err: '' });
  expect(lines).toHaveLength(damages);
  for (const line of lines) {
    const { how, damaged, found, repaired, after } = JSON.parse(line) as Damaged;
    expect
      .soft(
        damaged.codes.filter((code) => code !== 'STATE_DAMAGED'),
        line,
      )
      .toEqual([]);
    expect.soft([...damaged.untrue, ...after.untrue], line).toEqual([]);
    // What an outcome was may be lost with the log of a process that was killed: it is unknown then.
    expect
      .soft(
        damaged.absent.filter((what) => how.includes('calls.log') || !['outcome', 'ids'].includes(what)),
        line,
      )
      .toEqual([]);
    // An error that any command ends with is found by `doctor`, which repairs it.
    expect.soft(damaged.codes.length > 0 && found.length === 0, line).toBe(false);
    // A run that has lost its own row is not listed any more.
    expect
      .soft(
        after.codes.filter((code) => code !== 'RUN_UNKNOWN'),
        line,
      )
      .toEqual([]);
    if (after.absent.includes('records')) expect.soft(repaired?.lostCalls, line).toBeGreaterThan(0);
    // Uploads ask the account then.
    if (after.absent.includes('records')) expect.soft(after.hasLoss, line).toBe(true);
  }
});
