/** Digits after the point: micrograms of CO2e, thousandths of a millimetre. */
const digits = 9;

/** A number as iLEAP and PACT have decimals: a text without exponent. */
export const decimal = (value: number): string => shortened(fixed(value));

/** The sum of decimals as they are written, to the last digit: all who add them up get the same. */
export function sumOf(decimals: readonly string[]): string {
  let sum = 0n;
  for (const text of decimals) {
    const [whole = '0', part = ''] = text.split('.');
    sum += BigInt(whole + part.padEnd(digits, '0'));
  }
  const text = String(sum).padStart(digits + 1, '0');
  return shortened(`${text.slice(0, -digits)}.${text.slice(-digits)}`);
}

// From 1e21 on, toFixed() writes an exponent.
const fixed = (value: number): string =>
  value < 1e21 ? value.toFixed(digits) : `${String(BigInt(value))}.${'0'.repeat(digits)}`;

const shortened = (text: string): string => text.replace(/\.?0+$/, '');
