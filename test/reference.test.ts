import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dictionaryLimits } from '../src/columns/dictionary.ts';
import type { RecordKind } from '../src/records/kind.ts';
import { dryRun, type Ending, expectSame, local } from './reference/compare.ts';
import { type ProductRun, runProduct, type Sizes } from './reference/product.ts';
import type { ReferenceRun } from './reference/run.ts';
import { drafts } from './reference/tables.ts';
import { bothOf, csvOf, type Given, jsonOf } from './reference/written.ts';
import { startApi } from './support/api-server.ts';
import { isBulk } from './support/runs.ts';

const folderOf = (name: string): URL => new URL(name, import.meta.url);

interface Corpus {
  readonly args: readonly [RecordKind['name'], ...string[]];
  readonly files?: readonly string[];
}

const corpus = folderOf('corpus/');
const corpusNames = readdirSync(corpus)
  .filter((name) => /^\d+-.*\.(?:csv|tsv|txt|jsonl)$/.test(name))
  .toSorted();

const read = (name: string): Buffer => readFileSync(new URL(name, corpus));

/** A file of the corpus with the command that reads it, and other files that this needs. */
function corpusRun(name: string): { readonly args: Corpus['args']; readonly files: Readonly<Record<string, Buffer>> } {
  const { args, files = [] } = JSON.parse(read(name.replace(/\.[a-z]+$/, '.expected.json')).toString()) as Corpus;
  return { args, files: Object.fromEntries([name, ...files].map((file) => [file, read(file)])) };
}

describe('a file comes to the same', () => {
  test.each(corpusNames)('%s', async (name) => {
    const { args, files } = corpusRun(name);
    const [kind, ...rest] = args;
    const ending = rest.includes('--local') ? local(kind) : dryRun;
    for (const writing of [
      ['--errors', 'e.jsonl', '--rejected', 'r.jsonl', '--out', 'o.jsonl'],
      ['--errors', 'e.csv', '--rejected', 'r.csv', '--out', 'o.csv'],
    ]) {
      await expectSame(await runProduct(files, [kind, name, ...rest, ...writing]), ending);
    }
  });

  test.each([
    ['requests', 'shipments.csv'],
    ['requests', 'shipments.jsonl'],
    ['requests', 'shipments-clean.csv'],
    ['requests', 'shipments-clean.jsonl'],
    ['recharges', 'recharges.csv'],
    ['recharges', 'recharges-clean.csv'],
    ['recharges', 'fuel-card-clean.csv', '--set', 'country=ES'],
  ] as const)('%s %s', async (kind, name, ...rest) => {
    const files = { [name]: readFileSync(folderOf(`../fixtures/${name}`)) };
    const writing = ['--errors', 'e.csv', '--rejected', 'r.csv', '--out', 'o.csv'];
    await expectSame(await runProduct(files, [kind, name, ...rest, '--dry-run', ...writing]), dryRun);
    await expectSame(await runProduct(files, [kind, name, ...rest, '--local', ...writing]), local(kind));
  });
});

const runs = Number(process.env['RUNS'] ?? 60);

/** Options of a property, with a part of the runs where each of them costs more. */
const runsOf = (share = 1) => ({ numRuns: Math.ceil(runs * share) });

/** The results may not depend on how much is read at once. */
const sizes: fc.Arbitrary<Sizes> = fc.record({
  blockBytes: fc.constantFrom(64, 97, 1000, 65_536, 1_048_576),
  batchRows: fc.constantFrom(1, 2, 3, 7, 2048),
  // The smaller one forgets after nearly every batch, and soon takes texts for such as do not repeat.
  dictionary: fc.constantFrom(dictionaryLimits, { entries: 4, textBytes: 64, issues: 2, longest: 12, trial: 5 }),
});

const reports = fc
  .record({
    errors: fc.constantFrom('e.jsonl', 'e.csv'),
    rejected: fc.constantFrom('r.jsonl', 'r.csv'),
    out: fc.constantFrom('o.jsonl', 'o.csv'),
  })
  .map((names) => Object.entries(names).flatMap(([option, name]) => [`--${option}`, name]));

/** What the runs of a property have met: one that looked at no rows would hold of anything. */
class Met {
  #runs = 0;
  #refused = 0;
  readonly #verdicts = { valid: 0, invalid: 0, duplicate: 0, skipped: 0 };

