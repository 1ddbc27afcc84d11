/** Options that name a file of one run; another run should not write over it. */
const outputs: ReadonlySet<string> = new Set(['--out', '--errors', '--rejected', '--report']);

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
