import { createHash } from 'node:crypto';
import type { Calculator } from '../calculator/calculator.ts';
import type { VehicleType } from '../calculator/catalogue.ts';
import type { Fuel } from '../calculator/data.ts';
import { readElectricity } from '../calculator/electricity.ts';

/** A vehicle type as the server lists it. */
export interface ListedToc {
  readonly id: string;
  readonly toc: string;
  readonly category: string;
  readonly vehicle: string;
  readonly type: string;
  /** kg CO2e per tonne-km. */
  readonly wtw: number | null;
  /** kg. */
  readonly default_load: number | null;
  readonly location: string;
}

/** A fuel as the server lists it, with the unit of its quantities. */
export interface ListedFuel {
  readonly id: string;
  readonly name: string;
  readonly unit_id: string;
  readonly unit: string;
  readonly region: string;
}

/** An id that is the same in every server: a UUID of version 4 made from a name instead of chance. */
function idOf(name: string): string {
  const bytes = createHash('sha256').update(`dcycle-upload:${name}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** What Dcycle's documentation gives of its own catalogue (`GET /v1/logistics/fuels`, sample reply). */
const published = {
  names: new Map([
    ['f51a1645-c201-43da-9dcd-6408be3cb517', 'diesel'],
    ['a0b56b0f-216c-456e-9e0f-1876d3b57622', 'aviation_fuel'],
  ]),
  litreId: '54a709bf-79fe-4acb-ab85-5e1d7cd26eb4',
};

/** The embedded fuels with ids: the published ones where there are any. */
export const listFuels = (fuels: readonly Fuel[]): readonly ListedFuel[] =>
  fuels.map((fuel) => {
    const [id = idOf(`fuel:${fuel.id}`)] = fuel.ids;
    return {
      id,
      name: published.names.get(id) ?? fuel.name,
      unit_id: fuel.unit === 'l' ? published.litreId : idOf(`unit:${fuel.unit}`),
      unit: fuel.unit,
      region: fuel.region,
    };
  });

/** `toc` is the vehicle and its type, joined; these are the vehicles of more than one word. */
const vehicles = /^(?:generic_average|(?:rigid|artic|tank)_truck|[a-z]+)(?=_|$)/;

/** The embedded vehicle types that have a factor, with that of the latest year and of the longest distances. */
export function listTocs({ catalogue }: Calculator): readonly ListedToc[] {
  const grid = readElectricity().factor(undefined, undefined);
  const factorOf = (type: VehicleType): number | null => {
    const chosen = catalogue.choose(type, undefined, undefined, undefined)?.intensity;
    if (chosen?.kwhPerTkm !== undefined) return chosen.kwhPerTkm * grid.kgPerKwh;
    return chosen?.wtwKgPerTkm ?? null;
  };
  return catalogue.types
    .filter(({ intensities }) => intensities.length > 0)
    .map((type) => {
      const vehicle = vehicles.exec(type.toc)?.[0] ?? type.toc;
      return {
        id: idOf(`toc:${type.toc}`),
        toc: type.toc,
        category: type.category,
        vehicle,
        type: type.toc.slice(vehicle.length + 1),
        wtw: factorOf(type),
        default_load: type.defaultLoadT === undefined ? null : type.defaultLoadT * 1000,
        // The embedded factors hold wherever a leg is, as there are no others.
        location: 'GLO',
      };
    });
}
