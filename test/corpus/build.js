// Writes the files of this folder whose bytes an editor would damage: node test/corpus/build.js
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const bom = '\ufeff';
const fuelId = 'f51a1645-c201-43da-9dcd-6408be3cb517';

const lines = (end, ...texts) => texts.map((text) => text + end).join('');
const utf16be = (text) => Buffer.from(text, 'utf16le').swap16();

/** The characters of windows-1252 that latin1 does not have, as far as they are used here. */
const windows1252Extras = { '€': 0x80, '“': 0x93, '”': 0x94, '–': 0x96 };
const windows1252 = (text) =>
  Buffer.from(Array.from(text, (character) => windows1252Extras[character] ?? character.codePointAt(0)));

const files = {
  '02-excel-es-utf8-bom.csv':
    bom +
    lines(
      '\r\n',
      'Nº expedición;Fecha;Origen;Destino;Km;Peso;Vehículo',
      'EXP-2025-001;15/06/2025;Madrid, España;Cáceres, España;297,5;1.250,75;van_diesel',
      'EXP-2025-002;16/06/2025;Córdoba, España;Málaga, España;158;980;van_diesel',
      'EXP-2025-003;02/06/2025;Vitoria, España;Irún, España;1.104,25;22.000;artic_truck_diesel',
    ),
  '03-excel-es-windows-1252.csv': windows1252(
    lines(
      '\r\n',
      'Albarán;Cliente;Población origen;Población destino;Kilómetros;Tipo de vehículo',
      'ALB-77;Peñíscola “Mar” S.A.;Castellón;Ávila;520,3;truck_diesel',
      'ALB-78 – 2€;Años & Niños;Lleida;Cádiz;1.098;truck_diesel',
    ),
  ),
  '04-excel-unicode-text.txt': Buffer.from(
    bom +
      lines(
        '\r\n',
        'Auftragsnummer\tDatum\tEntfernung\tGewicht\tGewichtseinheit\tFahrzeugtyp\tKunde',
        '4711\t31.03.2025\t83,2\t1.500\tkg\trigid_truck_diesel\tStraßenbau Köln',
        '4712\t01.04.2025\t91\t2.750,5\tkg\trigid_truck_diesel\tØdegård',
      ),
    'utf16le',
  ),
  '05-utf16be.csv': utf16be(
    bom + lines('\n', 'reference;distance;vehicle;client', 'B-1;12.5;van_diesel;Ærø', 'B-2;20;van_diesel;Ünal 📦'),
  ),
  '06-gzip-named-csv.csv': gzipSync(
    lines('\n', 'movement_id,distance_km,toc,category', 'GZ-1,100,van_diesel,', 'GZ-2,250.5,,rail'),
  ),
  '07-mac-cr.csv': lines(
    '\r',
    'movement_id,distance_km,toc',
    'MAC-1,10,van_diesel',
    'MAC-2,ten,van_diesel',
    'MAC-3,30,van_diesel',
  ),
  '08-mixed-line-ends.csv':
    'movement_id,distance_km,toc\r\nMIX-1,10,van_diesel\nMIX-2,20,van_diesel\rMIX-3,30,van_diesel\r\n' +
    'MIX-4,forty,van_diesel\rMIX-5,50,van_diesel\n',
  '13-excel-sep-bom.csv':
    bom +
    lines(
      '\r\n',
      '"sep=,"',
      'reference,distance,vehicle,client',
      'R;1;a,12.5,van_diesel,a;b;c',
      'R;2;b,13,van_diesel,d;e;f',
    ),
  '28-nul-bytes.csv': 'movement_id,distance_km,toc\nNUL-1,10,van_diesel\nNUL-2,2\0\0,van_diesel\nNUL-3,30,van_diesel\n',
  '29-binary.csv': Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
  '30-workbook.csv': Buffer.concat([
    Buffer.from([0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0x06, 0x00, 0x08, 0x00, 0x00, 0x00, 0x21, 0x00]),
    Buffer.from('[Content_Types].xml'),
  ]),
  '54-numbers-fr.csv': lines(
    '\r\n',
    'movement_id;distance_km;load;toc',
    'N-1;1\u202f234,50;12\u202f500;van_diesel',
    'N-2;0,75;999,99;van_diesel',
    'N-3;1\u00a0621;1\u00a0000\u00a0000,5;van_diesel',
  ),
  '82-jsonl-aliases-bom.jsonl':
    bom +
    lines(
      '\r\n',
      '{"shipmentId": "JA-1", "Distance (km)": 10.5, "vehicleType": "van_diesel", "ship_date": "2025-06-15", "plate": "1234-ABC"}',
      '{"shipmentId": "JA-2", "Distance (km)": 20, "vehicleType": "van_diesel", "ship_date": "2025-06-16", "plate": "1234-ABC"}',
    ),
  '92-fuel-card-de.csv': windows1252(
    lines(
      '\r\n',
      'Kartennummer;Lieferdatum;Kennzeichen;Lieferland;Tankstelle;Kraftstoff;Menge',
      `7002;30.06.2025;M-ÄB 12;Deutschland;Köln;${fuelId};412,75`,
      `7002;01.07.2025;M-ÄB 12;Österreich;Wörgl;${fuelId};1.001,50`,
      `7003;02.07.2025;M-ÄC 34;Schweiz;Zürich;${fuelId};80,00`,
    ),
  ),
  '101-utf8-turns-invalid.csv': Buffer.concat([
    Buffer.from(bom + lines('\n', 'movement_id,distance_km,toc,client', 'UI-1,10,van_diesel,Muñoz')),
    windows1252(lines('\n', 'UI-2,20,van_diesel,Núñez')),
    Buffer.from(lines('\n', 'UI-3,30,van_diesel,Peña')),
  ]),
  '102-windows-1252.jsonl': windows1252(
    lines('\n', '{"movement_id": "JW-1", "distance_km": 10, "toc": "van_diesel", "client": "Muñoz “€”"}'),
  ),
};

for (const [name, content] of Object.entries(files)) {
  writeFileSync(fileURLToPath(new URL(name, import.meta.url)), content);
}
