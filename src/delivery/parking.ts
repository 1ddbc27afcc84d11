import type { Wait } from '../api/wait.ts';
import type { RecordKind } from '../records/kind.ts';
import type { Caller } from './caller.ts';
import type { Claims } from './claims.ts';
import { type Control, Controls } from './controls.ts';
import type { Gate } from './gate.ts';
import { type Doubt, type Looked, lookUp } from './look-up.ts';
import type { Finding } from './pair-stored.ts';
import type { StoredRecord } from './read-stored.ts';

/** Records of one call whose outcome is unknown. */
export interface Parked {
  readonly doubts: ReadonlyMap<number, Doubt>;
  readonly reason: string;
  /** When the call ended, or must have; milliseconds since 1970. */
  readonly endedAt: number;
  /** What is stored of it is stored soon. */
  readonly settlesSoon: boolean;
  /** An earlier attempt made the call: what is stored of it may have been there for long. */
  readonly isEarlier: boolean;
  /** The API says that it did not take them: a look-up that does not find them needs no further proof. */
  readonly isDenied: boolean;
  /** What the API replaces may be sent again without having been looked up. */
  readonly mayBeRepeated: boolean;
  readonly chunk: number;
}

/** A stored record that was found to be one that was sent. */
export interface FoundRecord extends Pick<Extract<Finding, { readonly kind: 'stored' }>, 'surplus' | 'isLikeAnother'> {
  readonly record: StoredRecord;
}

/** What was found out of parked records. */
export interface Resolution {
  readonly stored: ReadonlyMap<number, FoundRecord>;
  readonly missing: readonly number[];
  /** Record to why it is not known. */
  readonly open: ReadonlyMap<number, string>;
  /** Whether the API has accepted others since. */
  readonly isWell: boolean;
}

export interface ParkingOptions {
  readonly kind: RecordKind;
  readonly isInline: boolean;
  readonly caller: Caller;
  readonly gate: Gate;
  readonly owned: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly claims: Claims;
  /** Seconds as the user gave them; 0: nothing counts as missing. */
  readonly settle: number | undefined;
  readonly now: () => number;
  readonly wait: Wait;
  /** Told how many chunks are parked, and until when. */
  readonly onParked: (parked: ParkedState) => void;
}

/** Chunks that wait to be looked up. */
export interface ParkedState {
  readonly chunks: number;
  /** When the next look-up is due, in milliseconds since 1970. */
  readonly until: number;
}

const soonMs = 10_000;
const usualMs = 120_000;
/** An API that calculates before it answers takes as long as it takes. */
const inlineMs = 600_000;
/** An older control must have waited longer. */
const olderFactor = 4;
/** After this, what can't be found is not there. */
const hourMs = 3_600_000;

const [firstPauseMs, longestPauseMs] = [250, 15_000];

/** Where records wait until it can be known what became of them, and are looked up, those that are due together. */
export class Parking {
  readonly controls = new Controls();
  readonly #options: ParkingOptions;
  #slowestMs = 0;
  /** How soon a list was seen to show a record that was accepted: what is not shown as soon may still come. */
  #shownWithinMs: number | undefined;
  #isEnding = false;
  #queue: LookUpRequest[] = [];
  #isLooking = false;
  /** What waits, whether it is due or not: the legs of a movement are told apart together. */
  readonly #waiting = new Set<Findings>();

  constructor(options: ParkingOptions) {
    this.#options = options;
  }

  /** A call was answered; how long calls take says how long one that was not may last. */
  answered(durationMs: number): void {
    this.#slowestMs = Math.max(this.#slowestMs, durationMs);
  }

  /** No further chunk comes. */
  end(): void {
    this.#isEnding = true;
  }

  /** Milliseconds after the end of a call when its records are looked up. */
  #settleMs({ settlesSoon }: Parked): number {
    const { settle, isInline } = this.#options;
    if (settle !== undefined) return settlesSoon ? Math.min(soonMs, settle * 1000) : settle * 1000;
    if (settlesSoon) return soonMs;
    return Math.max(isInline ? inlineMs : usualMs, 3 * this.#slowestMs);
  }

