import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandResult, readLines, summaryOf } from '../../support/command.ts';
import { type Account, listAll } from '../../support/serve.ts';
import { identityOf, type PlannedRow } from '../rows.ts';
import type { Schedule } from './schedule.ts';

/** What a schedule came to. */
export interface Played {
  readonly schedule: Schedule;
  readonly account: Account;
  /** Inputs, reports and the state directory. */
  readonly folder: string;
  readonly results: readonly CommandResult[];
}

type Stored = Readonly<Record<string, unknown>>;

const documented: ReadonlySet<number | null> = new Set([0, 1, 4, 5, 6, 7, 130, 143]);

/** Everything that is not as it has to be, in sentences. */
export async function findBroken(played: Played): Promise<readonly string[]> {
  const { schedule, account, folder, results } = played;
  const kind = schedule.mix === 'recharges' ? 'recharges' : 'requests';
  const stored = await listAll<Stored>(account, `/v1/logistics/${kind}`);
  const last = results.at(-1);
  const broken = [...results.flatMap(findInProcess), ...findLeaks(played)];
  if (last === undefined || last.code === null) return [...broken, 'the last process did not end by itself'];
  return [
    ...broken,
    ...checkRows(schedule, stored, readFates(last, folder)),
    ...checkCounts(schedule, stored, last, folder),
  ];
}

function findInProcess({ code, signal, stderr, stdout }: CommandResult): readonly string[] {
  const isEnded = code === null ? signal === 'SIGKILL' || signal === 'SIGTERM' : documented.has(code);
  return [
    ...(isEnded ? [] : [`exit code ${String(code ?? signal)}: ${stderr}`]),
    ...(/^\s+at /m.test(stderr) || /defect/i.test(stderr + stdout) ? [`a defect: ${stderr}${stdout}`] : []),
  ];
}

/** A part of the key is a leak too. */
function findLeaks({ account, folder, results }: Played): readonly string[] {
  const secret = account.apiKey.slice(0, 20);
  const texts = results.flatMap(({ stdout, stderr }) => [stdout, stderr]);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return [
    ...texts.filter((text) => text.includes(secret)).map((text) => `the API key stands in: ${text}`),
    ...files.filter((path) => readFileSync(path).includes(secret)).map((path) => `the API key stands in ${path}`),
  ];
}

/** What the reports of the last process say of a row. */
interface ToldFate {
  readonly codes: readonly string[];
  readonly id: string | undefined;
}

type Fates = ReadonlyMap<number, ToldFate>;

function readFates(result: CommandResult, folder: string): Fates {
  const { files } = summaryOf(result);
  const fates = new Map<number, ToldFate>();
  const told = (row: number): ToldFate => fates.get(row) ?? { codes: [], id: undefined };
  if (files.errors !== null && existsSync(join(folder, files.errors))) {
    for (const { row, code } of readLines<{ row: number; code: string }>(folder, files.errors)) {
      fates.set(row, { ...told(row), codes: [...told(row).codes, code] });
    }
  }
  if (files.results !== null) {
    for (const { _row: row, id } of readLines<{ _row: number; id: string }>(folder, files.results)) {
      fates.set(row, { ...told(row), id });
    }
  }
  return fates;
}

/** Whether the server is asked what became of a row, or may be told again. */
const isTraceable = ({ cells }: PlannedRow, { mix }: Schedule): boolean =>
  mix === 'recharges' || cells['movement_id'] !== undefined;

function checkRows(schedule: Schedule, stored: readonly Stored[], fates: Fates): readonly string[] {
  const { mix, rows } = schedule;
  const left = new Map<string, Stored[]>();
  for (const each of stored) left.set(identityOf(each, mix), [...(left.get(identityOf(each, mix)) ?? []), each]);
  const broken = rows.flatMap((row, place) => {
    const fate = fates.get(place + 1);
    const identity = identityOf(row.cells, mix);
    const mine = row.as === 'good' || row.as === 'poison' ? (left.get(identity) ?? []) : [];
    if (mine.length > 0) left.delete(identity);
    const wrong = findWrong({ row, place, fate, mine, schedule, fates });
    const what = `row ${String(place + 1)} (${row.as}), told ${JSON.stringify(fate)}, stored ${String(mine.length)} times`;
    return wrong === undefined ? [] : [`${what}: ${wrong}; ${identity}`];
  });
  return [...broken, ...[...left.keys()].map((identity) => `stored, but in no row: ${identity}`)];
}

