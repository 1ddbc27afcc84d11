// Writes the tables of codes in errors.md anew, from the tables that the program has: `npm run docs`.
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { issueTexts } from '../dist/codes/issue-codes.js';
import { runErrorTexts } from '../dist/codes/run-error-codes.js';
import { warningTexts } from '../dist/codes/warning-codes.js';

const page = new URL('errors.md', import.meta.url);

const row = (cells) => `| ${cells.join(' | ')} |\n`;

const table = (head, rows) => row(head) + row(head.map(() => '---')) + rows.map(row).join('');

const tables = {
  'codes of rows': table(
    ['Code', 'Stage', 'Meaning', 'Remedy'],
    Object.entries(issueTexts).map(([code, { stages, meaning, remedy }]) => [
      `\`${code}\``,
      stages.join(', '),
      meaning,
      remedy,
    ]),
  ),
  'codes of runs': table(
    ['Code', 'Meaning', 'Remedy'],
    Object.entries(runErrorTexts).map(([code, { meaning, remedy }]) => [`\`${code}\``, meaning, remedy]),
  ),
  warnings: table(
    ['Code', 'Meaning'],
    Object.entries(warningTexts).map(([code, meaning]) => [`\`${code}\``, meaning]),
  ),
};

/** The page with the tables that the program has. */
export async function errorsPage() {
  let text = readFileSync(page, 'utf8');
  for (const [name, content] of Object.entries(tables)) {
    const [begin, end] = [`<!-- ${name}: made by npm run docs -->`, `<!-- end of ${name} -->`];
    const from = text.indexOf(begin);
    const until = text.indexOf(end);
    if (from === -1 || until < from) throw new Error(`errors.md has no place for ${name}`);
    text = `${text.slice(0, from + begin.length)}\n\n${content}\n${text.slice(until)}`;
  }
  return format(text, { ...(await resolveConfig(page)), parser: 'markdown' });
}

if (process.argv[1] === new URL(import.meta.url).pathname) writeFileSync(page, await errorsPage());
