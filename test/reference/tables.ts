import fc from 'fast-check';
import type { RecordKind } from '../../src/records/kind.ts';
import { kinds } from '../../src/records/kinds.ts';
import { localRecharges } from '../../src/records/recharge.ts';
import { respell, rowTexts, type Writing } from './cells.ts';

export interface Column {
  readonly name: string;
  /** The field that it means, as far as is known here. */
  readonly field: string | undefined;
}

/** A table before it is written in some format. */
export interface Draft {
  readonly kind: RecordKind['name'];
  readonly writing: Writing;
  readonly columns: readonly Column[];
  /** Texts of the cells. */
  readonly rows: readonly (readonly string[])[];
  /** Small numbers that decide what a writer is free to choose; 0 is the plainest. */
  readonly whims: readonly number[];
  /** Options that the rows need, or that make them something else. */
  readonly args: readonly string[];
  readonly files: Readonly<Record<string, Buffer>>;
}

/** Names for fields, next to their own; some give a unit. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  distance_km: ['Km', 'Distance', 'Distancia (mi)', 'DISTANCE KM', 'distance m'],
  load: ['Peso', 'Peso (t)', 'Toneladas', 'Load kg', 'Palets'],
  movement_id: ['Nº expedición', 'Shipment ID', 'movement id'],
  origin: ['Origen', 'From'],
  destination: ['Destino', 'To'],
  toc: ['Vehicle type', 'TOC'],
  shipment_date: ['Fecha', 'Date'],
  vehicle_license_plate: ['Matrícula', 'Plate'],
  quantity: ['Litros', 'Quantity (l)', 'kWh', 'Cantidad'],
  date: ['Fecha', 'Date'],
  country: ['País', 'Country'],
  fuel_id: ['Combustible', 'Fuel'],
};

const unknownNames = ['Notes', 'x1', 'Año natural', '', 'a "b"', 'c, d', '=formula', '_hidden', '12', 'two\nlines'];

/** What a row needs before it can be valid. */
const needed: Readonly<Record<RecordKind['name'], readonly string[]>> = {
  requests: ['distance_km', 'toc'],
  recharges: ['fuel_id', 'country', 'date', 'quantity'],
};

const writings: fc.Arbitrary<Writing> = fc.record({
  decimal: fc.constantFrom('.', '.', ','),
  dateOrder: fc.constantFrom('iso', 'iso', 'dmy', 'mdy'),
});

const columnsOf = (kind: RecordKind): fc.Arbitrary<readonly Column[]> => {
  const names = (field: string): fc.Arbitrary<Column> =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constant({ name: field, field }) },
      { weight: 1, arbitrary: fc.constantFrom(field, ...(otherNames[field] ?? [])).map((name) => ({ name, field })) },
    );
  const unknown = fc.constantFrom(...unknownNames).map((name): Column => ({ name, field: undefined }));
  const optional = Object.keys(kind.fields).filter((field) => !needed[kind.name].includes(field));
  return fc
    .tuple(
      fc.tuple(...needed[kind.name].map(names)),
      fc
        .subarray(optional, { maxLength: Math.min(7, optional.length) })
        .chain((fields) => fc.tuple(...fields.map(names))),
      fc.array(unknown, { maxLength: 2 }),
      fc.noBias(fc.nat(39)),
    )
    .chain(([must, may, more, left]) => {
      // Once in a while something is missing, or occurs twice.
      const own = left === 1 ? must.slice(1) : left === 2 ? [...must, ...must.slice(0, 1)] : must;
      const all = [...own, ...may, ...more];
      return fc.shuffledSubarray(all, { minLength: all.length });
    });
};

/** A row of its own, or an earlier one again: as it was, in another spelling, with one cell changed, or taken back. */
interface DraftRow {
  readonly cells: readonly string[];
  readonly like:
    | { readonly row: number; readonly isRespelled: boolean; readonly isTakenBack: boolean; readonly keeps: number }
    | undefined;
}

const rowsOf = (kind: RecordKind, columns: readonly Column[], writing: Writing): fc.Arbitrary<readonly DraftRow[]> => {
  const like = fc.record({
    row: fc.nat(9),
    isRespelled: fc.boolean(),
    isTakenBack: fc.boolean(),
    keeps: fc.nat(columns.length * 2),
  });
  const row = fc.record({
    cells: rowTexts(
      kind,
      columns.map(({ field }) => field),
      writing,
    ),
    like: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: like }),
  });
  return fc.noBias(fc.array(row, { minLength: 1, maxLength: 10, size: 'max' }));
};

function writeOut(
  rows: readonly DraftRow[],
  columns: readonly Column[],
  writing: Writing,
): readonly (readonly string[])[] {
  const written: (readonly string[])[] = [];
  for (const { cells, like } of rows) {
    const earlier = like === undefined ? undefined : written[like.row];
    written.push(
      earlier === undefined || like === undefined
        ? cells
        : earlier.map((text, column) => {
            const isQuantity = columns[column]?.field === 'quantity';
            if (like.isTakenBack && isQuantity && /^[1-9]/.test(text)) return `-${text}`;
            if (column === like.keeps) return cells[column] ?? '';
            return like.isRespelled ? respell(columns[column]?.field, text, writing) : text;
          }),
    );
  }
  return written;
}

