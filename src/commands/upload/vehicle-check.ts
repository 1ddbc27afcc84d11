import { foldName, knownVehicleTypes } from '../../calculator/data.ts';
import { type Issue, quote, type Warning } from '../../issues.ts';
import { createSuggester } from '../../mapping/names.ts';
import { proposeVehicles } from '../../mapping/proposals.ts';
import type { VehicleCheck } from '../../pipeline/strange-values.ts';
import { readAccountTocs, type AccountOptions } from '../catalogue/account-catalogue.ts';
import type { CommandContext } from '../context.ts';

const memoLimit = 1000;

/**
 * An upload does not refuse an unknown vehicle type by itself, as the account may know it: it warns. Where the account's own
 * catalogue has been fetched and lacks it, the record is refused.
 */
export async function createVehicleCheck(options: AccountOptions, context: CommandContext): Promise<VehicleCheck> {
  const account = await readAccountTocs(options, context);
  const embedded = knownVehicleTypes();
  const known = account === undefined ? embedded : new Set(account.map(foldName));
  const suggest = createSuggester(proposeVehicles);
  const memo = new Map<string, { readonly warnings: readonly Warning[]; readonly issue: Issue | undefined }>();
  const check = (toc: string) => {
    const earlier = memo.get(toc);
    if (earlier !== undefined) return earlier;
    const found = { warnings: [] as Warning[], issue: undefined as Issue | undefined };
    if (!known.has(foldName(toc))) {
      const what = `the vehicle type ${quote(toc)} is`;
      const nearest = suggest(toc, known);
      if (account === undefined) {
        found.warnings.push({ code: 'UNKNOWN_TOC', message: `${what} not a known one${nearest}; the API will decide` });
      } else {
        found.issue = {
          code: 'UNKNOWN_TOC',
          stage: 'validate',
          field: 'toc',
          value: toc,
          message: `${what} not one of the account's${nearest}`,
          hint: 'dcycle-upload tocs lists them; tocs --sync fetches them again',
        };
      }
    }
    if (memo.size < memoLimit) memo.set(toc, found);
    return found;
  };
  return { warnings: (toc) => check(toc).warnings, refusal: (toc) => check(toc).issue };
}
