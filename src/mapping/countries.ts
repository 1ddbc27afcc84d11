import { readData } from '../embedded.ts';
import { nearest, normaliseName, suggestionsLimit } from './names.ts';

interface CountryRow {
  readonly code: string;
  readonly alpha3: string;
  readonly names: readonly string[];
}

/** Reserved codes that people write for a country: not ISO 3166-1, but they never mean anything else. */
const reserved: Readonly<Record<string, string>> = { UK: 'GB', EL: 'GR' };

let codesByName: ReadonlyMap<string, string> | undefined;

/** Names in seven languages and alpha-3 codes, read when a file has the first of them. */
function countryNames(): ReadonlyMap<string, string> {
  if (codesByName !== undefined) return codesByName;
  const { rows } = readData<{ rows: readonly CountryRow[] }>('countries.json');
  codesByName = new Map(
    rows.flatMap(({ code, alpha3, names }) =>
      [alpha3.toLowerCase(), ...names].map((name): [string, string] => [name, code]),
    ),
  );
  return codesByName;
}

/**
 * The ISO 3166-1 alpha-2 code of a text: a code of two letters (which may be no country's), an alpha-3 code or a name.
 * `undefined` where it is none of these.
 */
export function readCountryText(text: string): string | undefined {
  const trimmed = text.trim();
  const upper = trimmed.toUpperCase();
  if (upper.length === 2) return reserved[upper] ?? upper;
  const names = countryNames();
  const known = names.get(normaliseName(trimmed));
  if (known !== undefined || !trimmed.includes('&')) return known;
  // `Trinidad & Tobago`, in whatever language its country is written.
  return ['and', 'y', 'e', 'et', 'und', 'i']
    .map((word) => names.get(normaliseName(trimmed.replaceAll('&', ` ${word} `))))
    .find((code) => code !== undefined);
}

const suggestions = new Map<string, string | undefined>();

/** The code of the country whose name or code an unknown one is nearest to. */
export function suggestCountry(text: string): string | undefined {
  if (suggestions.has(text) || suggestions.size >= suggestionsLimit) return suggestions.get(text);
  const name = nearest(text, countryNames().keys());
  const code = name === undefined ? undefined : countryNames().get(name);
  suggestions.set(text, code);
  return code;
}

/** All ISO 3166-1 alpha-2 codes. */
export const countryCodes = (): readonly string[] => [...new Set(countryNames().values())].toSorted();
