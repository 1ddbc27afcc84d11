import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errorCode, usageError } from '../errors.ts';
import { type Configuration, describeOrigin, type Environment, findKeySetting, type Origin } from './configuration.ts';

/** Where the API key is to be had. */
export type KeySource = { readonly origin: Origin } & (
  | { readonly kind: 'value'; readonly apiKey: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'standard input' }
  | { readonly kind: 'command'; readonly command: string }
);

/** What reading a key needs of the world. */
export interface KeyReading {
  readonly environment: Environment;
  /** Reads the key from standard input, or asks for it where that is a terminal. */
  readonly readInput: () => Promise<string>;
  readonly interrupted?: AbortSignal | undefined;
}

/** Where the key comes from; `undefined` where nothing says. */
export function findKeySource(configuration: Configuration): KeySource | undefined {
  const found = findKeySetting(configuration);
  if (found === undefined) return undefined;
  const { name, value, origin } = found;
  switch (name) {
    case 'api_key':
      return { kind: 'value', apiKey: value, origin };
    case 'api_key_file':
      if (origin.kind !== 'option') return { kind: 'file', path: resolve(dirname(configuration.path), value), origin };
      return value === '-' ? { kind: 'standard input', origin } : { kind: 'file', path: value, origin };
    case 'api_key_command':
      return { kind: 'command', command: value, origin };
  }
}

/**
 * Reads the key where its source says.
 *
 * @throws RunError (exit 2); the message never shows the key, nor what a command printed
 */
export async function readKey(source: KeySource, { environment, readInput, interrupted }: KeyReading): Promise<string> {
  switch (source.kind) {
    case 'value':
      return source.apiKey.trim();
    case 'standard input':
      return (await readInput()).trim();
    case 'file':
      return (await readKeyFile(source.path, source.origin)).trim();
    case 'command':
      return (await runKeyCommand(source.command, { environment, interrupted })).trim();
  }
}

async function readKeyFile(path: string, origin: Origin): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const why = errorCode(error) ?? 'unknown error';
    // What was given as an option may be the key itself.
    throw origin.kind === 'option'
      ? usageError(
          'CREDENTIALS_UNREADABLE',
          `the file of --api-key-file can't be read (${why})`,
          'it takes the path of a file, not the key itself',
        )
      : usageError(
          'CREDENTIALS_UNREADABLE',
          `the file ${path} of api_key_file (${describeOrigin(origin)}) can't be read (${why})`,
          'write the key there, or: dcycle-upload config set api_key',
        );
  }
}

/** A password manager may ask its user first. */
const commandTimeoutMs = 30_000;

/** Longer than any key. */
const maxKeyBytes = 64 * 1024;

/**
 * What a command of the system's shell prints. It does not read standard input, which may be what is uploaded.
 *
 * @throws RunError (exit 2) that names the command, and never what it printed
 */
export function runKeyCommand(
  command: string,
  {
    environment,
    interrupted,
    timeoutMs = commandTimeoutMs,
  }: Omit<KeyReading, 'readInput'> & { readonly timeoutMs?: number },
): Promise<string> {
  return new Promise((fulfil, reject) => {
    const child = spawn(command, { shell: true, env: { ...environment }, stdio: ['ignore', 'pipe', 'inherit'] });
    const fail = (what: string): void => {
      settle();
      // What the command has started may live on and hold its end of the pipe.
      child.kill();
      child.stdout.destroy();
      reject(
        usageError(
          'KEY_COMMAND_FAILED',
          `api_key_command ${JSON.stringify(command)} ${what}`,
          'run it by hand; it must print the key and nothing else',
        ),
      );
    };
    const onInterruption = (): void => fail('was interrupted');
    const timer = setTimeout(() => fail(`did not end within ${String(timeoutMs / 1000)} s`), timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      interrupted?.removeEventListener('abort', onInterruption);
    };
    interrupted?.addEventListener('abort', onInterruption, { once: true });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length > maxKeyBytes) fail('prints more than a key');
    });
    child.on('error', (error) => fail(`can't be run (${errorCode(error) ?? error.message})`));
    child.on('close', (code, signal) => {
      if (code !== 0) return fail(`ended with ${signal ?? `exit code ${String(code)}`}`);
      if (output.trim() === '') return fail('printed nothing');
      settle();
      fulfil(output);
    });
  });
}
