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

/**
 * Products of decimals without the last binary digits: rounded to 15 digits. A product that is within rounding of a number
 * with four decimals is that number, which is found without making a text.
 */
function exact(value: number): number {
  const tenThousandths = Math.round(value * 1e4);
  const short = tenThousandths / 1e4;
  if (tenThousandths < 1e15 && tenThousandths >= 1 && Math.abs(value - short) <= value * 5e-16) return short;
  return Number(value.toPrecision(15));
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

/** How a load in one unit becomes one in another: `load * own / wanted` of `loadUnit`. */
export interface LoadConversion {
  readonly loadUnit: string;
  readonly own: number;
  readonly wanted: number;
  /** Pieces, which are as many in any unit. */
  readonly isCounted: boolean;
}

/**
 * How a load with a unit of its own becomes one that the API takes.
 *
 * @param rowUnit the row's `load_unit`, if it has one; the load is converted to it where both are masses
 * @returns `undefined` where the two units can't be brought together
 */
export function loadConversion(unit: string, rowUnit: string | undefined): LoadConversion | undefined {
  const name = normalise(unit);
  const counted = countedLoads[name];
  if (counted !== undefined) {
    return rowUnit === undefined || rowUnit === counted
      ? { loadUnit: counted, own: 1, wanted: 1, isCounted: true }
      : undefined;
  }
  const own = kilograms[name];
  if (own === undefined) return undefined;
  const loadUnit = rowUnit ?? (own === 1000 ? 'ton' : 'kg');
  const wanted = kilograms[loadUnit];
  return wanted === undefined ? undefined : { loadUnit, own, wanted, isCounted: false };
}

export const convertLoad = (load: number, { own, wanted, isCounted }: LoadConversion): number =>
  isCounted ? load : exact((load * own) / wanted);
