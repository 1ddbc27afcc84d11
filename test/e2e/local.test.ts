import { createWriteStream, readFileSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { issueCodes } from '../../src/codes/issue-codes.ts';
import {
  dcycleUpload,
  fixture,
  folderWith,
  readErrors,
  readText,
  summaryOf,
  temporaryFolder,
} from '../support/command.ts';
import { schemaErrors } from '../support/schemas.ts';

/** Sums that must hold in every summary. */
function expectBalance(summary: ReturnType<typeof summaryOf>) {
  const { rows, records } = summary;
  expect(rows.read).toBe(rows.valid + rows.invalid + rows.duplicates);
  expect(rows.valid).toBe(records.accepted + records.rejected + records.not_sent + records.uncertain);
  expect(rows.read).toBe(summary.inputs.reduce((sum, input) => sum + input.rows, 0));
}

describe('the fixtures', () => {
  test.each([
    ['requests', 'shipments-clean.csv', '--local'],
    ['requests', 'shipments-clean.jsonl', '--local'],
    ['requests', 'shipments-clean.csv', '--dry-run'],
    ['recharges', 'recharges-clean.csv', '--local'],
    ['recharges', 'recharges-clean.csv', '--dry-run'],
    ['recharges', 'fuel-card-clean.csv', '--local'],
  ])('%s %s %s is clean', async (command, name, mode) => {
    const cwd = temporaryFolder();
    const result = await dcycleUpload([command, fixture(name), mode, '--json'], { cwd });
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    const summary = summaryOf(result);
    expectBalance(summary);
    expect(schemaErrors('summary-2.json', summary)).toEqual([]);
    expect(summary.files).toMatchObject({ errors: null, rejected: null });
  });

  test.each(['--local', '--dry-run'])('shipments.csv and .jsonl have the same rows and errors (%s)', async (mode) => {
    const results = await Promise.all(
      ['shipments.csv', 'shipments.jsonl'].map(async (name) => {
        const cwd = temporaryFolder();
        const args = ['requests', fixture(name), mode, '--json', '--errors', 'e.jsonl'];
        const result = await dcycleUpload(args, { cwd });
        expect(result.code).toBe(1);
        const summary = summaryOf(result);
        expectBalance(summary);
        expect(schemaErrors('summary-2.json', summary)).toEqual([]);
        for (const row of readErrors(cwd, 'e.jsonl')) expect(schemaErrors('error-row-1.json', row)).toEqual([]);
        return summary;
      }),
    );
    expect(results[0]?.rows).toEqual(results[1]?.rows);
    expect(results[0]?.records).toEqual(results[1]?.records);
  });

  test('shipments.csv has an error of every kind that a calculation can find', async () => {
    const cwd = temporaryFolder();
    const summary = summaryOf(await dcycleUpload(['requests', fixture('shipments.csv'), '--local', '--json'], { cwd }));
    const elsewhere = new Set([
      'UNKNOWN_FUEL',
      'NO_TOC',
      'API_REJECTED',
      'NOT_SENT',
      'UNCERTAIN',
      'STORED_TWICE',
      'SUPERSEDES',
      'SAME_KEY',
      'TOTAL_ROW_MISMATCH',
      'OTHER_HEADER',
      'IMPLAUSIBLE',
    ]);
    expect(Object.keys(summary.errors_by_code).toSorted()).toEqual(
      issueCodes.filter((code) => !elsewhere.has(code)).toSorted(),
    );
    expect(summary.emissions).toMatchObject({
      by_category: expect.arrayContaining([expect.objectContaining({ category: 'rail' })]),
    });
  });

  test('the rejected rows of shipments.csv can be uploaded again; not fixed, they are refused again', async () => {
    const cwd = temporaryFolder();
    const first = summaryOf(await dcycleUpload(['requests', fixture('shipments.csv'), '--local', '--json'], { cwd }));
    const again = await dcycleUpload(['requests', 'shipments.rejected.csv', '--local', '--json'], { cwd });
    const second = summaryOf(again);
    expect(second.rows.read).toBe(first.rows.read - first.records.accepted - (first.errors_by_code['DUPLICATE'] ?? 0));
    expect(second.records.accepted).toBe(0);
  });
});

test('an unknown fuel is refused with the nearest one', async () => {
  const cwd = folderWith({ 'r.csv': 'fuel,country,date,quantity\ndiesle,ES,2025-01-02,3\nAdBlue,ES,2025-01-02,4\n' });
  const result = await dcycleUpload(['recharges', 'r.csv', '--local', '--json', '--errors', 'e.jsonl'], { cwd });
  expect(result.code).toBe(1);
  expect(readErrors(cwd, 'e.jsonl')).toMatchObject([
    {
      code: 'UNKNOWN_FUEL',
      column: 'fuel',
      value: 'diesle',
      message: expect.stringContaining('did you mean "Diesel (average biofuel blend)"?'),
    },
    { code: 'UNKNOWN_FUEL', value: 'AdBlue' },
  ]);
});

test('results keep the input’s columns and delimiter, and rename none of them', async () => {
  const cwd = folderWith({ 'a.csv': '\ufefftoc;Distance (km);load;toc_2;Nota\nvan_diesel;100;1000;x;"=1+1;2"\n' });
  const result = await dcycleUpload(['requests', 'a.csv', '--local'], { cwd });
  expect(result.code).toBe(0);
  const [header, row] = readText(cwd, 'a.results.csv').split('\n');
  expect(header).toBe(
    '\ufefftoc;Distance (km);load;toc_2;Nota;_row;co2e_kg;co2e_wtt_kg;co2e_ttw_kg;tonne_km;load_t;distance_km;distance_source;toc_3;' +
      'factor_kg_per_tkm;factor_region;factor_source;assumptions',
  );
  expect(row).toContain(`van_diesel;100;1000;x;"'=1+1;2";1;78.225;`);
});

test.each([
  ['a.csv', 'movement_id,distance_km,load,toc\nA,10,1000,van_diesel\n'],
  ['a.jsonl', '{"movement_id":26830007899150601093463,"distance_km":10,"load":1000,"toc":"van_diesel"}\n'],
])('results of %s as JSON Lines are the row with the results added', async (name, text) => {
  const cwd = folderWith({ [name]: text });
  expect((await dcycleUpload(['requests', name, '--local', '--out', 'o.jsonl'], { cwd })).code).toBe(0);
  const [line = '', ...others] = readText(cwd, 'o.jsonl').trimEnd().split('\n');
  expect(others).toEqual([]);
  expect(JSON.parse(line)).toMatchObject({
    _row: 1,
    co2e_kg: 7.8225,
    toc: 'van_diesel',
    toc_2: 'van_diesel',
    distance_source: 'given',
  });
  if (name === 'a.jsonl') expect(line).toContain('"movement_id":26830007899150601093463,');
});

test('several files are one run: deduplicated together, reported per file, in one set of reports', async () => {
  const cwd = folderWith({
    'a.csv': 'movement_id,distance_km,load,toc\nM-1,100,1000,van_diesel\nM-2,x,1000,van_diesel\n',
    'b.csv': 'Envío;toc;km;peso;Nota\nM-1;van_diesel;100;1000;same\nM-3;van_diesel;50;y;wrong\n',
  });
  const args = ['requests', 'a.csv', 'b.csv', '--local', '--json', '--errors', 'e.jsonl'];
  const result = await dcycleUpload(args, { cwd });
  expect(result.code).toBe(1);
  const summary = summaryOf(result);
  expect(summary.inputs.map(({ path, rows, delimiter }) => [path, rows, delimiter])).toEqual([
    ['a.csv', 2, ','],
    ['b.csv', 2, ';'],
  ]);
  expect(summary.mapping).toEqual({ distance_km: 'distance_km', load: 'load', toc: 'toc', movement_id: 'movement_id' });
  expect(readErrors(cwd, 'e.jsonl').map(({ file, line, code, column }) => [file, line, code, column])).toEqual([
    ['a.csv', 3, 'INVALID_NUMBER', 'distance_km'],
    ['b.csv', 2, 'DUPLICATE', null],
    ['b.csv', 3, 'INVALID_NUMBER', 'peso'],
  ]);
  expect(readErrors(cwd, 'e.jsonl')[1]?.['message']).toContain('row 1 (line 2) of a.csv');
  expect(
    readText(cwd, 'a.rejected.csv')
      .split('\n')
      .slice(0, 3)
      .map((line) => line.split(',').slice(0, 8)),
  ).toEqual([
    ['movement_id', 'distance_km', 'load', 'toc', 'Nota', '_file', '_row', '_codes'],
    ['M-2', 'x', '1000', 'van_diesel', '', 'a.csv', '2', 'INVALID_NUMBER'],
    ['M-3', '50', 'y', 'van_diesel', 'wrong', 'b.csv', '2', 'INVALID_NUMBER'],
  ]);
});

describe('rejected rows', () => {
  test.each<[string, (text: string) => Buffer]>([
    ['windows-1252', (text) => Buffer.from(text, 'latin1')],
    ['utf-16le', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['utf-8', (text) => Buffer.from(`\ufeff${text}`)],
  ])('come back in the input’s own dialect: %s', async (encoding, encode) => {
    const rows = ['Expedición;toc;km;peso\r\n', 'Ñ-1;van_diesel;12,5;100\r\n', 'Ñ-2;van_diesel;mucho;1.200,5\r\n'];
    const cwd = folderWith({ 'a.csv': encode(rows.join('')) });
    const result = await dcycleUpload(['requests', 'a.csv', '--local', '--json', '--out', 'o.csv'], { cwd });
    expect(summaryOf(result).inputs).toMatchObject([{ encoding, decimal: ',', delimiter: ';' }]);
    const decode = (name: string): string =>
      new TextDecoder(encoding).decode(readFileSync(join(cwd, name)), { stream: true });
    expect(decode('a.rejected.csv')).toMatch(
      /^Expedición;toc;km;peso;_row;_codes;_errors\r\nÑ-2;van_diesel;mucho;1\.200,5;2;/,
    );
    expect(decode('o.csv')).toContain('Ñ-1;van_diesel;12,5;100;1;0,9778125;');
    writeFileSync(join(cwd, 'b.csv'), encode(decode('a.rejected.csv').replace('mucho', '7,5')));
    const fixed = await dcycleUpload(['requests', 'b.csv', '--local', '--json'], { cwd });
    expect(summaryOf(fixed)).toMatchObject({ exit_code: 0, emissions: { tonne_km: 9.00375 } });
  });

  test('of JSON Lines come back as they stood, and are fixed in place', async () => {
    const line = '{"movement_id": 26830007899150601093463, "toc":"van_diesel","distance_km":"far","load":1.50}';
    const cwd = folderWith({ 'a.jsonl': `${line}\n{"broken": \n{"toc":"van_diesel","distance_km":1}\n` });
    expect((await dcycleUpload(['requests', 'a.jsonl', '--local', '--quiet'], { cwd })).code).toBe(1);
    const [first, second] = readText(cwd, 'a.rejected.jsonl').trimEnd().split('\n');
    expect(first?.startsWith(line.slice(0, -1))).toBe(true);
    expect(JSON.parse(first ?? '')).toMatchObject({ _row: 1, _codes: 'INVALID_NUMBER' });
    expect(JSON.parse(second ?? '')).toMatchObject({ _raw: '{"broken":', _row: 2, _codes: 'MALFORMED_ROW' });
    const fixed = [
      first?.replace('"far"', '7'),
      second?.replace('{\\"broken\\":', '{\\"toc\\":\\"van_diesel\\",\\"distance_km\\":3}'),
    ];
    writeFileSync(join(cwd, 'b.jsonl'), fixed.join('\n'));
    expect((await dcycleUpload(['requests', 'b.jsonl', '--local', '--quiet'], { cwd })).code).toBe(0);
  });

  test('stay malformed however often they are uploaded again, and are read when they are fixed', async () => {
    const cwd = folderWith({
      'a.csv': 'movement_id,category,distance_km,load,client,toc\nM-1,road,100\nM-2,road,5,1,A,B,C\n',
    });
    let name = 'a';
    for (let round = 0; round < 4; round += 1) {
      const result = await dcycleUpload(['requests', `${name}.csv`, '--local', '--json'], { cwd });
      expect(summaryOf(result).errors_by_code).toEqual({ MALFORMED_ROW: 2 });
      name = `${name}.rejected`;
    }
    const fixed = readText(cwd, 'a.rejected.csv')
      .replace('"M-1,road,100"', '"M-1,road,100,7,A,"')
      .replace('A,B,C', 'A,');
    writeFileSync(join(cwd, 'b.csv'), fixed);
    const result = await dcycleUpload(['requests', 'b.csv', '--local', '--json', '--out', 'o.csv'], { cwd });
    expect(summaryOf(result).records.accepted).toBe(2);
    expect(readText(cwd, 'o.csv')).toContain('M-1,road,100,7,A,,1,MALFORMED_ROW');
  });

  test('of a file with other columns are not fixed in the wrong columns', async () => {
    const cwd = folderWith({
      'a.csv': 'movement_id,category,distance_km,load\nM-1,road,x,1\n',
      'b.csv': 'movement_id,category,load,distance_km\nM-9,road,1,200,300\n',
    });
    await dcycleUpload(['requests', 'a.csv', 'b.csv', '--local', '--quiet'], { cwd });
    const fixed = readText(cwd, 'a.rejected.csv').replace('M-9,road,1,200,300', 'M-9,road,1200,300').replace('x', '3');
    writeFileSync(join(cwd, 'c.csv'), fixed);
    const result = await dcycleUpload(['requests', 'c.csv', '--local', '--json'], { cwd });
    expect(summaryOf(result)).toMatchObject({ records: { accepted: 1 }, errors_by_code: { MALFORMED_ROW: 1 } });
  });

  test('keep a conflicting row in conflict until its key has changed', async () => {
    const cwd = folderWith({
      'a.csv': 'movement_id,toc,distance_km,load\nM-1,van_diesel,5,1\nM-1,van_diesel,5,2\n',
    });
    await dcycleUpload(['requests', 'a.csv', '--local', '--quiet'], { cwd });
    const unfixed = await dcycleUpload(['requests', 'a.rejected.csv', '--local', '--json'], { cwd });
    expect(summaryOf(unfixed)).toMatchObject({ errors_by_code: { CONFLICT: 1 }, records: { accepted: 0 } });
    writeFileSync(join(cwd, 'b.csv'), readText(cwd, 'a.rejected.rejected.csv').replace('M-1,', 'M-2,'));
    const fixed = await dcycleUpload(['requests', 'b.csv', '--local', '--json'], { cwd });
    expect(summaryOf(fixed)).toMatchObject({ errors_by_code: {}, records: { accepted: 1 } });
  });

  test('hold a line that could not be split in one cell, where it can be fixed', async () => {
    const cwd = folderWith({
      'a.csv': 'toc,distance_km,load,client\nvan_diesel,5,1,A "quoted" name\nvan_diesel,5,1,"open\n',
    });
    await dcycleUpload(['requests', 'a.csv', '--local', '--quiet'], { cwd });
    const rejected = readText(cwd, 'a.rejected.csv');
    expect(rejected).toContain('"van_diesel,5,1,A ""quoted"" name",,,,1,MALFORMED_ROW,');
    const unfixed = await dcycleUpload(['requests', 'a.rejected.csv', '--local', '--json'], { cwd });
    expect(summaryOf(unfixed).errors_by_code).toEqual({ MALFORMED_ROW: 2 });
    const twice = readText(cwd, 'a.rejected.rejected.csv');
    expect(twice.split('\n').length).toBe(4);
    const fixedText = twice.replace('A ""quoted"" name', '""A """"quoted"""" name""').replace('""open', '""open""');
    writeFileSync(join(cwd, 'b.csv'), fixedText);
    const fixed = await dcycleUpload(['requests', 'b.csv', '--local', '--json', '--out', 'o.csv'], { cwd });
    expect(summaryOf(fixed).records.accepted).toBe(2);
    expect(readText(cwd, 'o.csv')).toContain('van_diesel,5,1,"A ""quoted"" name",1,');
  });

  test('leave out exact duplicates, which would be sent twice if they were uploaded again', async () => {
    const row = 'van_diesel,5,1\n';
    const cwd = folderWith({ 'a.csv': `toc,distance_km,load\n${row}${row}` });
    const result = await dcycleUpload(['requests', 'a.csv', '--local', '--json'], { cwd });
    expect(result.code).toBe(1);
    expect(summaryOf(result)).toMatchObject({ rows: { read: 2, valid: 1, duplicates: 1 }, files: { rejected: null } });
  });
});

describe('reading', () => {
  test('standard input, gzip and a file give the same results', async () => {
    const text = readText(fixture('.'), 'shipments.csv');
    const cwd = folderWith({ 'a.csv': text, 'b.csv': gzipSync(text) });
    const inputs = [['a.csv'], ['b.csv'], ['-']];
    const outputs = await Promise.all(
      inputs.map(async ([path = '-'], index) => {
        const out = `${String(index)}.csv`;
        const reports = ['--errors', `${out}.e`, '--rejected', `${out}.r`];
        const result = await dcycleUpload(['requests', path, '--local', '--quiet', '--out', out, ...reports], {
          cwd,
          stdin: text,
        });
        expect(result.code).toBe(1);
        return readText(cwd, out);
      }),
    );
    expect(outputs[1]).toBe(outputs[0]);
    expect(outputs[2]).toBe(outputs[0]);
  });

  test('--dedupe-key chooses the key, none switches it off', async () => {
    const cwd = folderWith({
      'a.csv': 'client,toc,distance_km,load\nA,van_diesel,1,1\nA,van_diesel,2,1\nA,van_diesel,1,1\n',
    });
    const duplicates = async (...key: string[]) =>
      summaryOf(await dcycleUpload(['requests', 'a.csv', '--local', '--json', ...key], { cwd })).errors_by_code;
    expect(await duplicates()).toEqual({ DUPLICATE: 1 });
    expect(await duplicates('--dedupe-key', 'client')).toEqual({ CONFLICT: 1, DUPLICATE: 1 });
    expect(await duplicates('--dedupe-key', 'none')).toEqual({});
  });
});

describe('terminal manners', () => {
  test('no colour and no spinner where no terminal is; --quiet says nothing but errors', async () => {
    const cwd = folderWith({ 'a.csv': 'toc,distance_km,load\nvan_diesel,5,1\nvan_diesel,x,1\n' });
    const loud = await dcycleUpload(['requests', 'a.csv', '--local'], { cwd });
    expect(loud.stdout).toContain('INVALID_NUMBER');
    expect(loud.stdout + loud.stderr).not.toContain('\u001b');
    const quiet = await dcycleUpload(['requests', 'a.csv', '--local', '--quiet'], { cwd });
    expect(quiet.stdout).toBe('');
    expect(quiet.stderr.trimEnd().split('\n').length).toBe(1);
  });

  test('results on stdout are alone there', async () => {
    const cwd = folderWith({ 'a.csv': 'toc,distance_km,load\nvan_diesel,5,1\n' });
    const result = await dcycleUpload(['requests', 'a.csv', '--local', '--out', '-'], { cwd });
    expect(result.stdout.split('\n').length).toBe(3);
    expect(result.stderr).toContain('1 of 1 row calculated');
  });
});

test('memory does not grow with the file: 1,000,000 rows under a 192 MB heap', { timeout: 300_000 }, async () => {
  const cwd = temporaryFolder();
  const path = join(cwd, 'big.csv');
  const file = createWriteStream(path);
  file.write(
    'movement_id,origin,destination,distance_km,load,load_unit,toc,category,origin_country,shipment_date,client\n',
  );
  for (let start = 0; start < 1_000_000; start += 10_000) {
    const rows = Array.from({ length: 10_000 }, (_, i) => {
      const n = start + i;
      return `MOV-${String(n)},"Madrid, Spain","A Coruña, Spain",${String(n % 900)}.5,${String((n % 20_000) + 1)},kg,van_diesel,road,ES,2025-06-15,CLIENT-${String(n % 50)}\n`;
    });
    if (!file.write(rows.join(''))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  expect(statSync(path).size).toBeGreaterThan(90e6);
  const args = ['requests', path, '--dry-run', '--json'];
  const result = await dcycleUpload(args, { cwd, nodeArguments: ['--max-old-space-size=192'] });
  expect(result.code).toBe(0);
  expect(summaryOf(result)).toMatchObject({
    rows: { read: 1_000_000, valid: 1_000_000 },
    chunks: { planned: 200, sent: 0 },
  });
});

test.each([
  ['windows-1252', Buffer.from('Referencia;Peso;Vehículo;km\r\nEspaña;5;Tráiler viejo;x\r\n', 'latin1'), 'latin1', ''],
  ['UTF-8', Buffer.from('Referencia;Peso;Vehículo;km\r\nEspaña;5;Tráiler viejo;x\r\n'), 'utf8', '\ufeff'],
] as const)(
  'the error report opens in the spreadsheet that the input comes from (%s)',
  async (_name, input, encoding, mark) => {
    const cwd = folderWith({ 'a.csv': input });
    const result = await dcycleUpload(['requests', 'a.csv', '--local', '--set', 'load_unit=kg', '--quiet'], { cwd });
    expect(result.code).toBe(1);
    const report = readFileSync(join(cwd, 'a.errors.csv')).toString(encoding);
    expect(report.split('\r\n').slice(0, 2)).toEqual([
      `${mark}file;row;line;field;column;code;message;value;stage;movement_id`,
      'a.csv;1;2;distance_km;km;INVALID_NUMBER;"distance_km ""x"" is not a number; write it like 621.5";x;validate;España',
    ]);
  },
);
