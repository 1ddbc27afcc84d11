import { poisonMark } from './rows.ts';
import type { Random } from './random.ts';
import { type Spelling, spelt } from './spellings.ts';

/** A record as a call carries it. */
export type Sent = Readonly<Record<string, unknown>>;

export type Kind = 'requests' | 'recharges';

/** What an API is like, all the time; none of it breaks the documented contract, which leaves it open. */
export interface Nature {
  /** How it refuses a call that has poison in it. */
  readonly refusal: 'names it' | 'names none' | 'fails' | 'in the reply';
  /** Calls with more records are refused with 413. */
  readonly maxRecords: number;
  readonly takesLists: boolean;
  readonly obeysFilters: boolean;
  readonly mostOnPage: number;
  readonly newestFirst: boolean;
  readonly spelling: Spelling;
  readonly createdAt: 'with zone' | 'without zone' | 'an hour early' | 'an hour late' | 'absent';
  /** Milliseconds until a stored record shows in lists. */
  readonly visibleMs: number;
  /** Milliseconds by which every second list lags. */
  readonly lagMs: number;
  /** Milliseconds for which the answer to a list is kept. */
  readonly cachedMs: number;
  readonly hidesPending: boolean;
  /** Milliseconds until v2 has calculated a record. */
  readonly calculatedMs: number;
  /** Whether two purchases that lack the same part of their key are the same one. */
  readonly nullsAreEqual: boolean;
}

/** A record that the API has. */
export interface Stored {
  readonly id: string;
  readonly kind: Kind;
  readonly fileId: string;
  readonly version: string;
  readonly createdMs: number;
  /** The call that brought it; 0 for what was there before. */
  readonly call: number;
  /** Whether the caller sent it once and a gateway sent it again. */
  readonly isEcho: boolean;
  /** Of an updated purchase, what came last. */
  sent: Sent;
  removedMs: number;
}

/** A bulk call. */
export interface Bulk {
  readonly kind: Kind;
  readonly version: string;
  readonly records: readonly Sent[];
  readonly continueOnError: boolean;
  readonly call: number;
}

/** A whole answer. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

export const json = (status: number, body: unknown): Answer => ({ status, body: JSON.stringify(body) });

const isPoison = ({ client, vehicle_license_plate: plate }: Sent): boolean =>
  client === poisonMark || (typeof plate === 'string' && plate.startsWith(poisonMark));

/** What a client may be told of each record of a call: its id, or why it was refused; nothing for those after a stop. */
type Fate = { readonly id: string } | { readonly error: string };

/** The API of one organisation, by its documentation alone: it shares no code with the program. */
export class ModelApi {
  readonly #nature: Nature;
  readonly #random: Random;
  readonly #nowMs: () => number;
  readonly stored: Stored[] = [];
  readonly #cache = new Map<string, { readonly untilMs: number; readonly answer: Answer }>();
  #lists = 0;

  constructor(nature: Nature, random: Random, nowMs: () => number) {
    this.#nature = nature;
    this.#random = random;
    this.#nowMs = nowMs;
  }

