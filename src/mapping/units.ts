/** Units by field, in the field's own unit: a factor of 1.609344 for `mi` turns miles into `distance_km`. */
const factors: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  distance_km: {
    ...same(['km', 'kms', 'kilometer', 'kilometers', 'kilometre', 'kilometres', 'kilometros', 'quilometros'], 1),
    ...same(['m', 'mts', 'metros', 'meters', 'metres'], 0.001),
    ...same(['mi', 'mile', 'miles', 'millas', 'milhas'], 1.609344),
  },
  tkm: same(['tkm'], 1),
  quantity: {
    ...same(
      [
        'l',
        'lt',
        'lts',
        'ltr',
        'litro',
        'litros',
        'litre',
        'litres',
        'liter',
        'liters',
        'litri',
        'litros unidades',
        'num litros',
      ],
      1,
    ),
    ...same(['kwh'], 1),
  },
};

function same(names: readonly string[], factor: number): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, factor]));
}

/** Kilograms of one unit of mass. */
const kilograms: Readonly<Record<string, number>> = {
  ...same(['kg', 'kgs', 'kilo', 'kilos', 'kilogram', 'kilograms', 'kilogramos', 'quilos', 'kgm'], 1),
  ...same(
    ['t', 'tn', 'to', 'ton', 'tons', 'tonne', 'tonnes', 'tonelada', 'toneladas', 'tonnen', 'tonnellate', 'tm'],
    1000,
  ),
  ...same(['g', 'gr', 'gramos'], 0.001),
  ...same(['lb', 'lbs', 'pounds', 'libras'], 0.45359237),
};

/** Units of load that are counted, not weighed, in the API's own names. */
const countedLoads: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['pallet', 'pallets', 'palet', 'palets', 'pale', 'pales', 'palette', 'palettes', 'paletten', 'plt'].map((name) => [
      name,
      'pallets',
    ]),
  ),
  teu: 'teu',
  teus: 'teu',
  feu: 'feu',
  feus: 'feu',
};

/** The unit of a fuel's quantity that a column's name ends with: `kwh`, else litres. */
export const quantityUnitOf = (unit: string): string => (normalise(unit) === 'kwh' ? 'kwh' : 'l');

const normalise = (unit: string): string => unit.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Products of decimals without the last binary digits. */
const exact = (value: number): number => Number(value.toPrecision(15));

/** A load and the unit it is given in. */
export interface UnitLoad {
  readonly load: number;
  readonly loadUnit: string;
}

/** Whether a unit is one that a field can be given in. */
export const isUnitOf = (field: string, unit: string): boolean => {
  const name = normalise(unit);
  if (field === 'load') return Object.hasOwn(kilograms, name) || Object.hasOwn(countedLoads, name);
  return Object.hasOwn(factors[field] ?? {}, name);
};

/** A value in a field's own unit; `undefined` for a unit that the field does not have. */
export function convert(field: string, value: number, unit: string): number | undefined {
  const factor = factors[field]?.[normalise(unit)];
  return factor === undefined ? undefined : exact(value * factor);
}

/**
 * A load with a unit of its own, as the API takes it.
 *
 * @param rowUnit the row's `load_unit`, if it has one; the load is converted to it where both are masses
 * @returns `undefined` where the two units can't be brought together
 */
export function readLoad(value: number, unit: string, rowUnit: string | undefined): UnitLoad | undefined {
  const name = normalise(unit);
  const counted = countedLoads[name];
  if (counted !== undefined) {
    return rowUnit === undefined || rowUnit === counted ? { load: value, loadUnit: counted } : undefined;
  }
  const own = kilograms[name];
  if (own === undefined) return undefined;
  const target = rowUnit ?? (own === 1000 ? 'ton' : 'kg');
  const wanted = kilograms[target];
  return wanted === undefined ? undefined : { load: exact((value * own) / wanted), loadUnit: target };
}
