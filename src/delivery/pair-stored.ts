import type { Fields } from '../records/kind.ts';
import { compareStored, isWhole, type Likeness, shownLegFields, type StoredFields } from './compare-stored.ts';

/** A stored record that may be one of those that were sent. */
export interface Candidate {
  readonly id: string;
  readonly fields: StoredFields;
  /** Whether it may have been there before the call. */
  readonly mayBeOlder: boolean;
}

/** What a look-up says of one record. */
export type Finding =
  | {
      readonly kind: 'stored';
      readonly candidate: Candidate;
      /** `exact`: every field that was sent came back, and is equal. */
      readonly as: 'exact' | 'equal' | 'otherwise';
      /** Ids of further stored records that are the same. */
      readonly surplus: readonly string[];
      /** Another record that was sent may as well be this one, and have the id of the other: the list lacks what tells them apart. */
      readonly isLikeAnother: boolean;
    }
  | { readonly kind: 'missing' }
  | { readonly kind: 'open'; readonly why: string };

/** Records times candidates beyond which they are not told apart. */
const mostPairs = 4_000_000;

/**
 * Finds for each record the stored one that it has become. What counts is what is new: each candidate is for one record, so of
 * two records alike that are stored once one is missing.
 *
 * @param records of one movement, or all that have none
 * @param candidates new stored records of that movement
 */
export function pairStored<Key>(
  records: ReadonlyMap<Key, Fields>,
  candidates: readonly Candidate[],
): ReadonlyMap<Key, Finding> {
  const findings = new Map<Key, Finding>();
  if (records.size * candidates.length > mostPairs) {
    for (const key of records.keys()) findings.set(key, { kind: 'open', why: 'too many alike are stored' });
    return findings;
  }
  const pairing = new Pairing(records, candidates);
  pairing.takeEqual();
  pairing.takeOtherwise();
  pairing.end();
  for (const key of records.keys()) findings.set(key, pairing.findingOf(key));
  return findings;
}

/** Candidates with what each of them is to each record. */
class Pairing<Key> {
  readonly #records: ReadonlyMap<Key, Fields>;
  readonly #candidates: readonly Candidate[];
  /** By record: indices of candidates by what they are to it. */
  readonly #like = new Map<Key, ReadonlyMap<Likeness, readonly number[]>>();
  /** By candidate: the records of which it is one written otherwise. */
  readonly #rivals = new Map<number, readonly Key[]>();
  readonly #pairOf = new Map<Key, number>();
  readonly #keyOf = new Map<number, Key>();
  readonly #texts = new Map<Key, string>();
  readonly #taken: Uint8Array;
  /** Records without one, when all are paired that can be. */
  #left: readonly Key[] = [];

  constructor(records: ReadonlyMap<Key, Fields>, candidates: readonly Candidate[]) {
    this.#records = records;
    this.#candidates = candidates;
    this.#taken = new Uint8Array(candidates.length);
    const shown = shownLegFields(candidates.map(({ fields }) => fields));
    for (const [key, fields] of records) {
      const like = new Map<Likeness, number[]>();
      for (const [index, { fields: stored }] of candidates.entries()) {
        const likeness = compareStored(fields, stored, shown);
        if (likeness === 'contradicted') continue;
        const alike = like.get(likeness);
        if (alike === undefined) like.set(likeness, [index]);
        else alike.push(index);
        if (likeness === 'otherwise') this.#rivals.set(index, [...(this.#rivals.get(index) ?? []), key]);
      }
      this.#like.set(key, like);
    }
  }

