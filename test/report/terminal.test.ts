import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createTerminal } from '../../src/report/terminal.ts';

/** A terminal whose standard output nobody reads yet. */
async function unread() {
  const stdout = new PassThrough({ highWaterMark: 10 });
  const stream = stdout as unknown as NodeJS.WriteStream;
  const terminal = await createTerminal({ stdout: stream, stderr: stream, environment: {}, noColor: true });
  return { stdout, terminal };
}

test.each(['is read', 'is closed', 'is not read, and the run is interrupted'])(
  'much output waits until it %s',
  async (how) => {
    const { stdout, terminal } = await unread();
    const interruption = new AbortController();
    await terminal.outDrained(interruption.signal);
    let isDrained = false;
    terminal.out('more than ten characters\n');
    terminal.out('more than ten characters\n');
    const waiting = terminal.outDrained(interruption.signal)?.then(() => (isDrained = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isDrained).toBe(false);
    if (how === 'is read') stdout.resume();
    else if (how === 'is closed') stdout.destroy();
    else interruption.abort();
    await waiting;
  },
);
