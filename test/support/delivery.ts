import type { ApiClient, Exchange } from '../../src/api/client.ts';
import type { CallEvent } from '../../src/delivery/caller.ts';
import { connectApi, type DeliveryOptions, type Settling } from '../../src/delivery/delivery.ts';
import type { Chunk, Outcome } from '../../src/destinations/destination.ts';
import type { Fields, RecordKind } from '../../src/records/kind.ts';
import { kinds } from '../../src/records/kinds.ts';
import { answer, listOf } from './chunks.ts';
import type { Clock } from './clock.ts';
import { MemoryLedger } from './memory-run.ts';

/** A model of the API that remembers what is stored, and does to each call what a script says. */
export class ModelApi {
  readonly clock: Clock;
  readonly stored: (Fields & { readonly id: string })[] = [];
  readonly posts: (readonly Fields[])[] = [];
  readonly gets: string[] = [];
  /** What is done with a bulk call; calls are counted from 0. */
  post: (records: readonly Fields[], call: number) => Exchange | Promise<Exchange> = (records) => this.take(records);
  /** What a list shows of what is stored. */
  list: (path: string) => Exchange = (path) => listOf(this.found(path));

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Stores records and answers as the API does. */
  take(records: readonly Fields[]): Exchange {
    const ids = this.store(records);
    const results = records.map(({ movement_id: movement }, index) => ({
      index,
      id: ids[index],
      movement_id: movement,
    }));
    const count = records.length;
    return answer(200, {
      total_received: count,
      total_processed: count,
      success: count,
      failed: 0,
      results,
      errors: [],
    });
  }

  store(records: readonly Fields[]): readonly string[] {
    return records.map((record) => {
      const id = `id-${String(this.stored.length + 1)}`;
      this.stored.push({ ...record, id, created_at: new Date(this.clock.now()).toISOString() });
      return id;
    });
  }

  /** Stored records that answer to a query, on one page. */
  found(path: string): readonly object[] {
    const query = new URL(path, 'https://api.example').searchParams;
    const movements = [...query.getAll('movement_id[]'), ...query.getAll('movement_id')];
    const items =
      movements.length === 0
        ? this.stored
        : this.stored.filter(({ movement_id: id }) => movements.includes(String(id)));
    return items.toReversed();
  }

  get client(): ApiClient {
    return {
      post: async (_path, body) => {
        const { records } = JSON.parse(body.toString()) as { records: Fields[] };
        this.posts.push(records);
        await this.clock.sleep(100);
        return this.post(records, this.posts.length - 1);
      },
      get: async (path) => {
        this.gets.push(path);
        await this.clock.sleep(20);
        return this.list(path);
      },
      delete: async (path) => {
        await this.clock.sleep(20);
        const id = decodeURIComponent(path.split('/').at(-1) ?? '');
        const place = this.stored.findIndex((each) => each.id === id);
        if (place < 0) return answer(404, { code: 'NOT_FOUND', detail: 'Logistics request not found' });
        this.stored.splice(place, 1);
        return answer(204, '');
      },
      redact: (text) => text.replaceAll('s3cret', '***'),
      close: async () => {},
    };
  }

  /** The movements that are stored, each as often as it is. */
  get movements(): readonly string[] {
    return this.stored.map(({ movement_id: id }) => String(id)).toSorted();
  }
}

const usual: Settling = { settle: undefined, rounds: 1, assume: undefined, verifies: false, isAgain: false };

export interface Delivered extends Partial<Omit<DeliveryOptions, 'settling'>> {
  readonly api: ModelApi;
  readonly chunks: readonly Chunk[];
  readonly ledger?: MemoryLedger;
  readonly runId?: string;
  readonly goesOn?: boolean;
  readonly settling?: Partial<Settling>;
  readonly kind?: RecordKind;
  /** All chunks are begun at the same moment. */
  readonly isAtOnce?: boolean;
}

/** Delivers chunks one after the other, as soon as those before are answered or parked, in virtual time. */
export async function deliverAll({ api, chunks, ...given }: Delivered) {
  const { clock } = api;
  const {
    ledger = new MemoryLedger(),
    runId = 'run-a',
    goesOn = false,
    kind = kinds.requests,
    isAtOnce = false,
  } = given;
  const events: CallEvent[] = [];
  const connection = connectApi({
    kind,
    client: api.client,
    baseUrl: new URL('https://api.example'),
    apiVersion: 'v2',
    concurrency: 1,
    callsPerMinute: undefined,
    continueOnError: true,
    timeoutMs: 120_000,
    target: { baseUrl: 'https://api.example/', organizationId: 'o' },
    retries: 2,
    onCall: (event) => events.push(event),
    onParked: () => {},
    random: () => 0.5,
    now: clock.now,
    wait: clock.wait,
    ...given,
    settling: { ...usual, ...given.settling },
  });
  const run = ledger.open(runId);
  const startedAt = clock.now();
  const outcomes: Outcome[] = [];
  const all = async (): Promise<void> => {
    const delivery = await connection.deliveryOf(run, goesOn);
    const open: Promise<void>[] = [];
    for (const chunk of chunks) if (delivery.preview?.(chunk) !== true) break;
    for (const [index, chunk] of chunks.entries()) {
      await new Promise<void>((resolve) => {
        const deliver = async (): Promise<void> => {
          outcomes[index] = await delivery.deliver(chunk, resolve);
          resolve();
        };
        open.push(deliver());
        if (isAtOnce) resolve();
      });
    }
    delivery.end?.();
    await Promise.all(open);
  };
  await clock.until(all());
  return { outcomes, ledger, events, seconds: (clock.now() - startedAt) / 1000 };
}
