// Preloaded by a test: while the rows of the input are read, its first data row becomes another one.
import { readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';

const path = process.env['REWRITE'];
const handle = await open(path, 'r');
const prototype = Object.getPrototypeOf(handle);
await handle.close();
const { read } = prototype;
const secondMebibyte = 1024 * 1024;
let times = 0;

prototype.read = function readAndRewrite(...args) {
  // It is read first to understand the file, then again behind the rows of the first.
  const isBehind = args[3] >= secondMebibyte && args[3] < secondMebibyte + 4096;
  if (isBehind) times += 1;
  if (isBehind && times === 2) writeFileSync(path, readFileSync(path, 'utf8').replace('M-0,100', 'M-X,999'));
  return read.apply(this, args);
};