  /** Waits until it is known what became of records, or it can't be. */
  async park(parked: Parked): Promise<Resolution> {
    const open = new Findings(parked);
    this.#waiting.add(open);
    try {
      const settleMs = this.#settleMs(parked);
      const isDue = parked.endedAt + settleMs <= this.#options.now();
      // What is found need not be waited for.
      if (parked.isEarlier && !isDue) open.add(await this.#look(parked, open, parked.mayBeRepeated));
      return open.isOpen ? await this.#resolve(parked, open, settleMs) : open.end('');
    } finally {
      this.#waiting.delete(open);
    }
  }

  async #resolve(parked: Parked, open: Findings, settleMs: number): Promise<Resolution> {
    const { now, wait, gate, onParked } = this.#options;
    const dueAt = parked.endedAt + settleMs;
    onParked({ chunks: gate.parked, until: dueAt });
    if (dueAt > now() && (await wait(dueAt - now(), 'look-up')) === 'interrupted') return open.end('interrupted');
    if (parked.mayBeRepeated && this.#options.settle !== 0) return open.allMissing();
    open.add(await this.#look(parked, open));
    if (open.hasStored) gate.known();
    else gate.unresolved(settleMs, parked.reason);
    if (this.#options.settle === 0) return open.end('with --settle 0 nothing counts as missing');
    if (parked.isDenied) open.settleMissing(() => true);
    while (open.isOpen && !parked.isDenied) {
      const proof = await this.#awaitProof(parked, settleMs);
      if (proof !== 'proof') return open.end(proof);
      open.add(await this.#look(parked, open));
      const why = this.#settleMissing(open, parked, settleMs);
      if (why === undefined) gate.known();
      else if (!open.mayChange || now() >= parked.endedAt + this.#provesAfterMs(settleMs)) return open.end(why);
      else if ((await wait(settleMs, 'look-up')) === 'interrupted') return open.end('interrupted');
    }
    return open.end('');
  }

  /** Takes what was not found for missing, where that is proved; why it is not. */
  #settleMissing(open: Findings, parked: Parked, settleMs: number): string | undefined {
    const age = this.#options.now() - parked.endedAt;
    return open.settleMissing((control) => {
      if (age >= hourMs) return true;
      if (control === undefined) return false;
      return control.startedAt >= parked.endedAt || age >= this.#provesAfterMs(settleMs);
    });
  }

  /** Milliseconds after the end of a call when an older control proves that something is missing. */
  #provesAfterMs(settleMs: number): number {
    return Math.max(olderFactor * settleMs, this.#shownWithinMs ?? 0);
  }

  /** Waits until a look-up can prove that something is missing; why none can. */
  async #awaitProof({ doubts, endedAt }: Parked, settleMs: number): Promise<string> {
    const { now, wait, gate } = this.#options;
    const byMovement = [...doubts.values()].some(({ fields }) => fields['movement_id'] !== undefined);
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      const control = this.controls.best(byMovement);
      const provedAt = endedAt + this.#provesAfterMs(settleMs);
      const mayComeNewer = gate.hasInFlight || (gate.isOpen && !this.#isEnding);
      if (control !== undefined && (control.startedAt >= endedAt || now() >= provedAt)) return 'proof';
      if (now() >= endedAt + hourMs) return 'proof';
      if (control === undefined && !mayComeNewer) {
        return 'no later record was accepted that would show what the list has';
      }
      const left = control === undefined ? pauseMs : Math.min(pauseMs, Math.max(1, provedAt - now()));
      if ((await wait(left, 'look-up')) === 'interrupted') return 'interrupted';
    }
  }

  /** Looks up what is not known yet, together with whatever else is due. */
  #look(
    { chunk }: Parked,
    { openDoubts: doubts }: Findings,
    mustBeExact = false,
  ): Promise<ReadonlyMap<number, Looked>> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ doubts, mustBeExact, chunk, resolve, reject });
      if (!this.#isLooking) void this.#lookAll();
    });
  }

  async #lookAll(): Promise<void> {
    this.#isLooking = true;
    // Those that are due at the same moment come one after the other.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const requests = this.#queue;
      this.#queue = [];
      try {
        await this.#lookTogether(requests);
      } catch (error) {
        for (const { reject } of requests) reject(error);
      }
    }
    this.#isLooking = false;
  }

  #shown({ storedBy, startedAt }: Control): void {
    const ageMs = this.#options.now() - (storedBy ?? startedAt);
    this.#shownWithinMs = Math.min(ageMs, this.#shownWithinMs ?? ageMs);
  }

  async #lookTogether(requests: readonly LookUpRequest[]): Promise<void> {
    const { kind, caller, owned, claims } = this.#options;
    const doubts = new Map<AskedRecord, Doubt>();
    for (const request of requests) {
      for (const [record, doubt] of request.doubts) doubts.set({ request, record }, doubt);
    }
    const asked = new Set(doubts.values());
    for (const { openDoubts } of this.#waiting) {
      for (const [record, doubt] of openDoubts) if (!asked.has(doubt)) doubts.set({ record }, doubt);
    }
    const found = await lookUp(doubts, {
      kind,
      get: (path) => caller.get(path, requests[0]?.chunk),
      owned,
      claims,
      takes: ({ request }, { as }) => request !== undefined && (as === 'exact' || !request.mustBeExact),
      controlOf: (byMovement) => this.controls.best(byMovement),
    });
    for (const { control } of found.values()) if (control !== undefined) this.#shown(control);
    const answers = new Map(requests.map((request) => [request, new Map<number, Looked>()]));
    for (const [{ request, record }, looked] of found) {
      if (request !== undefined) answers.get(request)?.set(record, looked);
    }
    for (const [request, own] of answers) request.resolve(own);
  }
}

