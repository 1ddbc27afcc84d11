import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { type Mangle, mangled, mangles } from '../mangle.ts';
import { Random } from '../random.ts';
import { poisonMark } from '../rows.ts';
import { type Kill, type Schedule, settleS, timeoutS } from './schedule.ts';

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A call on its way to the server. */
interface Call {
  readonly method: string;
  readonly path: string;
  readonly incoming: IncomingMessage;
  readonly body: Buffer;
  readonly response: ServerResponse;
}

type Sent = readonly Readonly<Record<string, unknown>>[];

interface BulkBody {
  readonly records: Sent;
  readonly options: { readonly continue_on_error: boolean };
}

interface BulkAnswer {
  readonly results: readonly { readonly index: number }[];
  readonly errors: readonly { readonly index: number; readonly error: string }[];
  readonly [name: string]: unknown;
}

const refusals = ['408', '425', '429', '500', '503'] as const;
const gateways = ['502', '504'] as const;

type Fault =
  /** The server has not seen the call. */
  | { readonly kind: 'refused'; readonly status: number; readonly retryAfter: 'none' | '0' | '1' | 'date' }
  | { readonly kind: 'reset' | 'gateway'; readonly isStored: boolean; readonly status: number }
  | { readonly kind: 'mangled'; readonly how: Mangle }
  /** The body breaks off on its way. */
  | { readonly kind: 'cut' }
  /** Answered later than the command waits; stored at once, after so long, or never. */
  | { readonly kind: 'late'; readonly storedMs: number | undefined; readonly answeredMs: number };

/** Stands before the server, and lets go wrong what the schedule wants. What goes wrong depends on the calls, not on time. */
export class FaultFront {
  readonly #schedule: Schedule;
  readonly #server: string;
  readonly #apiKey: string;
  readonly #http = createServer((incoming, response) => void this.#take(incoming, response));
  readonly #seen = new Map<string, number>();
  #process = 0;
  #calls = 0;
  #active = 0;
  #kill: Kill | undefined;
  #fire: (signal: Kill['signal']) => void = () => {};
  #isCalm = false;
  /** What went wrong between front and server, which never may. */
  readonly problems: string[] = [];

  constructor(schedule: Schedule, server: string, apiKey: string) {
    this.#schedule = schedule;
    this.#server = server;
    this.#apiKey = apiKey;
  }

  /** Begins to listen; returns the address. */
  async listen(): Promise<string> {
    this.#http.keepAliveTimeout = 0;
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
    return `http://127.0.0.1:${String((this.#http.address() as AddressInfo).port)}`;
  }

  /** A new process begins to call. */
  begin(kill: Kill | undefined, fire: (signal: Kill['signal']) => void): void {
    this.#process += 1;
    this.#calls = 0;
    this.#kill = kill;
    this.#fire = fire;
  }

  /** From now on nothing goes wrong but what the records are to blame for. */
  calm(): void {
    this.#isCalm = true;
  }

  /** Waits until no call is under way any more. */
  async idle(): Promise<void> {
    while (this.#active > 0) await delay(20);
  }

  close(): void {
    this.#http.closeAllConnections();
    this.#http.close();
  }

  async #take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#active += 1;
    try {
      const body = await buffer(incoming);
      const { method = '', url: path = '' } = incoming;
      await this.#answer({ method, path, incoming, body, response });
    } catch {
      // The command was killed while it sent.
      response.destroy();
    } finally {
      this.#active -= 1;
    }
  }

  async #answer(call: Call): Promise<void> {
    this.#calls += 1;
    const kill = this.#calls === this.#kill?.call ? this.#kill : undefined;
    if (kill !== undefined) return this.#strike(call, kill);
    const fault = this.#isCalm ? undefined : this.#faultOf(call);
    return fault === undefined ? tell(call.response, await this.#ask(call)) : this.#fail(call, fault);
  }

  async #strike(call: Call, { moment, signal }: Kill): Promise<void> {
    if (moment === 'stored') await this.#ask(call);
    if (moment === 'answered') {
      tell(call.response, await this.#ask(call));
      // Not before the command has read it, most times.
      await delay(5);
    }
    this.#fire(signal);
    if (moment === 'racing') await this.#ask(call);
    if (moment !== 'answered') call.response.destroy();
  }

