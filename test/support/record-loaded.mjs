// Given to node as --import: writes the URL of every module that is loaded into the file that LOADED names.
import { appendFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { pathToFileURL } from 'node:url';

const record = (url) => appendFileSync(process.env.LOADED, `${url}\n`);

if (isMainThread) {
  const { cache } = createRequire(import.meta.url);
  register(import.meta.url);
  // What is required is not seen by the hook.
  process.once('exit', () => Object.keys(cache).forEach((path) => record(pathToFileURL(path))));
}

/** The hook; this file is loaded a second time, in the thread of the hooks, for it. */
export function load(url, context, next) {
  record(url);
  return next(url, context);
}
