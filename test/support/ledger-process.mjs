// A process that works on ledgers as it is told by messages, so that a test can have several, and kill them.
import { createSqliteStore } from '../../dist/ledger/sqlite-store.js';

const stores = new Map();
const runs = new Map();
let opened = 0;

const perform = {
  connect: ({ store, directory, sizes }) => void stores.set(store, createSqliteStore(directory, sizes)),
  store: ({ store, method, args }) => stores.get(store)[method](...args),
  async open({ store, method, args }) {
    const run = await stores.get(store)[method](...args);
    opened += 1;
    runs.set(opened, run);
    return { handle: opened, run: run.run };
  },
  run: ({ handle, method, args }) => runs.get(handle)[method](...args),
};

process.on('message', async ({ number, task, ...rest }) => {
  try {
    process.send({ number, value: await perform[task](rest) });
  } catch ({ name, code, exitCode, message, stack }) {
    process.send({ number, error: { name, code, exitCode, message, stack } });
  }
});
