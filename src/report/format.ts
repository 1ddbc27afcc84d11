const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const threeDecimals = new Intl.NumberFormat('en', { minimumFractionDigits: 3, maximumFractionDigits: 3 });

/** A count with thousands separators. */
export const count = (value: number): string => whole.format(value);

/** Emissions and intensities, with three decimals, so that columns of them line up. */
export const figure = (value: number): string => threeDecimals.format(value);

/** Kilometres and tonne-kilometres. */
export const activity = (value: number): string => oneDecimal.format(value);

/** `1 row`, `2 rows`. */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

const delimiterNames: Readonly<Record<string, string>> = { '\t': 'tab', ',': 'comma', ';': 'semicolon', '|': 'pipe' };

/** A delimiter's name. */
export const delimiterName = (delimiter: string): string => delimiterNames[delimiter] ?? `"${delimiter}"`;