  add(run: ReferenceRun | undefined): void {
    this.#runs += 1;
    if (run === undefined) this.#refused += 1;
    for (const { verdict } of run?.rows ?? []) this.#verdicts[verdict] += 1;
  }

  get isEnough(): boolean {
    const { valid, invalid, duplicate } = this.#verdicts;
    return this.#refused < this.#runs / 2 && Math.min(valid, invalid, duplicate) > this.#runs / 10;
  }
}

/** Options that a rejected file needs no more, as it says itself how it is written; each has a value. */
const ofTheFile: ReadonlySet<string> = new Set(['--delimiter', '--encoding', '--format']);

/** A rejected file is an input again, as it is. */
async function rejectedAgain(given: Given, { written, options }: ProductRun, chosen: Sizes): Promise<void> {
  for (const name of ['r.csv', 'r.jsonl']) {
    const bytes = written.get(name);
    if (bytes === undefined) continue;
    const input = `again-${name}`;
    const own = given.args.filter((arg) => arg === 'mapping.json' || !Object.hasOwn(given.files, arg));
    const kept = own.filter((arg, at) => !ofTheFile.has(arg) && !ofTheFile.has(own[at - 1] ?? ''));
    const isLocal = options.local === true;
    const more = [isLocal ? '--local' : '--dry-run', '--errors', 'e.jsonl', '--rejected', name, '--out', 'o.jsonl'];
    const again = await runProduct({ ...given.files, [input]: bytes }, [given.kind, input, ...kept, ...more], chosen);
    await expectSame(again, isLocal ? local(given.kind) : dryRun);
  }
}

const all: readonly (readonly [name: string, (isLocal?: boolean) => fc.Arbitrary<Given>])[] = [
  ['CSV', (isLocal) => csvOf(drafts(isLocal))],
  ['JSON Lines', (isLocal) => jsonOf(drafts(isLocal))],
  ['CSV and JSON Lines', (isLocal) => bothOf(drafts(isLocal))],
];

const slowly = { timeout: 3_600_000 };

describe('random files come to the same', () => {
  test.each(all)('in a dry run: %s', slowly, async (_name, files) => {
    const met = new Met();
    await fc.assert(
      fc.asyncProperty(files(), reports, sizes, async (given, writing, chosen) => {
        const product = await runProduct(given.files, [given.kind, ...given.args, '--dry-run', ...writing], chosen);
        met.add(await expectSame(product, dryRun));
        await rejectedAgain(given, product, chosen);
      }),
      runsOf(),
    );
    expect(met.isEnough).toBe(true);
  });

  test.each(all)('calculated on this machine: %s', slowly, async (_name, files) => {
    const met = new Met();
    await fc.assert(
      fc.asyncProperty(files(true), reports, sizes, async (given, writing, chosen) => {
        const product = await runProduct(given.files, [given.kind, ...given.args, '--local', ...writing], chosen);
        met.add(await expectSame(product, local(given.kind)));
        await rejectedAgain(given, product, chosen);
      }),
      runsOf(0.3),
    );
    expect(met.isEnough).toBe(true);
  });

  test.each(all)('uploaded, byte by byte: %s', slowly, async (_name, files) => {
    const met = new Met();
    let ids = 0;
    const api = await startApi(({ path, records }) =>
      isBulk({ path }) ? replyTo(records, () => (ids += 1)) : { fuels, total_count: fuels.length },
    );
    await fc.assert(
      fc.asyncProperty(
        files(),
        reports,
        sizes,
        fc.integer({ min: 1, max: 5 }),
        async (given, writing, chosen, size) => {
          // Names of fuels would be looked up in the account.
          fc.pre(given.kind === 'requests');
          const sending = ['--chunk-size', String(size), '--concurrency', '1'];
          const before = api.calls.length;
          const idsBefore = ids;
          const product = await runProduct(
            given.files,
            [given.kind, ...given.args, ...sending, ...writing],
            chosen,
            api.env,
          );
          const run = await expectSame(product, accepting(given.kind, idsBefore));
          met.add(run);
          const valid = (run?.rows ?? []).filter(({ verdict }) => verdict === 'valid').map(({ json = '' }) => json);
          expect(
            api.calls
              .slice(before)
              .filter(isBulk)
              .map(({ body }) => body),
          ).toEqual(bodiesOf(valid, size));
        },
      ),
      runsOf(0.5),
    );
    expect(met.isEnough).toBe(true);
  });
});

