// Runs the bundled command again and again in one process: its modules are loaded and compiled once. Each run has arguments, environment,
// directory, standard input and exit code of its own, and ends, as a process does, when nothing is left that would keep a process alive.
import { writeSync } from 'node:fs';
import { Readable } from 'node:stream';
import { main } from '../../bundle/cli.js';

const pipeBytes = 64 * 1024;

// They are opened when they are asked for first, and stay.
const outputs = [process.stdout, process.stderr];

process.on('message', async ({ args, cwd, env, stdin, end }) => {
  const idle = process.getActiveResourcesInfo().length;
  Object.defineProperty(process, 'stdin', { value: Readable.from(chunksOf(stdin)), configurable: true });
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv.splice(2, Infinity, ...args);
  process.chdir(cwd);
  process.exitCode = undefined;
  await main(args);
  while (process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate').length > idle) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  // The test removes its folder.
  process.chdir('/');
  for (const stream of outputs) {
    stream.removeAllListeners('error');
    writeSync(stream.fd, end);
  }
  process.send(process.exitCode ?? 0);
  process.exitCode = undefined;
});

// The test file has ended.
process.on('disconnect', () => process.exit());

function* chunksOf(bytes) {
  for (let from = 0; from < bytes.length; from += pipeBytes) yield bytes.subarray(from, from + pipeBytes);
}
