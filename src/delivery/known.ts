import type { Issue, Warning } from '../issues.ts';
import { Entry, type KnownRecord } from '../ledger/run-store.ts';

/** What is done with a record of which the ledger knows something. */
export type Decision =
  | { readonly kind: 'send'; readonly warning?: Warning }
  /** An earlier run had it accepted: it counts as accepted. */
  | { readonly kind: 'accepted'; readonly known: KnownRecord }
  /** It is left out, and counts as a duplicate. */
  | { readonly kind: 'duplicate'; readonly issue: Issue }
  /** Another run must find out first. */
  | {
      readonly kind: 'open';
      readonly fate: 'uncertain' | 'not sent';
      readonly issue: Issue;
      readonly runId: string | undefined;
    }
  /** A run that can't be resumed sent it: the account is asked. */
  | { readonly kind: 'ask'; readonly known: KnownRecord }
  /** Another process is sending it. */
  | { readonly kind: 'wait'; readonly known: KnownRecord }
  /** This run has sent it. */
  | { readonly kind: 'earlier'; readonly known: KnownRecord };

/** By what rules it is decided. */
export interface KnownRules {
  readonly runId: string;
  /** Sends also what was accepted before (`--again`). */
  readonly isAgain: boolean;
  /** Counts what has no identity as accepted, too (`--since-last`). */
  readonly countsAll: boolean;
  /** The API replaces a record that it has. */
  readonly isUpsert: boolean;
  /** Sends another version of what was accepted, which takes its place (`--replace`). */
  readonly replaces: boolean;
}

/** A record with what tells whether it is the same as one that was sent on another day. */
export interface Asked {
  /** The API, or its user, knows it again by its fields. */
  readonly hasIdentity: boolean;
  /** How many records alike came before it in this run. */
  readonly occurrence: number;
}

/**
 * Decides what becomes of a record, by what the ledger knows.
 *
 * @param found the closest relations first, then the oldest
 */
export function decideKnown(found: readonly KnownRecord[], rules: KnownRules, asked: Asked): Decision {
  const { runId } = rules;
  const own = found.filter(({ runId: id }) => id === runId);
  const others = found.filter(({ runId: id }) => id !== runId);
  const same = (list: readonly KnownRecord[]): readonly KnownRecord[] => list.filter(({ by }) => by === 'content');
  const ownSame = acceptedFirst(same(own))[asked.occurrence];
  if (ownSame !== undefined) return { kind: 'earlier', known: ownSame };
  const sameOfOthers = acceptedFirst(same(others))[asked.occurrence];
  if (sameOfOthers !== undefined) {
    const decision = decideSame(sameOfOthers, rules, asked);
    if (decision !== undefined) return decision;
  }
  return decideOther([...own, ...others], rules);
}

const acceptedFirst = (list: readonly KnownRecord[]): readonly KnownRecord[] => [
  ...list.filter(({ entry }) => entry === Entry.accepted),
  ...list.filter(({ entry }) => entry !== Entry.accepted),
];

function decideSame(known: KnownRecord, rules: KnownRules, { hasIdentity }: Asked): Decision | undefined {
  if (known.entry === Entry.accepted) {
    if (rules.isAgain) return undefined;
    return hasIdentity || rules.countsAll
      ? { kind: 'accepted', known }
      : { kind: 'duplicate', issue: sentBefore(known) };
  }
  if (isUnderWay(known)) return { kind: 'wait', known };
  if (known.entry === Entry.removing) {
    return { kind: 'open', fate: 'not sent', issue: removalUnknown(known), runId: known.runId };
  }
  // What they are now is what they will be: the API updates a purchase that it has.
  if (rules.isUpsert && hasIdentity) return undefined;
  if (known.isGone) return { kind: 'ask', known };
  return { kind: 'open', fate: 'uncertain', issue: uncertainBefore(known), runId: known.runId };
}

const isReplaced = ({ by, entry, id }: KnownRecord, { replaces, isUpsert }: KnownRules): boolean =>
  replaces && !isUpsert && by === 'key' && entry === Entry.accepted && id !== undefined;

/** The versions of a record that it takes the place of when it is stored: those from before it was sent. */
export function earlierVersions(
  found: readonly KnownRecord[],
  decision: Decision,
  rules: KnownRules,
): readonly KnownRecord[] {
  if (!rules.replaces || rules.isUpsert) return [];
  const before = 'known' in decision ? decision.known.order : decision.kind === 'send' ? Infinity : 0;
  return found.filter(
    ({ by, entry, id, order, isRunning }) =>
      by === 'key' &&
      id !== undefined &&
      order < before &&
      (entry === Entry.accepted || (entry === Entry.removing && !isRunning)),
  );
}