/** Whether the scripted API rejects a record: by what it is, wherever it comes. */
const isRejected = (json: string): boolean => json.length % 5 === 0;

/** A reply for records that are not stored anywhere, each with the next id. */
function replyTo(records: readonly object[], nextId: () => number): object {
  const judged = records.map((record, index) => ({ index, json: JSON.stringify(record) }));
  const errors = judged.filter(({ json }) => isRejected(json)).map(({ index }) => ({ index, error: 'of that length' }));
  const results = judged
    .filter(({ json }) => !isRejected(json))
    .map(({ index }) => ({ index, id: `id-${String(nextId())}` }));
  return {
    total_received: records.length,
    total_processed: records.length,
    success: results.length,
    failed: errors.length,
    results,
    errors,
  };
}

/** What that API makes of records, one after the other. */
function accepting(kind: RecordKind['name'], idsBefore: number): Ending {
  let ids = idsBefore;
  return {
    columns: ['id', 'package_id', 'co2e_kg', 'status'],
    fuels,
    end({ json = '' }) {
      if (isRejected(json)) {
        return { code: 'API_REJECTED', stage: 'api', message: 'the API rejected it: of that length' };
      }
      ids += 1;
      const status = kind === 'requests' ? 'pending' : 'accepted';
      return { values: [`id-${String(ids)}`, undefined, undefined, status] };
    },
  };
}

const fuels = [{ id: 'f51a1645-c201-43da-9dcd-6408be3cb517', name: 'Diesel' }];

/** The bodies of the calls that send records. */
const bodiesOf = (records: readonly string[], size: number): readonly string[] =>
  Array.from({ length: Math.ceil(records.length / size) }, (_, chunk) => {
    const own = records.slice(chunk * size, (chunk + 1) * size);
    return `{"records":[${own.join(',')}],"options":{"continue_on_error":true}}`;
  });

interface Mutation {
  readonly at: number;
  readonly drop: number;
  readonly insert: Buffer;
}

const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({
    at: fc.noBias(fc.nat(4000)),
    drop: fc.nat(6),
    insert: fc.oneof(
      fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom(
          '"',
          '""',
          ',',
          ';',
          '\t',
          '\n',
          '\r',
          '\r\n',
          '\0',
          '\\',
          '{',
          '}',
          '[',
          "'",
          '=',
          '\ufeff',
          'ñ',
          '\u001a',
          '',
        )
        .map((text) => Buffer.from(text)),
    ),
  }),
  { minLength: 1, maxLength: 5 },
);

const mutate = (bytes: Buffer, { at, drop, insert }: Mutation): Buffer => {
  const place = at % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, place), insert, bytes.subarray(place + drop)]);
};

test('damaged files of the corpus come to the same', slowly, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...corpusNames),
      mutations,
      reports,
      sizes,
      async (name, damage, writing, chosen) => {
        const { args, files } = corpusRun(name);
        const [kind, ...rest] = args.filter((arg) => arg !== '--local' && arg !== '--dry-run');
        const given: Given = {
          kind: kind as RecordKind['name'],
          files: { ...files, [name]: damage.reduce(mutate, files[name] ?? Buffer.alloc(0)) },
          args: [name, ...rest],
        };
        const product = await runProduct(given.files, [given.kind, ...given.args, '--dry-run', ...writing], chosen);
        await expectSame(product, dryRun);
        await rejectedAgain(given, product, chosen);
      },
    ),
    runsOf(2),
  );
});