  /** What is refused before anything of a call is looked at. */
  refusalOf({ records }: Bulk): Answer | undefined {
    if (records.length > this.#nature.maxRecords) return json(413, { detail: 'too large' });
    const poison = records.flatMap((record, index) => (isPoison(record) ? [index] : []));
    if (poison.length === 0) return undefined;
    switch (this.#nature.refusal) {
      case 'fails':
        return json(500, { detail: 'internal error' });
      case 'names none':
        return json(400, { detail: 'a record is poison' });
      case 'names it':
        return json(422, {
          detail: poison.map((at) => ({ loc: ['body', 'records', at, 'client'], msg: 'is poison' })),
        });
      case 'in the reply':
        return undefined;
    }
  }

  /**
   * Takes a call, or the first records of it.
   *
   * @returns the answer that it would have
   */
  take(bulk: Bulk, share = 1, isEcho = false): Answer {
    const { kind, records, continueOnError } = bulk;
    const fileId = this.#random.uuid();
    const fates: Fate[] = [];
    for (const record of records.slice(0, Math.ceil(records.length * share))) {
      const fate = isPoison(record) ? { error: 'is poison' } : { id: this.#store(record, bulk, fileId, isEcho) };
      fates.push(fate);
      if ('error' in fate && !continueOnError) break;
    }
    const { spelling } = this.#nature;
    const echoOf = (index: number): object =>
      kind === 'recharges' ? {} : { movement_id: spelt(records[index] ?? {}, spelling)['movement_id'] ?? null };
    const co2e = bulk.version === 'v1' ? 1.5 : null;
    const results = fates.flatMap((fate, index) =>
      'id' in fate
        ? [{ index, ...echoOf(index), id: fate.id, ...(kind === 'recharges' ? {} : { package_id: null, co2e }) }]
        : [],
    );
    const errors = fates.flatMap((fate, index) =>
      'error' in fate ? [{ index, ...echoOf(index), error: fate.error }] : [],
    );
    return json(200, {
      total_received: records.length,
      total_processed: fates.length,
      success: results.length,
      failed: errors.length,
      results,
      errors,
    });
  }

  #store(sent: Sent, { kind, version, call }: Bulk, fileId: string, isEcho: boolean): string {
    const same = kind === 'recharges' ? this.#samePurchase(sent) : undefined;
    if (same !== undefined) {
      same.sent = sent;
      return same.id;
    }
    const id = this.#random.uuid();
    const createdMs = this.#nowMs();
    this.stored.push({ id, kind, fileId, version, createdMs, call, isEcho, sent, removedMs: Infinity });
    return id;
  }

  #samePurchase(sent: Sent): Stored | undefined {
    return this.stored.find(
      (other) =>
        other.removedMs === Infinity &&
        ['country', 'date', 'quantity', 'vehicle_license_plate'].every((name) => {
          const [mine, its] = [sent[name] ?? null, other.sent[name] ?? null];
          return mine === its && (mine !== null || this.#nature.nullsAreEqual);
        }),
    );
  }

  /** Puts in what the organisation had before. */
  putBefore(kind: Kind, sent: Sent, createdMs: number): void {
    const [id, fileId] = [this.#random.uuid(), this.#random.uuid()];
    this.stored.push({ id, kind, fileId, version: 'v1', createdMs, call: 0, isEcho: false, sent, removedMs: Infinity });
  }

  /** `DELETE` of one, or the deletion of many, which deletes nothing where one is unknown. */
  remove(kind: Kind, ids: readonly string[]): Answer {
    const found = ids.map((id) =>
      this.stored.find((each) => each.kind === kind && each.id === id && each.removedMs === Infinity),
    );
    if (found.includes(undefined)) return json(404, { code: 'NOT_FOUND', detail: 'not found' });
    for (const each of found) if (each !== undefined) each.removedMs = this.#nowMs();
    return { status: 204, body: '' };
  }

  /** Answers a `GET`. */
  read(path: string): Answer {
    const { pathname, searchParams } = new URL(path, 'http://model');
    const kind = /^\/v1\/logistics\/(requests|recharges)$/.exec(pathname)?.[1] as Kind | undefined;
    if (kind !== undefined) return this.#cached(path, () => this.#list(kind, searchParams));
    if (pathname === '/v1/logistics/fuels') return json(200, { total_count: 0, fuels: [] });
    if (pathname === '/v1/logistics/tocs') return json(200, []);
    if (pathname === '/v1/logistics/summary') {
      const count = (of: Kind): object => ({ count: this.#present(of, this.#nowMs()).length, last_updated: null });
      return json(200, { requests: count('requests'), recharges: count('recharges'), hubs: { count: 0 } });
    }
    return json(404, { code: 'NOT_FOUND', detail: 'Not Found' });
  }

  #cached(path: string, read: () => Answer): Answer {
    const nowMs = this.#nowMs();
    const kept = this.#cache.get(path);
    if (kept !== undefined && kept.untilMs > nowMs) return kept.answer;
    const answer = read();
    this.#cache.set(path, { untilMs: nowMs + this.#nature.cachedMs, answer });
    return answer;
  }

  #list(kind: Kind, query: URLSearchParams): Answer {
    const { takesLists, obeysFilters, newestFirst, lagMs, mostOnPage } = this.#nature;
    const several = (name: string): readonly string[] => [...query.getAll(name), ...query.getAll(`${name}[]`)];
    if (!takesLists && query.has('movement_id[]')) return json(422, { detail: 'movement_id[] is not known' });
    this.#lists += 1;
    const atMs = this.#nowMs() - (this.#lists % 2 === 0 ? lagMs : 0);
    const shown = (record: Sent): Sent => spelt(record, this.#nature.spelling);
    const wanted = (name: string): ((each: Stored) => boolean) => {
      const values = new Set(several(name).map((value) => shown({ [name]: value })[name]));
      return ({ sent }) => values.size === 0 || values.has(shown(sent)[name]);
    };
    const files = new Set(several('file_id'));
    const filters = [wanted('movement_id'), wanted('vehicle_license_plate'), byDate(query), byCreation(query)];
    const all = this.#present(kind, atMs).filter(
      (each) =>
        !obeysFilters || (filters.every((matches) => matches(each)) && (files.size === 0 || files.has(each.fileId))),
    );
    const ordered = newestFirst ? all.toReversed() : all;
    const page = Number(query.get('page') ?? 1);
    const size = Math.min(Number(query.get('size') ?? 10), mostOnPage);
    const items = ordered.slice((page - 1) * size, page * size).map((each) => this.#itemOf(each, atMs));
    return json(200, { page, size, total: all.length, items });
  }

  #present(kind: Kind, atMs: number): readonly Stored[] {
    const { visibleMs, hidesPending } = this.#nature;
    return this.stored.filter(
      (each) =>
        each.kind === kind &&
        each.createdMs + visibleMs <= atMs &&
        each.removedMs > atMs &&
        !(hidesPending && this.#isPending(each, atMs)),
    );
  }

  #isPending({ version, createdMs }: Stored, atMs: number): boolean {
    return version === 'v2' && atMs < createdMs + this.#nature.calculatedMs;
  }

  #itemOf(each: Stored, atMs: number): object {
    const isPending = this.#isPending(each, atMs);
    const common = {
      ...spelt(each.sent, this.#nature.spelling),
      id: each.id,
      ...creationOf(each.createdMs, this.#nature.createdAt),
    };
    return each.kind === 'recharges'
      ? { ...common, fuel_name: 'diesel', co2e: 3.2 }
      : { ...common, status: isPending ? 'processing' : 'active', kgco2e: isPending ? null : 1.5, error_messages: [] };
  }
}

const hourMs = 3_600_000;

function creationOf(createdMs: number, how: Nature['createdAt']): object {
  const text = (ms: number): string => new Date(ms).toISOString();
  switch (how) {
    case 'with zone':
      return { created_at: text(createdMs) };
    case 'without zone':
      return { created_at: text(createdMs).replace('Z', '') };
    case 'an hour early':
      return { created_at: text(createdMs - hourMs) };
    case 'an hour late':
      return { created_at: text(createdMs + hourMs) };
    case 'absent':
      return {};
  }
}

const byDate = (query: URLSearchParams): ((each: Stored) => boolean) => {
  const [from, until] = [query.get('date_from'), query.get('date_until')];
  return ({ sent }) => {
    const date = sent['date'] ?? sent['shipment_date'];
    return (from === null || String(date) >= from) && (until === null || String(date) <= until);
  };
};

const byCreation = (query: URLSearchParams): ((each: Stored) => boolean) => {
  const from = query.get('created_at_from');
  return ({ createdMs }) => from === null || createdMs >= Date.parse(from);
};
