import { type Issue, quote, type Warning } from '../../src/issues.ts';
import { isHelperColumn, matchColumn } from '../../src/mapping/columns.ts';
import type { Mapping, MappingOptions } from '../../src/mapping/mapping.ts';
import { convert, quantityUnitOf } from '../../src/mapping/units.ts';
import { isEmpty, plainConventions, type Problem, readers, type ValueConventions } from '../../src/mapping/values.ts';
import type { Fields, FieldValue, RecordKind } from '../../src/records/kind.ts';
import type { ExtraValue, Row } from './row.ts';

/** Kilograms of units of mass, and counted units, as the released version knew them: enough for the tables of the tests. */
const kilograms: Readonly<Record<string, number>> = Object.fromEntries([
  ...['kg', 'kgs', 'kilo', 'kilos', 'kilogram', 'kilograms', 'kilogramos', 'quilos', 'kgm'].map((name) => [name, 1]),
  ...['t', 'tn', 'to', 'ton', 'tons', 'tonne', 'tonnes', 'tonelada', 'toneladas', 'tonnen', 'tonnellate', 'tm'].map(
    (name) => [name, 1000],
  ),
  ...['g', 'gr', 'gramos'].map((name) => [name, 0.001]),
  ...['lb', 'lbs', 'pounds', 'libras'].map((name) => [name, 0.45359237]),
]) as Record<string, number>;
const counted: Readonly<Record<string, string>> = Object.fromEntries([
  ...['pallet', 'pallets', 'palet', 'palets', 'pale', 'pales', 'palette', 'palettes', 'paletten', 'plt'].map((name) => [
    name,
    'pallets',
  ]),
  ...['teu', 'teus'].map((name) => [name, 'teu']),
  ...['feu', 'feus'].map((name) => [name, 'feu']),
]) as Record<string, string>;

/** A load in the unit of its row; nothing where the two can't be brought together. */
function readLoad(
  value: number,
  unit: string,
  rowUnit: string | undefined,
): { load: number; loadUnit: string } | undefined {
  const name = unit.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const pieces = counted[name];
  if (pieces !== undefined) {
    return rowUnit === undefined || rowUnit === pieces ? { load: value, loadUnit: pieces } : undefined;
  }
  const own = kilograms[name];
  if (own === undefined) return undefined;
  const target = rowUnit ?? (own === 1000 ? 'ton' : 'kg');
  const wanted = kilograms[target];
  if (wanted === undefined) return undefined;
  return { load: Number(((value * own) / wanted).toPrecision(15)), loadUnit: target };
}

/** What could be read of the fields of a row. */
export interface Readings {
  readonly fields: Fields;
  /** Fields whose text is not of their type. */
  readonly unreadable: ReadonlySet<string>;
  readonly issues: readonly Issue[];
  readonly notes: readonly Warning[];
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
  let load: { readonly unit: string; readonly text: string; readonly isOfColumn: boolean } | undefined;

  const refuse = (field: string, text: string, problem: Problem): void => {
    unreadable.add(field);
    issues.push({ stage: 'validate', field, value: text, ...problem });
  };

  const readText = (field: string, text: string, columnUnit: string | undefined, isNumber: boolean): void => {
    const definition = kind.fields[field];
    if (definition === undefined || isEmpty(text)) return;
    // A JSON number has a dot, whatever the texts of the file have.
    const reading = readers[definition.type](text, field, definition, isNumber ? plainConventions : conventions);
    if ('problem' in reading) {
      refuse(field, text, reading.problem);
      return;
    }
    const { value, unit, note } = reading;
    fields[field] = value;
    if (note !== undefined) notes.push({ code: 'COUNTRY_NAME', message: `${field}: ${note}` });
    if (field === 'load' && (unit ?? columnUnit) !== undefined) {
      load = { unit: unit ?? columnUnit ?? '', text, isOfColumn: unit === undefined };
    } else if (columnUnit !== undefined && typeof value === 'number') {
      // A column of its own for the unit is read after this one and wins.
      if (field === 'quantity' && Object.hasOwn(kind.fields, 'quantity_unit')) {
        fields['quantity_unit'] = quantityUnitOf(columnUnit);
      }
      fields[field] = convert(field, value, columnUnit) ?? value;
    }
  };

  const readExtra = ({ key, text, isNested, isNumber }: ExtraValue): void => {
    if (isEmpty(text) || isHelperColumn(key)) return;
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
    } else {
      readText(match.field, text, match.unit, isNumber);
    }
  };

  for (const { field, columns, unit } of mapping.sources) {
    const raw = textOf(row, columns);
    const text = options.values.get(field)?.get(raw.trim().toLowerCase()) ?? raw;
    const constant = options.constants.get(field);
    const isNumber = row.numbers?.includes(columns[0] ?? -1) === true;
    if (isEmpty(text)) {
      if (constant !== undefined) fields[field] = constant;
    } else if (columns.some((column) => row.nested?.includes(column) === true)) {
      refuse(field, raw, nestedProblem(field));
    } else {
      readText(field, text, unit, isNumber);
    }
  }
  for (const extra of row.extra ?? []) readExtra(extra);

  // A load with a unit of its own is brought together with the row's load_unit, which wins over a column's name.
  if (load !== undefined && typeof fields['load'] === 'number' && !unreadable.has('load_unit')) {
    const { unit, text, isOfColumn } = load;
    const rowUnit = fields['load_unit'] === undefined ? undefined : String(fields['load_unit']);
    const read = readLoad(fields['load'], unit, rowUnit);
    if (read !== undefined) {
      fields['load'] = read.load;
      fields['load_unit'] = read.loadUnit;
    } else if (!isOfColumn) {
      delete fields['load'];
      refuse('load', text, {
        code: 'INVALID_NUMBER',
        message: `load ${quote(text)} has another unit than load_unit, ${quote(String(rowUnit))}`,
      });
    }
  }
  return { fields: inOrder(kind, fields), unreadable, issues, notes };
}

function textOf(row: Row, columns: readonly number[]): string {
  const texts = columns.map((column) => row.cells[column] ?? '');
  return texts.length === 1 ? (texts[0] ?? '') : texts.filter((text) => !isEmpty(text)).join(', ');
}

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
