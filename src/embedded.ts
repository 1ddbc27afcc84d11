import { readFileSync } from 'node:fs';

/** A file of `data/`, which the package holds next to `src/`, `dist/` and `bundle/`. */
export const readDataFile = (name: string): Buffer => readFileSync(new URL(`../data/${name}`, import.meta.url));

/** What a JSON file of `data/` holds: `T` is what its build script writes. */
export const readData = <T>(name: string): T => JSON.parse(readDataFile(name).toString()) as T;
