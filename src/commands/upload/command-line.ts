import { RunError } from '../../errors.ts';

/** Options of the files of one run; another run should not write over them. Footprints of rejected rows would be of parts of shipments. */
const outputs: ReadonlySet<string> = new Set(
  '--out --errors --rejected --report --title --company --ileap --company-id --distance-kind'.split(' '),
);

const plainWord = /^[\p{L}\p{N}_@%+=:,./-]+$/u;

/** A word as a POSIX shell must be given it. */
export const shellQuote = (word: string): string =>
  plainWord.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/**
 * The command line that gives another file to the same command with the same options.
 *
 * @param args the command's name, options and files
 * @param paths which of them are files
 * @param more what the other file does not prove by itself
 */
export function commandLineFor(
  args: readonly string[],
  paths: readonly string[],
  file: string,
  more: readonly string[] = [],
): string {
  const files = new Set(paths);
  const kept: string[] = [];
  let skipsValue = false;
  for (const arg of args.slice(1)) {
    const [option = ''] = arg.split('=');
    if (skipsValue) skipsValue = false;
    else if (outputs.has(option)) skipsValue = !arg.includes('=');
    else if (!files.has(arg)) kept.push(arg);
  }
  const name = file.startsWith('-') ? `./${file}` : file;
  return ['dcycle-upload', args[0] ?? '', name, ...kept, ...more].map(shellQuote).join(' ');
}

/** The same command line with further options. */
export const lineWith = (args: readonly string[], options: readonly string[]): string =>
  ['dcycle-upload', ...args, ...options].map(shellQuote).join(' ');

/** A question that only the user can decide, with the finished command for each answer. */
export function withAnswers(error: RunError, args: readonly string[]): RunError {
  const { exitCode, code, message, hint, answers } = error;
  if (answers.length === 0) return error;
  const lines = answers.map(({ meaning, options }) => `${meaning}: ${lineWith(args, options)}`);
  return new RunError(exitCode, code, message, [`${hint ?? ''}:`, ...lines].join('\n  '));
}

/** The command line that sends what a dry run has checked. */
export const uploadLineFor = (args: readonly string[]): string =>
  ['dcycle-upload', ...args.filter((arg) => arg !== '--dry-run')].map(shellQuote).join(' ');

/**
 * The command line that checks every row of a file that was inspected.
 *
 * @param args those of `inspect`
 * @param savedMap the mapping file that it wrote, which says all that its options said
 * @param more options with which rows are read that are refused as it is
 */
export function checkLineFor(
  args: readonly string[],
  kind: string,
  path: string,
  savedMap: string | undefined,
  more: readonly string[] = [],
): string {
  if (savedMap !== undefined) return commandLineFor([kind], [], path, ['--map', savedMap, ...more, '--dry-run']);
  const at = args.indexOf(kind);
  return commandLineFor([kind, ...args.slice(1).filter((_, index) => index + 1 !== at)], [path], path, [
    ...more,
    '--dry-run',
  ]);
}
