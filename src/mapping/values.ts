import { type Issue, quote } from '../issues.ts';
import type { FieldDefinition, FieldType, FieldValue } from '../records/kind.ts';
import { isNa } from './absence.ts';
import type { Conventions } from './conventions.ts';
import { readCountryText, suggestCountry } from './countries.ts';
import { isPlausibleDay, readDateText } from './dates.ts';
import { nonFuelOf } from './non-fuels.ts';
import { decimalEvidence, parseNumber, splitUnit } from './numbers.ts';
import { convert, findUnit, isUnitField, isUnitOf, ownNameOf, settledUnit, type UnitMeanings } from './units.ts';
import { booleans, categoryWords } from './words.ts';

export type Problem = Pick<Issue, 'code' | 'message' | 'cause' | 'hint' | 'fix'>;

/** A field's text read as its type, or why it can't be. */
export type Reading =
  /** `unit`: the number had a unit after it that needs the rest of the row to be understood. `note`: say so, once. */
  | {
      readonly value: FieldValue;
      readonly unit?: string;
      readonly note?: string;
      /** The number could be read in another way, which the rest of its column does not rule out. */
      readonly isGrouped?: boolean;
      /** The text has the number in another unit. */
      readonly isConverted?: boolean;
    }
  | { readonly problem: Problem };

/** How numbers and dates are written. */
export type ValueConventions = Pick<Conventions, 'decimal' | 'dateOrder' | 'decimalEvidence' | 'dateEvidence'> &
  Partial<
    Pick<
      Conventions,
      | 'decimalReason'
      | 'openDecimals'
      | 'groupedFields'
      | 'usual'
      | 'unitsNeeded'
      | 'hasNa'
      | 'dateReason'
      | 'latestYear'
    >
  > &
  UnitMeanings;

/** ISO dates and decimal dots: how command-line values and JSON numbers are written. */
export const plainConventions: ValueConventions = { decimal: '.', dateOrder: 'iso' };

type Reader = (text: string, field: string, definition: FieldDefinition, conventions: ValueConventions) => Reading;

const readNumber: Reader = (text, field, { example }, conventions) => {
  const plain = readDecimal(text, field, conventions);
  if (plain !== undefined) return plain;
  const split = splitUnit(text);
  const number = split === undefined ? undefined : readDecimal(split.number, field, conventions);
  if (number !== undefined && 'problem' in number) return number;
  if (split !== undefined && number !== undefined && isUnitOf(field, split.unit)) {
    const converted = convert(field, number.value, split.unit);
    if (converted !== undefined) return { ...number, value: converted, isConverted: converted !== number.value };
    const unit = settledUnit(split.unit, conventions);
    return unit === undefined ? { problem: openUnit(text, field, split.unit) } : { ...number, unit: unit.id };
  }
  return { problem: numberProblem(text, field, example, conventions) };
};

/** The number that digits are by the conventions of their file; `undefined` where they are none. */
function readDecimal(
  text: string,
  field: string,
  { decimal, decimalReason, openDecimals = [], groupedFields }: ValueConventions,
): { readonly value: number; readonly isGrouped?: boolean } | { readonly problem: Problem } | undefined {
  const isOpen = openDecimals.includes(field);
  if (!isOpen && groupedFields === undefined) return valueOf(parseNumber(text, decimal));
  const readsBothWays = decimalEvidence(text) === 'grouped';
  if (isOpen && readsBothWays) return { problem: openProblem(text, field) };
  const value = parseNumber(text, decimal);
  if (isOpen && decimalReason !== 'option') {
    return valueOf(value ?? parseNumber(text, decimal === '.' ? ',' : '.'));
  }
  if (value === undefined) return undefined;
  const isGrouped = readsBothWays && Math.abs(value) >= 1000 && groupedFields?.includes(field) === false;
  return isGrouped ? { value, isGrouped } : { value };
}

const valueOf = (value: number | undefined) => (value === undefined ? undefined : { value });

/** A text that reads both ways where nothing says which one is right. */
function openProblem(text: string, field: string): Problem {
  const readings = [parseNumber(text, '.'), parseNumber(text, ',')].map(String).join(' or ');
  return {
    code: 'INVALID_NUMBER',
    message: `${field} ${quote(text)} is ${readings}: open decimal mark`,
    cause: `${field} reads both ways: open decimal mark`,
    hint: 'nothing in the beginning of the file proves the decimal mark; say it with --decimal . or --decimal ,',
  };
}

