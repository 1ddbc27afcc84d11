import { readFile, stat } from 'node:fs/promises';
import { findKeySource } from '../../config/api-key.ts';
import type { Configuration } from '../../config/configuration.ts';
import { createRedact } from '../../redact.ts';

/** A key is longer than this; what is shorter would take other text along. */
const shortestKey = 8;

/**
 * Makes the function that puts asterisks in the place of every API key that is configured. What is written for others to
 * read holds no key as it is; this is for a key where none belongs, such as in the name of a file.
 */
export async function createRedaction(configuration: Configuration): Promise<(text: string) => string> {
  const source = findKeySource(configuration);
  const ofFile = source?.kind === 'file' ? await readAgain(source.path) : undefined;
  const keys = [...configuration.layers.map(({ values }) => values.api_key), ofFile].map((key) => key?.trim() ?? '');
  return createRedact(keys.filter((key) => key.length >= shortestKey));
}

/** What comes through a pipe can be read only once, and that is not here. */
async function readAgain(path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).isFile() ? await readFile(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}
