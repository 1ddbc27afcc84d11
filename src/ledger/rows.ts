import { createHash } from 'node:crypto';
import type {
  Account,
  CallRecord,
  Entry,
  NewRun,
  RecordCounts,
  RecordMarks,
  Settlement,
  UndoState,
  SurplusId,
} from './run-store.ts';
import { Damage, seal, unseal } from './seal.ts';

/** The ledger's first row: how far it is, so that a row that has disappeared is missed. */
export interface Head {
  /** Number of the last event: a call that began, or was settled. */
  readonly event: number;
  /** Number of the last run. */
  readonly run: number;
  /** Records of all calls. */
  readonly records: number;
  /** Name of the file that holds the index; empty where there is none yet. */
  readonly index: string;
  /** Records of the calls that it holds. */
  readonly indexed: number;
  /** A repair has lost, or may have lost, what was sent. */
  readonly hasLoss?: boolean;
}

/** A run as it is stored. */
export interface StoredRun extends NewRun {
  readonly finishedAt: string | null;
  readonly exitCode: number | null;
  readonly records: RecordCounts | null;
  /** What makes two runs the same work: a hash of account and inputs. */
  readonly work: string;
  /** Of the process that works on it, or did so last. */
  readonly pid: number;
  /** Its details were dropped: only what its calls stored is still known. */
  readonly isPruned: boolean;
  readonly undo?: UndoState | undefined;
  readonly replaced?: number | undefined;
}

/** A call as it is stored: with what has to be known of its run when the run's own row is lost. */
export interface StoredCall {
  readonly run: number;
  readonly runId: string;
  readonly account: Account;
  readonly paths: readonly string[];
  readonly number: number;
  readonly apiVersion: CallRecord['apiVersion'];
  readonly idempotencyKey: string;
  readonly startedAt: number;
  readonly marks: RecordMarks;
}

/** What became of a call, as it is stored: ids are made texts when they are asked for. */
export interface StoredSettlement {
  /** Number of the event that wrote it. */
  readonly event: number;
  readonly endedAt: number | undefined;
  readonly files: readonly string[];
  readonly alike: ReadonlySet<number>;
  readonly surplus: readonly SurplusId[];
  readonly entries: Uint8Array;
  readonly ids: () => Ids;
  readonly packageIds: () => Ids;
}

type Ids = readonly (string | undefined)[];

export const sealHead = (head: Head): Buffer => seal('head', head);
export const unsealHead = (row: unknown): Head => unseal<Head>('head', row).facts;

export const sealRun = (number: number, run: StoredRun): Buffer => seal(`run ${String(number)}`, run);
export const unsealRun = (number: number, row: unknown): StoredRun =>
  unseal<StoredRun>(`run ${String(number)}`, row).facts;

export function sealCall(event: number, { marks, ...facts }: StoredCall): Buffer {
  const { records, rows, lines, inputs, contents, keys, cells, movements } = marks;
  const sections = [bytesOf(rows), bytesOf(lines), bytesOf(inputs), contents, keys, cells, movements];
  return seal(`call ${String(event)}`, { ...facts, records }, sections);
}

export function unsealCall(event: number, row: unknown): StoredCall {
  const { facts, sections } = unseal<Omit<StoredCall, 'marks'> & { readonly records: number }>(
    `call ${String(event)}`,
    row,
  );
  const [rows, lines, inputs, contents, keys, cells, movements] = sections;
  if (!rows || !lines || !inputs || !contents || !keys || !cells || !movements) {
    throw new Damage(`call ${String(event)} is of another version`);
  }
  const { records, ...call } = facts;
  const marks = {
    records,
    rows: new Uint32Array(rows.buffer, rows.byteOffset, records),
    lines: new Uint32Array(lines.buffer, lines.byteOffset, records),
    inputs: new Uint16Array(inputs.buffer, inputs.byteOffset, records),
    contents,
    keys,
    cells,
    movements,
  };
  return { ...call, marks };
}

/** Ids are texts of any kind, lone surrogates included: JSON keeps them all. */
export function sealSettlement(call: number, event: number, settlement: Settlement): Buffer {
  const { endedAt, files, entries, ids, packageIds, alike = [], surplus = [] } = settlement;
  const sections = [entries, Buffer.from(JSON.stringify(ids)), Buffer.from(JSON.stringify(packageIds))];
  const seldom = { ...(alike.length === 0 ? {} : { alike }), ...(surplus.length === 0 ? {} : { surplus }) };
  return seal(`settlement ${String(call)}`, { event, endedAt, files, ...seldom }, sections);
}

export function unsealSettlement(call: number, row: unknown): StoredSettlement {
  const place = `settlement ${String(call)}`;
  const { facts, sections } = unseal<
    Pick<StoredSettlement, 'event' | 'endedAt' | 'files'> & Pick<Settlement, 'alike' | 'surplus'>
  >(place, row);
  const [entries, ids, packageIds] = sections;
  if (!entries || !ids || !packageIds) throw new Damage(`${place} is of another version`);
  return {
    event: facts.event,
    endedAt: facts.endedAt,
    files: facts.files,
    alike: new Set(facts.alike),
    surplus: facts.surplus ?? [],
    // A Buffer's slice shares its memory: who copies the entries to change them would change these.
    entries: new Uint8Array(entries.buffer, entries.byteOffset, entries.length),
    ids: textsOf(ids),
    packageIds: textsOf(packageIds),
  };
}

function textsOf(json: Buffer): () => Ids {
  let texts: Ids | undefined;
  return () => (texts ??= (JSON.parse(json.toString()) as (string | null)[]).map((text) => text ?? undefined));
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint16Array | Uint32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

export const isCurrent = (entry: number | undefined): entry is Exclude<Entry, 2 | 3 | 6> =>
  entry === 0 || entry === 1 || entry === 4 || entry === 5;

/** The same inputs for the same account are the same work. */
export const workOf = ({ kind, baseUrl, organizationId }: Account, inputs: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([kind, baseUrl, organizationId, inputs.toSorted()]))
    .digest('hex');
