import { readBaseUrl } from '../../base-url.ts';
import { checkOrganization } from '../../config/credentials.ts';
import { type KnownRules, ledgerGap, ledgerUnread } from '../../delivery/known.ts';
import type { Target } from '../../destinations/destination.ts';
import { asRunError } from '../../errors.ts';
import type { Knowledge, LedgerView } from '../../ledger/run-store.ts';
import type { RunTarget } from '../../pipeline/run-target.ts';
import type { RecordKind } from '../../records/kind.ts';
import type { CommandContext } from '../context.ts';
import type { UploadOptions } from '../upload-options.ts';
import { accountOf, openStore, rulesOf } from './journal.ts';

/** What a dry run asks the ledger of an account. */
export interface DryLedger {
  /** The account; none where the base URL is not one, or rows go to several. */
  readonly target: Target | undefined;
  readonly known: NonNullable<Extract<RunTarget, { mode: 'dry-run' }>['known']>;
  close(): Promise<void>;
}

/** Whose rows they are is not settled: the ledger of another account says nothing of them. */
const ofSeveral =
  (rules: KnownRules): DryLedger['known'] =>
  (warn) => {
    warn(ledgerUnread('the rows name their organisations, and a dry run does not ask for their ids'));
    return { rules, ask: () => Promise.resolve(nothing) };
  };

const nothing: Knowledge = { position: 0, found: new Map() };

/**
 * Prepares a dry run to ask the ledger, where an organisation is configured. Whatever keeps the ledger from being read is a warning of
 * the run: it says once what it does not know.
 */
export function dryLedger(
  kind: RecordKind,
  options: UploadOptions,
  context: CommandContext,
  isOfSeveral: boolean,
): DryLedger | undefined {
  const organizationId = options.org?.trim().toLowerCase() ?? '';
  if (organizationId === '') return undefined;
  const rules = rulesOf('', kind, options);
  const open = async (): Promise<LedgerView> => {
    const target = { baseUrl: readBaseUrl(options.baseUrl).href, organizationId: checkOrganization(organizationId) };
    return (await openStore(context)).view(accountOf({ kind, target }));
  };
  if (isOfSeveral) return { target: undefined, known: ofSeveral(rules), close: () => Promise.resolve() };
  let view: LedgerView | undefined;
  let isUnread = false;
  return {
    target: URL.canParse(options.baseUrl) ? { baseUrl: new URL(options.baseUrl).href, organizationId } : undefined,
    known: (warn) => ({
      rules,
      async ask(marks) {
        if (isUnread) return nothing;
        try {
          if (view === undefined) {
            view = await open();
            if (view.gap !== undefined) warn(ledgerGap(view.gap));
          }
          return await view.known(marks);
        } catch (error) {
          isUnread = true;
          warn(ledgerUnread(asRunError(error).message));
          return nothing;
        }
      },
    }),
    close: async () => view?.close(),
  };
}