/** Joined exports have headers among their rows: the same, or with two columns in the other order. */
function withHeaders(
  rows: readonly (readonly string[])[],
  columns: readonly Column[],
  whims: readonly number[],
): readonly (readonly string[])[] {
  const [chance = 0, place = 0] = whims.slice(38);
  if (chance < 85) return rows;
  const names = columns.map(({ name }) => name);
  const header = chance < 95 ? names : [...names.slice(0, -2), ...names.slice(-2).toReversed()];
  return rows.toSpliced(place % (rows.length + 1), 0, header);
}

const seldom = (args: fc.Arbitrary<string[]>): fc.Arbitrary<string[]> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant<string[]>([]) }, { weight: 1, arbitrary: args });

const often = (args: fc.Arbitrary<string[]>): fc.Arbitrary<string[]> =>
  fc.oneof({ weight: 1, arbitrary: fc.constant<string[]>([]) }, { weight: 2, arbitrary: args });

/** Options of a run that change how a table is read. */
const optionsOf = (kind: RecordKind, columns: readonly Column[], writing: Writing) => {
  // A column that is needed for itself is not taken away too often.
  const spare = columns.filter(({ field }) => field === undefined || !needed[kind.name].includes(field));
  const column = fc.constantFrom(...(spare.length > 0 ? spare : columns).map(({ name }) => name));
  const textField = fc.constantFrom(
    ...Object.keys(kind.fields).filter((name) => kind.fields[name]?.type === 'text' && name !== 'toc'),
  );
  const field = fc.constantFrom(...columns.flatMap((each) => each.field ?? []), Object.keys(kind.fields)[0] ?? '');
  const constants = {
    requests: ['category=road', 'load=1,250.5', 'client=ACME', 'year=2025'],
    recharges: ['country=ES', 'date=2025-01-01', 'vehicle_license_plate=Z-1'],
  };
  const conventions = often(fc.constant(['--decimal', writing.decimal, '--date-format', writing.dateOrder]));
  const sets = fc.subarray(constants[kind.name]).map((all) => all.flatMap((text) => ['--set', text]));
  const keys = fc.constantFrom(
    'none',
    ...columns.flatMap((each) => each.field ?? []),
    Object.keys(kind.fields).slice(0, 3).join(','),
    'nothing',
  );
  const mappingFile = fc.record(
    {
      fields: fc
        .tuple(fc.oneof(textField, textField, field), fc.noBias(fc.uniqueArray(column, { minLength: 1, maxLength: 3 })))
        .map(([name, all]) => ({ [name]: all })),
      values: fc
        .tuple(
          field,
          fc.constantFrom('M-1', 'van_diesel', '12', 'Madrid', '-', 'kg', 'diesel'),
          fc.constantFrom('van_diesel', '1250', 'M-2', 'ES', ''),
        )
        .map(([name, from, to]) => ({ [name]: { [from]: to } })),
      decimal: fc.constant(writing.decimal),
      set: fc.constant({ [kind.name === 'requests' ? 'package_key' : 'vehicle_license_plate']: 'P-1' }),
    },
    { requiredKeys: [] },
  );
  return fc
    .tuple(
      conventions,
      sets,
      seldom(keys.map((key) => ['--dedupe-key', key])),
      seldom(fc.constant(['--strict'])),
      kind.name === 'recharges' ? often(fc.constant(['--refunds', 'net'])) : fc.constant<string[]>([]),
      seldom(fc.tuple(field, column).map(([name, of]) => ['--map', `${name}=${of}`])),
      fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: mappingFile }),
    )
    .map(([written, set, key, strict, refunds, map, file]) => ({
      args: [
        ...written,
        ...set,
        ...key,
        ...strict,
        ...refunds,
        ...map,
        ...(file === undefined ? [] : ['--map', 'mapping.json']),
      ],
      files: file === undefined ? {} : { 'mapping.json': Buffer.from(JSON.stringify(file)) },
    }));
};

/** Tables of all kinds of records. */
export const drafts = (isLocal = false): fc.Arbitrary<Draft> =>
  fc.tuple(fc.constantFrom('requests', 'requests', 'recharges'), writings).chain(([name, writing]) => {
    const kind = name === 'recharges' && isLocal ? localRecharges : kinds[name];
    return columnsOf(kind).chain((columns) =>
      fc
        .record({
          rows: rowsOf(kind, columns, writing),
          whims: fc.noBias(fc.array(fc.nat(99), { minLength: 40, maxLength: 40 })),
          options: optionsOf(kind, columns, writing),
        })
        .map(({ rows, whims, options }) => ({
          kind: name,
          writing,
          columns,
          rows: withHeaders(writeOut(rows, columns, writing), columns, whims),
          whims,
          ...options,
        })),
    );
  });

/** A choice that a writer is free to make: `true` about `percent` times in 100. */
export const decide = ({ whims }: Pick<Draft, 'whims'>, place: number, percent: number): boolean =>
  (whims[Math.abs(place) % whims.length] ?? 0) >= 100 - percent;
