import { foldName, fuelNames, readFuels } from '../../src/calculator/data.ts';
import type { MappingOptions } from '../../src/mapping/mapping.ts';
import type { Issue } from '../../src/issues.ts';
import type { RecordKind } from '../../src/records/kind.ts';
import { saysNothing } from './nothing.ts';
import { Refusal } from './row.ts';
import type { ReferenceOptions, Understood } from './run.ts';

export interface Fuel {
  readonly id: string;
  readonly name: string;
}

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text.trim());

/** Where a dry run finds names of fuels: this tool's own, with ids that are made up. */
const fuelsOfDryRun = (): readonly Fuel[] =>
  fuelNames().map(([name = ''], index) => ({ id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`, name }));

/** The API takes fuels by id: where a file names them, they are looked up, by every name that this tool knows of one. */
export function addFuels(
  kind: RecordKind['name'],
  inputs: readonly Understood[],
  { local, fuels = fuelsOfDryRun() }: ReferenceOptions,
  options: MappingOptions,
): MappingOptions {
  if (kind !== 'recharges' || local === true) return options;
  const ids = new Map(options.values.get('fuel_id'));
  const namesFuels = inputs.some(({ input, mapping }) => {
    const column = mapping.sources.find(({ field }) => field === 'fuel_id')?.columns[0];
    return input.sampleRows.some(({ cells }) => {
      const text = (column === undefined ? '' : (cells[column] ?? '')).trim();
      return !saysNothing(text) && !isUuid(text) && !ids.has(text.toLowerCase());
    });
  });
  const constant = options.constants.get('fuel_id');
  const isNamed = constant !== undefined && !isUuid(String(constant));
  const fuelUnits = unitsOf(namesFuels || isNamed ? fuels : []);
  if (!namesFuels && !isNamed) return { ...options, fuelUnits };
  const byName = new Map<string, string>();
  const add = (name: string, id: string): void => {
    for (const key of [name.toLowerCase(), foldName(name)]) if (!byName.has(key)) byName.set(key, id);
  };
  for (const { id, name } of fuels) add(name, id);
  for (const names of fuelNames()) {
    const id = names.map((name) => byName.get(foldName(name))).find((each) => each !== undefined);
    if (id !== undefined) for (const name of names) add(name, id);
  }
  for (const [name, id] of byName) if (!ids.has(name)) ids.set(name, id);
  const translated = { ...options, fuelUnits, values: new Map([...options.values, ['fuel_id', ids] as const]) };
  if (!isNamed) return translated;
  const id = byName.get(String(constant).toLowerCase());
  if (id === undefined) throw new Refusal('CONSTANT_INVALID');
  return { ...translated, constants: new Map([...options.constants, ['fuel_id', id]]) };
}

/** The units that fuels are sold in, by their ids in lower case. */
function unitsOf(fuels: readonly Fuel[]): ReadonlyMap<string, string> {
  const known = readFuels().flatMap(({ ids, unit }) =>
    ids.map((id) => [id.toLowerCase(), unit.toLowerCase()] as const),
  );
  const named = fuels.flatMap(({ id, name }) => {
    const names = new Set([foldName(name), foldName(name.replaceAll('_', ' '))]);
    const fuel = readFuels().find((each) => [each.name, ...each.aliases].some((alias) => names.has(foldName(alias))));
    return fuel === undefined ? [] : [[id.toLowerCase(), fuel.unit.toLowerCase()] as const];
  });
  return new Map([...known, ...named]);
}

/** What cards sell that is not burnt, as the tables here draw it. */
const notBurnt = new Set(['adblue', 'lavado', 'péage', 'parking', 'motoröl']);

/**
 * Holds what was read of a fuel against this list: of what is not burnt, the row must be refused, and of nothing else for that reason.
 *
 * @param label the text of the fuel, where one column has it and no mapping file translates it
 * @throws Error where it does not hold
 */
export function checkNonFuel(label: string, issues: readonly Issue[]): void {
  const isRefused = issues.some(({ code, message }) => code === 'UNKNOWN_FUEL' && message.includes('is not a fuel'));
  if (notBurnt.has(label.trim().toLowerCase()) !== isRefused) throw new Error(`${label}: is it a fuel?`);
}
