import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

/** Without a browser its tests are skipped, except in CI, where they must fail. */
export const lacksBrowser = executablePath === undefined && process.env['CI'] !== 'true';

/** Starts the browser of this system, without a window. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: executablePath ?? '/usr/bin/chromium',
    // The sandbox of the browser can't be set up by root, as whom containers run.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });

/** A page that is open, and what it did that a report page must not do. */
export interface OpenPage {
  readonly page: Page;
  /** Messages on the console, dialogs, and requests for anything but the page itself. */
  readonly misdeeds: readonly string[];
}

/** Opens a file of a folder in a context of its own. */
export async function openFile(
  browser: Browser,
  folder: string,
  name: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const url = pathToFileURL(join(folder, name)).href;
  const misdeeds: string[] = [];
  page.on('console', (message) => misdeeds.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => misdeeds.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url() !== url) misdeeds.push(`request: ${request.url()}`);
  });
  page.on('dialog', (dialog) => {
    misdeeds.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return { page, misdeeds };
}
