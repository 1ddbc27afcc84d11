/** How a row is written: a header, a line a row, and the encoding of the file. */

const columns = [
  'movement_id',
  'client',
  'shipment_date',
  'origin',
  'destination',
  'origin_country',
  'distance_km',
  'load',
  'load_unit',
  'toc',
  'vehicle_license_plate',
  'subcontractor',
  'package_key',
];

const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const csv = {
  extension: 'csv',
  encoding: 'utf8',
  header: columns.join(','),
  line: (row) => columns.map((column) => quoted(row[column])).join(','),
};

const numbers = new Set(['distance_km', 'load']);
const booleans = new Map([
  ['true', true],
  ['false', false],
]);

const jsonl = {
  extension: 'jsonl',
  encoding: 'utf8',
  line: (row) => {
    const record = {};
    for (const column of columns) {
      const text = row[column];
      if (text === '') continue;
      if (numbers.has(column) && !Number.isNaN(Number(text))) record[column] = Number(text);
      else record[column] = column === 'subcontractor' ? (booleans.get(text) ?? text) : text;
    }
    return JSON.stringify(record);
  },
};

const comma = (text) => text.replace('.', ',');

/**
 * What a Spanish planning system writes: semicolons, decimal comma, windows-1252, day first, tonnes in the column's name,
 * cells padded to a width, and an address as destination that no other shipment has.
 *
 * @param tonnesOf tonnes in one of each unit of load
 */
const spanish = (tonnesOf) => ({
  extension: 'csv',
  encoding: 'latin1',
  header:
    'Nº expedición;Cliente;Fecha;Origen;Destino;País origen;Distancia (km);Peso (t);Tipo de vehículo;Matrícula;' +
    'Subcontratado;Código de bulto',
  line: (row) => {
    const tonnes = tonnesOf.get(row.load_unit);
    const load = Number(row.load);
    let weight = row.load;
    if (tonnes === undefined) weight = `${row.load} ${row.load_unit}`;
    else if (!Number.isNaN(load)) weight = String(Math.round(load * tonnes * 10_000) / 10_000);
    const cells = [
      row.movement_id,
      row.client.replaceAll('"', '').padEnd(32),
      row.shipment_date.split('-').toReversed().join('/'),
      row.origin.padEnd(12),
      `C/ Industria ${Number(row.movement_id.slice(9))}, ${row.destination}`.padEnd(32),
      row.origin_country,
      comma(row.distance_km).padStart(8),
      comma(weight).padStart(9),
      row.toc.padEnd(20),
      row.vehicle_license_plate,
      row.subcontractor.replace('true', 'sí').replace('false', 'no'),
      row.package_key,
    ];
    return cells.join(';');
  },
});

/** @param tonnesOf tonnes in one of each unit of load, as the calculator takes them */
export const createFormats = (tonnesOf) => ({ csv, jsonl, spanish: spanish(tonnesOf) });
