/** The two marks that divide whole numbers from fractions. */
export type DecimalMark = '.' | ',';

/** Spaces and apostrophes between groups of three digits, as people and `Intl.NumberFormat` write them. */
const groupMarks = ` \u00a0\u2009\u202f'\u2019`;

const other: Record<DecimalMark, DecimalMark> = { '.': ',', ',': '.' };

/** Everything that a number can look like under one decimal mark. */
interface Patterns {
  /** Digits, perhaps a fraction, perhaps an exponent. */
  readonly plain: RegExp;
  /** Digits in groups of three, perhaps a fraction. */
  readonly grouped: RegExp;
}

const createPatterns = (mark: DecimalMark): Patterns => {
  const decimal = `\\${mark}`;
  const group = `[${groupMarks}]`;
  return {
    plain: new RegExp(`^[+-]?(?:\\d+${decimal}?\\d*|${decimal}\\d+)(?:[eE][+-]?\\d+)?$`),
    grouped: new RegExp(`^[+-]?[1-9]\\d{0,2}(?:(?:\\${other[mark]}\\d{3})+|(?:${group}\\d{3})+)(?:${decimal}\\d+)?$`),
  };
};

const patterns: Record<DecimalMark, Patterns> = { '.': createPatterns('.'), ',': createPatterns(',') };

const groupCharacters = new RegExp(`[${groupMarks}]`, 'g');

/** A negative number as accounts write it: a minus after it (SAP), or in parentheses. */
const accounted = /^(?:([^()+-].*)-|\(([^()+-].*)\))$/;

/** A number's text with its sign, if it has one, as a minus before it. */
function withSign(text: string): string {
  const trimmed = text.trim().replace('\u2212', '-');
  const [, before, inside] = accounted.exec(trimmed) ?? [];
  const digits = before ?? inside;
  return digits === undefined ? trimmed : `-${digits.trim()}`;
}

/** The number that a text is under a decimal mark; `undefined` when it is none or not finite. */
export function parseNumber(text: string, mark: DecimalMark): number | undefined {
  if (isDigits.test(text) || (mark === '.' && hasFraction.test(text))) return finite(Number(text));
  const trimmed = withSign(text);
  const { plain, grouped } = patterns[mark];
  let digits: string;
  if (plain.test(trimmed)) digits = trimmed;
  else if (grouped.test(trimmed)) digits = trimmed.replace(groupCharacters, '').replaceAll(other[mark], '');
  else return undefined;
  return finite(Number(mark === ',' ? digits.replace(',', '.') : digits));
}

/** Most numbers, which need no second look. */
const isDigits = /^\d+$/;
const hasFraction = /^\d+\.\d+$/;

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

/**
 * What a text says of the decimal mark: it proves one, it could be a whole number in groups under the other
 * (`1.234`), or it says nothing.
 */
export function decimalEvidence(text: string): DecimalMark | 'grouped' | undefined {
  if (!/[.,]/.test(text)) return undefined;
  const asDot = parseNumber(text, '.');
  const asComma = parseNumber(text, ',');
  if (asDot === undefined && asComma === undefined) return undefined;
  if (asComma === undefined) return '.';
  if (asDot === undefined) return ',';
  return 'grouped';
}

/** Whether a text shows that its column divides groups of three: it has several groups, or a fraction after them. */
export const provesGroups = (text: string): boolean =>
  /\d[.,]\d{3}[.,]\d/.test(text) && typeof decimalEvidence(text) === 'string' && decimalEvidence(text) !== 'grouped';

const unitBehind =
  /^([+\-\u2212]?[\d.,' \u00a0\u2009\u202f\u2019]*\d)\s*(\p{L}[\p{L}\p{N}]*(?:[. ]{1,2}\p{L}[\p{L}\p{N}]*)?)\.?$/u;

/** What has no unit: most numbers. */
const isBare = /^[\d.,+\- ]*$/;

/** A text's number and the unit after it: `1.200 kg`, `3 t`, `50l`. */
export function splitUnit(text: string): { readonly number: string; readonly unit: string } | undefined {
  if (isBare.test(text)) return undefined;
  const match = unitBehind.exec(text.trim());
  const [, number, unit] = match ?? [];
  return number === undefined || unit === undefined || /^[eE]\d+$/.test(unit) ? undefined : { number, unit };
}
