import { existsSync } from 'node:fs';
import { readLines } from '../support/command.ts';
import type { SendingCall } from './line.ts';
import type { ModelApi, Stored } from './model-api.ts';
import { identityOf, type Mix, type PlannedRow } from './rows.ts';
import type { Ended } from './session.ts';

/** What a command has said of a row, in its reports. */
interface Told {
  readonly codes: readonly string[];
  /** `null` where it was accepted by the user's word. */
  readonly id: string | null | undefined;
  /** It is said that the id may be that of another record. */
  readonly mayBeOfAnother?: boolean;
}

/** A command that came to its end, and what it was about. */
export interface Statement {
  readonly ended: Ended;
  readonly runId: string;
  /** Of its file, as it was then. */
  readonly rows: readonly PlannedRow[];
  readonly folder: string;
}

/** What really happened. */
export interface Facts {
  readonly mix: Mix;
  readonly api: ModelApi;
  readonly calls: readonly SendingCall[];
  /** Whether a process was killed: what it was told, it may not have written down. */
  readonly hasKilled: boolean;
  /** Whether the ledger was lost or damaged. */
  readonly isLedgerWhole: boolean;
}

const documented: ReadonlySet<number> = new Set([0, 1, 2, 4, 5, 6, 7, 130, 143]);

/** Reports that say that the account has no such record. */
const denials: ReadonlySet<string> = new Set(['NOT_SENT', 'API_REJECTED']);

/** Reports that say that the account, or the file, has the record already. */
const repetitions: ReadonlySet<string> = new Set(['DUPLICATE', 'CONFLICT', 'SUPERSEDES', 'SAME_KEY']);

const storedAs = ({ api, mix }: Facts, identity: string): readonly Stored[] =>
  api.stored.filter((each) => each.removedMs === Infinity && identityOf(each.sent, mix) === identity);

/** Whether a call of a run has brought such a record, or may still bring it. What other runs send is not for this one to say. */
const isSentBy = (runId: string, identity: string, facts: Facts): boolean => {
  const { calls, mix } = facts;
  const own = calls.filter((call) => call.runId === runId);
  const brought = new Set(storedAs(facts, identity).map(({ call }) => call));
  return own.some(
    ({ number, pending, records }) =>
      brought.has(number) || (pending > 0 && records.some((record) => identityOf(record, mix) === identity)),
  );
};

/** A process that was killed may have been about to make any call. */
const mayBeUnknown = ({ calls, hasKilled, mix, isLedgerWhole }: Facts, identity: string): boolean =>
  !isLedgerWhole ||
  hasKilled ||
  calls.some(({ isKnown, records }) => !isKnown && records.some((record) => identityOf(record, mix) === identity));

/** The account had another leg of the movement, or another version, which may not be told from it. */
const hasLikeBefore = ({ api }: Facts, { cells }: PlannedRow): boolean =>
  api.stored.some(({ call, sent }) => call === 0 && sent['movement_id'] === cells['movement_id']);

/** Everything that is wrong with what a command has said, at the moment at which it said it. */
export function findLies(statement: Statement, facts: Facts): readonly string[] {
  const { ended } = statement;
  const { code, stderr, stdout, summary } = ended;
  if (code === null) return [];
  if (!documented.has(code)) return [`exit code ${String(code)}: ${stderr}${stdout}`];
  if (summary === undefined) return [`no summary: ${stderr}${stdout}`];
  if (summary.rows.read === 0) {
    return code === 0 || code === 1 ? ['finished, and nothing was read'] : [];
  }
  const told = readTold(statement);
  // Where nothing was sent because the account may have it, that is not a word about the account.
  return [...(code === 2 ? [] : checkRows(statement, told, facts)), ...checkSums(statement, told)];
}

/** What a user who looks into the account would say of the rows of which a command knows nothing. */
export function trueAssumption(statement: Statement, facts: Facts): 'stored' | 'missing' {
  const told = readTold(statement);
  const isStored = ({ cells }: PlannedRow): boolean => storedAs(facts, identityOf(cells, facts.mix)).length > 0;
  const unsure = statement.rows.filter((_row, place) => told.get(place + 1)?.codes.includes('UNCERTAIN') === true);
  return unsure.some(isStored) ? 'stored' : 'missing';
}

function readTold({ ended: { summary }, folder }: Statement): ReadonlyMap<number, Told> {
  const told = new Map<number, Told>();
  const of = (row: number): Told => told.get(row) ?? { codes: [], id: undefined };
  const lines = <Line>(path: string | null | undefined): readonly Line[] =>
    path !== null && path !== undefined && existsSync(path) ? readLines<Line>(folder, path.slice(folder.length)) : [];
  for (const { row, code } of lines<{ row: number; code: string }>(summary?.files.errors)) {
    told.set(row, { ...of(row), codes: [...of(row).codes, code] });
  }
  for (const { _row: row, id, status } of lines<{ _row: number; id: string | null; status?: string | null }>(
    summary?.files.results,
  )) {
    const mayBeOfAnother = status?.includes('may be that of another record') === true;
    told.set(row, { ...of(row), id, ...(mayBeOfAnother ? { mayBeOfAnother } : {}) });
  }
  return told;
}

