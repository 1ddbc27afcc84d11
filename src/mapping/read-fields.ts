import type { ExtraValue, Row } from '../input/row.ts';
import { type Issue, quote, type Warning } from '../issues.ts';
import type { FieldDefinition, Fields, FieldValue, RecordKind } from '../records/kind.ts';
import { isHelperColumn, matchColumn } from './columns.ts';
import type { Mapping, MappingOptions } from './mapping.ts';
import { convert, quantityUnitOf, readLoad } from './units.ts';
import { isEmpty, plainConventions, type Problem, readers, type ValueConventions } from './values.ts';

/** What could be read of a row's fields. */
export interface FieldReadings {
  readonly fields: Fields;
  /** Fields that have a text which is not of their type; each has an issue. */
  readonly unreadable: ReadonlySet<string>;
  readonly issues: readonly Issue[];
  /** What was understood in a way that the user should know of. */
  readonly notes: readonly Warning[];
}

const none: ReadonlySet<string> = new Set();

interface Source {
  readonly field: string;
  readonly columns: readonly number[];
  readonly definition: FieldDefinition;
  readonly translations: ReadonlyMap<string, string> | undefined;
  readonly constant: FieldValue | undefined;
  /** The unit that the column's name gives. */
  readonly unit: string | undefined;
}

/** Makes the function that reads the fields of an input's rows. */
export function createFieldReader(
  kind: RecordKind,
  mapping: Mapping,
  options: MappingOptions,
  conventions: ValueConventions,
): (row: Row) => FieldReadings {
  const sources = mapping.sources.map(({ field, columns, unit }): Source => ({
    field,
    columns,
    definition: kind.fields[field] ?? { type: 'text', example: '' },
    translations: options.values.get(field),
    constant: options.constants.get(field),
    unit,
  }));
  return (row) => {
    const reading = new RowReading(kind, row, conventions);
    for (const source of sources) reading.read(source);
    for (const extra of row.extra ?? []) reading.readExtra(extra);
    return reading.finish();
  };
}

/** The readings of one row. */
class RowReading {
  readonly #kind: RecordKind;
  readonly #row: Row;
  readonly #conventions: ValueConventions;
  readonly #fields: Record<string, FieldValue> = {};
  readonly #issues: Issue[] = [];
  #notes: Warning[] | undefined;
  #unreadable: Set<string> | undefined;
  /** The unit of the load, where its text or its column's name has one. */
  #load: { readonly unit: string; readonly text: string; readonly isOfColumn: boolean } | undefined;
  #isOutOfOrder: boolean;

  constructor(kind: RecordKind, row: Row, conventions: ValueConventions) {
    this.#kind = kind;
    this.#row = row;
    this.#conventions = conventions;
    this.#isOutOfOrder = row.extra !== undefined;
  }