/** A record that is looked up; without a request, it waits, and is only told from the others. */
interface AskedRecord {
  readonly request?: LookUpRequest;
  readonly record: number;
}

interface LookUpRequest {
  readonly doubts: ReadonlyMap<number, Doubt>;
  /** Nothing is said of what is not found as it was sent: it may be the version that it is to replace. */
  readonly mustBeExact: boolean;
  readonly chunk: number;
  readonly resolve: (found: ReadonlyMap<number, Looked>) => void;
  readonly reject: (error: unknown) => void;
}

/** What is known of the records of a call, from one look to the next. */
class Findings {
  readonly #parked: Parked;
  readonly #stored = new Map<number, FoundRecord>();
  readonly #missing: number[] = [];
  readonly #open = new Map<number, Looked | undefined>();
  #isWell = false;

  constructor(parked: Parked) {
    this.#parked = parked;
    for (const record of parked.doubts.keys()) this.#open.set(record, undefined);
  }

  get isOpen(): boolean {
    return this.#open.size > 0;
  }

  get hasStored(): boolean {
    return this.#stored.size > 0;
  }

  /** Whether another look may tell more: not where what was found can't be told apart. */
  get mayChange(): boolean {
    return [...this.#open.values()].some((looked) => looked?.isAnswered !== true || looked.finding.kind === 'missing');
  }

  get openDoubts(): ReadonlyMap<number, Doubt> {
    return new Map([...this.#parked.doubts].filter(([record]) => this.#open.has(record)));
  }

  add(found: ReadonlyMap<number, Looked>): void {
    for (const [record, looked] of found) {
      const { finding, stored, control } = looked;
      if (control !== undefined && control.startedAt >= this.#parked.endedAt) this.#isWell = true;
      if (finding.kind === 'stored' && stored !== undefined) {
        const { surplus, isLikeAnother } = finding;
        this.#stored.set(record, { record: stored, surplus, isLikeAnother });
        this.#open.delete(record);
      } else {
        this.#open.set(record, looked);
      }
    }
  }

  /** Takes records for missing that were not found in an answer which proves it; why others are not. */
  settleMissing(proves: (control: Control | undefined) => boolean): string | undefined {
    let why: string | undefined;
    for (const [record, looked] of this.#open) {
      if (looked?.finding.kind === 'missing' && looked.isAnswered && proves(looked.control)) {
        this.#missing.push(record);
        this.#open.delete(record);
      } else {
        why = 'the list does not show what was accepted since';
      }
    }
    return why;
  }

  allMissing(): Resolution {
    this.#missing.push(...this.#open.keys());
    this.#open.clear();
    return this.end('');
  }

  /** @param why what is still open is not known */
  end(why: string): Resolution {
    const open = new Map<number, string>();
    for (const [record, looked] of this.#open) {
      open.set(record, looked?.finding.kind === 'open' ? looked.finding.why : why);
    }
    return { stored: this.#stored, missing: this.#missing, open, isWell: this.#isWell };
  }
}
