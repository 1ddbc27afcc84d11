import type { FieldValue, Fields } from '../records/kind.ts';

/** A record that the API has, as its lists give it back. */
export type StoredFields = Readonly<Record<string, unknown>>;

/**
 * How a record and a stored one go together:
 *
 * - `equal`: every field that was sent and came back is equal
 * - `otherwise`: the same, written otherwise
 * - `thin`: nothing but the movement tells that they are the same
 * - `near`: only a place differs, which may be the address of a hub that was named, or the tonne-kilometres, which the API may have
 *   worked out by itself
 * - `contradicted`: they are two different records
 */
export type Likeness = 'equal' | 'otherwise' | 'thin' | 'near' | 'contradicted';

type FieldLikeness = 'equal' | 'otherwise' | 'contradicted' | 'nothing';

/** A text without case, accents, punctuation and spaces. */
export function fold(text: string): string {
  const folded = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replace(/[^\p{L}\p{N}]/gu, '');
  return folded === '' ? text.trim() : folded;
}

/** What tells the legs of a movement apart, also by being absent. */
const legFields = ['movement_stretch', 'movement_stage', 'package_key'] as const;
const isLegField: ReadonlySet<string> = new Set(legFields);
const isPlace: ReadonlySet<string> = new Set(['origin', 'destination']);
const isDate: ReadonlySet<string> = new Set(['shipment_date', 'date']);

/** Fields that say nothing more: the movement is what they were found by, and the unit is compared with the load. */
const isLookedUpBy: ReadonlySet<string> = new Set(['movement_id', 'load_unit']);

const hasValue = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** Fields that tell legs apart and that a list has: one of its records that lacks such a field has no value there. */
export const shownLegFields = (list: readonly StoredFields[]): ReadonlySet<string> =>
  new Set(legFields.filter((name) => list.some((stored) => stored[name] !== undefined)));

/** Whether every field that was sent came back. */
export const isWhole = (record: Fields, stored: StoredFields): boolean =>
  Object.keys(record).every((name) => stored[name] !== undefined);

const noFields: ReadonlySet<string> = new Set();

/**
 * Compares a record with a stored one that was found by the same movement, or among all.
 *
 * @param shown fields that the list has for records that have a value there
 */
export function compareStored(record: Fields, stored: StoredFields, shown = noFields): Likeness {
  // Differences in places, and in what the API may have worked out by itself, prove nothing.
  let [equal, otherwise, places] = [0, 0, 0];
  if (isOtherMovement(record, stored)) return 'contradicted';
  for (const name of legFields) {
    // What a list does not have at all says nothing; null says that there is no value.
    const isSaid = stored[name] !== undefined || shown.has(name);
    if (isSaid && hasValue(record[name]) !== hasValue(stored[name])) return 'contradicted';
  }
  const namesHub = hasValue(record['hub_id']) || hasValue(stored['hub_id']);
  // A place that was not sent may have been completed, or is that of another leg.
  if ([...isPlace].some((name) => !hasValue(record[name]) && hasValue(stored[name]))) places += 1;
  for (const [name, sent] of Object.entries(record)) {
    if (isLookedUpBy.has(name) || (isPlace.has(name) && namesHub)) continue;
    if (stored[name] === null) {
      // No value where one was sent: another leg, where it is a place.
      if (isPlace.has(name)) return 'contradicted';
      otherwise += 1;
    }
    if (!hasValue(stored[name])) continue;
    const likeness = compareField(name, sent, record, stored);
    if (likeness === 'equal') equal += 1;
    else if (likeness === 'otherwise') otherwise += 1;
    else if (likeness === 'contradicted' && (isPlace.has(name) || isWorkedOut(name, record))) places += 1;
    else if (likeness === 'contradicted') return 'contradicted';
  }
  if (places > 0) return equal > 0 ? 'near' : 'contradicted';
  if (equal === 0) return 'thin';
  return otherwise > 0 ? 'otherwise' : 'equal';
}

/**
 * Whether a stored record is of another movement, leg or purchase, as far as the list shows what tells them apart. One and the same
 * purchase is not corrected in its date and in its quantity at once.
 */
