import { describe, expect, test } from 'vitest';
import { type Asked, decideKnown, type KnownRules } from '../../src/delivery/known.ts';
import { Entry, type KnownRecord } from '../../src/ledger/run-store.ts';

const rules: KnownRules = { runId: 'own', isAgain: false, countsAll: false, isUpsert: false, replaces: false };
const asked: Asked = { hasIdentity: true, occurrence: 0 };

const known = (more: Partial<KnownRecord> = {}): KnownRecord => ({
  by: 'content',
  entry: Entry.accepted,
  runId: '11111111-other',
  isRunning: false,
  isGone: false,
  undo: undefined,
  call: 1,
  record: 0,
  order: 1,
  path: 'a.csv',
  row: 7,
  sentAt: Date.UTC(2026, 0, 15),
  day: '2026-01-15',
  id: 'x',
  packageId: undefined,
  ...more,
});

function decide(found: readonly KnownRecord[], by: Partial<KnownRules> = {}, of: Partial<Asked> = {}): string {
  const decision = decideKnown(found, { ...rules, ...by }, { ...asked, ...of });
  if (decision.kind === 'duplicate') return decision.issue.code;
  if (decision.kind === 'open') return decision.issue.code;
  if (decision.kind === 'send') return decision.warning?.code ?? 'send';
  return decision.kind;
}

test('a record that names a stored one takes its place: that is no other version, and nothing is sent in addition', () => {
  for (const by of ['key', 'cells', 'movement'] as const) {
    expect(decide([known({ by })], {}, { replacedId: 'x' })).toBe('send');
    expect(decide([known({ by })], {}, { replacedId: 'y' })).not.toBe('send');
  }
});

describe('what was accepted before', () => {
  test('counts as accepted where it has an identity, and is a duplicate else', () => {
    expect(decide([known()])).toBe('accepted');
    expect(decide([known()], {}, { hasIdentity: false })).toBe('DUPLICATE');
    expect(decide([known()], { countsAll: true }, { hasIdentity: false })).toBe('accepted');
  });

  test('is sent with --again', () => {
    expect(decide([known()], { isAgain: true })).toBe('send');
    expect(decide([known({ by: 'key' })], { isAgain: true })).toBe('send');
  });

  test('counts as often as it was accepted', () => {
    const twice = [known(), known({ call: 2 })];
    expect([0, 1, 2].map((occurrence) => decide(twice, {}, { occurrence }))).toEqual(['accepted', 'accepted', 'send']);
  });

  test('names file, row, run and day', () => {
    const decision = decideKnown([known()], rules, { hasIdentity: false, occurrence: 0 });
    expect(decision).toMatchObject({
      issue: { message: expect.stringContaining('a.csv, row 7, by run 11111111 on 2026-01-15') },
    });
  });
});

describe('what another run does not know the fate of', () => {
  test('is not sent before that run has found out', () => {
    for (const entry of [Entry.uncertain, Entry.sending]) {
      expect(decide([known({ entry })])).toBe('UNCERTAIN');
      expect(decide([known({ entry })], { isAgain: true })).toBe('UNCERTAIN');
      expect(decide([known({ by: 'key', entry })])).toBe('NOT_SENT');
    }
  });

  test('is waited for while it is being sent', () => {
    expect(decide([known({ entry: Entry.sending, isRunning: true })])).toBe('wait');
  });

  test('is sent where the API replaces it', () => {
    expect(decide([known({ entry: Entry.uncertain })], { isUpsert: true })).toBe('send');
    expect(decide([known({ entry: Entry.uncertain })], { isUpsert: true }, { hasIdentity: false })).toBe('UNCERTAIN');
  });

  test('does not matter where one of them was accepted', () => {
    expect(decide([known({ entry: Entry.uncertain }), known({ call: 2 })])).toBe('accepted');
  });
});

describe('another version', () => {
  test('supersedes what was accepted; a purchase is replaced', () => {
    expect(decide([known({ by: 'key' })])).toBe('superseding');
    expect(decide([known({ by: 'cells' })])).toBe('superseding');
    expect(decide([known({ by: 'key' })], { isUpsert: true })).toBe('send');
  });

  test('a movement with other legs is sent, and said', () => {
    expect(decide([known({ by: 'movement' })])).toBe('KNOWN_MOVEMENT');
    expect(decide([known({ by: 'movement', entry: Entry.uncertain })])).toBe('send');
  });
});

describe('what this run has sent', () => {
  test('is taken up, whatever became of it', () => {
    for (const entry of [Entry.accepted, Entry.uncertain, Entry.sending]) {
      expect(decide([known({ runId: 'own', entry })])).toBe('earlier');
    }
  });

  test('counts before what others have sent', () => {
    expect(decide([known(), known({ runId: 'own', entry: Entry.uncertain })])).toBe('earlier');
  });

  test('never sends the user in a circle: what its file does not have any more is ended by the user', () => {
    const decision = decideKnown([known({ runId: 'own', by: 'key', entry: Entry.uncertain })], rules, asked);
    expect(decision).toMatchObject({ issue: { code: 'NOT_SENT', hint: expect.stringContaining('--assume') } });
  });
});

test('what nothing is known of is sent', () => {
  expect(decide([])).toBe('send');
});
