import { InvalidArgumentError } from './commander.ts';
import type { CommandContext } from './context.ts';

const locale = (text: string): string => {
  const known = knownLocale(text);
  if (known !== undefined) return known;
  throw new InvalidArgumentError('It must be a language and region as in BCP 47, such as de-DE or es.');
};

/** The options of the report page, which several commands have. */
export const reportOption = ['--report <file>', 'report page for people: one HTML file, such as report.html'] as const;
export const localeOption = [
  '--locale <tag>',
  'how the report page writes numbers and dates, such as de-DE (default: LC_ALL, LC_NUMERIC or LANG)',
  locale,
] as const;

/** A BCP 47 tag in its canonical form; `undefined` where it is none, or nothing is known of its language. */
function knownLocale(text: string): string | undefined {
  try {
    return Intl.NumberFormat.supportedLocalesOf(text)[0];
  } catch {
    return undefined;
  }
}

/** The locale of the environment, which POSIX writes as `es_ES.UTF-8`; English where it names none. */
export function localeOf({ environment }: Pick<CommandContext, 'environment'>): string {
  const { LC_ALL: all, LC_NUMERIC: numeric, LANG: lang } = environment;
  const [name = ''] = (all || numeric || lang || '').split(/[.@]/);
  return knownLocale(name.replaceAll('_', '-')) ?? 'en';
}
