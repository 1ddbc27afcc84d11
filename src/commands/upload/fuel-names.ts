import type { AccountFuel } from '../../api/catalogue.ts';
import { foldName, fuelNames, readFuels } from '../../calculator/data.ts';
import { usageError } from '../../errors.ts';
import { quote } from '../../issues.ts';
import type { MappingOptions } from '../../mapping/mapping.ts';
import { isNothing } from '../../mapping/absence.ts';
import type { OpenedInput } from '../../pipeline/plan.ts';
import { readAccountFuels } from '../catalogue/account-catalogue.ts';
import type { CommandContext } from '../context.ts';
import type { UploadOptions } from '../upload-options.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isUuid = (text: string): boolean => uuid.test(text.trim());

/** Whether an input names fuels in its first 1 MiB, instead of giving their ids. */
const namesFuels = (
  inputs: readonly OpenedInput[],
  known: ReadonlyMap<string, string>,
  { nulls }: MappingOptions,
): boolean =>
  inputs.some(({ lookedUpTexts }) =>
    [...lookedUpTexts].some((text) => !isNothing(text, nulls) && !isUuid(text) && !known.has(text.toLowerCase())),
  );

/**
 * Ids by lower-case name: the account's own names, and every name under which this tool knows a fuel that the account has
 * under one of them.
 */
function idsByName(account: readonly Pick<AccountFuel, 'id' | 'name'>[]): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  const add = (name: string, id: string): void => {
    for (const key of [name.toLowerCase(), foldName(name)]) if (!ids.has(key)) ids.set(key, id);
  };
  for (const { id, name } of account) add(name, id);
  for (const names of fuelNames()) {
    const id = names.map((name) => ids.get(foldName(name))).find((each) => each !== undefined);
    if (id !== undefined) for (const name of names) add(name, id);
  }
  return ids;
}

/** Where fuels are looked up: in an account, or where no network is. */
export type FuelTarget =
  | { readonly mode: 'upload'; readonly connection: { fuels(): Promise<readonly AccountFuel[]> } }
  | { readonly mode: 'dry-run' | 'local' };

/**
 * The API takes fuels by id. Where the input names them, their ids are looked up: in the account for an upload; for a dry run,
 * which has no network, among those that were synced, or else that this tool knows.
 *
 * @returns the mapping with these ids as translations of `fuel_id`; those of the mapping file win
 */
export async function withFuelIds(
  mapping: MappingOptions,
  inputs: readonly OpenedInput[],
  target: FuelTarget,
  options: Pick<UploadOptions, 'profile' | 'baseUrl' | 'org' | 'quiet'>,
  context: CommandContext,
): Promise<MappingOptions> {
  const known = mapping.values.get('fuel_id') ?? new Map<string, string>();
  const constant = mapping.constants.get('fuel_id');
  const namesConstant = constant !== undefined && !isUuid(String(constant));
  if (!namesFuels(inputs, known, mapping) && !namesConstant) {
    return { ...mapping, fuelUnits: unitsById([]) };
  }
  const fuels =
    target.mode === 'upload' ? await target.connection.fuels() : await fuelsWithoutNetwork(options, context);
  const found = idsByName(fuels);
  const values = new Map([...mapping.values, ['fuel_id', new Map([...found, ...known])]] as const);
  const fuelUnits = unitsById(fuels);
  if (!namesConstant) return { ...mapping, values, fuelUnits };
  const name = String(constant).trim();
  const id = found.get(name.toLowerCase()) ?? found.get(foldName(name));
  if (id === undefined) {
    throw usageError(
      'CONSTANT_INVALID',
      `--set: no fuel is known by the name ${quote(name)}`,
      'dcycle-upload fuels lists them',
    );
  }
  return { ...mapping, values, fuelUnits, constants: new Map([...mapping.constants, ['fuel_id', id]]) };
}

/** The units that fuels are sold in, by id: those of the fuels that this tool knows by their names or ids. */
function unitsById(fuels: readonly Pick<AccountFuel, 'id' | 'name'>[]): ReadonlyMap<string, string> {
  const catalogue = readFuels();
  const units = new Map<string, string>();
  const byName = new Map<string, string>();
  for (const { name, aliases, ids, unit } of catalogue) {
    for (const each of [name, ...aliases]) byName.set(foldName(each), unit.toLowerCase());
    for (const id of ids) units.set(id.toLowerCase(), unit.toLowerCase());
  }
  for (const { id, name } of fuels) {
    const unit = byName.get(foldName(name)) ?? byName.get(foldName(name.replaceAll('_', ' ')));
    if (unit !== undefined) units.set(id.toLowerCase(), unit);
  }
  return units;
}

async function fuelsWithoutNetwork(
  options: Pick<UploadOptions, 'profile' | 'baseUrl' | 'org' | 'quiet'>,
  context: CommandContext,
): Promise<readonly Pick<AccountFuel, 'id' | 'name'>[]> {
  const synced = await readAccountFuels(options, context);
  if (synced.size > 0) return Array.from(synced, ([id, name]) => ({ id, name }));
  if (options.quiet !== true) {
    context.terminal.err(
      'note: the names of fuels are those that this tool knows; an upload looks them up in the account\n',
    );
  }
  // An id for each, as nothing is sent.
  return fuelNames().map(([name = ''], index) => ({
    id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    name,
  }));
}
