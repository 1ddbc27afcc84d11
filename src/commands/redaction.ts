import { readFile } from 'node:fs/promises';
import { readEnvironment } from '../config/credentials.ts';
import type { CommandContext } from './context.ts';

/** A key is longer than this; what is shorter would take other text along. */
const shortestKey = 8;

/**
 * Makes the function that puts asterisks in the place of the API key, wherever it comes from. What is written for others to
 * read holds no key as it is; this is for a key that stands where none belongs, such as in the name of a file.
 */
export async function createRedaction(
  { environment, workingDirectory }: Pick<CommandContext, 'environment' | 'workingDirectory'>,
  apiKeyFile: string | undefined,
): Promise<(text: string) => string> {
  const all = await readEnvironment(environment, workingDirectory).catch(() => environment);
  const ofFile = apiKeyFile === undefined ? undefined : await readFile(apiKeyFile, 'utf8').catch(() => undefined);
  const keys = [all['DCYCLE_API_KEY'], ofFile]
    .map((key) => key?.trim() ?? '')
    .filter((key) => key.length >= shortestKey)
    // As JSON writes it.
    .map((key) => JSON.stringify(key).slice(1, -1));
  return (text) => keys.reduce((redacted, key) => redacted.replaceAll(key, '***'), text);
}
