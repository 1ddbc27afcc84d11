import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dcycleUpload, folderWith, readText, summaryOf } from '../support/command.ts';

/** Prints what Chromium would, as far as this tool can tell: a PDF with the page, and the environment, in it. */
const browser = `#!/bin/sh
for word; do
  case "$word" in
    --print-to-pdf=*) pdf="\${word#--print-to-pdf=}" ;;
    file://*) page="\${word#file://}" ;;
  esac
done
{ printf '%%PDF-1.4\\n'; cat "$page"; /usr/bin/env; } > "$pdf"
`;

const shipments = 'load,load_unit,toc,distance_km\n5,kg,van_diesel,100\n';

const folderWithBrowser = (script: string): string => {
  const folder = folderWith({ 'b.csv': shipments, chromium: script });
  chmodSync(join(folder, 'chromium'), 0o755);
  return folder;
};

const print = (cwd: string, env: Readonly<Record<string, string>>) =>
  dcycleUpload(['requests', 'b.csv', '--local', '--json', '--report', 'page.PDF'], {
    cwd,
    env: { ...env, TMPDIR: cwd, DCYCLE_API_KEY: 'secret-of-the-account' },
  });

test('a report page is printed by the browser that is there, which does not get the key', async () => {
  const cwd = folderWithBrowser(browser);
  const result = await print(cwd, { PATH: `${cwd}:/usr/bin:/bin` });
  expect(result.stderr).toBe('');
  expect(result.code).toBe(0);
  expect(summaryOf(result).files.report).toBe('page.PDF');
  const pdf = readText(cwd, 'page.PDF');
  expect(pdf).toMatch(/^%PDF-1\.4\n<!doctype html>/i);
  expect(pdf).not.toContain('secret-of-the-account');
  // Neither the page nor the browser's profile is left.
  expect(readdirSync(cwd).toSorted()).toEqual(['b.csv', 'b.results.csv', 'chromium', 'page.PDF']);
});

test('without a browser nothing begins; with one that fails all else is whole', async () => {
  const cwd = folderWithBrowser('#!/bin/sh\nexit 3\n');
  const none = await print(cwd, { CHROME_PATH: join(cwd, 'b.csv') });
  expect(none.code).toBe(2);
  expect(summaryOf(none).error).toMatchObject({
    code: 'BROWSER_MISSING',
    hint: expect.stringContaining('report.html'),
  });
  expect(readdirSync(cwd).toSorted()).toEqual(['b.csv', 'chromium']);
  const failed = await print(cwd, { CHROME_PATH: join(cwd, 'chromium') });
  expect(failed.code).toBe(5);
  expect(summaryOf(failed).error?.message).toContain('it ended with exit code 3');
  expect(summaryOf(failed).files).toMatchObject({ results: 'b.results.csv', report: null });
  expect(readdirSync(cwd).toSorted()).toEqual(['b.csv', 'b.results.csv', 'chromium']);
});
