import { readFile } from 'node:fs/promises';
import { findKeySource } from '../../config/api-key.ts';
import type { Configuration } from '../../config/configuration.ts';

/** A key is longer than this; what is shorter would take other text along. */
const shortestKey = 8;

/**
 * Makes the function that puts asterisks in the place of every API key that is configured. What is written for others to
 * read holds no key as it is; this is for a key that stands where none belongs, such as in the name of a file.
 */
export async function createRedaction(
  configuration: Configuration,
  apiKeyFile: string | undefined,
): Promise<(text: string) => string> {
  const source = findKeySource(configuration, apiKeyFile);
  const ofFile = source?.kind === 'file' ? await readFile(source.path, 'utf8').catch(() => undefined) : undefined;
  const keys = [...configuration.layers.map(({ values }) => values.api_key), ofFile]
    .map((key) => key?.trim() ?? '')
    .filter((key) => key.length >= shortestKey)
    // As JSON writes it.
    .map((key) => JSON.stringify(key).slice(1, -1));
  return (text) => keys.reduce((redacted, key) => redacted.replaceAll(key, '***'), text);
}