function checkRows({ rows, runId }: Statement, told: ReadonlyMap<number, Told>, facts: Facts): readonly string[] {
  return rows.flatMap((row, place) => {
    const said = told.get(place + 1) ?? { codes: [], id: undefined };
    const wrong =
      row.as === 'good' || row.as === 'poison' ? findWrong(row, said, { ...facts, runId }) : findMissed(row, said);
    const what = `row ${String(place + 1)} (${row.as}) is told ${JSON.stringify(said)}`;
    return wrong === undefined ? [] : [`${what}: ${wrong}; ${JSON.stringify(row.cells)}`];
  });
}

const findMissed = ({ as }: PlannedRow, { codes, id }: Told): string | undefined =>
  id === undefined && codes.length > 0 && (as === 'invalid' || codes.some((code) => repetitions.has(code)))
    ? undefined
    : `it is ${as}`;

function findWrong(
  row: PlannedRow,
  { codes, id, mayBeOfAnother }: Told,
  facts: Facts & { readonly runId: string },
): string | undefined {
  // The user's word, which is given for all that is uncertain at once.
  if (id === null) return undefined;
  const identity = identityOf(row.cells, facts.mix);
  const stored = storedAs(facts, identity);
  const twice = codes.includes('STORED_TWICE');
  if (twice && stored.length < 2) return 'it is not stored twice';
  const others = codes.filter((code) => code !== 'STORED_TWICE');
  if (id !== undefined || (twice && others.length === 0)) {
    if (others.length > 0) return 'accepted and refused';
    if (stored.length === 0) return 'it is not stored';
    if (mayBeOfAnother === true) return isOfLikeLeg(row, id, facts) ? undefined : 'nothing is like it';
    if (id !== undefined && !stored.some((each) => each.id === id)) return 'that is the id of another record';
    return row.as === 'poison' ? 'poison is accepted' : undefined;
  }
  if (others.length === 0) return 'neither accepted nor refused';
  if (others.some((code) => denials.has(code))) {
    return isSentBy(facts.runId, identity, facts) ? 'it is stored, or on its way' : undefined;
  }
  if (others.includes('UNCERTAIN')) {
    return mayBeUnknown(facts, identity) || hasLikeBefore(facts, row)
      ? undefined
      : 'every call that sent it was answered in full';
  }
  if (others.includes('SUPERSEDES') && row.corrects !== undefined) return undefined;
  if (others.some((code) => repetitions.has(code))) {
    return stored.length > 0 || mayBeUnknown(facts, identity) ? undefined : 'there is no other';
  }
  return 'it is valid';
}

/** Whether an id is that of a stored record of the same movement: which of its legs that is, a list may not tell. */
const isOfLikeLeg = ({ cells }: PlannedRow, id: string | undefined, { api }: Facts): boolean =>
  api.stored.some((each) => each.id === id && each.sent['movement_id'] === cells['movement_id']);

/** The counts against the reports, and the exit code against the counts. */
function checkSums(
  { ended: { code, summary, stderr }, rows: planned }: Statement,
  told: ReadonlyMap<number, Told>,
): string[] {
  if (summary === undefined) return [];
  const { rows, records } = summary;
  const { accepted, rejected, not_sent: notSent, uncertain } = records;
  const skipped = (rows as { readonly skipped?: number }).skipped ?? 0;
  const isWhole = code === 0 || code === 1 || code === 5;
  const count = (matches: (said: Told) => boolean): number => [...told.values()].filter(matches).length;
  const has = (name: string): number => count(({ codes }) => codes.includes(name));
  // What a run sent of rows that are in its file no more is in none of the counts.
  const isGone = /no longer in the input/.test(stderr);
  const due = notSent + uncertain > 0 ? 5 : rows.invalid + rows.duplicates + rejected + has('STORED_TWICE') > 0 ? 1 : 0;
  const checks: readonly (readonly [boolean, string])[] = [
    [!isWhole || rows.read === planned.length, `${String(rows.read)} rows read of ${String(planned.length)}`],
    [rows.read === rows.valid + rows.invalid + rows.duplicates + skipped, `rows ${JSON.stringify(rows)} do not add up`],
    [
      accepted + rejected + notSent + uncertain === rows.valid,
      `records ${JSON.stringify(records)} do not add up to ${String(rows.valid)}`,
    ],
    [
      !isWhole || has('UNCERTAIN') === uncertain,
      `${String(uncertain)} uncertain, ${String(has('UNCERTAIN'))} reported`,
    ],
    [!isWhole || has('NOT_SENT') === notSent, `${String(notSent)} not sent, ${String(has('NOT_SENT'))} reported`],
    [
      !isWhole || count(({ id }) => id !== undefined) === accepted,
      `${String(accepted)} accepted, others in the results`,
    ],
    [!isWhole || code === due || (code === 5 && isGone), `exit code ${String(code)}, not ${String(due)}: ${stderr}`],
  ];
  return checks.flatMap(([isRight, wrong]) => (isRight ? [] : [wrong]));
}

/** What is wrong with what the account has at the end: records that are there more often than they were wanted. */
export function findDoubled(facts: Facts): readonly string[] {
  const bySame = new Map<string, Stored[]>();
  for (const each of facts.api.stored) {
    if (each.removedMs !== Infinity || each.isEcho || each.call === 0) continue;
    const identity = identityOf(each.sent, facts.mix);
    bySame.set(identity, [...(bySame.get(identity) ?? []), each]);
  }
  return [...bySame].flatMap(([identity, stored]) =>
    stored.length > 1
      ? [
          `stored ${String(stored.length)} times, by calls ${stored.map(({ call }) => String(call)).join(', ')}: ${identity}`,
        ]
      : [],
  );
}
