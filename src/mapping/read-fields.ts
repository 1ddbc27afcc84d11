import type { ExtraValue, Tag } from '../columns/batch.ts';
import { isOrganizationColumn } from './organization.ts';
import { type Issue, quote, type Warning } from '../issues.ts';
import type { Fields, FieldValue, RecordKind } from '../records/kind.ts';
import { isHelperColumn, matchColumn } from './columns.ts';
import { bareRule, type FieldReading, type FieldRule, formOf, readField, readingIssue } from './read-field.ts';
import { converted, settleUnit, textOrNone } from './settle-unit.ts';
import { isBlank, type Nulls } from './absence.ts';
import { measuredFields, type MeasuredField, unitFieldOf } from './units.ts';
import type { Problem, ValueConventions } from './values.ts';

/** What could be read of a row's fields. */
export interface FieldReadings {
  readonly fields: Fields;
  /** Fields that have a text which is not of their type; each has an issue. */
  readonly unreadable: ReadonlySet<string>;
  readonly issues: readonly Issue[];
  /** What was understood in a way that the user should know of. */
  readonly notes: readonly Warning[];
}

/** By what a row is read. */
export interface RowBasis {
  readonly kind: RecordKind;
  readonly conventions: ValueConventions;
  /** The units that fuels are sold in, by their ids in lower case. */
  readonly fuelUnits?: ReadonlyMap<string, string> | undefined;
  /** Texts that mean "no value" to the user. */
  readonly nulls: Nulls;
}

/** The text of a field in a row. */
export interface FieldText {
  readonly rule: FieldRule;
  readonly text: string;
  readonly tag: Tag;
}

/**
 * Reads a row that has values outside of the columns that the sample showed, field by field. Rows of columns alone are read
 * a column at a time (`pipeline/record-columns.ts`), by the same rules.
 */
export function readFields(basis: RowBasis, texts: readonly FieldText[], extras: readonly ExtraValue[]): FieldReadings {
  const reading = new RowReading(basis);
  for (const text of texts) reading.read(text);
  for (const extra of extras) reading.readExtra(extra);
  return reading.finish();
}

/** The unit that comes with a number. */
interface OwnUnit {
  readonly unit: string | undefined;
  readonly text: string;
  readonly isOfColumn: boolean;
}

class RowReading {
  readonly #basis: RowBasis;
  readonly #kind: RecordKind;
  readonly #conventions: ValueConventions;
  readonly #fields: Record<string, FieldValue> = {};
  readonly #issues: Issue[] = [];
  readonly #notes: Warning[] = [];
  readonly #unreadable = new Set<string>();
  /** By field, the unit of a number, where its text or its column's name has one. */
  readonly #units = new Map<string, OwnUnit>();
  /** Numbers that are weights by their column's name. */
  readonly #weights = new Set<string>();
  /** Numbers that are in their field's own unit, whatever else is said. */
  readonly #constants = new Set<string>();

  constructor(basis: RowBasis) {
    this.#basis = basis;
    this.#kind = basis.kind;
    this.#conventions = basis.conventions;
  }

  read({ rule, text, tag }: FieldText): void {
    this.#take(rule, text, readField(rule, text, formOf(tag), this.#conventions));
  }

