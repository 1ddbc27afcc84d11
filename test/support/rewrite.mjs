// Preloaded by a test: after the first reads of the input, its first data row becomes another one.
import { readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';

const path = process.env['REWRITE'];
const handle = await open(path, 'r');
const prototype = Object.getPrototypeOf(handle);
await handle.close();
const { read } = prototype;
let reads = 0;

prototype.read = function readAndRewrite(...args) {
  reads += 1;
  // The gzip probe, the sample, then the rest: by the third read the first row has been seen.
  if (reads === 3) writeFileSync(path, readFileSync(path, 'utf8').replace('M-0,100', 'M-X,999'));
  return read.apply(this, args);
};