export const isOfOther = (record: Fields, stored: StoredFields, isPurchase: boolean): boolean =>
  isOtherMovement(record, stored) ||
  (isPurchase && ['date', 'quantity'].every((name) => differingFields(record, stored).includes(name))) ||
  (isPurchase ? (['vehicle_license_plate'] as const) : legFields).some((name) => {
    const [sent, other] = [record[name], stored[name]];
    if (other === undefined) return false;
    if (!hasValue(sent) || !hasValue(other)) return hasValue(sent) !== hasValue(other);
    return fold(String(sent)) !== fold(String(other));
  });

/** The fields in which a stored record is not what was sent. */
export const differingFields = (record: Fields, stored: StoredFields): readonly string[] =>
  Object.keys(record).filter((name) => {
    const [sent, other] = [record[name], stored[name]];
    if (sent === undefined || other === undefined || isLookedUpBy.has(name)) return false;
    return !hasValue(other) || compareField(name, sent, record, stored) === 'contradicted';
  });

/** Whether the API may give another value back than the one that was sent, as it knows load and distance. */
const isWorkedOut = (name: string, record: Fields): boolean =>
  name === 'tkm' &&
  (hasValue(record['distance_km']) || (hasValue(record['origin']) && hasValue(record['destination'])));

/** As far as the tonne-kilometres of a file are from load times distance without a warning. */
const workedOutShare = 0.05;

