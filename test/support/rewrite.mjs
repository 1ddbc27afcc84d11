// Preloaded by a test: while the rows of the input are read, its first data row becomes another one.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const path = process.env['REWRITE'];
const { readSync } = fs;
const secondMebibyte = 1024 * 1024;
let isDone = false;

fs.readSync = function readAndRewrite(descriptor, target, at, length, position) {
  if (!isDone && typeof position === 'number' && position >= secondMebibyte) {
    isDone = true;
    fs.writeFileSync(path, fs.readFileSync(path, 'utf8').replace('M-0,100', 'M-X,999'));
  }
  return readSync(descriptor, target, at, length, position);
};
syncBuiltinESMExports();
