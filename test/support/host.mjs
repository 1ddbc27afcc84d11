// Runs the bundled command again and again in one process: its modules are loaded and compiled once. Each run has arguments, environment,
// directory, streams and exit code of its own, and ends, as a process does, when nothing is left that would keep a process alive.
import { Readable, Writable } from 'node:stream';
import { main } from '../../bundle/cli.js';

const pipeBytes = 64 * 1024;

process.on('message', async ({ args, cwd, env, stdin }) => {
  const idle = process.getActiveResourcesInfo().length;
  const stdout = new Capture();
  const stderr = new Capture();
  for (const [name, value] of Object.entries({ stdin: Readable.from(chunksOf(stdin)), stdout, stderr })) {
    Object.defineProperty(process, name, { value, configurable: true });
  }
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv.splice(2, Infinity, ...args);
  process.chdir(cwd);
  process.exitCode = undefined;
  await main(args);
  while (process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate').length > idle) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  // The test removes its folder.
  process.chdir('/');
  process.send({ code, stdout: stdout.text, stderr: stderr.text });
});

// The test file has ended.
process.on('disconnect', () => process.exit());

class Capture extends Writable {
  #chunks = [];

  _write(chunk, _encoding, done) {
    this.#chunks.push(chunk);
    done();
  }

  get text() {
    return Buffer.concat(this.#chunks).toString();
  }
}

function* chunksOf(bytes) {
  for (let from = 0; from < bytes.length; from += pipeBytes) yield bytes.subarray(from, from + pipeBytes);
}
