import { quote } from '../../issues.ts';

/** A file in a folder that is not read. */
export interface LeftOut {
  readonly path: string;
  readonly reason: LeftOutReason;
}

const words = {
  own: ['reports of this tool, or files of this command', 'a glob that names reports reads them'],
  hidden: ['hidden', undefined],
  'no table': ['not named as tables', undefined],
  folder: ['folders', '** in a glob reads what is in them'],
  'no file': ['not files', undefined],
  same: ['read already', undefined],
  partial: ['named as files that are still being written', undefined],
  changing: ['still being written', undefined],
  empty: ['still without rows', undefined],
  gone: ['gone, or links that lead nowhere', undefined],
} as const satisfies Record<string, readonly [string, string | undefined]>;

/** Why a file in a folder is not read. */
export type LeftOutReason = keyof typeof words;

/** What may be there, and whole, when the next run looks. */
const passing: ReadonlySet<LeftOutReason> = new Set(['partial', 'changing', 'empty', 'gone']);

export const isPassing = ({ reason }: LeftOut): boolean => passing.has(reason);

const namesShown = 5;

/** What was left out, in words: one text for each reason. */
export function describeLeftOut(leftOut: readonly LeftOut[]): readonly string[] {
  const byReason = new Map<LeftOutReason, string[]>();
  for (const { path, reason } of leftOut) byReason.set(reason, [...(byReason.get(reason) ?? []), path]);
  return [...byReason].map(([reason, paths]) => {
    const [what, remedy] = words[reason];
    const names = paths.slice(0, namesShown).map(quote).join(', ');
    const more = paths.length > namesShown ? ` and ${String(paths.length - namesShown)} more` : '';
    return `${names}${more} (${what}${remedy === undefined ? '' : `; ${remedy}`})`;
  });
}