  /** The same call meets the same fault, in whatever order calls come. */
  #faultOf({ method, path, body }: Call): Fault | undefined {
    const name = `${String(this.#schedule.seed)} ${String(this.#process)} ${method} ${path} ${body.toString()}`;
    const seen = (this.#seen.get(name) ?? 0) + 1;
    this.#seen.set(name, seen);
    const random = Random.of(`${name} ${String(seen)}`);
    const share = method === 'GET' ? this.#schedule.faults.GET : this.#schedule.faults.POST;
    return random.chance(share) ? planFault(random, this.#schedule.weather) : undefined;
  }

  async #fail(call: Call, fault: Fault): Promise<void> {
    const { response } = call;
    switch (fault.kind) {
      case 'refused':
        return tell(response, refusal(fault.status, fault.retryAfter, this.#apiKey));
      case 'reset':
      case 'gateway':
        if (fault.isStored) await this.#ask(call);
        if (fault.kind === 'reset') response.destroy();
        else tell(response, page(fault.status, this.#apiKey));
        return;
      case 'mangled': {
        const reply = await this.#ask(call);
        return tell(response, reply.status === 200 ? { ...reply, body: mangled(reply.body, fault.how) } : reply);
      }
      case 'cut': {
        const { status, body } = await this.#ask(call);
        response.writeHead(status, { 'content-length': Buffer.byteLength(body) });
        response.write(body.slice(0, Math.floor(body.length / 2)), () => response.destroy());
        return;
      }
      case 'late': {
        const { storedMs, answeredMs } = fault;
        await delay(storedMs ?? 0);
        const reply = storedMs === undefined ? page(504, this.#apiKey) : await this.#ask(call);
        await delay(answeredMs - (storedMs ?? 0));
        tell(response, reply);
      }
    }
  }

  /** What the API answers: the server, or what it does not bear. */
  async #ask(call: Call): Promise<Reply> {
    const { refusal: how, maxRecords, takesLists } = this.#schedule;
    if (call.method === 'GET') {
      const isList = /movement_id(?:\[\]|%5B%5D)=/i.test(call.path);
      return isList && !takesLists
        ? json(422, { detail: 'movement_id[] is not known' })
        : this.#forward(call, call.body);
    }
    const sent = JSON.parse(call.body.toString()) as BulkBody;
    if (sent.records.length > maxRecords) return json(413, { detail: 'too large' });
    const poison = sent.records.flatMap((record, index) => (isPoison(record) ? [index] : []));
    if (poison.length === 0) return this.#forward(call, call.body);
    switch (how) {
      case 'fails':
        return json(500, { detail: `internal error, key ${this.#apiKey}` });
      case 'names none':
        return json(400, { detail: 'a record is poison' });
      case 'names it': {
        const detail = poison.map((index) => ({ loc: ['body', 'records', index, 'client'], msg: 'is poison' }));
        return json(422, { detail });
      }
      case 'in the reply':
        return this.#takeWithout(call, sent, poison);
    }
  }

  /** The server takes the others, and the reply names the poison. */
  async #takeWithout(call: Call, { records, options }: BulkBody, poison: readonly number[]): Promise<Reply> {
    const isWhole = options.continue_on_error;
    const end = isWhole ? records.length : (poison[0] ?? 0) + 1;
    const kept = records.flatMap((_record, index) => (index < end && !poison.includes(index) ? [index] : []));
    const refused = poison.filter((index) => index < end).map((index) => ({ index, error: 'is poison' }));
    const taken = kept.map((index) => records[index]);
    const body = Buffer.from(JSON.stringify({ records: taken, options }));
    const reply = await this.#forward(call, body);
    if (reply.status !== 200) return reply;
    const answer = JSON.parse(reply.body) as BulkAnswer;
    const placed = <Named extends { readonly index: number }>(named: readonly Named[]): Named[] =>
      named.map((each) => ({ ...each, index: kept[each.index] ?? -1 }));
    const results = placed(answer.results);
    const errors = [...placed(answer.errors), ...refused];
    const counts = { total_received: records.length, total_processed: results.length + errors.length };
    return json(200, { ...answer, ...counts, success: results.length, failed: errors.length, results, errors });
  }

  async #forward({ method, path, incoming }: Call, body: Buffer): Promise<Reply> {
    const { 'x-api-key': key = '', 'x-organization-id': organization = '' } = incoming.headers;
    const headers = {
      'x-api-key': key,
      'x-organization-id': organization,
      ...(method === 'POST' ? { 'content-type': 'application/json', 'content-length': body.length } : {}),
    };
    try {
      const outgoing = request(this.#server + path, { method, headers });
      outgoing.end(body);
      const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
      return { status: answer.statusCode ?? 0, body: (await buffer(answer)).toString() };
    } catch (error) {
      this.problems.push(`${method} ${path}: ${String(error)}`);
      throw error;
    }
  }
}

const kindsOfFaults = {
  any: ['refused', 'refused', 'gateway', 'reset', 'mangled', 'mangled', 'cut', 'late'],
  refusing: ['refused'],
  losing: ['gateway', 'reset', 'late'],
} as const;

function planFault(random: Random, weather: Schedule['weather']): Fault {
  switch (random.pick<Fault['kind']>(kindsOfFaults[weather])) {
    case 'refused':
      return {
        kind: 'refused',
        status: Number(random.pick(refusals)),
        retryAfter: random.pick(['none', 'none', '0', '1', 'date']),
      };
    case 'gateway':
      return { kind: 'gateway', isStored: random.chance(0.6), status: Number(random.pick(gateways)) };
    case 'reset':
      return { kind: 'reset', isStored: random.chance(0.6), status: 0 };
    case 'mangled':
      return { kind: 'mangled', how: random.pick(mangles) };
    case 'cut':
      return { kind: 'cut' };
    default: {
      const answeredMs = timeoutS * 1000 + random.int(100, settleS * 400);
      const storedMs = random.pick([undefined, 0, answeredMs, answeredMs]);
      return { kind: 'late', storedMs, answeredMs };
    }
  }
}

const isPoison = ({ client, vehicle_license_plate: plate }: Sent[number]): boolean =>
  client === poisonMark || (typeof plate === 'string' && plate.startsWith(poisonMark));

const json = (status: number, body: object): Reply => ({ status, body: JSON.stringify(body) });

/** A gateway's page, which quotes the key where messages are cut. */
const page = (status: number, apiKey: string): Reply => ({
  status,
  body: `<html>${'.'.repeat(165)} ${apiKey}</html>`,
  headers: { 'content-type': 'text/html' },
});

function refusal(status: number, retryAfter: 'none' | '0' | '1' | 'date', apiKey: string): Reply {
  const reply = json(status, { detail: `not now, ${apiKey}` });
  const value = retryAfter === 'date' ? new Date(Date.now() + 1000).toUTCString() : retryAfter;
  return retryAfter === 'none' ? reply : { ...reply, headers: { 'retry-after': value } };
}

function tell(response: ServerResponse, { status, body, headers = {} }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}
