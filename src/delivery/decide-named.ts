import { clip, type Issue, type Warning } from '../issues.ts';
import { Entry, type KnownRecord } from '../ledger/run-store.ts';
import type { Earlier } from '../pipeline/replacements.ts';
import { type Asked, changesText, type Decision, decideKnown, type KnownRules } from './known.ts';
import type { NamedRecord } from './named-records.ts';

/** What is done with a record that names a stored one, and which stored ones it takes the place of. */
export interface NamedDecision {
  readonly decision: Decision;
  readonly earlier: readonly Earlier[];
}

/**
 * What is named, once it is held against what the ledger knows of the row: where that has another record as the row's stored version,
 * and the named one was not there before it, the named one is that of another row. So it is where the ledger has it as the version of
 * another row of the file.
 *
 * @param elsewhere that row
 */
export function asOfRow(found: readonly KnownRecord[], named: NamedRecord, elsewhere: number | undefined): NamedRecord {
  const { id, place } = named;
  if (place === undefined || named.kind === 'gone' || named.kind === 'other') return named;
  const versions = versionsOf(found);
  if (versions.some(({ id: own }) => own === id)) return named;
  if (elsewhere !== undefined) return { id, place, kind: 'other', of: `row ${String(elsewhere)} of this file` };
  const isOthers = versions.some(({ order }) => order <= place.order);
  return isOthers ? { id, place, kind: 'other', of: `row ${String(place.row)} of ${place.path}` } : named;
}

/** What the ledger has as stored versions of a row. */
export const versionsOf = (found: readonly KnownRecord[]): readonly KnownRecord[] =>
  found.filter(
    ({ by, entry, id }) => (by === 'content' || by === 'key') && entry === Entry.accepted && id !== undefined,
  );

/**
 * Decides what becomes of a record that names the stored one whose place it takes. One without emissions is replaced; one that has been
 * calculated only where the user wants changed rows to replace (`--replace`). What the account does not show is not replaced.
 *
 * @param found what the ledger knows of the record, as for `decideKnown`
 */
export function decideNamed(
  found: readonly KnownRecord[],
  named: NamedRecord,
  rules: KnownRules,
  asked: Asked,
): NamedDecision {
  const replacedId = named.kind === 'other' ? undefined : named.id;
  const decision = decideKnown(found, rules, { ...asked, hasIdentity: true, replacedId });
  switch (decision.kind) {
    case 'accepted':
      if (decision.known.id === named.id) return { decision: ofSame(decision, named, rules), earlier: [] };
      return { decision, earlier: replacedBy(named, rules) };
    case 'earlier':
    case 'wait':
    case 'ask':
      return { decision, earlier: decision.known.id === named.id ? [] : replacedBy(named, rules) };
    case 'send':
      return toSend(decision, named, rules, found);
    default:
      return { decision, earlier: [] };
  }
}

/** The record that it names is the very same one. A purchase may have been fixed in its place: the API updates it. */
function ofSame(decision: Decision, named: NamedRecord, { isUpsert }: KnownRules): Decision {
  return named.kind === 'failed' && !isUpsert ? { kind: 'duplicate', issue: unchanged(named) } : decision;
}

function toSend(
  decision: Decision,
  named: NamedRecord,
  rules: KnownRules,
  found: readonly KnownRecord[],
): NamedDecision {
  const { isUpsert, isAgain, replaces } = rules;
  const earlier = replacedBy(named, rules);
  switch (named.kind) {
    case 'unread':
      return { decision: { kind: 'open', fate: 'not sent', issue: unread(named), holder: undefined }, earlier: [] };
    case 'gone':
      return {
        decision: earlier.length > 0 ? { kind: 'send' } : { kind: 'send', warning: unknownId(isUpsert) },
        earlier,
      };
    case 'other':
      return { decision: { kind: 'duplicate', issue: namesOther(named) }, earlier: [] };
    case 'failed':
    case 'calculated': {
      // The ledger knows that one that failed had another content: it was fixed, unless it is a copy of what the list shows.
      const isFixed = named.kind === 'failed' && named.place !== undefined && !named.isCopy;
      if (named.changes.length === 0 && !isFixed && !isAgain && !isUpsert) {
        return { decision: ofUnchanged(named, found), earlier: [] };
      }
      if (named.kind === 'failed') return { decision: { kind: 'send' }, earlier };
      if (replaces || isUpsert || isAgain) return { decision, earlier };
      return { decision: { kind: 'duplicate', issue: supersededBy(named) }, earlier: [] };
    }
  }
}

