/** Numbers and dates as the reader writes them. */
export interface Formats {
  readonly count: (value: number) => string;
  /** Emissions in `massUnit`, without it. */
  readonly mass: (kg: number) => string;
  /** Emissions with their unit, for sentences. */
  readonly massWithUnit: (kg: number) => string;
  /** `t CO₂e`, or `kg` or `g` where the total is small. */
  readonly massUnit: string;
  /** Kilograms in one `massUnit`. */
  readonly kgPerUnit: number;
  readonly share: (part: number, whole: number) => string;
  /** Tonne-kilometres and kilometres. */
  readonly activity: (value: number | undefined) => string;
  /** g CO2e per tonne-kilometre. */
  readonly intensity: (grams: number | undefined) => string;
  /** A tick of an axis. */
  readonly tick: (value: number) => string;
  readonly day: (date: string) => string;
  readonly month: (month: string) => string;
  /** The month without its year. */
  readonly monthName: (month: string) => string;
  readonly instant: (date: Date) => string;
}

/** What is not known. */
const unknown = '–';

/** Narrow and never at the end of a line. */
const space = '\u202f';

interface MassUnit {
  readonly name: string;
  readonly kg: number;
}

/** The unit in which a total has at least two digits before the decimal mark, or nearly so. */
function massUnitOf(totalKg: number): MassUnit {
  if (totalKg >= 10_000) return { name: 't CO₂e', kg: 1000 };
  return totalKg >= 1 || totalKg === 0 ? { name: 'kg CO₂e', kg: 1 } : { name: 'g CO₂e', kg: 0.001 };
}

/** Decimals with which a total has four significant digits, and at most three of them. */
const decimalsOf = (total: number): number =>
  total <= 0 ? 0 : Math.min(3, Math.max(0, 3 - Math.floor(Math.log10(total))));

/**
 * @param locale BCP 47
 * @param totalKg the largest mass of the page, by which the unit of all of them is chosen
 */
export function createFormats(locale: string, totalKg: number): Formats {
  const unit = massUnitOf(totalKg);
  const decimals = decimalsOf(totalKg / unit.kg);
  const number = (options: Intl.NumberFormatOptions): ((value: number) => string) => {
    const format = new Intl.NumberFormat(locale, options);
    return (value) => format.format(value);
  };
  const date = (options: Intl.DateTimeFormatOptions): ((value: string | Date) => string) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', calendar: 'gregory', ...options });
    return (value) => format.format(new Date(value));
  };
  const whole = number({ maximumFractionDigits: 0 });
  const small = number({ maximumSignificantDigits: 3 });
  const fixed = number({ minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const percent = number({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const all = number({ style: 'percent', maximumFractionDigits: 0 });
  const grams = number({ minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const least = 10 ** -decimals;
  const mass = (kg: number): string => {
    const value = kg / unit.kg;
    return value > 0 && value < least / 2 ? `<${space}${fixed(least)}` : fixed(value);
  };
  const day = date({ dateStyle: 'medium' });
  const month = date({ month: 'short', year: 'numeric' });
  const monthName = date({ month: 'short' });
  const instant = date({ dateStyle: 'medium', timeStyle: 'short' });
  return {
    count: whole,
    mass,
    massWithUnit: (kg) => `${mass(kg)}${space}${unit.name}`,
    massUnit: unit.name,
    kgPerUnit: unit.kg,
    share: (part, sum) => (sum === 0 ? unknown : part === sum ? all(1) : percent(part / sum)),
    activity: (value) => (value === undefined ? unknown : value < 100 ? small(value) : whole(value)),
    intensity: (value) => (value === undefined ? unknown : grams(value)),
    tick: number({ maximumFractionDigits: 6 }),
    day,
    month,
    monthName,
    instant: (value) => `${instant(value)} UTC`,
  };
}