  read({ field, columns, definition, translations, constant, unit }: Source): void {
    const { nested, numbers } = this.#row;
    const raw = textOf(this.#row, columns);
    const text = translations?.get(raw.trim().toLowerCase()) ?? raw;
    if (isEmpty(text)) {
      if (constant !== undefined) this.#fields[field] = constant;
    } else if (nested !== undefined && columns.some((column) => nested.includes(column))) {
      this.#refuse(field, raw, nestedProblem(field));
    } else {
      // A JSON number has a dot, whatever the texts of the file have.
      const isNumber = numbers !== undefined && numbers.includes(columns[0] ?? -1);
      this.readText(field, text, definition, unit, isNumber ? plainConventions : this.#conventions);
    }
  }

  /** A key that the sample did not have is matched by its name alone, so that no value is lost. */
  readExtra({ key, text, isNested, isNumber }: ExtraValue): void {
    if (isEmpty(text) || isHelperColumn(key)) return;
    const match = matchColumn(this.#kind, key);
    const definition = match === undefined ? undefined : this.#kind.fields[match.field];
    if (match === undefined || definition === undefined) {
      const message = `key ${quote(key)}, which the beginning of the file does not have, is not used`;
      (this.#notes ??= []).push({ code: 'UNMAPPED_COLUMN', message });
      return;
    }
    const { field, unit } = match;
    if (this.#fields[field] !== undefined || this.#unreadable?.has(field) === true) {
      this.#refuse(field, text, {
        code: 'MALFORMED_ROW',
        message: `has two values for ${field}, the second under ${quote(key)}`,
        cause: `has two values for ${field}`,
      });
    } else if (isNested) {
      this.#refuse(field, text, nestedProblem(field));
    } else {
      this.readText(field, text, definition, unit, isNumber ? plainConventions : this.#conventions);
    }
  }

  readText(
    field: string,
    text: string,
    definition: FieldDefinition,
    columnUnit?: string,
    conventions: ValueConventions = this.#conventions,
  ): void {
    if (isEmpty(text)) return;
    const reading = readers[definition.type](text, field, definition, conventions);
    if ('problem' in reading) {
      this.#refuse(field, text, reading.problem);
      return;
    }
    const { value, unit, note } = reading;
    this.#fields[field] = value;
    if (note !== undefined) (this.#notes ??= []).push({ code: 'COUNTRY_NAME', message: `${field}: ${note}` });
    if (field === 'load' && (unit ?? columnUnit) !== undefined) {
      this.#load = { unit: unit ?? columnUnit ?? '', text, isOfColumn: unit === undefined };
    } else if (columnUnit !== undefined && typeof value === 'number') {
      // A column of its own for the unit is read after this one and wins.
      if (field === 'quantity' && Object.hasOwn(this.#kind.fields, 'quantity_unit')) {
        this.#fields['quantity_unit'] = quantityUnitOf(columnUnit);
      }
      this.#fields[field] = convert(field, value, columnUnit) ?? value;
    }
  }

  finish(): FieldReadings {
    if (this.#load !== undefined) this.#settleLoad(this.#load);
    return {
      fields: this.#isOutOfOrder ? inOrder(this.#kind, this.#fields) : this.#fields,
      unreadable: this.#unreadable ?? none,
      issues: this.#issues,
      notes: this.#notes ?? [],
    };
  }

  /** A load with a unit of its own is brought together with the row's `load_unit`, which wins over a column's name. */
  #settleLoad({ unit, text, isOfColumn }: { unit: string; text: string; isOfColumn: boolean }): void {
    const { load, load_unit: rowUnit } = this.#fields;
    if (typeof load !== 'number' || this.#unreadable?.has('load_unit') === true) return;
    const read = readLoad(load, unit, rowUnit === undefined ? undefined : String(rowUnit));
    if (read !== undefined) {
      this.#fields['load'] = read.load;
      this.#fields['load_unit'] = read.loadUnit;
      this.#isOutOfOrder ||= rowUnit === undefined;
    } else if (!isOfColumn) {
      delete this.#fields['load'];
      this.#refuse('load', text, {
        code: 'INVALID_NUMBER',
        message: `load ${quote(text)} has another unit than load_unit, ${quote(String(rowUnit))}`,
        cause: 'load has another unit than load_unit',
      });
    }
  }

  #refuse(field: string, text: string, problem: Problem): void {
    (this.#unreadable ??= new Set()).add(field);
    this.#issues.push({ stage: 'validate', field, value: text, ...problem });
  }
}

function textOf(row: Row, columns: readonly number[]): string {
  if (columns.length === 1) return row.cells[columns[0] ?? 0] ?? '';
  return columns
    .map((column) => row.cells[column] ?? '')
    .filter((text) => !isEmpty(text))
    .join(', ');
}

const nestedProblem = (field: string): Problem => ({
  code: 'MALFORMED_ROW',
  message: `${field} holds an object or a list; a single value is needed`,
});

const inOrder = (kind: RecordKind, fields: Fields): Fields =>
  Object.fromEntries(
    Object.keys(kind.fields).flatMap((field) => {
      const value = fields[field];
      return value === undefined ? [] : [[field, value]];
    }),
  );
