import { clip, type Issue, type Warning } from '../issues.ts';
import { Entry, type KnownRecord, type LedgerView } from '../ledger/run-store.ts';
import type { Earlier } from '../pipeline/replacements.ts';
import { freeingCommand, type Holder } from './holder.ts';
import type { Changes } from './versions.ts';

/** What is done with a record of which the ledger knows something. */
export type Decision =
  | { readonly kind: 'send'; readonly warning?: Warning }
  /** An earlier run had it accepted: it counts as accepted. */
  | { readonly kind: 'accepted'; readonly known: KnownRecord }
  /** The account has an earlier version of it: it is left out, and counts as a duplicate. */
  | { readonly kind: 'superseding'; readonly known: KnownRecord }
  /** It is left out, and counts as a duplicate. */
  | { readonly kind: 'duplicate'; readonly issue: Issue }
  /** Another run must find out first. */
  | {
      readonly kind: 'open';
      readonly fate: 'uncertain' | 'not sent';
      readonly issue: Issue;
      readonly holder: Holder | undefined;
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
  /** When the run began that is resumed, in milliseconds since 1970: what others have sent since is newer than its rows. */
  readonly resumedFrom?: number | undefined;
}

/** A record with what tells whether it is the same as one that was sent on another day. */
export interface Asked {
  /** The API, or its user, knows it again by its fields. */
  readonly hasIdentity: boolean;
  /** How many records alike came before it in this run. */
  readonly occurrence: number;
  /** Id of a stored record whose place it takes. */
  readonly replacedId?: string | undefined;
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
    const decision = decideSame(sameOfOthers, found, rules, asked);
    if (decision !== undefined) return decision;
  }
  return decideOther([...own, ...others], rules, asked.replacedId);
}

const acceptedFirst = (list: readonly KnownRecord[]): readonly KnownRecord[] => [
  ...list.filter(({ entry }) => entry === Entry.accepted),
  ...list.filter(({ entry }) => entry !== Entry.accepted),
];

function decideSame(
  known: KnownRecord,
  found: readonly KnownRecord[],
  rules: KnownRules,
  { hasIdentity }: Asked,
): Decision | undefined {
  if (known.entry === Entry.accepted) {
    if (rules.isAgain) return undefined;
    return hasIdentity || rules.countsAll
      ? { kind: 'accepted', known }
      : { kind: 'duplicate', issue: sentBefore(known) };
  }
  if (isUnderWay(known)) return { kind: 'wait', known };
  if (isHalfReplaced(known) && rules.replaces) return undefined;
  if (known.entry === Entry.removing) return beingRemoved(known, found);
  // What they are now is what they will be: the API updates a purchase that it has.
  if (rules.isUpsert && hasIdentity) return undefined;
  if (known.isGone) return { kind: 'ask', known };
  return {
    kind: 'open',
    fate: 'uncertain',
    issue: uncertainBefore(known),
    holder: { runId: known.runId, by: 'resume' },
  };
}

/** A later upload was to take its place, and was broken off: the next one that replaces ends that. */
const isHalfReplaced = ({ entry, undo, isRunning }: KnownRecord): boolean =>
  entry === Entry.removing && undo === undefined && !isRunning;

const isReplaced = (known: KnownRecord, { replaces, isUpsert }: KnownRules, replacedId: string | undefined): boolean =>
  known.id !== undefined &&
  (known.id === replacedId ||
    (replaces && !isUpsert && known.by === 'key' && (known.entry === Entry.accepted || isHalfReplaced(known))));

/** The versions of a record that it takes the place of when it is stored: those from before it was sent. */
export function earlierVersions(
  found: readonly KnownRecord[],
  decision: Decision,
  rules: KnownRules,
): readonly Earlier[] {
  if (!rules.replaces || rules.isUpsert) return [];
  const before = 'known' in decision ? decision.known.order : decision.kind === 'send' ? Infinity : 0;
  return found.flatMap((known) => {
    const { by, entry, id, order, isRunning } = known;
    const isStored = entry === Entry.accepted || (entry === Entry.removing && !isRunning);
    const isVersion = by === 'key' || (by === 'content' && isHalfReplaced(known));
    return isVersion && id !== undefined && order < before && isStored ? [{ id, place: known, hasFailed: false }] : [];
  });
}

/** Whether a process is about to find out what becomes of a record. */
export const isUnderWay = ({ entry, isRunning }: KnownRecord): boolean =>
  isRunning && (entry === Entry.sending || entry === Entry.removing);

