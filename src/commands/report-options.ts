import { type Command, InvalidArgumentError } from './commander.ts';
import type { CommandContext } from './context.ts';

const locale = (text: string): string => {
  const known = knownLocale(text);
  if (known !== undefined) return known;
  throw new InvalidArgumentError('It must be a language and region as in BCP 47, such as de-DE or es.');
};

/** The options of the report page, which several commands have. */
export interface ReportOptions {
  readonly report?: string;
  readonly title?: string;
  readonly company?: string;
  /** BCP 47; of the report page and the summary. */
  readonly locale?: string;
}

/** Adds them to a command. */
export const addReportOptions = (command: Command): Command =>
  command
    .option(
      '--report <file>',
      'report page for people: one HTML file, such as report.html, or .pdf by an installed Chromium, Chrome or Edge',
    )
    .option('--title <text>', 'title of the report page')
    .option('--company <name>', 'company that is named on the report page')
    .option(
      '--locale <tag>',
      'language, numbers and dates of the report page and the summary, such as de-DE (default of the page: LC_ALL, LC_NUMERIC or LANG)',
      locale,
    );

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
