import * as z from 'zod';
import { RunError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import type { ApiClient } from './client.ts';
import { judge } from './verdict.ts';

/** The reply of `GET /v1/logistics/fuels`: the whole active catalogue of the account. */
const catalogueSchema = z.looseObject({ fuels: z.array(z.looseObject({ id: z.string(), name: z.string() })) });

/** A fuel as the account knows it. */
export interface AccountFuel {
  readonly id: string;
  readonly name: string;
}

/**
 * Reads the account's fuels.
 *
 * @throws RunError (exit 4) when the API refuses the key, (exit 5) when the catalogue can't be read; nothing was sent
 */
export async function readFuels(client: ApiClient, baseUrl: URL): Promise<readonly AccountFuel[]> {
  const exchange = await client.get('/v1/logistics/fuels');
  const parsed = catalogueSchema.safeParse(exchange.kind === 'answer' ? parseJson(exchange.body) : undefined);
  if (exchange.kind === 'answer' && exchange.status === 200 && parsed.success) return parsed.data.fuels;
  const verdict = judge(exchange, baseUrl, client.redact);
  if (verdict.kind === 'fatal') throw verdict.error;
  const reason = verdict.kind === 'processed' || parsed.success ? 'the reply is no catalogue' : verdict.reason;
  throw new RunError(
    ExitCode.incomplete,
    'FUELS_UNREADABLE',
    `the account's fuels can't be read, and the input names fuels instead of their ids (${reason})`,
    'nothing was sent; try again later, or give the ids, or translate the names with a mapping file',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