function numberProblem(
  text: string,
  field: string,
  example: string,
  { decimal, decimalEvidence: proof }: ValueConventions,
): Problem {
  const otherMark = decimal === '.' ? ',' : '.';
  if (parseNumber(text, otherMark) !== undefined) {
    const names = { '.': 'dot', ',': 'comma' };
    const why = proof === undefined ? '' : ` (line ${String(proof.line)}: ${quote(proof.text)})`;
    return {
      code: 'INVALID_NUMBER',
      message: `${field} ${quote(text)} has a decimal ${names[otherMark]}, while this file has decimal ${names[decimal]}s${why}`,
      cause: `${field} has a decimal ${names[otherMark]}, while this file has decimal ${names[decimal]}s`,
      hint: `write them with a decimal ${names[decimal]}; if the file was misunderstood: --decimal ${otherMark}`,
    };
  }
  return {
    code: 'INVALID_NUMBER',
    message: `${field} ${quote(text)} is not a number; write it like ${example}`,
    cause: `${field} is not a number`,
    hint: `write it like ${example}`,
  };
}

/** Excel keeps days as numbers; exports show them where a column was not formatted as a date. */
const excelSerial = /^[34]\d{4}(?:[.,]\d+)?$/;

const orderNames = {
  iso: 'YYYY-MM-DD',
  epoch: 'YYYY-MM-DD or seconds since 1970',
  dmy: 'day, month, year',
  mdy: 'month, day, year',
} as const;

const readDate: Reader = (text, field, { example }, conventions) => {
  const { dateOrder, dateReason, dateEvidence: proof, latestYear } = conventions;
  const read = readDateText(text, { order: dateOrder, isOfDots: dateReason === 'dots', latestYear });
  switch (read.kind) {
    case 'date':
      return isPlausibleDay(read.date, latestYear) ? { value: read.date } : implausibleDate(field, text, read.date);
    case 'epoch':
      return invalidDate(
        `${field} ${quote(text)} is a number; as seconds or milliseconds since 1970 it would be ${read.date}`,
        `${field} is a number like seconds or milliseconds since 1970`,
        'if it is that: --date-format epoch',
        ['--date-format', 'epoch'],
      );
    case 'ambiguous month':
      return invalidDate(
        `${field} ${quote(text)} could be ${read.months}`,
        `${field} has a month that could be ${read.months}`,
        'write the month in figures or in full',
      );
    case 'no such day':
      return invalidDate(
        `${field} ${quote(text)} is a day that does not exist`,
        `${field} is a day that does not exist`,
      );
    case 'order': {
      const order = orderNames[dateOrder];
      const why = proof === undefined ? '' : ` (line ${String(proof.line)}: ${quote(proof.text)})`;
      return invalidDate(
        `${field} ${quote(text)} is not in the order of this file, ${order}${why}`,
        `${field} is not in the order of this file, ${order}`,
        'correct it, or say how dates are written: --date-format dmy or mdy',
      );
    }
    case 'no date':
      return excelSerial.test(text.trim())
        ? invalidDate(
            `${field} ${quote(text)} is an Excel serial date; format the column as a date and export it again`,
            `${field} is an Excel serial date`,
            'format the column as a date in Excel and export it again',
          )
        : invalidDate(
            `${field} ${quote(text)} is not a date; write it like ${example}`,
            `${field} is not a date like ${example}`,
            'dates are read as YYYY-MM-DD, or as 31/12/2025 once the order is known',
          );
  }
};

const implausibleDate = (field: string, text: string, date: string): Reading =>
  invalidDate(
    `${field} ${quote(text)} is ${date}, ${date < '2000' ? 'before 2000' : 'more than a year ahead'}`,
    `${field} is ${date < '2000' ? 'before 2000' : 'more than a year ahead'}`,
    'correct the year',
  );

const invalidDate = (message: string, cause: string, hint?: string, fix?: readonly string[]): Reading => ({
  problem: {
    code: 'INVALID_DATE',
    message,
    cause,
    ...(hint === undefined ? {} : { hint }),
    ...(fix === undefined ? {} : { fix }),
  },
});

