import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errorMessage, RunError, usageError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Programs that print pages, as their systems name them. */
const commands = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'chrome.exe',
  'msedge.exe',
];

const macApplications = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
);
const windowsPrograms = [
  String.raw`Google\Chrome\Application\chrome.exe`,
  String.raw`Microsoft\Edge\Application\msedge.exe`,
];

/** A page of a year prints within seconds; on a machine under load it takes longer. */
const longestMs = 120_000;

/** Whether a report is to be printed. */
export const isPdf = (path: string): boolean => /\.pdf$/i.test(path);

/**
 * The browser that `CHROME_PATH` names, else a Chromium, Chrome or Edge that is installed.
 *
 * @throws RunError (exit 2) where there is none
 */
export function findBrowser(environment: Environment): string {
  const { CHROME_PATH: named, PATH: path = '', ProgramFiles: programs, 'ProgramFiles(x86)': programs86 } = environment;
  if (named !== undefined && named !== '') {
    if (isProgram(named)) return named;
    throw noBrowser(`CHROME_PATH names ${named}, which can't be run`);
  }
  const found = [
    ...path.split(delimiter).flatMap((folder) => (folder === '' ? [] : commands.map((name) => join(folder, name)))),
    ...macApplications,
    ...[programs, programs86].flatMap((folder) =>
      folder === undefined ? [] : windowsPrograms.map((name) => join(folder, name)),
    ),
  ].find(isProgram);
  if (found === undefined) throw noBrowser('no Chromium, Chrome or Edge was found, which prints the page');
  return found;
}

const noBrowser = (message: string): RunError =>
  usageError(
    'BROWSER_MISSING',
    message,
    'set CHROME_PATH to one, or write the page (--report report.html) and print it in any browser',
  );

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Prints a page. The browser gets a profile of its own, and not the API key.
 *
 * @returns the bytes of a PDF
 * @throws RunError (exit 5) where the browser makes none
 */
export async function printPage(html: string, environment: Environment): Promise<Buffer> {
  const browser = findBrowser(environment);
  const folder = mkdtempSync(join(tmpdir(), 'dcycle-upload-page-'));
  try {
    const [page, pdf] = [join(folder, 'page.html'), join(folder, 'page.pdf')];
    writeFileSync(page, html, { mode: 0o600 });
    const problem = await run(
      browser,
      [
        '--headless',
        '--disable-gpu',
        '--no-first-run',
        '--no-pdf-header-footer',
        // As root, Chromium runs without its sandbox or not at all; the page has no script.
        ...(isRoot() ? ['--no-sandbox'] : []),
        `--user-data-dir=${join(folder, 'profile')}`,
        `--print-to-pdf=${pdf}`,
        pathToFileURL(page).href,
      ],
      environment,
    );
    return readPdf(pdf, browser, problem);
  } finally {
    // Processes of the browser may still be writing their last files.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

function readPdf(path: string, browser: string, problem: string | undefined): Buffer {
  let bytes: Buffer | undefined;
  try {
    bytes = readFileSync(path);
  } catch {
    // Said below.
  }
  if (problem === undefined && bytes?.subarray(0, 5).toString() === '%PDF-') return bytes;
  throw new RunError(
    ExitCode.incomplete,
    'REPORT_NOT_PRINTED',
    `${browser} made no PDF of the page${problem === undefined ? '' : `: ${problem}`}`,
    'write the page (--report report.html) and print it in any browser; all other files are whole',
  );
}

function isRoot(): boolean {
  try {
    return userInfo().uid === 0;
  } catch {
    return false;
  }
}

/** @returns what went wrong, if anything did */
function run(program: string, args: readonly string[], environment: Environment): Promise<string | undefined> {
  const { DCYCLE_API_KEY: _key, ...env } = environment;
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, stdio: 'ignore', timeout: longestMs, killSignal: 'SIGKILL' });
    child.on('error', (error) => resolve(errorMessage(error)));
    child.on('exit', (code, signal) =>
      resolve(code === 0 ? undefined : `it ended with ${signal ?? `exit code ${String(code)}`}`),
    );
  });
}
