import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
};

/** The version in package.json, the one place where it is written. */
export const { version } = manifest;

/** The libraries that are used, with their exact versions. */
export const { dependencies } = manifest;
