import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * Starts bulk-server.js.
 *
 * @param latency milliseconds it waits before each answer
 */
export async function startBulkServer(latency) {
  const server = fork(fileURLToPath(new URL('bulk-server.js', import.meta.url)), [String(latency)]);
  const [{ port }] = await once(server, 'message');
  return {
    url: `http://127.0.0.1:${port}`,
    /** How many records it took since this was last asked. */
    async taken() {
      server.send('taken');
      const [{ taken }] = await once(server, 'message');
      return taken;
    },
    async stop() {
      server.disconnect();
      await once(server, 'exit');
    },
  };
}
