import { type Issue, quote, type Warning } from '../../src/issues.ts';
import { isHelperColumn, matchColumn } from '../../src/mapping/columns.ts';
import type { Mapping, MappingOptions } from '../../src/mapping/mapping.ts';
import { convert, findUnit } from '../../src/mapping/units.ts';
import { plainConventions, type Problem, readers, type ValueConventions } from '../../src/mapping/values.ts';
import type { FieldDefinition, Fields, FieldValue, RecordKind } from '../../src/records/kind.ts';
import { nothingIn } from './nothing.ts';
import type { ExtraValue, Row } from './row.ts';

/** Kilograms, litres and kilowatt-hours of some units: enough for the tables of the tests. */
const masses: Readonly<Record<string, number>> = {
  kg: 1,
  t: 1000,
  ton: 1000,
  g: 0.001,
  lb: 0.45359237,
  'short ton': 907.18474,
};
const pieces: ReadonlySet<string> = new Set(['pallets', 'teu', 'feu']);
const canonical: Readonly<Record<string, readonly [unit: string, per: number]>> = {
  l: ['l', 1],
  ml: ['l', 0.001],
  'us gal': ['l', 3.785411784],
  kg: ['kg', 1],
  t: ['kg', 1000],
  lb: ['kg', 0.45359237],
  m3: ['m3', 1],
  kwh: ['kwh', 1],
  mwh: ['kwh', 1000],
};
const kilometres: Readonly<Record<string, number>> = { km: 1, m: 0.001, mi: 1.609344, nmi: 1.852 };

const idOf = (unit: string): string => findUnit(unit)?.id ?? unit;

interface InUnit {
  readonly value: number;
  readonly unit: string;
}

const product = (value: number, factor: number): number =>
  factor === 1 ? value : Number((value * factor).toPrecision(15));

/** A load in the unit of its row; nothing where the two can't be brought together. */
function readLoad(value: number, own: string | undefined, row: string | undefined): InUnit | undefined {
  const unit = idOf(own ?? row ?? '');
  const rowUnit = row === undefined ? undefined : idOf(row);
  if (pieces.has(unit)) return rowUnit === undefined || rowUnit === unit ? { value, unit } : undefined;
  const mass = masses[unit];
  if (mass === undefined || (rowUnit !== undefined && masses[rowUnit] === undefined)) return undefined;
  const isTonnes =
    ['t', 'ton'].includes(rowUnit ?? '') || (!['kg', 'ton'].includes(row ?? '') && ['t', 'ton'].includes(unit));
  const wanted = isTonnes && row !== 'kg' ? 1000 : 1;
  const exact = mass === wanted ? value : Number(((value * mass) / wanted).toPrecision(15));
  return { value: exact, unit: wanted === 1000 ? 'ton' : 'kg' };
}

/** What could be read of the fields of a row. */
export interface Readings {
  readonly fields: Fields;
  /** Fields whose text is not of their type. */
  readonly unreadable: ReadonlySet<string>;
  readonly issues: readonly Issue[];
  readonly notes: readonly Warning[];
  /** What is strange about its numbers. */
  readonly remarks: readonly Warning[];
  /** Which texts were taken for no value, where that is said. */
  readonly taken: readonly string[];
}

export interface Reading {
  readonly kind: RecordKind;
  readonly mapping: Mapping;
  readonly options: MappingOptions;
  readonly conventions: ValueConventions;
}