interface RowCase {
  readonly row: PlannedRow;
  readonly place: number;
  readonly fate: ToldFate | undefined;
  readonly mine: readonly Stored[];
  readonly schedule: Schedule;
  readonly fates: Fates;
}

function findWrong({ row, place, fate, mine, schedule, fates }: RowCase): string | undefined {
  const { codes = [], id } = fate ?? {};
  if ((id !== undefined) === codes.length > 0) return 'accepted and refused, or neither';
  const has = (code: string): boolean => codes.includes(code);
  const maySay = (isRight: boolean, wrong: string): string | undefined => (isRight ? undefined : wrong);
  const isUnsure = has('UNCERTAIN') && !isTraceable(row, schedule);
  switch (row.as) {
    case 'invalid':
      return maySay(id === undefined && codes.every((code) => !sending.has(code)), 'it is invalid');
    case 'duplicate':
      return maySay(has('DUPLICATE') || has('CONFLICT'), 'it is a duplicate');
    case 'poison': {
      if (mine.length > 0) return 'poison is stored';
      const isAlone = schedule.refusal === 'fails' && has('NOT_SENT') && !isTakenWith(place, schedule, fates);
      return maySay(has('API_REJECTED') || isUnsure || isAlone, 'poison is not rejected');
    }
    case 'good':
      if (isUnsure) return maySay(mine.length <= 1, 'stored more than once');
      if (mine.length !== 1 || id === undefined) return 'not stored exactly once, or not known to be';
      return maySay(mine[0]?.['id'] === id, `stored as ${String(mine[0]?.['id'])}`);
  }
}

const sending: ReadonlySet<string> = new Set(['API_REJECTED', 'NOT_SENT', 'UNCERTAIN']);

/** Whether a chunk has records that were accepted: only then is it known that the API fails with the others. */
function isTakenWith(place: number, { rows, chunkSize }: Schedule, fates: Fates): boolean {
  const valid = rows.flatMap(({ as }, each) => (as === 'good' || as === 'poison' ? [each] : []));
  const chunk = Math.floor(valid.indexOf(place) / chunkSize);
  return valid.slice(chunk * chunkSize, (chunk + 1) * chunkSize).some((each) => fates.get(each + 1)?.id !== undefined);
}

/** The ledger, against the file and against the server. */
function checkCounts(
  schedule: Schedule,
  stored: readonly Stored[],
  last: CommandResult,
  folder: string,
): readonly string[] {
  const { rows, records, exit_code: exitCode } = summaryOf(last);
  const count = (...as: readonly PlannedRow['as'][]): number =>
    schedule.rows.filter((row) => as.includes(row.as)).length;
  const expected = {
    read: schedule.rows.length,
    valid: count('good', 'poison'),
    invalid: count('invalid'),
    duplicates: count('duplicate'),
    skipped: 0,
  };
  const fates = readFates(last, folder);
  const identities = new Set(stored.map((each) => identityOf(each, schedule.mix)));
  const arrived = schedule.rows.filter(
    ({ cells }, place) =>
      fates.get(place + 1)?.codes.includes('UNCERTAIN') === true && identities.has(identityOf(cells, schedule.mix)),
  ).length;
  const { accepted, rejected, not_sent: notSent, uncertain } = records;
  const refused = rows.invalid + rows.duplicates + rejected;
  const due = notSent + uncertain > 0 ? 5 : refused > 0 ? 1 : 0;
  const checks = [
    [
      JSON.stringify(rows) === JSON.stringify(expected),
      `rows ${JSON.stringify(rows)}, not ${JSON.stringify(expected)}`,
    ],
    [accepted + rejected + notSent + uncertain === rows.valid, `records ${JSON.stringify(records)} do not add up`],
    [
      accepted === stored.length - arrived,
      `${String(accepted)} accepted, ${String(stored.length)} stored, ${String(arrived)} of them uncertain`,
    ],
    [exitCode === due && last.code === due, `exit code ${String(last.code)}, not ${String(due)}: ${last.stderr}`],
  ] as const;
  return checks.flatMap(([isRight, wrong]) => (isRight ? [] : [wrong]));
}
