import type { Style } from './style.ts';

/**
 * What is above the account's own rows, or how they are fetched.
 *
 * @param rendered the table of the rows; empty where a search found none of them, or the account has none
 */
export function accountSection(
  account: { readonly synced_at: string } | null,
  command: 'tocs' | 'fuels' | 'hubs',
  what: string,
  rendered: string,
  style: Style,
): string {
  if (account === null) {
    return `\nThe account's own ${what} are not known here: dcycle-upload ${command} --sync fetches them.\n`;
  }
  const title = `\n${style.bold(`Account, synced ${account.synced_at.slice(0, 10)}`)}\n`;
  return `${title}${rendered === '' ? `none of the account's ${what} matches\n` : rendered}`;
}
