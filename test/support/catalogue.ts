import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FuelsDocument } from '../../src/report/fuels-document.ts';
import type { TocsDocument } from '../../src/report/tocs-document.ts';
import { type CommandResult, temporaryFolder } from './command.ts';

export const tocsOf = ({ stdout }: CommandResult): TocsDocument => JSON.parse(stdout) as TocsDocument;
export const fuelsOf = ({ stdout }: CommandResult): FuelsDocument => JSON.parse(stdout) as FuelsDocument;

/** An environment whose cache is a folder of this test's own. */
export const withCache = (
  env: Readonly<Record<string, string>> = {},
  cache = temporaryFolder(),
): { readonly env: Readonly<Record<string, string>>; readonly cache: string } => ({
  env: { ...env, XDG_CACHE_HOME: cache },
  cache,
});

export const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
