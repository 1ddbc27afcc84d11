const powersOfTen = Float64Array.from({ length: 17 }, (_, exponent) => Number(`1e${String(exponent)}`));

/** Digits that a number holds exactly, with a mark. */
const longest = 16;

const zero = 0x30;

/**
 * The number that digits with at most one decimal mark are; NaN for anything else (a sign, an exponent, more than 15
 * digits), which is left to the reader that knows all forms.
 *
 * Exact: up to 15 digits are a whole number without rounding, as is the power of ten, so that the division is the one
 * place where it is rounded, as in `Number`.
 *
 * @param mark byte of the decimal mark
 */
export function parseDecimal(bytes: Uint8Array, start: number, end: number, mark: number): number {
  if (end - start > longest) return Number.NaN;
  let digits = 0;
  let fraction = 0;
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i] ?? 0;
    const digit = byte - zero;
    if (digit >= 0 && digit <= 9) digits = digits * 10 + digit;
    else if (byte === mark && fraction === 0) fraction = end - i;
    else return Number.NaN;
  }
  const count = end - start - (fraction === 0 ? 0 : 1);
  if (count === 0 || count > 15) return Number.NaN;
  return fraction > 1 ? digits / (powersOfTen[fraction - 1] ?? 1) : digits;
}