  /** Those that are equal pair off first; of these, those of which the list has every field. */
  takeEqual(): void {
    // A record with few fields may be like several stored ones, and must not take that of a record with more.
    const fullestFirst = [...this.#records].toSorted(([, a], [, b]) => Object.keys(b).length - Object.keys(a).length);
    for (const needsAll of [true, false]) {
      for (const [key] of fullestFirst) {
        if (this.#pairOf.has(key)) continue;
        const equal = this.#free(key, 'equal').filter((index) => !needsAll || this.#isWhole(key, index));
        const first = equal.find((index) => this.#candidates[index]?.mayBeOlder === false);
        this.#pair(key, first ?? equal[0]);
      }
    }
  }

  #likenessOf(key: Key): 'exact' | 'equal' | 'otherwise' {
    const pair = this.#pairOf.get(key) ?? 0;
    if (this.#like.get(key)?.get('equal')?.includes(pair) !== true) return 'otherwise';
    return this.#isWhole(key, pair) ? 'exact' : 'equal';
  }

  #isWhole(key: Key, index: number): boolean {
    return isWhole(this.#records.get(key) ?? {}, this.#candidates[index]?.fields ?? {});
  }

  /** Then those that are written otherwise, as long as only one way is left, or it makes no difference. */
  takeOtherwise(): void {
    for (let hasPaired = true; hasPaired;) {
      hasPaired = false;
      for (const key of this.#unpaired()) {
        const own = this.#free(key, 'otherwise');
        const [only] = own;
        if (only === undefined) continue;
        const rivals = (this.#rivals.get(only) ?? []).filter((other) => !this.#pairOf.has(other));
        const isUnique = own.length === 1 && rivals.length === 1;
        if (!isUnique && !this.#areAlike(rivals)) continue;
        this.#pair(key, only);
        hasPaired = true;
      }
    }
  }

  end(): void {
    this.#left = this.#unpaired();
  }

  findingOf(key: Key): Finding {
    const pair = this.#pairOf.get(key);
    const candidate = pair === undefined ? undefined : this.#candidates[pair];
    if (candidate !== undefined) {
      if (candidate.mayBeOlder) return open(`${candidate.id} is the same, but may have been there before`);
      if (this.#isWantedBySomeLeft(key)) return open(`it may be ${candidate.id}, or a record like it is that`);
      return {
        kind: 'stored',
        candidate,
        as: this.#likenessOf(key),
        surplus: this.#surplusOf(key),
        isLikeAnother: this.#isLikeAnother(key),
      };
    }
    const possible = [...this.#free(key, 'otherwise'), ...this.#free(key, 'thin'), ...this.#free(key, 'near')];
    possible.push(...this.#takenByUnlike(key));
    const ids = possible.map((index) => this.#candidates[index]?.id ?? '');
    return ids.length === 0 ? { kind: 'missing' } : open(`it may be ${ids.slice(0, 3).join(' or ')}`);
  }

  /** Whether a record that was left without a stored one may as well be the one that this was paired with. */
  #isWantedBySomeLeft(key: Key): boolean {
    const pair = this.#pairOf.get(key) ?? 0;
    if (this.#left.length === 0 || this.#isWhole(key, pair)) return false;
    return this.#left.some(
      (other) => this.#like.get(other)?.get('equal')?.includes(pair) === true && !this.#areAlike([key, other]),
    );
  }

  /** Stored records that may be this one, and were paired with one from which the list does not tell it. */
  #takenByUnlike(key: Key): readonly number[] {
    return (this.#like.get(key)?.get('equal') ?? []).filter((index) => {
      const owner = this.#keyOf.get(index);
      return owner !== undefined && !this.#isWhole(owner, index) && !this.#areAlike([key, owner]);
    });
  }

  /** Whether another record could have been paired with this one's, and this one with the other's. */
  #isLikeAnother(key: Key): boolean {
    const pair = this.#pairOf.get(key) ?? 0;
    if (this.#isWhole(key, pair)) return false;
    return (this.#like.get(key)?.get('equal') ?? []).some((index) => {
      const other = this.#keyOf.get(index);
      const isOther = other !== undefined && other !== key && !this.#areAlike([key, other]);
      return isOther && this.#like.get(other)?.get('equal')?.includes(pair) === true;
    });
  }

  /** Further ones that are equal, beyond what was sent; the first record of those alike names them. */
  #surplusOf(key: Key): readonly string[] {
    const pair = this.#pairOf.get(key) ?? 0;
    const left = this.#free(key, 'equal').filter(
      (index) =>
        this.#candidates[index]?.mayBeOlder === false && (this.#isWhole(key, index) || !this.#isWhole(key, pair)),
    );
    for (const index of left) this.#taken[index] = 1;
    return left.map((index) => this.#candidates[index]?.id ?? '');
  }

  #unpaired(): readonly Key[] {
    return [...this.#records.keys()].filter((key) => !this.#pairOf.has(key));
  }

  #free(key: Key, wanted: Likeness): readonly number[] {
    return (this.#like.get(key)?.get(wanted) ?? []).filter((index) => this.#taken[index] === 0);
  }

  #areAlike(keys: readonly Key[]): boolean {
    return new Set(keys.map((key) => this.#textOf(key))).size === 1;
  }

  #textOf(key: Key): string {
    const text = this.#texts.get(key) ?? JSON.stringify(this.#records.get(key));
    this.#texts.set(key, text);
    return text;
  }

  #pair(key: Key, index: number | undefined): void {
    if (index === undefined) return;
    this.#pairOf.set(key, index);
    this.#keyOf.set(index, key);
    this.#taken[index] = 1;
  }
}

const open = (why: string): Finding => ({ kind: 'open', why });