  /** A key that the sample did not have is matched by its name alone, so that no value is lost. */
  readExtra({ key, text, tag }: ExtraValue): void {
    if (isBlank(text) || isHelperColumn(key) || isOrganizationColumn(key)) return;
    const match = matchColumn(this.#kind, key);
    const definition = match === undefined ? undefined : this.#kind.fields[match.field];
    if (match === undefined || definition === undefined) {
      const message = `key ${quote(key)}, which the beginning of the file does not have, is not used`;
      this.#notes.push({ code: 'UNMAPPED_COLUMN', message });
      return;
    }
    const { field, unit } = match;
    if (this.#fields[field] !== undefined || this.#unreadable.has(field)) {
      this.#refuse(field, text, {
        code: 'MALFORMED_ROW',
        message: `has two values for ${field}, the second under ${quote(key)}`,
        cause: `has two values for ${field}`,
      });
    } else {
      this.read({ rule: bareRule(field, definition, { nulls: this.#basis.nulls, unit }), text, tag });
    }
  }

  #take(rule: FieldRule, text: string, reading: FieldReading): void {
    const { field } = rule;
    if (reading.taken !== undefined) this.#notes.push({ code: 'ABSENT_VALUE', message: reading.taken });
    if (reading.value === undefined) {
      if (reading.issue === undefined) return;
      this.#unreadable.add(field);
      this.#issues.push(reading.issue);
      return;
    }
    const { value, unit, isUnitOfColumn = false, isConstant = false, note } = reading;
    this.#fields[field] = value;
    if (rule.isWeight === true) this.#weights.add(field);
    if (note !== undefined) this.#notes.push({ code: 'COUNTRY_NAME', message: note });
    const meant = rule.translations?.get(text.trim().toLowerCase()) ?? text;
    if (isConstant) this.#constants.add(field);
    else if (unitFieldOf(field) !== undefined) {
      this.#units.set(field, { unit, text: meant, isOfColumn: isUnitOfColumn });
    }
  }

  finish(): FieldReadings {
    for (const field of measuredFields) this.#settle(field);
    return {
      fields: inOrder(this.#kind, this.#fields),
      unreadable: this.#unreadable,
      issues: this.#issues,
      notes: this.#notes,
    };
  }

  /** A number with a unit of its own, or of its row, is brought to one that the record can have. */
  #settle(field: MeasuredField): void {
    const unitField = unitFieldOf(field) ?? '';
    const isHint = this.#kind.fields[unitField]?.isHint === true;
    const isSent = isHint && field === 'quantity';
    const isKnown = field === 'distance_km' || Object.hasOwn(this.#kind.fields, unitField);
    if (!isKnown || this.#unreadable.has(unitField)) return;
    const rowUnit = textOrNone(this.#fields[unitField]);
    const value = this.#fields[field];
    const { unit, text = '', isOfColumn = false } = this.#units.get(field) ?? {};
    if (this.#constants.has(field) || typeof value !== 'number') {
      const answer = settleUnit({ field, unit: undefined, isOfColumn: false, rowUnit, isNeeded: false });
      if (typeof value === 'number') {
        if (isHint) delete this.#fields[unitField];
        return;
      }
      delete this.#fields[unitField];
      if (answer !== undefined && answer.problem === undefined && !isHint) this.#fields[unitField] = answer.unit;
      return;
    }
    const sold = isSent
      ? { unit: this.#basis.fuelUnits?.get(String(this.#fields['fuel_id'] ?? '').toLowerCase()) }
      : undefined;
    const isNeeded = this.#conventions.unitsNeeded?.includes(unitField) === true;
    const isWeight = this.#weights.has(field);
    const isOfName = unit === undefined || isOfColumn;
    const answer = settleUnit({ field, unit, isOfColumn: isOfName, rowUnit, sold, isNeeded, isWeight });
    if (answer === undefined) return;
    if (answer.problem !== undefined) {
      delete this.#fields[field];
      this.#unreadable.add(field);
      this.#issues.push(readingIssue(answer.field, text, answer.problem(text)));
      return;
    }
    this.#fields[field] = converted(value, answer, isSent);
    if (isHint || field === 'distance_km') delete this.#fields[unitField];
    else this.#fields[unitField] = answer.unit;
  }

  #refuse(field: string, text: string, problem: Problem): void {
    this.#unreadable.add(field);
    this.#issues.push(readingIssue(field, text, problem));
  }
}

const inOrder = (kind: RecordKind, fields: Fields): Fields =>
  Object.fromEntries(
    Object.keys(kind.fields).flatMap((field) => {
      const value = fields[field];
      return value === undefined ? [] : [[field, value]];
    }),
  );
