/**
 * A number with thousands separators and so many decimals, as `Intl.NumberFormat('en')` writes it. As that is slow to load, it
 * is asked for what is not plain digits alone: negative numbers, infinity.
 */
export function decimals(value: number, digits: number): string {
  const [, integer, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(String(value)) ?? [];
  if (integer === undefined || Object.is(value, -0)) {
    return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }
  const oneMore = BigInt(integer + fraction.slice(0, digits + 1).padEnd(digits + 1, '0'));
  const text = String((oneMore + 5n) / 10n).padStart(digits + 1, '0');
  const point = text.length - digits;
  const grouped = text.slice(0, point).replace(/\B(?=(?:\d{3})+$)/g, ',');
  return digits === 0 ? grouped : `${grouped}.${text.slice(point)}`;
}

/** A count with thousands separators. */
export const count = (value: number): string => decimals(value, 0);

/** Emissions and intensities, with three decimals, so that columns of them line up. */
export const figure = (value: number): string => decimals(value, 3);

/** Kilometres and tonne-kilometres. */
export const activity = (value: number): string => decimals(value, 1);

/** `1 row`, `2 rows`. */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;