/** Whether a process is about to find out what becomes of a record. */
export const isUnderWay = ({ entry, isRunning }: KnownRecord): boolean =>
  isRunning && (entry === Entry.sending || entry === Entry.removing);

/** The same shipment with other values, the same row read otherwise, or another leg. */
function decideOther(found: readonly KnownRecord[], rules: KnownRules): Decision {
  const { isUpsert, isAgain, runId } = rules;
  const version = found.find((known) => (known.by === 'key' || known.by === 'cells') && !isReplaced(known, rules));
  if (version !== undefined && !isUpsert && !isAgain) {
    if (version.entry === Entry.accepted) return { kind: 'duplicate', issue: supersedes(version) };
    if (version.entry === Entry.removing) {
      return { kind: 'open', fate: 'not sent', issue: removalUnknown(version), runId: version.runId };
    }
    return {
      kind: 'open',
      fate: 'not sent',
      issue: versionUnknown(version, runId),
      runId: version.isGone ? undefined : version.runId,
    };
  }
  const movement = found.find(({ by, entry }) => by === 'movement' && entry === Entry.accepted);
  return movement === undefined ? { kind: 'send' } : { kind: 'send', warning: knownMovement };
}

const shortId = (id: string): string => id.slice(0, 8);

const placeOf = ({ path, row, runId, day }: KnownRecord): string =>
  `${path}, row ${String(row)}, by run ${shortId(runId)} on ${day}`;

const sentBefore = (known: KnownRecord): Issue => ({
  code: 'DUPLICATE',
  stage: 'dedupe',
  message: `the same record was accepted from ${placeOf(known)}; it has no movement_id and date that would tell whether it is meant again`,
  cause: 'the same record was accepted before; without movement_id and date nothing tells whether it is meant again',
  hint: '--again sends it, --since-last counts it as accepted',
});

const supersedes = (known: KnownRecord): Issue => ({
  code: 'SUPERSEDES',
  stage: 'dedupe',
  message:
    known.by === 'key'
      ? `an earlier version was accepted from ${placeOf(known)}${idOf(known)}; this one has other values`
      : `the same row was accepted from ${placeOf(known)}${idOf(known)}; it is read otherwise now (mapping, alias, unit or constant)`,
  cause:
    known.by === 'key'
      ? 'an earlier version was accepted before; this one has other values'
      : 'the same row was accepted before; it is read otherwise now (mapping, alias, unit or constant)',
  hint:
    known.by === 'key'
      ? '--replace sends it and deletes the earlier version'
      : 'delete the earlier version in Dcycle, then send this one with --again',
});

const idOf = ({ id }: KnownRecord): string => (id === undefined ? '' : ` (id ${id})`);

const uncertainBefore = ({ runId }: KnownRecord): Issue => ({
  code: 'UNCERTAIN',
  stage: 'send',
  message: `run ${shortId(runId)} sent it, and it is unknown whether the API stored it`,
  hint: `find out first: dcycle-upload resume ${shortId(runId)}`,
});

const removalUnknown = ({ runId }: KnownRecord): Issue => ({
  code: 'NOT_SENT',
  stage: 'send',
  message: `not sent: the undo of run ${shortId(runId)} is deleting it, or an earlier version of it, and was broken off`,
  hint: `finish it first: dcycle-upload undo ${shortId(runId)}`,
});

/** A run can't look up a record that its input does not have any more. */
const versionUnknown = ({ runId, isGone }: KnownRecord, ownId: string): Issue => ({
  code: 'NOT_SENT',
  stage: 'send',
  message: `not sent: run ${shortId(runId)} sent an earlier version of it, and it is unknown whether the API stored that`,
  hint: isGone
    ? 'look it up in Dcycle, then send this one with --again'
    : runId === ownId
      ? `look it up in Dcycle, then: dcycle-upload resume ${shortId(runId)} --assume stored (or missing)`
      : `find out first: dcycle-upload resume ${shortId(runId)}`,
});

const knownMovement: Warning = {
  code: 'KNOWN_MOVEMENT',
  message:
    'the account has this movement with other legs, places, dates or quantities; these records are sent in addition',
};

/** What the results say of a record that an earlier run had accepted. */
export const acceptedStatus = ({ runId, row }: KnownRecord): string =>
  `accepted by run ${shortId(runId)}, row ${String(row)}`;