/** A field that has another value than the stored record; `undefined`: none. */
export interface FieldChange {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Fields that a stored record has only where they were sent. */
const neverFilledIn = ['client', 'vehicle_license_plate', 'trailer_license_plate', 'hub_id'] as const;

/** The fields of a record that differ from those of an earlier version; where none does, those that are written otherwise. */
export function changedFields(record: Fields, stored: StoredFields): readonly FieldChange[] {
  const namesHub = hasValue(record['hub_id']) || hasValue(stored['hub_id']);
  const compared = Object.entries(record).flatMap(([name, sent]) => {
    if (isLookedUpBy.has(name) || (isPlace.has(name) && namesHub) || stored[name] === undefined) return [];
    const before = hasValue(stored[name]) ? textOf(name, stored, record) : undefined;
    const likeness = before === undefined ? 'contradicted' : compareField(name, sent, record, stored);
    return [{ likeness, change: { name, before, after: textOf(name, record, stored) } }];
  });
  const leftOut = neverFilledIn
    .filter((name) => !hasValue(record[name]) && hasValue(stored[name]))
    .map((name) => ({ name, before: textOf(name, stored, record), after: undefined }));
  const like = (likeness: FieldLikeness): FieldChange[] =>
    compared.filter((each) => each.likeness === likeness).map(({ change }) => change);
  const changed = [...like('contradicted'), ...leftOut];
  return changed.length > 0 ? changed : like('otherwise');
}

/** A value of a record; a load with its unit, where the other one has another unit. */
const textOf = (name: string, fields: StoredFields, other: StoredFields): string =>
  name === 'load' && unitOf(fields) !== unitOf(other)
    ? `${String(fields[name])} ${unitOf(fields)}`
    : String(fields[name]);

const unitOf = ({ load_unit: unit }: StoredFields): string => (hasValue(unit) ? String(unit) : 'kg');

function isOtherMovement({ movement_id: sent }: Fields, { movement_id: stored }: StoredFields): boolean {
  if (stored === undefined) return false;
  if (!hasValue(sent) || !hasValue(stored)) return hasValue(sent) !== hasValue(stored);
  return sent !== stored && fold(String(sent)) !== fold(String(stored));
}

function compareField(name: string, sent: FieldValue, record: Fields, stored: StoredFields): FieldLikeness {
  const other = stored[name];
  if (name === 'load') return compareLoad(Number(sent), record, stored);
  if (isWorkedOut(name, record) && Math.abs(Number(sent) - Number(other)) <= workedOutShare * Number(sent)) {
    return sent === other ? 'equal' : 'otherwise';
  }
  if (typeof sent === 'number') return compareNumbers(sent, other, name === 'distance_km' ? lengthFactors : []);
  if (typeof sent === 'boolean') return String(sent) === fold(String(other)) ? 'equal' : compareFlag(sent, other);
  if (isDate.has(name)) return compareDates(sent, String(other));
  if (isLegField.has(name)) return fold(sent) === fold(String(other)) ? 'equal' : 'contradicted';
  if (name === 'origin_country' || name === 'country') return compareCountries(sent, String(other));
  return compareTexts(sent, String(other));
}

const compareFlag = (sent: boolean, other: unknown): FieldLikeness =>
  other === Number(sent) || other === String(Number(sent)) ? 'equal' : 'contradicted';

/** A shorter text is the same written otherwise only where it says something by itself. */
const shortestPart = 3;

function compareTexts(sent: string, other: string): FieldLikeness {
  const [a, b] = [fold(sent), fold(other)];
  if (a === b) return 'equal';
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= shortestPart && long.includes(short) ? 'otherwise' : 'contradicted';
}

/** A code and a name can't be compared without knowing all names. */
const compareCountries = (sent: string, other: string): FieldLikeness =>
  fold(other).length > 2 ? 'nothing' : fold(sent) === fold(other) ? 'equal' : 'contradicted';

/** Kilometres as metres or miles. */
const lengthFactors = [1000, 1 / 1.609344, 1.609344];

/** The unit of a load as lists may write it: factor to kg; of units that count things, none. */
const massUnits: Readonly<Record<string, number>> = {
  kg: 1,
  kgs: 1,
  kilogram: 1,
  kilograms: 1,
  t: 1000,
  ton: 1000,
  tons: 1000,
  tonne: 1000,
  tonnes: 1000,
  lb: 0.45359237,
  lbs: 0.45359237,
};

function compareLoad(sent: number, record: Fields, stored: StoredFields): FieldLikeness {
  const own = fold(String(record['load_unit'] ?? 'kg'));
  const other = hasValue(stored['load_unit']) ? fold(String(stored['load_unit'])) : undefined;
  if (other === undefined) {
    return compareNumbers(sent, stored['load'], own in massUnits ? [1000, 1 / 1000] : []);
  }
  const [from, to] = [massUnits[own], massUnits[other]];
  if (own === other || from === to) {
    return own !== other && from === undefined ? 'contradicted' : compareNumbers(sent, stored['load'], []);
  }
  if (from === undefined || to === undefined) return 'contradicted';
  const likeness = compareNumbers((sent * from) / to, stored['load'], []);
  return likeness === 'equal' ? 'otherwise' : likeness;
}

/** Numbers are the same written otherwise when they agree to the digits that came back, or by a factor of the unit. */
function compareNumbers(sent: number, other: unknown, factors: readonly number[]): FieldLikeness {
  const written = typeof other === 'number' ? String(other) : String(other).trim();
  const value = Number(written);
  if (written === '' || Number.isNaN(value)) return 'contradicted';
  if (Math.abs(sent - value) <= 1e-9 * Math.abs(sent)) return 'equal';
  const agrees = (number: number): boolean => {
    const decimals = /\.(\d+)$/.exec(written)?.[1]?.length ?? 0;
    const step = 10 ** -decimals;
    const beyond = number - value;
    // Rounded, or cut off; a number that is smaller than the last digit that came back says nothing.
    const isRounded = Math.abs(beyond) <= (step / 2) * (1 + 1e-9);
    return Math.abs(number) >= step && (isRounded || (beyond > 0 && beyond < step));
  };
  return [1, ...factors].some((factor) => agrees(sent * factor)) ? 'otherwise' : 'contradicted';
}

const dayMs = 86_400_000;
/** The widest difference between a day's midnight somewhere and in UTC. */
const widestZoneMs = 14 * 3_600_000;

/** The same day: with a time after it, in another order, or as the moment at which it begins somewhere. */
function compareDates(sent: string, other: string): FieldLikeness {
  if (sent === other) return 'equal';
  const text = other.trim();
  if (text.startsWith(sent)) return 'equal';
  const parts = /^(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})/.exec(text)?.slice(1).map(Number);
  const [year, month, day] = sent.split('-').map(Number);
  if (parts !== undefined && !/\d{2}:\d{2}/.test(text)) {
    const orders = [
      [day, month, year],
      [month, day, year],
      [year, month, day],
    ];
    return orders.some((order) => order.every((part, index) => part === parts[index])) ? 'otherwise' : 'contradicted';
  }
  const moment = Date.parse(text);
  const midnight = Date.parse(`${sent}T00:00:00Z`);
  if (Number.isNaN(moment) || Number.isNaN(midnight)) return 'contradicted';
  const isMidnightSomewhere = moment % (dayMs / 96) === 0 && Math.abs(moment - midnight) <= widestZoneMs;
  return isMidnightSomewhere ? 'otherwise' : 'contradicted';
}
