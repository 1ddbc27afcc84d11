import type { AxeResults } from 'axe-core';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacksBrowser, openFile, startBrowser } from '../support/browser.ts';
import { dcycleUpload, fixture, folderWith, readText, summaryOf, temporaryFolder } from '../support/command.ts';
import { legs } from '../support/legs.ts';
import { privateState } from '../support/runs.ts';
import { schemaErrors } from '../support/schemas.ts';
import { newAccount } from '../support/serve.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Runs `requests --local` and leaves `report.html` in the folder. */
const report = (cwd: string, input: string, ...options: string[]) =>
  dcycleUpload(['requests', input, '--local', '--json', '--report', 'report.html', ...options], { cwd });

/** What axe finds wrong with a page, contrast included, with all its tables open. */
async function accessibilityFaults(page: Page): Promise<unknown[]> {
  await page.locator('details').evaluateAll((all: { open: boolean }[]) => all.forEach((each) => (each.open = true)));
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

interface ElementLike {
  readonly tagName: string;
  readonly textContent: string;
  readonly clientWidth: number;
  readonly clientHeight: number;
  readonly scrollWidth: number;
  readonly open: boolean;
  checkVisibility(): boolean;
  getAttributeNames(): string[];
}

/** Looks at all elements that a selector finds. */
const look = <Seen>(page: Page, selector: string, see: (element: ElementLike) => Seen): Promise<Seen[]> =>
  page.locator(selector).evaluateAll(
    // The function goes into the page as text.
    new Function('elements', `return elements.map(${String(see)})`) as (elements: unknown[]) => Seen[],
  );

const scrollWidthOf = async (page: Page): Promise<number | undefined> =>
  (await look(page, 'html', ({ scrollWidth }) => scrollWidth))[0];

/** The cells of a table by its caption, in rows. */
async function cellsOf(page: Page, caption: string): Promise<string[][]> {
  const table = page.locator('table').filter({ has: page.locator('caption', { hasText: caption }) });
  return table
    .first()
    .locator('tr')
    .evaluateAll((rows: { readonly cells: Iterable<ElementLike> }[]) =>
      rows.map((row) => Array.from(row.cells, (cell) => cell.textContent)),
    );
}

const numberOf = (text: string | undefined): number => Number((text ?? '').replace(/[<,\s]/g, ''));

/** The sum of a column over the body of a table, and what its last row says. */
function sumOf(rows: readonly (readonly string[])[], column: number): { readonly sum: number; readonly total: number } {
  const body = rows.slice(1, -1).map((row) => numberOf(row[column]));
  return { sum: body.reduce((sum, value) => sum + value, 0), total: numberOf(rows.at(-1)?.[column]) };
}

describe.skipIf(lacksBrowser)(`in a browser${lacksBrowser ? ' (skipped: there is no chromium)' : ''}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  test('a report of shipments is readable, accessible and silent, at every width, light and dark', async () => {
    const cwd = temporaryFolder();
    const result = await report(cwd, fixture('shipments.csv'));
    expect(result.code).toBe(1);
    const screens = [
      { width: 320, colorScheme: 'light' },
      { width: 360, colorScheme: 'dark' },
      { width: 1200, colorScheme: 'light' },
    ] as const;
    for (const { width, colorScheme } of screens) {
      const { page, misdeeds } = await openFile(browser, cwd, 'report.html', {
        viewport: { width, height: 900 },
        colorScheme,
      });
      expect(await scrollWidthOf(page)).toBe(width);
      const charts = await look(page, 'figure', (chart) => ({
        width: chart.clientWidth,
        height: chart.clientHeight,
        text: chart.textContent,
      }));
      expect(charts.length).toBe(9);
      // A text keeps its size, whatever the width: of the drawings of a chart, the one that suits is shown, and no wider than drawn.
      const [drawn, ...others] = await look(page, 'svg:visible', ({ clientWidth }) => clientWidth);
      expect([others, (drawn ?? 0) / Math.min(1040, width) < 1.3]).toEqual([[], true]);
      for (const chart of charts) {
        expect(chart.width).toBeGreaterThan(250);
        expect(chart.height).toBeGreaterThan(25);
        expect(chart.text).toMatch(/\d/);
      }
      expect((await page.screenshot()).length).toBeGreaterThan(20_000);
      if (width > 320) expect(await accessibilityFaults(page)).toEqual([]);
      expect(misdeeds).toEqual([]);
      await page.context().close();
    }
  });

  test('its sums are those of the summary', async () => {
    const cwd = temporaryFolder();
    const summary = summaryOf(await report(cwd, fixture('shipments.csv')));
    const { page } = await openFile(browser, cwd, 'report.html');
    const text = await page.locator('body').innerText();
    expect(text).toContain('This page covers 275 of 316 rows.');
    expect(text).toContain(
      '29 invalid, 6 that could not be calculated, 2 in conflict with an earlier row, 4 copies of earlier rows',
    );
    expect(text).toContain(summary.run_id);
    expect(text).toContain('Contains public sector information licensed under the Open Government Licence v3.0.');
    expect(text).not.toContain('Ember');
    const captions = [
      'Emissions by month',
      'Emissions by category',
      'Emissions by vehicle type',
      'Emissions by client',
      'Lanes',
    ];
    for (const caption of captions) {
      const rows = await cellsOf(page, caption);
      const shipments = sumOf(rows, 1);
      expect([caption, shipments.sum, shipments.total]).toEqual([caption, 275, 275]);
      const tonnes = sumOf(rows, 2);
      expect(tonnes.total).toBe(430.9);
      expect(Math.abs(tonnes.sum - tonnes.total)).toBeLessThan(1.5);
    }
    for (const caption of ['Emissions by quality', 'Emissions by part']) {
      const { sum, total } = sumOf(await cellsOf(page, caption), caption.endsWith('quality') ? 2 : 1);
      expect(sum).toBeCloseTo(total, 0);
    }
    const rows = await cellsOf(page, 'What became of the rows');
    expect(sumOf(rows, 1)).toEqual({ sum: 316, total: 316 });
    const errors = await cellsOf(page, 'Errors by cause');
    const all = Object.values(summary.errors_by_code).reduce((sum, many) => sum + many, 0);
    expect(errors.slice(1).reduce((sum, [, many]) => sum + numberOf(many), 0)).toBe(all);
    await page.context().close();
  });

  test('every table can be reached and opened with the keyboard, and is printed', async () => {
    const cwd = temporaryFolder();
    await report(cwd, fixture('shipments-clean.csv'));
    const { page } = await openFile(browser, cwd, 'report.html');
    for (let step = 0; step < 60; step += 1) {
      await page.keyboard.press('Tab');
      if ((await page.locator('details:not([open]) > summary:focus').count()) > 0) await page.keyboard.press('Enter');
    }
    const isOpen = () => look(page, 'details', ({ open }) => open);
    expect(await isOpen()).toEqual(Array.from({ length: 10 }, () => true));
    await page.reload();
    expect(await isOpen()).toEqual(Array.from({ length: 10 }, () => false));
    await page.emulateMedia({ media: 'print' });
    const isPrinted = await look(page, 'table', (table) => table.checkVisibility() && table.clientHeight > 20);
    expect(isPrinted).toEqual(Array.from({ length: 18 }, () => true));
    // A page of A4 is higher.
    const heights = await look(page, 'figure', ({ clientHeight }) => clientHeight);
    expect(Math.max(...heights)).toBeLessThan(900);
    expect((await page.pdf({ preferCSSPageSize: true })).length).toBeGreaterThan(20_000);
    await page.context().close();
  });

  test('text of the input is text and nothing else', async () => {
    const texts = [
      '<img src=x onerror=alert(1)>',
      '</style><script>alert(2)</script>',
      `"'><svg onload=alert(3)>`,
      '</title></desc></svg><iframe src="https://example.com">',
      '\u202egnp.exe',
      'javascript:alert(4)',
      '&lt;b&gt;&#60;',
      `${'W'.repeat(9_990)}<b>`,
    ];
    const csv = (values: readonly string[]): string =>
      [
        'client,origin,destination,toc,distance_km,load,shipment_date',
        ...values.flatMap((value, index) => {
          const cell = `"${value.replaceAll('"', '""')}"`;
          const rest = `${String(100 + index)},1000,2025-0${String(index + 1)}-05`;
          return [`${cell},${cell},${cell},van_diesel,${rest}`, `C,O,D,${cell},${rest}`];
        }),
      ].join('\n');
    const input = '"><img src=x onerror=alert(5)>.csv';
    const census = async (values: readonly string[]) => {
      const cwd = folderWith({ [input]: csv(values) });
      expect((await report(cwd, input)).code).toBe(1);
      // Escaping must be enough without the policy.
      const { page, misdeeds } = await openFile(browser, cwd, 'report.html', { bypassCSP: true });
      const names = await look(page, '*', ({ tagName }) => tagName);
      const attributes = await look(page, '*', (element) => element.getAttributeNames());
      const counts = {
        names: names.toSorted(),
        handlers: attributes.flat().filter((each) => each.startsWith('on')),
        width: await scrollWidthOf(page),
      };
      const text = await page.locator('main').innerText();
      await page.context().close();
      return { counts, misdeeds, text, html: readText(cwd, 'report.html') };
    };
    const hostile = await census(texts);
    const harmless = await census(texts.map((text, index) => String(index).repeat(text.length)));
    expect(hostile.misdeeds).toEqual([]);
    expect(hostile.counts.handlers).toEqual([]);
    expect(hostile.counts.width).toBe(1200);
    expect(hostile.counts.names).toEqual(harmless.counts.names);
    expect(hostile.text).toContain('<img src=x onerror=alert(1)>');
    expect(hostile.text).toContain(String.raw`\u202egnp.exe`);
    // The long text is there as a whole, where it is cut.
    expect(hostile.html).toContain(`title="${'W'.repeat(9_990)}&lt;b&gt;"`);
  });

  test('thousands of clients are few lines that add up, over two years, in the numbers of the reader', async () => {
    const lines = Array.from({ length: 6_000 }, (_, n) => {
      const month = n % 24;
      const date = `${String(2024 + Math.floor(month / 12))}-${String((month % 12) + 1).padStart(2, '0')}-15`;
      return `M${String(n)},Client ${String(n % 3_000)},A,B${String(n % 500)},truck_diesel,${String((n % 900) + 1)},${String((n * 7919) % 20_000)}.5,${date}`;
    });
    const head = 'movement_id,client,origin,destination,toc,distance_km,load,shipment_date';
    const cwd = folderWith({ 'big.csv': [head, ...lines].join('\n') });
    expect((await report(cwd, 'big.csv', '--locale', 'de-CH')).code).toBe(0);
    expect(readText(cwd, 'report.html').length).toBeLessThan(150_000);
    const { page } = await openFile(browser, cwd, 'report.html');
    const rows = await cellsOf(page, 'Emissionen nach Kunde');
    expect(rows.length).toBe(28);
    expect(rows.at(-2)?.[0]).toMatch(/^2\D975 weitere$/);
    const shipments = rows.slice(1, -1).map((row) => Number((row[1] ?? '').replaceAll(/['’]/g, '')));
    expect(shipments.reduce((sum, value) => sum + value, 0)).toBe(6_000);
    expect((await cellsOf(page, 'Emissionen nach Monat')).length).toBe(26);
    const text = await page.locator('body').innerText();
    expect(text).not.toContain('Diese Seite umfasst');
    await page.context().close();
  });

  test('what a single bar would show is a sentence, and the row that outweighs the others is named', async () => {
    const head = 'client,origin,destination,toc,distance_km,load,load_unit,shipment_date,subcontractor';
    const rows = Array.from(
      { length: 60 },
      (_, n) => `C,A,B,truck_diesel,100,${n === 30 ? 9e8 : 1000 + n},kg,2025-03-05,true`,
    );
    const cwd = folderWith({ 'a.csv': [head, ...rows].join('\n') });
    const options = ['--title', 'March <b>', '--company', 'ACME & Sons'];
    await report(cwd, 'a.csv', ...options);
    const { page, misdeeds } = await openFile(browser, cwd, 'report.html', { viewport: { width: 1280, height: 900 } });
    const text = await page.locator('body').innerText();
    for (const part of [
      'ACME & Sons',
      'March <b>',
      'All emissions are from Mar 2025.',
      'All emissions are from: Truck, diesel.',
      'All emissions are from: A → B.',
      'Row 31 alone is 100.0% of the total',
      'Scope 3, category 4: transport that was bought',
    ]) {
      expect(text).toContain(part);
    }
    expect([await page.locator('.bars').count(), await page.locator('svg').count(), misdeeds]).toEqual([0, 0, []]);
    // What a technician needs is in the appendix alone.
    const first = text.slice(0, text.indexOf('Appendix', text.indexOf('What the figures say')));
    expect(first).not.toMatch(/dcycle-upload|[0-9a-f]{8}-[0-9a-f]{4}|[A-Z]+_[A-Z]+/);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });

  test('where nothing is calculated, the page says so, and why', async () => {
    const cwd = folderWith({ 'a.csv': 'toc,distance_km,load\nvan_diesel,x,1\n' });
    expect((await report(cwd, 'a.csv')).code).toBe(1);
    const { page, misdeeds } = await openFile(browser, cwd, 'report.html');
    const text = await page.locator('body').innerText();
    for (const part of [
      'No emissions calculated',
      'This page covers 0 of 1 row.',
      'INVALID_NUMBER',
      'distance_km is not a number',
    ]) {
      expect(text).toContain(part);
    }
    expect([await page.locator('svg').count(), misdeeds]).toEqual([0, []]);
    await page.context().close();
  });
});

describe('--report', () => {
  test('is in the summary, and not in the command line for the fixed rows', async () => {
    const cwd = folderWith({ 'a.csv': 'toc,distance_km,load\nvan_diesel,5,1\nvan_diesel,x,1\n' });
    const result = await report(cwd, 'a.csv', '--locale', 'es');
    expect(summaryOf(result).files.report).toBe('report.html');
    expect(schemaErrors('summary-2.json', summaryOf(result))).toEqual([]);
    expect(result.stderr).toContain('run: dcycle-upload requests a.rejected.csv --local --json --locale es');
    const shown = await dcycleUpload(['requests', 'a.csv', '--local', '--report', 'b.html'], { cwd });
    expect(shown.stdout).toContain('report: b.html');
  });

  test('shows what a dry run and a fuel file know', async () => {
    const cwd = temporaryFolder();
    const dry = ['requests', fixture('shipments.csv'), '--dry-run', '--quiet', '--report', 'dry.html'];
    expect((await dcycleUpload(dry, { cwd })).code).toBe(1);
    expect(readText(cwd, 'dry.html')).toContain('281 of 316 rows are valid; nothing was sent or calculated.');
    const fuels = ['recharges', fixture('fuel-card-clean.csv'), '--local', '--quiet', '--report', 'fuels.html'];
    expect((await dcycleUpload(fuels, { cwd, env: { LANG: 'de_DE.UTF-8' } })).code).toBe(0);
    const page = readText(cwd, 'fuels.html');
    for (const part of ['8.837', 'Emissionen nach Kraftstoff', 'CO₂ aus Biomasse', '01.09.2025', '<html lang="de">']) {
      expect(page).toContain(part);
    }
    expect(page).not.toMatch(/<script|http:|https:/);
  });

  test('says what the API calculated, once it is read back', async () => {
    const cwd = folderWith({ 'a.csv': legs(20) });
    const { env } = await newAccount();
    const own = { cwd, env: { ...env, ...privateState() } };
    const uploaded = await dcycleUpload(['requests', 'a.csv', '--json', '--report', 'upload.html'], own);
    expect(uploaded.code).toBe(0);
    const runId = summaryOf(uploaded).run_id;
    const before = readText(cwd, 'upload.html');
    expect(before).toContain('20 of 20 rows were accepted; their emissions are not known here.');
    expect(before).toContain(`dcycle-upload results ${runId} --wait --report report.html`);
    const elsewhere = temporaryFolder();
    const results = ['results', runId, '--wait', '60', '--compare', '--quiet', '--report', 'results.html'];
    expect((await dcycleUpload(results, { ...own, cwd: elsewhere })).code).toBe(0);
    // The page of the upload is not that of the results.
    expect(readText(cwd, 'upload.html')).toBe(before);
    const page = readText(elsewhere, 'results.html');
    for (const part of [
      'by the Dcycle API',
      '<bdi>Madrid, Spain</bdi> → <bdi>Sevilla',
      'API and embedded calculator',
    ]) {
      expect(page).toContain(part);
    }
    for (const part of ['Data quality', 'This page covers', 'well-to-wheel', 'DESNZ']) expect(page).not.toContain(part);
  });

  test.each([
    [['--report', '-'], '--report takes a file, not standard output'],
    [['--report', ''], '--report is empty'],
    [['--report', 'a.csv'], 'a.csv is the input a.csv'],
    [['--report', 'a.errors.csv'], 'a.errors.csv is the file of --errors'],
    [['--report', 'no/such/folder.html'], 'there is no such folder'],
    [['--report', 'r.html', '--locale', 'not a locale'], '--locale'],
    [['--report', 'r.html', '--locale', 'xx-XX'], '--locale'],
  ])('%j is refused before anything is done', async (options, message) => {
    const cwd = folderWith({ 'a.csv': 'toc,distance_km,load\nvan_diesel,5,1\n' });
    const result = await dcycleUpload(['requests', 'a.csv', '--local', ...options], { cwd });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(message);
    expect([existsSync(join(cwd, 'r.html')), existsSync(join(cwd, 'a.results.csv'))]).toEqual([false, false]);
  });

  test('that fails on a full disk is a failure of the run, which says the rest all the same', async () => {
    const cwd = folderWith({ 'a.csv': 'toc,distance_km,load\nvan_diesel,5,1\n' });
    const result = await dcycleUpload(['requests', 'a.csv', '--local', '--json', '--report', '/dev/full'], { cwd });
    expect(result.code).toBe(5);
    expect(summaryOf(result)).toMatchObject({
      records: { accepted: 1 },
      files: { results: 'a.results.csv', report: null },
      error: { code: 'OUTPUT_FAILED' },
    });
  });

  test('replaces an earlier page as a whole', async () => {
    const cwd = folderWith({ 'a.csv': 'toc,distance_km,load\nvan_diesel,5,1\n', 'report.html': 'x'.repeat(1_000_000) });
    expect((await report(cwd, 'a.csv')).code).toBe(0);
    expect(readText(cwd, 'report.html')).toMatch(/^<!doctype html>.*<\/html>\n$/s);
    writeFileSync(join(cwd, 'a.csv'), 'a;b\n');
    expect((await report(cwd, 'a.csv')).code).toBe(3);
    expect(readText(cwd, 'report.html')).toMatch(/^<!doctype html>.*<\/html>\n$/s);
  });
});
