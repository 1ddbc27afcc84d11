import type { Position } from '../distances/geodesic.ts';

/** A piece of a place text between separators, with the postcode taken out of it. */
export interface PlacePart {
  /** The words, without postcode; empty where there was only that. */
  readonly text: string;
  readonly postcode: string | undefined;
  /** The country that letters before a postcode name, as in `D-80331`; ISO 3166-1 alpha-2. */
  readonly country: string | undefined;
  /** The text with these letters, where they come before or after a name: `DE-München`, but also `ALM-MAD`. */
  readonly withLetters?: string;
}

/** Distinguishing signs of vehicles that people write before a postcode, where they differ from ISO 3166-1. */
const signs: Readonly<Record<string, string>> = {
  A: 'AT',
  B: 'BE',
  D: 'DE',
  E: 'ES',
  F: 'FR',
  H: 'HU',
  I: 'IT',
  L: 'LU',
  N: 'NO',
  P: 'PT',
  S: 'SE',
  FIN: 'FI',
  UK: 'GB',
};

// Longer forms first: each alternative is a country's, and a shorter one would take a part of it.
const postcode =
  '(?:' +
  [
    '\\d{5}-\\d{3,4}', // BR, US
    '\\d{4}-\\d{3}', // PT
    '\\d{2}-\\d{3}', // PL
    '\\d{3}-\\d{4}', // JP
    '[A-Z]{1,2}\\d[A-Z\\d]? ?\\d[A-Z]{2}', // GB
    '[A-Z]\\d[A-Z] ?\\d[A-Z]\\d', // CA
    '\\d{4} ?[A-Z]{2}', // NL
    '\\d{3} \\d{2}', // SE, CZ, SK, GR
    '\\d{4,6}',
  ].join('|') +
  ')';
const sign = '(?:(?<sign>[A-Z]{1,3})(?:[ -]{1,3}|(?=\\d)))?';
const whole = new RegExp(`^${sign}(?<code>${postcode})$`, 'u');
const leading = new RegExp(`^${sign}(?<code>${postcode})[ -]+(?<rest>\\D.*)$`, 'u');
const trailing = new RegExp(`^(?<rest>.*?\\D) +${sign}(?<code>${postcode})$`, 'u');
const inside = new RegExp(`^(?<street>.*?) +${sign}(?<code>${postcode}) +(?<rest>\\D+)$`, 'u');

/** Takes a text apart at commas, slashes, brackets and dashes between spaces. */
export function splitPlace(text: string): readonly PlacePart[] {
  return text
    .replaceAll(/[\u00a0\u2000-\u200b\u202f]/g, ' ')
    .split(/[,;/|()[\]\n\t，、；（）]| [-–—] /u)
    .map((part) =>
      part
        .trim()
        .replaceAll(/\s+/g, ' ')
        .replace(/[.:]+$/, ''),
    )
    .filter((part) => part !== '')
    .flatMap(readPart);
}

function readPart(text: string): PlacePart[] {
  for (const form of [whole, leading, trailing, inside]) {
    const groups = form.exec(text)?.groups;
    if (groups === undefined) continue;
    const { rest = '', code, sign: letters, street } = groups;
    const part = { text: rest.trim(), postcode: code, country: letters === undefined ? undefined : countryOf(letters) };
    return street === undefined ? [part] : [plain(street), part];
  }
  // `DE-München`, `STUTTGART-DE`
  const before = /^([A-Z]{2,3})-(\p{L}.{2,})$/u.exec(text);
  if (before !== null) return [besideLetters(text, before[2], before[1])];
  const atEnd = /^(.{2,}\p{L})-([A-Z]{2})$/u.exec(text);
  if (atEnd !== null) return [besideLetters(text, atEnd[1], atEnd[2])];
  return [plain(text)];
}

const besideLetters = (withLetters: string, text = '', letters = ''): PlacePart => ({
  text,
  postcode: undefined,
  country: countryOf(letters),
  withLetters,
});

const plain = (text: string): PlacePart => ({ text, postcode: undefined, country: undefined });

const countryOf = (letters: string): string => signs[letters] ?? letters;