describe('large files come to the same', () => {
  const rowsOf = (count: number, row: (n: number) => string): string =>
    Array.from({ length: count }, (_, n) => row(n)).join('');
  const mebibyte = 1024 * 1024;
  const writing = ['--dry-run', '--errors', 'e.jsonl'];
  const rejected = ['--rejected', 'r.csv'];

  test('CSV of several blocks, with line ends and rows in quotes', slowly, async () => {
    const header = 'movement_id;distance_km;load;toc;client;vehicle_license_plate\r\n';
    const long = 'x'.repeat(500);
    const clients = ['"two\r\nlines"', '"a ""quoted"" one"', long, ` ${long} `, '"a;b\n;c"', '😀', `"${long}\n"`];
    // Rows of two blocks are the same, or in conflict.
    const row = (n: number): string =>
      `M-${String(n % 4000)};${String(n % 97)},${String(n % 4000 === 7 ? n : 5)};1.250,00;van_diesel;${clients[(n % 4000) % 7] ?? ''};${n % 2 === 0 ? 'a-1' : ' A-1 '}\r\n`;
    const broken = 'M-1;"open;1;van_diesel;x;y\r\nM-2;2;1;van_diesel;"in quotes" x;y\r\nM-3;3;1\r\n;;;;;\r\n\r\n';
    const text = header + rowsOf(6000, row) + broken + rowsOf(3500, row) + broken;
    expect(text.length).toBeGreaterThan(2 * mebibyte);
    for (const chosen of [undefined, { blockBytes: 4096, batchRows: 100, dictionary: dictionaryLimits }]) {
      const given = { 'a.csv': Buffer.from(text) };
      const run = await expectSame(
        await runProduct(given, ['requests', 'a.csv', ...writing, ...rejected], chosen),
        dryRun,
      );
      expect(run?.rows.length).toBeGreaterThan(9000);
    }
  });

  test('JSON Lines with keys that the beginning does not have', slowly, async () => {
    const row = (n: number): string =>
      `{"movement_id":"M-${String(n)}","distance_km":${String(n % 50)}.50,"toc":"van_diesel","client":"${'é'.repeat(250)}"}\n`;
    const late = [
      '"load":1250.00,"load_unit":"kg"',
      '"Peso (t)":"1,5"',
      '"load":"2 t","load_unit":"kg"',
      '"load":"2 palets","load_unit":"kg"',
      '"Km":12',
      '"distance_km":null,"Km":12',
      '"Distancia (mi)":"ten"',
      '"origin":{"city":"Madrid"}',
      '"origin":"Madrid","Origen":"Sevilla"',
      '"weather":"fine"',
      '"_note":1',
      '"shipment_date":"2025-13-01"',
      '"year":26830007899150601093463',
      '"origin_country":"Spain"',
      '"movement_id":"M-1"',
    ];
    const lateRow = (n: number): string => row(n).replace('}', `,${late[n % late.length] ?? ''}}`);
    const text = rowsOf(2000, row) + rowsOf(300, lateRow);
    expect(Buffer.byteLength(text)).toBeGreaterThan(mebibyte);
    for (const option of ['.', ',']) {
      const args = ['requests', 'a.jsonl', ...writing, ...rejected, '--decimal', option] as const;
      const run = await expectSame(await runProduct({ 'a.jsonl': Buffer.from(text) }, [...args]), dryRun);
      expect(run?.rows.filter(({ row: { extra } }) => extra !== undefined).length).toBeGreaterThan(200);
    }
  });

  const client = 'x'.repeat(500);
  // How much of such a row is in the rejected file depends on where the blocks are cut.
  test.each([
    [
      'a.csv',
      'movement_id,distance_km,toc,client\n',
      `M-1,1,van_diesel,${client}\n`,
      `M-2,2,,${'x'.repeat(mebibyte)}\n`,
    ],
    [
      'a.csv',
      'movement_id,distance_km,toc,client\n',
      `M-1,1,van_diesel,${client}\n`,
      `M-2,2,,"${`${'x'.repeat(1023)}\n`.repeat(1030)}"\n`,
    ],
    [
      'a.jsonl',
      '',
      `{"movement_id":"M-1","distance_km":1,"toc":"van_diesel","client":"${client}"}\n`,
      `{"movement_id":"${'x'.repeat(mebibyte)}"}\n`,
    ],
  ])('records of more than 1 MiB: %s', slowly, async (name, header, row, long) => {
    for (const text of [header + row + long + row, header + row.repeat(2500) + long + row + long]) {
      const run = await expectSame(
        await runProduct({ [name]: Buffer.from(text) }, ['requests', name, ...writing]),
        dryRun,
      );
      expect(run?.rows.some(({ row: { malformed } }) => malformed?.includes('longer than 1 MiB'))).toBe(true);
    }
  });
});
