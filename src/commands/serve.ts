import { resolve } from 'node:path';
import { isLoopback } from '../base-url.ts';
import { asRunError, errorMessage, usageError } from '../errors.ts';
import { ExitCode } from '../exit-codes.ts';
import { servingText } from '../report/serving.ts';
import type { FaultOptions } from '../server/faults.ts';
import { defaultOrganizationId, type RunningServer, startServer } from '../server/server.ts';
import type { SurpriseOptions } from '../server/surprises.ts';
import { inMemory } from '../state/database.ts';
import type { CommandContext } from './context.ts';
import { showFailure } from './show-summary.ts';
import type { ServeOptions } from './serve-command.ts';

/** `serve`: the API on this machine, until a signal ends it. */
export async function serve(options: ServeOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal, workingDirectory, interrupted, now } = context;
  let server: RunningServer;
  try {
    const isLocal = isLoopbackHost(options.host);
    server = await startServer({
      host: options.host,
      port: options.port,
      databasePath: options.db === undefined ? inMemory : resolve(workingDirectory, options.db),
      access: (options.apiKey ?? []).map(({ apiKey, organizationId = defaultOrganizationId }) => ({
        apiKey,
        organizationId,
      })),
      faults: faultsOf(options, isLocal),
      surprises: surprisesOf(options, isLocal),
      nullsAreEqual: options.nullKeys === 'equal',
      log: options.quiet === true ? undefined : (line) => terminal.err(line),
      onFailure: (error) => terminal.err(`error: a processing job broke down: ${errorMessage(error)}\n`),
      now,
    });
    if (!isLocal) {
      terminal.err(
        `warning: ${options.host} lets other machines in; keys and data pass unencrypted, so put TLS in front of it\n`,
      );
    }
  } catch (error) {
    const failure = asRunError(error);
    const { code, message, hint = null } = failure;
    if (options.json === true) terminal.out(`${JSON.stringify({ error: { code, message, hint } })}\n`);
    showFailure(failure, {}, terminal);
    return failure.exitCode;
  }
  const { url, generated } = server;
  terminal.out(
    options.json === true
      ? `${JSON.stringify({ url, api_key: generated?.apiKey ?? null, organization_id: generated?.organizationId ?? null })}\n`
      : servingText({ url, generated, database: options.db }, terminal.outStyle),
  );
  await new Promise<void>((ended) => {
    if (interrupted.aborted) ended();
    else interrupted.addEventListener('abort', () => ended(), { once: true });
  });
  await server.close();
  return ExitCode.ok;
}

const isLoopbackHost = (host: string): boolean => {
  const text = host.includes(':') ? `http://[${host}]` : `http://${host}`;
  return URL.canParse(text) && isLoopback(new URL(text));
};

/** Faults are for a client on this machine: no one else may meet them. */
function faultsOf(options: ServeOptions, isLocal: boolean): FaultOptions | undefined {
  const { latency, failRate, resetRate, rateLimit, seed } = options;
  if (latency === 0 && failRate === 0 && resetRate === 0 && rateLimit === undefined) return undefined;
  if (!isLocal) {
    throw usageError(
      'FAULTS_NOT_LOCAL',
      `--latency, --fail-rate, --reset-rate and --rate-limit are for this machine alone, not for ${options.host}`,
      'leave --host out',
    );
  }
  if (failRate + resetRate > 1) {
    throw usageError('FAULTS_TOO_MANY', '--fail-rate and --reset-rate are more than all calls together', 'lower them');
  }
  return { latencyMs: latency, failRate, resetRate, callsPerMinute: rateLimit, seed };
}

function surprisesOf(options: ServeOptions, isLocal: boolean): SurpriseOptions | undefined {
  const { commitThen, commitDelay, visibilityDelay, listLag, normalise = false, swapReplies, seed } = options;
  if (commitThen === undefined && commitDelay + visibilityDelay + listLag + swapReplies === 0 && !normalise) {
    return undefined;
  }
  if (!isLocal) {
    throw usageError(
      'FAULTS_NOT_LOCAL',
      `--commit-then, --commit-delay, --visibility-delay, --list-lag, --normalise and --swap-replies are for this machine alone, not for ${options.host}`,
      'leave --host out',
    );
  }
  return {
    commitThen,
    commitDelayMs: commitDelay * 1000,
    visibilityDelayMs: visibilityDelay * 1000,
    listLagMs: listLag * 1000,
    normalises: normalise,
    swapShare: swapReplies,
    seed,
  };
}