const degrees = String.raw`[+-]?\d{1,3}(?:[.,]\d+)?`;
const coordinateForms = [
  // 40.4168,-3.7038 and 40.4168 -3.7038 and 40,4168; -3,7038
  new RegExp(`^(${degrees})\\s*°?\\s*([NS])?\\s*[,; ]\\s*(${degrees})\\s*°?\\s*([EWO])?$`, 'i'),
  // lat 40.4168 lon -3.7038
  new RegExp(`^lat\\.?\\s*:?\\s*(${degrees})\\s*()[,; ]?\\s*(?:lon|lng)\\.?\\s*:?\\s*(${degrees})()$`, 'i'),
];

/**
 * Reads a text that is a latitude and a longitude in degrees.
 *
 * @returns `undefined` where it is something else, `out of range` where no place on earth has these degrees
 */
export function readCoordinates(text: string): Position | 'out of range' | undefined {
  for (const form of coordinateForms) {
    const match = form.exec(text.trim().replace(/^\((.*)\)$/, '$1'));
    if (match === null) continue;
    const [, latText = '', northSouth = '', lonText = '', eastWest = ''] = match;
    // `40,4` with a decimal comma is not a pair of degrees; two whole numbers are hardly ever meant as one either.
    if (!/[.,]\d/.test(latText) || !/[.,]\d/.test(lonText)) continue;
    const lat = Number(latText.replace(',', '.')) * (/s/i.test(northSouth) ? -1 : 1);
    const lon = Number(lonText.replace(',', '.')) * (/[wo]/i.test(eastWest) ? -1 : 1);
    return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : 'out of range';
  }
  return undefined;
}

const abbreviations: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^st /, ['saint ', 'sankt ', 'sint ']],
  [/ st /, [' saint ', ' sankt ']],
  [/^ste /, ['sainte ']],
  [/^sta /, ['santa ']],
  [/^sto /, ['santo ']],
  [/^s /, ['san ', 'sao ', 'santa ']],
  [/^ft /, ['fort ']],
  [/^mt /, ['mount ']],
  [/^nva /, ['nueva ']],
  [/^vva /, ['villanueva ']],
  [/ a m$/, [' am main']],
  [/ i br$/, [' im breisgau']],
  [/ a rh(?:ein)?$/, [' am rhein']],
  [/ a d$/, [' an der donau']],
  [/ b /, [' bei ']],
  [/ s /, [' san ', ' santa ']],
  [/ v /, [' van ']],
  [/ v d /, [' van den ', ' van der ']],
  [/^(?:vila n|v n) (?:de )?/, ['vila nova de ', 'vila nova ']],
  [/^(reggio) c$/, ['$1 calabria']],
  [/^(reggio) e$/, ['$1 emilia']],
];

/** Words around a town's name that say what is there. */
const surroundings =
  /^(?:hub|(?:sea ?)?port of|port de|puerto de|puerto|porto di|porto de|porto|hafen|haven|airport|aeropuerto de|aeropuerto|aeroport de|aeroport|flughafen|luchthaven|lotnisko|aeroporto di|aeroporto de|aeroporto|poligono industrial de|city of|ciudad de|г|м) | (?:d c|(?:sea ?)?port|puerto|porto|apt|hafen|haven|airport|flughafen|terminal|city|centro|center|centre|cedex(?: \d+)?|hub)$/;

/** The folded names under which a town may be known whose name is written like this, the likeliest first. */
export function* nameVariants(folded: string): Iterable<string> {
  yield folded;
  for (const [pattern, replacements] of abbreviations) {
    if (!pattern.test(folded)) continue;
    for (const replacement of replacements) yield folded.replace(pattern, replacement);
  }
  // Umlauts written with an e.
  if (/[aou]e/.test(folded)) yield folded.replaceAll(/([aou])e/g, '$1');
  // Districts: `Dublin 2`, `Praha 1`, `Aarhus C`, `Paris 12e`. What is as short as `MAD-01` is a code.
  if (/.{4} (?:\d{1,2}(?:er?|eme)?|[a-z])$/.test(folded)) yield folded.slice(0, folded.lastIndexOf(' '));
  const bare = folded.replace(surroundings, '').trim();
  if (bare !== folded && bare !== '') yield bare;
}

/** A latitude or longitude in degrees, with either decimal mark; `undefined` where it is none. */
export function readCoordinate(text: string, most: 90 | 180): number | undefined {
  const value = Number(text.trim().replace(',', '.'));
  return /^[+-]?\d{1,3}(?:[.,]\d+)?$/.test(text.trim()) && Math.abs(value) <= most ? value : undefined;
}
