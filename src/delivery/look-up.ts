import type { Fields, RecordKind } from '../records/kind.ts';
import type { Claims } from './claims.ts';
import type { Control } from './controls.ts';
import { fold } from './compare-stored.ts';
import { type Candidate, type Finding, pairStored } from './pair-stored.ts';
import {
  createdAt,
  type Get,
  readFiles,
  type Reading,
  readMovements,
  readSince,
  type StoredRecord,
} from './read-stored.ts';

/** A record of which it is unknown whether the API has it. */
export interface Doubt {
  readonly fields: Fields;
  /** Of its call, in milliseconds since 1970. */
  readonly startedAt: number;
  /** Batches in which the API said that it keeps it. */
  readonly files: readonly string[];
}

export interface LookUpOptions<Key> {
  readonly kind: Pick<RecordKind, 'listPath' | 'isUpsert'>;
  readonly get: Get;
  /** Of these ids, those that the ledger knows. */
  readonly owned: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly claims: Pick<Claims, 'underWay' | 'claim'>;
  /** Whether what was found of a record is taken. */
  readonly takes: (key: Key, finding: Extract<Finding, { readonly kind: 'stored' }>) => boolean;
  /** A record that must be in the answer. */
  readonly controlOf: (byMovement: boolean) => Control | undefined;
}

/** What was found of a record. */
export interface Looked {
  readonly finding: Finding;
  /** The stored record, where one was found. */
  readonly stored: StoredRecord | undefined;
  /** The control that was in the same answer. */
  readonly control: Control | undefined;
  /** Whether there was an answer at all. */
  readonly isAnswered: boolean;
}

const hourMs = 3_600_000;
/** What clocks may differ by once their difference has been measured. */
const sureMs = 10_000;

type Doubts<Key> = ReadonlyMap<Key, Doubt>;

/** Looks records up in as few calls as it takes. */
export async function lookUp<Key>(doubts: Doubts<Key>, options: LookUpOptions<Key>): Promise<ReadonlyMap<Key, Looked>> {
  const byMovement = new Map<Key, Doubt>();
  const byFile = new Map<Key, Doubt>();
  const others = new Map<Key, Doubt>();
  for (const [key, doubt] of doubts) {
    if (doubt.fields['movement_id'] !== undefined) byMovement.set(key, doubt);
    else if (doubt.files.length > 0) byFile.set(key, doubt);
    else others.set(key, doubt);
  }
  const found = new Map<Key, Looked>();
  const look = async (group: Doubts<Key>, isByMovement: boolean, read: Read): Promise<void> => {
    if (group.size === 0) return;
    const control = options.controlOf(isByMovement);
    const reading = await read(control);
    for (const [key, looked] of await judgeReading(reading, group, { ...options, control })) found.set(key, looked);
  };
  const { get, kind } = options;
  await look(byMovement, true, (control) => {
    const movementIds = Array.from(byMovement.values(), ({ fields }) => String(fields['movement_id']));
    return readMovements(get, kind.listPath, {
      movementIds,
      always: control?.movementId,
      since: earliest(byMovement) - hourMs,
    });
  });
  await look(byFile, false, () => {
    const files = new Set(Array.from(byFile.values(), ({ files: own }) => own).flat());
    return readFiles(get, kind.listPath, [...files]);
  });
  await look(others, false, () => readSince(get, kind.listPath, earliest(others) - hourMs));
  return found;
}

type Read = (control: Control | undefined) => Promise<Reading>;

const earliest = (doubts: ReadonlyMap<unknown, Doubt>): number =>
  Math.min(...Array.from(doubts.values(), ({ startedAt }) => startedAt));

async function judgeReading<Key>(
  reading: Reading,
  doubts: Doubts<Key>,
  { control, owned, claims, takes, kind }: LookUpOptions<Key> & { readonly control: Control | undefined },
): Promise<ReadonlyMap<Key, Looked>> {
  const found = new Map<Key, Looked>();
  if ('reason' in reading) {
    const finding = { kind: 'open', why: `it can't be looked up: ${reading.reason}` } as const;
    for (const key of doubts.keys()) {
      found.set(key, { finding, stored: undefined, control: undefined, isAnswered: false });
    }
    return found;
  }
  const seen = reading.stored.find(({ id }) => id === control?.id);
  const ids = await owned(reading.stored.map(({ id }) => id));
  const claimed = claims.underWay().ids;
  const free = reading.stored.filter(({ id }) => !ids.has(id) && !claimed.has(id) && id !== control?.id);
  const byId = new Map(free.map((each) => [each.id, each]));
  const clock = clockOf(seen, control);
  for (const [movement, group] of groupByMovement(doubts)) {
    const ofMovement = movement === undefined ? free : free.filter((each) => movementOf(each) === movement);
    const candidates = ofMovement.flatMap((each) => candidateOf(each, group, clock, kind.isUpsert));
    const records = new Map(Array.from(group, ([key, { fields }]) => [key, fields]));
    for (const [key, finding] of pairStored(records, candidates)) {
      if (finding.kind === 'stored') {
        if (!takes(key, finding)) continue;
        claims.claim(finding.candidate.id);
      }
      found.set(key, {
        finding,
        stored: finding.kind === 'stored' ? byId.get(finding.candidate.id) : undefined,
        control: seen === undefined ? undefined : control,
        isAnswered: true,
      });
    }
  }
  return found;
}

const movementOf = ({ movement_id: id }: StoredRecord): string => fold(String(id ?? ''));

function groupByMovement<Key>(doubts: Doubts<Key>): ReadonlyMap<string | undefined, ReadonlyMap<Key, Doubt>> {
  const groups = new Map<string | undefined, Map<Key, Doubt>>();
  for (const [key, doubt] of doubts) {
    const id = doubt.fields['movement_id'];
    const movement = id === undefined ? undefined : fold(String(id));
    const group = groups.get(movement) ?? new Map<Key, Doubt>();
    groups.set(movement, group);
    group.set(key, doubt);
  }
  return groups;
}

/** By how much the API's clock is ahead at least, measured at a record of which it is known when it was sent. */
function clockOf(seen: StoredRecord | undefined, control: Control | undefined): number | undefined {
  const created = seen === undefined ? undefined : createdAt(seen);
  return created === undefined || control?.storedBy === undefined ? undefined : created - control.storedBy;
}

/** A stored record as one of those that a call may have made; none where it is older than the call. */
function candidateOf(
  stored: StoredRecord,
  doubts: ReadonlyMap<unknown, Doubt>,
  clockMs: number | undefined,
  isUpsert: boolean,
): readonly Candidate[] {
  const { id } = stored;
  const created = createdAt(stored);
  // The API updates a purchase that it has: when it was made says nothing.
  if (created === undefined || isUpsert) return [{ id, fields: stored, mayBeOlder: false }];
  const starts = Array.from(doubts.values(), ({ startedAt }) => startedAt);
  const [first, last] = [Math.min(...starts), Math.max(...starts)];
  const isOlder = clockMs === undefined ? created < first - hourMs : created - clockMs < first - sureMs;
  if (isOlder) return [];
  // A clock that was not compared may be off by some seconds without anybody noticing.
  const mayBeOlder = clockMs === undefined ? created < last - sureMs : created - clockMs < last - sureMs;
  return [{ id, fields: stored, mayBeOlder }];
}
