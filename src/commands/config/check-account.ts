import { createApiClient } from '../../api/client.ts';
import { type AccountReading, readAccount } from '../../api/read-account.ts';
import type { Credentials } from '../../config/credentials.ts';
import { plural } from '../../report/format.ts';
import { version } from '../../version.ts';
import type { CommandContext } from '../context.ts';

/** Of a check; no one waits longer for one. */
export const checkTimeoutMs = 10_000;

/** Asks the API, with a call that changes nothing, whether it takes this key for this organisation. */
export async function checkAccount(
  credentials: Credentials,
  baseUrl: URL,
  { environment, interrupted }: Pick<CommandContext, 'environment' | 'interrupted'>,
): Promise<AccountReading> {
  const client = createApiClient({
    ...credentials,
    baseUrl,
    timeoutMs: checkTimeoutMs,
    userAgent: `dcycle-upload/${version}`,
    environment,
    interrupted,
  });
  try {
    return await readAccount(client, baseUrl);
  } finally {
    await client.close();
  }
}

/** What an account that is open holds, in words. */
export const describeAccount = (
  { shipments, purchases }: Extract<AccountReading, { kind: 'open' }>,
  organizationId: string,
): string =>
  `organisation ${organizationId} has ${plural(shipments, 'shipment')} and ${plural(purchases, 'fuel purchase')}`;
