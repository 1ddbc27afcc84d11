// Builds data/countries.json: `node data/build-countries.js`. Names and alpha-3 codes come from i18n-iso-countries (MIT).
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';

const require = createRequire(import.meta.url);
const languages = ['en', 'es', 'ca', 'pt', 'fr', 'it', 'de'];
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
  KR: ['Korea', 'Corea', 'Corée', 'Coreia'],
  CZ: ['Czechia', 'Chequia', 'Tchéquie', 'Cechia', 'Tschechien', 'Chéquia'],
  US: ['USA', 'U.S.A.', 'EEUU', 'EE.UU.', 'EE. UU.', 'Estados Unidos', 'EUA', 'Etats-Unis', 'Stati Uniti'],
  GR: ['Grecia', 'Greece'],
  AE: ['UAE', 'EAU'],
  RU: ['Russia', 'Rusia', 'Rusland', 'Russie', 'Russland'],
  TR: ['Turkey', 'Türkiye', 'Turquía', 'Turquie', 'Türkei', 'Turchia', 'Turquia'],
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
    names: [...names.get(alpha2)].filter((name) => !shared.has(name)),
  }));
const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
const source = `i18n-iso-countries ${version} (MIT), names in ${languages.join(', ')}, folded`;
writeFileSync(
  new URL('countries.json', import.meta.url),
  `{\n  "title": "Names of countries and their ISO 3166-1 codes",\n  "source": ${JSON.stringify(source)},\n  "licence": "MIT",\n  "rows": [\n${lines}\n  ]\n}\n`,
);
console.log(`countries.json: ${rows.length} rows; left out as ambiguous: ${[...shared].join(', ')}`);