/** An export of a record that has its emissions is the record that an earlier run had accepted, where the ledger knows that. */
function ofUnchanged(named: NamedRecord, found: readonly KnownRecord[]): Decision {
  const known = versionsOf(found).find(({ id }) => id === named.id);
  return named.kind === 'calculated' && known !== undefined
    ? { kind: 'accepted', known }
    : { kind: 'duplicate', issue: unchanged(named) };
}

function replacedBy(named: NamedRecord, { replaces }: KnownRules): readonly Earlier[] {
  const { id, place } = named;
  switch (named.kind) {
    case 'failed':
      return [{ id, place, hasFailed: true, createdAt: named.createdAt }];
    case 'calculated':
      return replaces ? [{ id, place, hasFailed: false, createdAt: named.createdAt }] : [];
    case 'other':
      return [];
    case 'gone':
      return named.isBeingRemoved ? [{ id, place, hasFailed: true }] : [];
    case 'unread':
      return [{ id, place, hasFailed: false, unknown: named.why }];
  }
}

const unchanged = ({ id, kind }: Pick<NamedRecord, 'id' | 'kind'>): Issue =>
  kind === 'failed'
    ? {
        code: 'API_REJECTED',
        stage: 'calculate',
        message: `nothing of it is changed: the API has it as ${id} and could not calculate it`,
        cause: 'nothing of it is changed: the API has it and could not calculate it',
        storedId: id,
        hint: 'fix the row; --again sends it as it is',
      }
    : {
        code: 'DUPLICATE',
        stage: 'dedupe',
        message: `nothing of it is changed: the account has it as ${id}`,
        cause: 'nothing of it is changed: the account has it',
        hint: '--again sends it as it is',
      };

const supersededBy = ({ id, changes }: NamedRecord & { readonly kind: 'failed' | 'calculated' }): Issue => ({
  code: 'SUPERSEDES',
  stage: 'dedupe',
  message: `the account has its earlier version, calculated, as ${id}${changesText({ kind: 'read', fields: changes })}`,
  cause: 'the account has its earlier version, calculated',
  storedId: id,
  hint: '--replace sends it and deletes the earlier version',
});

const unread = ({ id, why }: NamedRecord & { readonly kind: 'unread' }): Issue => ({
  code: 'NOT_SENT',
  stage: 'send',
  message: `not sent: whether the account still has ${id}, whose place it takes, is not known: ${why}`,
  cause: `not sent: whether the account still has the record whose place it takes is not known: ${why}`,
  hint: 'upload it again later',
});

const unknownId = (isPurchase: boolean): Warning => ({
  code: 'UNKNOWN_ID',
  message: `_id has no effect in these rows: the account does not show these ids${isPurchase ? '' : ' under the row’s movement_id'}`,
});

const namesOther = ({ id, of }: NamedRecord & { readonly kind: 'other' }): Issue => ({
  code: 'CONFLICT',
  stage: 'dedupe',
  message: `_id names the stored record of another row: ${id} is that of ${of === '' ? 'another row' : clip(of, 60)}; nothing is sent or deleted`,
  cause: '_id names the stored record of another row',
  hint: 'give the row its own _id; or none, where it is new',
});

/** A later row that names the same stored record. */
export const namedTwice = (id: string, firstRow: number): Issue => ({
  code: 'CONFLICT',
  stage: 'dedupe',
  message: `row ${String(firstRow)} names the same stored record as _id, ${id}: one row takes its place`,
  cause: 'an earlier row names the same stored record as _id',
  hint: 'give each row its own _id, or none to a row that is new',
});