/** The same shipment with other values, the same row read otherwise, or another leg. */
function decideOther(found: readonly KnownRecord[], rules: KnownRules, replacedId: string | undefined): Decision {
  const { isUpsert, isAgain, runId, resumedFrom = Infinity } = rules;
  const later = found.find(
    ({ by, entry, sentAt, runId: id }) =>
      by === 'key' && id !== runId && entry === Entry.accepted && sentAt > resumedFrom,
  );
  if (later !== undefined) return { kind: 'duplicate', issue: supersededBy(later) };
  const version = found.find(
    (known) => (known.by === 'key' || known.by === 'cells') && !isReplaced(known, rules, replacedId),
  );
  if (version !== undefined && !isUpsert && !isAgain) {
    if (version.entry === Entry.accepted) return { kind: 'superseding', known: version };
    if (version.entry === Entry.removing) return beingRemoved(version, found);
    return {
      kind: 'open',
      fate: 'not sent',
      issue: versionUnknown(version, runId),
      holder: version.isGone ? undefined : { runId: version.runId, by: 'resume' },
    };
  }
  const movement = found.find(
    ({ by, entry, id }) => by === 'movement' && entry === Entry.accepted && (id === undefined || id !== replacedId),
  );
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

/** @param changes what is known of what it changes; `undefined` where the account is not asked */
export function supersedes(known: KnownRecord, changes?: Changes): Issue {
  const isKey = known.by === 'key';
  const what = isKey ? 'an earlier version' : 'the same row';
  const now = isKey ? 'this one has other values' : 'it is read otherwise now (mapping, alias, unit or constant)';
  const names = changes?.kind === 'read' ? changes.fields.map(({ name }) => name).join(', ') : '';
  return {
    code: 'SUPERSEDES',
    stage: 'dedupe',
    message: `${what} was accepted from ${placeOf(known)}${idOf(known)}; ${now}${changesText(changes)}`,
    cause: `${what} was accepted before; ${now}${names === '' ? '' : `: ${names}`}`,
    hint: isKey
      ? '--replace sends it and deletes the earlier version'
      : 'delete the earlier version in Dcycle, then send this one with --again',
  };
}

/** A run that is resumed is older than what has been uploaded since: it takes no place of that. */
const supersededBy = (known: KnownRecord): Issue => ({
  code: 'DUPLICATE',
  stage: 'dedupe',
  message: `a later version was accepted from ${placeOf(known)}${idOf(known)}; this run is older, and does not send its own`,
  cause: 'a later version was accepted since this run began',
  hint: 'nothing, where the later version is right',
});

export function changesText(changes: Changes | undefined): string {
  if (changes === undefined) return '; an upload says what changed';
  if (changes.kind === 'gone') return '; the account does not show the earlier version any more';
  if (changes.kind === 'unread') return `; what changed is not known: ${changes.why}`;
  if (changes.fields.length === 0) return '; no field differs of those that the account returns';
  const text = (value: string | undefined): string => (value === undefined ? 'none' : clip(value, 60));
  return `: ${changes.fields.map(({ name, before, after }) => `${name} ${text(before)} -> ${text(after)}`).join(', ')}`;
}

const idOf = ({ id }: KnownRecord): string => (id === undefined ? '' : ` (id ${id})`);

const uncertainBefore = ({ runId }: KnownRecord): Issue => ({
  code: 'UNCERTAIN',
  stage: 'send',
  message: `run ${shortId(runId)} sent it, and it is unknown whether the API stored it`,
  hint: `find out first: dcycle-upload resume ${shortId(runId)}`,
});

/** Its deletion was broken off: that of an undo of its run, or that of a later upload whose version takes its place. */
function beingRemoved(known: KnownRecord, found: readonly KnownRecord[]): Decision {
  const newer = found.find(({ entry, by, order }) => entry === Entry.accepted && by === 'key' && order > known.order);
  const holder: Holder =
    known.undo !== undefined
      ? { runId: known.runId, by: known.undo === 'partly' ? 'undo of failed' : 'undo' }
      : newer === undefined
        ? { runId: known.runId, by: 'replace' }
        : { runId: newer.runId, by: 'resume' };
  const who = known.undo === undefined ? 'a later upload' : `the undo of run ${shortId(known.runId)}`;
  const issue: Issue = {
    code: 'NOT_SENT',
    stage: 'send',
    message: `not sent: ${who} is deleting it, or an earlier version of it, and was broken off`,
    hint:
      holder.by === 'replace'
        ? '--replace sends it and ends that deletion'
        : `finish it first: ${freeingCommand({ ...holder, runId: shortId(holder.runId) })}`,
  };
  return { kind: 'open', fate: 'not sent', issue, holder };
}

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

export const wasAccepted = ({ runId, day }: KnownRecord): Warning => ({
  code: 'ACCEPTED_BEFORE',
  message: `accepted by run ${runId} on ${day}, and not sent again (--again sends them)`,
});

export const beingSent = ({ runId }: KnownRecord): Warning => ({
  code: 'BEING_SENT',
  message: `run ${runId} is sending them at this moment; an upload waits for it`,
});

const gaps = {
  empty: 'nothing was uploaded from this machine yet: what the account has from elsewhere is not known',
  lost: 'a repair of the ledger has lost something: an upload asks the account for each record first',
  'earlier version': 'the runs of version 0.1 are not in the ledger yet: the next upload takes them over',
} as const satisfies Record<NonNullable<LedgerView['gap']>, string>;

/** Why the ledger may not know all that was accepted before. */
export const ledgerGap = (gap: keyof typeof gaps): Warning => ({ code: 'LEDGER_UNREAD', message: gaps[gap] });

export const ledgerUnread = (why: string): Warning => ({
  code: 'LEDGER_UNREAD',
  message: `what was accepted before is not known: ${why}`,
});

/** What the results say of a record that an earlier run had accepted. */
export const acceptedStatus = ({ runId, row }: KnownRecord): string =>
  `accepted by run ${shortId(runId)}, row ${String(row)}`;