const readBoolean: Reader = (text, field) => {
  const value = booleans.get(text.trim().toLowerCase());
  if (value !== undefined) return { value };
  return {
    problem: {
      code: 'INVALID_BOOLEAN',
      message: `${field} ${quote(text)} is neither true nor false`,
      cause: `${field} is neither true nor false`,
      hint: 'write true or false; yes/no, y/n, 1/0, sí/no, oui/non, ja/nein and x are read too',
    },
  };
};

/** An ambiguous unit that nothing settles. */
function openUnit(text: string, field: string, unit: string): Problem {
  const { id = '', is = {} } = findUnit(unit) ?? {};
  const [first = '', second = ''] = Object.values(is);
  const [one = '', two = ''] = Object.keys(is);
  const option = id === 'gal' ? '--gallon' : '--ton';
  return {
    code: 'INVALID_CHOICE',
    message: `${field} ${quote(text)} could be ${first} or ${second}`,
    cause: `${field} in ${id} could be ${first} or ${second}`,
    hint: `say which one with ${option} ${one} or ${option} ${two}`,
  };
}

/** A unit as its field has it, or the name of one that is converted once the whole row is known. */
const readUnit: Reader = (text, field, { choices = [] }, conventions) => {
  if (!isUnitOf(field, text)) {
    const cause = `${field} ${quote(text)} is not a known unit; it is mostly one of ${choices.join(', ')}`;
    return { problem: { code: 'INVALID_CHOICE', message: cause, cause } };
  }
  const unit = settledUnit(text, conventions);
  return unit === undefined ? { problem: openUnit(text, field, text) } : { value: ownNameOf(field, unit) ?? unit.id };
};

const readChoice: Reader = (text, field, definition, conventions) => {
  if (isUnitField(field)) return readUnit(text, field, definition, conventions);
  const { choices } = definition;
  const lower = text.trim().toLowerCase();
  const plain = lower.normalize('NFKD').replace(/\p{M}/gu, '');
  const meant = choices?.includes(lower) === true ? lower : categoryWords().get(plain);
  return { value: meant !== undefined && choices?.includes(meant) === true ? meant : text };
};

/** `NA` in a file that has it elsewhere too, where it is not a country. */
const openNa = (field: string): Problem => ({
  code: 'INVALID_COUNTRY',
  message: `${field} "NA" is Namibia, or says that there is none, as elsewhere in this file`,
  cause: `${field} "NA" is Namibia, or says that there is none`,
  hint: 'if there is none: --null NA; for Namibia write NAM',
  fix: ['--null', 'NA'],
});

const readText: Reader = (text, field, { isCountry }, { hasNa }) =>
  isCountry === true && hasNa === true && isNa(text) ? { problem: openNa(field) } : { value: text };

/** An id; of fuels it may be a name, and what else fuel cards sell burns nothing. */
const readId: Reader = (text, field, { isFuel }) => {
  const nonFuel = isFuel === true ? nonFuelOf(text) : undefined;
  if (nonFuel === undefined) return { value: text.trim() };
  const label = text.trim();
  return {
    problem: {
      code: 'UNKNOWN_FUEL',
      message: `${field} ${quote(label)} is not a fuel (${nonFuel})`,
      cause: `${field} ${quote(label)} is not a fuel`,
      hint: `leave such rows out: --skip ${quote(`${field}=${label}`)}`,
      fix: ['--skip', `${field}=${label}`],
    },
  };
};

const readCountry: Reader = (text, field, _definition, { hasNa }) => {
  if (hasNa === true && isNa(text)) return { problem: openNa(field) };
  const code = readCountryText(text);
  if (code === undefined) {
    const near = suggestCountry(text);
    const meant = near === undefined ? '' : `; did you mean ${near}?`;
    const cause = `${field} ${quote(text)} is neither a country's name nor its ISO 3166-1 code${meant}`;
    return { problem: { code: 'INVALID_COUNTRY', message: cause, cause } };
  }
  const isCode = text.trim().length === 2;
  return isCode ? { value: code } : { value: code, note: `${quote(text.trim())} was read as ${code}` };
};

/** Reads a text as a field's type. What is left to the schema (which UUIDs, which countries, which range) passes here. */
export const readers: Readonly<Record<FieldType, Reader>> = {
  text: readText,
  number: readNumber,
  integer: readNumber,
  boolean: readBoolean,
  date: readDate,
  country: readCountry,
  uuid: readId,
  choice: readChoice,
};