/** Reads the fields of a row, in the order of the kind's fields, then its extra keys. */
export function readFields(row: Row, { kind, mapping, options, conventions }: Reading): Readings {
  const fields: Record<string, FieldValue> = {};
  const unreadable = new Set<string>();
  const issues: Issue[] = [];
  const notes: Warning[] = [];
  const remarks: Warning[] = [];
  const taken: string[] = [];
  const constants = new Set<string>();
  const texts = new Map<string, string>();
  const units = new Map<string, { readonly unit: string; readonly text: string; readonly isOfColumn: boolean }>();

  const refuse = (field: string, text: string, problem: Problem): void => {
    unreadable.add(field);
    issues.push({ stage: 'validate', field, value: text, ...problem });
  };

  const readText = (field: string, text: string, columnUnit: string | undefined, isNumber: boolean): void => {
    const definition = kind.fields[field];
    if (definition === undefined) return;
    // A JSON number has a dot, whatever the texts of the file have.
    const reading = readers[definition.type](text, field, definition, isNumber ? plainConventions : conventions);
    if ('problem' in reading) {
      refuse(field, text, reading.problem);
      return;
    }
    const { value, unit, note, isGrouped } = reading;
    fields[field] = value;
    if (isGrouped === true) {
      const message = `the mark in ${field} was read as one of thousands, which no other value of its column shows`;
      remarks.push({ code: 'GROUPS_ASSUMED', message });
    }
    if (note !== undefined) notes.push({ code: 'COUNTRY_NAME', message: `${field}: ${note}` });
    if (field === 'load' || field === 'quantity' || field === 'distance_km') {
      if ((unit ?? columnUnit) !== undefined) {
        units.set(field, { unit: unit ?? columnUnit ?? '', text, isOfColumn: unit === undefined });
      }
    } else if (columnUnit !== undefined && typeof value === 'number') {
      fields[field] = convert(field, value, columnUnit) ?? value;
    }
  };

  /** Whether a text is not a value; where one is lost or may be a place, the row is refused. */
  const isNothing = (field: string, text: string, isTranslated = false): boolean => {
    const definition = kind.fields[field] ?? { type: 'text', example: '' };
    const why = nothingIn(definition, text);
    if (why === undefined || (why === 'place' && isTranslated)) return false;
    const { type, isId, isAside } = definition;
    const shown = quote(text.trim());
    if (why === 'place') {
      const message = `${field} ${quote(text)} is a place, or says that there is none`;
      refuse(field, text, { code: 'INVALID_CHOICE', message });
    } else if (why === 'lost' && isAside !== true) {
      const message = `${field} is the error ${quote(text)} of a spreadsheet; fix its formula, or leave the cell empty`;
      refuse(field, text, { code: lostCodes[type] ?? 'MALFORMED_ROW', message });
    } else if (why === 'lost') {
      taken.push(`${field}: ${shown}, an error of a spreadsheet, was taken for no value`);
    } else if (why === 'null' && (isId === true || type === 'uuid')) {
      taken.push(`${field}: ${shown} was taken for no value`);
    }
    return true;
  };

  const readExtra = ({ key, text, isNested, isNumber }: ExtraValue): void => {
    if (/^(?:|-|null|n\/a)$/i.test(text.trim()) || isHelperColumn(key)) return;
    const match = matchColumn(kind, key);
    if (match === undefined) {
      const message = `key ${quote(key)}, which the beginning of the file does not have, is not used`;
      notes.push({ code: 'UNMAPPED_COLUMN', message });
    } else if (fields[match.field] !== undefined || unreadable.has(match.field)) {
      refuse(match.field, text, {
        code: 'MALFORMED_ROW',
        message: `has two values for ${match.field}, the second under ${quote(key)}`,
      });
    } else if (isNested) {
      refuse(match.field, text, nestedProblem(match.field));
    } else if (!isNothing(match.field, text)) {
      readText(match.field, text, match.unit, isNumber);
    }
  };

  for (const { field, columns, unit } of mapping.sources) {
    const raw = textOf(row, columns, kind.fields[field]);
    const translated = options.values.get(field)?.get(raw.trim().toLowerCase());
    const text = translated ?? raw;
    const constant = options.constants.get(field);
    const isNumber = row.numbers?.includes(columns[0] ?? -1) === true;
    texts.set(field, text);
    if (isNothing(field, text, translated !== undefined)) {
      if (constant !== undefined && !unreadable.has(field)) {
        fields[field] = constant;
        constants.add(field);
      }
    } else if (columns.some((column) => row.nested?.includes(column) === true)) {
      refuse(field, raw, nestedProblem(field));
    } else {
      readText(field, text, unit, isNumber);
    }
  }
  for (const extra of row.extra ?? []) readExtra(extra);

  /** What the name of a column says and a column of units contradicts; nothing where they agree, or a unit behind the number counts. */
  const contradiction = (field: string, rowUnit: string | undefined): string | undefined => {
    const { unit, isOfColumn = true } = units.get(field) ?? {};
    if (rowUnit === undefined || !isOfColumn) return undefined;
    if (unit !== undefined) return idOf(unit) === idOf(rowUnit === 'ton' ? 't' : rowUnit) ? undefined : `in ${unit}`;
    const isWeight = mapping.sources.some((source) => source.field === field && source.isWeight === true);
    return isWeight && pieces.has(idOf(rowUnit)) ? 'a weight' : undefined;
  };
  const refuseOther = (field: string, unitField: string, rowUnit: string, ofColumn: string | undefined): void => {
    delete fields[field];
    const text = units.get(field)?.text ?? texts.get(field) ?? '';
    const message =
      ofColumn === undefined
        ? `${field} ${quote(text)} has another unit than ${unitField}, ${quote(rowUnit)}`
        : `${field} is ${ofColumn} by its column's name, and ${unitField} is ${quote(rowUnit)}`;
    refuse(field, text, { code: 'INVALID_NUMBER', message });
  };
  const settleDistance = (): void => {
    if (unreadable.has('distance_unit')) return;
    const rowUnit = fields['distance_unit'] === undefined ? undefined : String(fields['distance_unit']);
    delete fields['distance_unit'];
    const value = fields['distance_km'];
    if (typeof value !== 'number' || constants.has('distance_km')) return;
    const { unit, isOfColumn } = units.get('distance_km') ?? { unit: undefined, isOfColumn: true };
    if (unit === undefined && rowUnit === undefined) {
      if (conventions.unitsNeeded?.includes('distance_unit') === true) miss('distance_km', 'distance_unit');
      return;
    }
    if (unit !== undefined && rowUnit !== undefined && idOf(unit) !== idOf(rowUnit)) {
      refuseOther('distance_km', 'distance_unit', rowUnit, isOfColumn ? `in ${unit}` : undefined);
      return;
    }
    fields['distance_km'] = product(value, kilometres[idOf(unit ?? rowUnit ?? '')] ?? Number.NaN);
  };
  // A number with a unit of its own is brought together with the row's unit.
  const settleLoad = (): void => {
    const rowUnit = fields['load_unit'] === undefined ? undefined : String(fields['load_unit']);
    const unit = units.get('load')?.unit;
    if (unreadable.has('load_unit')) return;
    const value = fields['load'];
    if (typeof value !== 'number' || constants.has('load')) {
      if (typeof value !== 'number' && rowUnit !== undefined) {
        fields['load_unit'] = readLoad(1, undefined, rowUnit)?.unit ?? rowUnit;
      }
      return;
    }
    if (unit === undefined && rowUnit === undefined) {
      if (conventions.unitsNeeded?.includes('load_unit') === true) miss('load');
      return;
    }
    const contradicted = contradiction('load', rowUnit);
    const read = contradicted === undefined ? readLoad(value, unit, rowUnit) : undefined;
    if (read === undefined) {
      refuseOther('load', 'load_unit', String(rowUnit), contradicted);
      return;
    }
    fields['load'] = read.value;
    fields['load_unit'] = read.unit;
  };
  const settleQuantity = (): void => {
    if (!Object.hasOwn(kind.fields, 'quantity_unit') || unreadable.has('quantity_unit')) return;
    const isSent = kind.fields['quantity_unit']?.isHint === true;
    const rowUnit = fields['quantity_unit'] === undefined ? undefined : String(fields['quantity_unit']);
    const { unit, text } = units.get('quantity') ?? { unit: undefined, text: '' };
    const value = fields['quantity'];
    if (typeof value !== 'number' || constants.has('quantity')) {
      if (typeof value === 'number') return;
      delete fields['quantity_unit'];
      const own = rowUnit === undefined ? undefined : canonical[idOf(rowUnit)]?.[0];
      if (own !== undefined && !isSent) fields['quantity_unit'] = own;
      return;
    }
    const own = unit ?? rowUnit;
    if (own === undefined) {
      if (conventions.unitsNeeded?.includes('quantity_unit') === true) miss('quantity');
      return;
    }
    const [target = '', per = 1] = canonical[idOf(own)] ?? [];
    if (unit !== undefined && rowUnit !== undefined && idOf(unit) !== idOf(rowUnit)) {
      refuseOther('quantity', 'quantity_unit', rowUnit, contradiction('quantity', rowUnit));
      return;
    }
    const sold = isSent ? options.fuelUnits?.get(String(fields['fuel_id'] ?? '').toLowerCase()) : target;
    if (sold !== target && !(isSent && sold === undefined && target !== 'm3')) {
      delete fields['quantity'];
      const why = sold === undefined ? 'the unit that the fuel is sold in is not known' : `the fuel is sold in ${sold}`;
      refuse('quantity', text, { code: 'INVALID_CHOICE', message: `a quantity in ${own} can't be converted: ${why}` });
      return;
    }
    const exact = product(value, per);
    fields['quantity'] = isSent && per !== 1 ? Math.round(exact * 1e6) / 1e6 : exact;
    if (isSent) delete fields['quantity_unit'];
    else fields['quantity_unit'] = target;
    if (isSent && per !== 1) {
      remarks.push({ code: 'UNIT_CONVERTED', message: `quantity was converted from ${own} to ${target}` });
    }
  };
  const miss = (field: 'load' | 'quantity' | 'distance_km', unitField = `${field}_unit`): void => {
    unreadable.add(field);
    const value = units.get(field)?.text ?? texts.get(field) ?? '';
    issues.push({
      stage: 'validate',
      field: unitField,
      value,
      code: 'MISSING_FIELD',
      message: `needs ${unitField}: other rows have other units`,
    });
  };
  settleLoad();
  settleQuantity();
  settleDistance();
  return { fields: inOrder(kind, fields), unreadable, issues, notes, remarks, taken };
}

