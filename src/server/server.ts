import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { errorCode, errorMessage, usageError } from '../errors.ts';
import { createCalculator } from '../index.ts';
import { Database } from '../state/database.ts';
import { type App, createApp } from './app.ts';
import { Calculations } from './calculation/calculations.ts';
import { JobRunner } from './calculation/job-runner.ts';
import { Quiet } from './calculation/quiet.ts';
import { listFuels, listTocs } from './catalogues.ts';
import type { FaultOptions } from './faults.ts';
import type { Services } from './services.ts';
import { admitKey, hasKeys } from './store/organizations.ts';
import { serverDatabase } from './store/schema.ts';
import type { SurpriseOptions } from './surprises.ts';

/** A key and the organisation that it opens. */
export interface Access {
  readonly apiKey: string;
  /** UUID. */
  readonly organizationId: string;
}

export interface ServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** A database file, or `:memory:`. */
  readonly databasePath: string;
  /** Keys that hold in addition to those in the database. */
  readonly access: readonly Access[];
  readonly faults: FaultOptions | undefined;
  readonly surprises: SurpriseOptions | undefined;
  /** Whether two purchases that lack the same part of their key may be the same one. */
  readonly nullsAreEqual: boolean;
  /** Takes the lines of the access log, each a JSON document; none writes none. */
  readonly log: ((line: string) => void) | undefined;
  /** Told of a processing job that broke down. */
  readonly onFailure: (error: unknown) => void;
  readonly now: () => Date;
}

export interface RunningServer {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** The key that was made because there was none. */
  readonly generated: Access | undefined;
  /** Answers the calls that came, finishes what is being calculated, and closes the database. */
  close(): Promise<void>;
}

/** The organisation of keys that are given without one: that of the examples in Dcycle's documentation. */
export const defaultOrganizationId = 'a8315ef3-dd50-43f8-b7ce-d839e68d51fa';

/** Calls get so long to end when the server stops. */
const closeTimeoutMs = 10_000;

/**
 * Starts the API on this machine, over the embedded calculator.
 *
 * @throws RunError (exit 2) where the database or the address can't be used
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const database = Database.open(options.databasePath, serverDatabase);
  const calculations = new Calculations();
  try {
    const generated = admitKeys(database, options);
    const { now, nullsAreEqual } = options;
    const quiet = new Quiet();
    const jobs = new JobRunner({
      database,
      calculations,
      quiet,
      now: () => now().toISOString(),
      onFailure: options.onFailure,
    });
    const calculator = createCalculator();
    const fuels = listFuels(calculator.fuels.fuels);
    const services: Services = {
      database,
      calculations,
      jobs,
      quiet,
      fuels,
      tocs: listTocs(calculator),
      calculator: createCalculator({ accountFuels: new Map(fuels.map(({ id, name }) => [id, name])) }),
      nullsAreEqual,
      now,
    };
    const { faults, surprises, log } = options;
    const app = await createApp({ services, faults, surprises, log });
    const url = await listen(app, options);
    jobs.wake();
    return { url, generated, close: () => close(app, jobs, calculations, database) };
  } catch (error) {
    await calculations.close();
    database.close();
    throw error;
  }
}

function admitKeys(database: Database, { access, now }: ServerOptions): Access | undefined {
  const time = now().toISOString();
  for (const { apiKey, organizationId } of access) admitKey(database, apiKey, organizationId, time);
  if (hasKeys(database)) return undefined;
  const generated = {
    apiKey: `sk_local_${randomBytes(16).toString('hex')}`,
    organizationId: defaultOrganizationId,
  };
  admitKey(database, generated.apiKey, generated.organizationId, time);
  return generated;
}

async function listen(app: App, { host, port }: ServerOptions): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const where = `${host}:${String(port)}`;
    throw errorCode(error) === 'EADDRINUSE'
      ? usageError('ADDRESS_IN_USE', `${where} is in use`, 'give another --port; 0 takes a free one')
      : usageError('ADDRESS_UNUSABLE', `can't listen on ${where}: ${errorMessage(error)}`, 'check --host and --port');
  }
  const { address, family, port: actual } = app.server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${String(actual)}`;
}

async function close(app: App, jobs: JobRunner, calculations: Calculations, database: Database): Promise<void> {
  // Calls that do not end are cut off: nothing half-written stays, a transaction is whole or not there.
  const cutOff = setTimeout(() => app.server.closeAllConnections(), closeTimeoutMs);
  await app.close();
  clearTimeout(cutOff);
  await jobs.stop();
  await calculations.close();
  database.close();
}
