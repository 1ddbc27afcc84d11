import { readBatch } from '../api/calculated.ts';
import type { AccountFuel } from '../api/catalogue.ts';
import { readFuels } from '../api/fuels.ts';
import { Throttle } from '../api/throttle.ts';
import type { ApiVersion, RecordKind } from '../records/kind.ts';
import { Caller, type CallerOptions } from './api-calls.ts';
import { ChunkDelivery } from './chunk-delivery.ts';
import type { Target } from './destination.ts';
import type { ResumableDestination } from './recorded.ts';

export interface ApiDestinationOptions extends Omit<CallerOptions, 'throttle'> {
  readonly kind: RecordKind;
  readonly apiVersion: ApiVersion;
  /** Calls in flight at most. */
  readonly concurrency: number;
  readonly callsPerMinute: number | undefined;
  readonly continueOnError: boolean;
  readonly resendUncertain: boolean;
  readonly target: Target;
}

export interface ApiDestination extends ResumableDestination {
  /** The fuels that the account has. */
  fuels(): Promise<readonly AccountFuel[]>;
}

/** Dcycle's bulk endpoints. */
export function createApi(options: ApiDestinationOptions): ApiDestination {
  const { kind, client, baseUrl, apiVersion, concurrency, callsPerMinute, now, wait } = options;
  const throttle = new Throttle({ most: concurrency, callsPerMinute, now, wait });
  const caller = new Caller({ ...options, throttle });
  const delivery = {
    ...options,
    caller,
    path: kind.bulkPath(apiVersion),
    redact: client.redact,
    isInline: kind.isCalculatedInline(apiVersion),
  };
  return {
    resultColumns: ['id', 'package_id', 'co2e_kg', 'status'],
    concurrency,
    target: options.target,
    deliver: (chunk, known) => new ChunkDelivery(chunk, delivery).deliver(known),
    readStored: (batch, chunk) => readBatch((path) => caller.get(path, chunk), batch),
    fuels: () => readFuels(client, baseUrl),
    close: () => client.close(),
  };
}