/** The texts of a row's cells, joined; of several, the one that is lost or may be a place. */
function textOf(
  row: Row,
  columns: readonly number[],
  definition: FieldDefinition = { type: 'text', example: '' },
): string {
  const texts = columns.map((column) => row.cells[column] ?? '');
  if (texts.length === 1) return texts[0] ?? '';
  const isLost = (text: string): boolean => {
    const why = nothingIn(definition, text);
    return why === 'place' || (why === 'lost' && definition.isAside !== true);
  };
  const isPart = (text: string): boolean => nothingIn(definition, text) === undefined;
  return texts.find(isLost) ?? texts.filter(isPart).join(', ');
}

const lostCodes: Readonly<Partial<Record<FieldDefinition['type'], Issue['code']>>> = {
  number: 'INVALID_NUMBER',
  integer: 'INVALID_NUMBER',
  date: 'INVALID_DATE',
  boolean: 'INVALID_BOOLEAN',
  uuid: 'INVALID_UUID',
  country: 'INVALID_COUNTRY',
  choice: 'INVALID_CHOICE',
};

const nestedProblem = (field: string): Problem => ({
  code: 'MALFORMED_ROW',
  message: `${field} holds an object or a list; a single value is needed`,
});

/** Keys stand in the order of the kind's fields. */
const inOrder = (kind: RecordKind, fields: Fields): Fields =>
  Object.fromEntries(
    Object.keys(kind.fields).flatMap((field) => {
      const value = fields[field];
      return value === undefined ? [] : [[field, value] as const];
    }),
  );
