import type { Batch } from '../columns/batch.ts';
import type { Column } from '../columns/column.ts';
import { DictionaryColumn } from '../columns/dictionary-column.ts';
import { PerValue } from '../columns/dictionary.ts';
import { NumberColumn } from '../columns/number-column.ts';
import { readingIssue } from '../mapping/read-field.ts';
import { measuredFields, type MeasuredField, unitFieldOf } from '../mapping/units.ts';
import { converted, settleUnit, textOrNone, type UnitAnswer, type UnitQuestion } from '../mapping/settle-unit.ts';
import type { RecordReading, Source } from './record-columns.ts';

/** The unit of a value that is the same in all rows which leave the field empty; no text has it. */
export const fieldsOwnUnit = '(own)';

/** Answers that are kept: files have few units. */
const mostAnswers = 1000;

/** Brings numbers with a unit of their own, or of their row, to one that records can have. */
export class RowUnits {
  /** By row, from which unit to which one its quantity was converted to be sent. */
  readonly conversions = new Map<number, string>();
  readonly #reading: RecordReading;
  readonly #columns: ReadonlyMap<string, Column>;
  readonly #sources: readonly Source[];
  readonly #textOf: (batch: Batch, row: number, field: string) => string;
  readonly #answers = new Map<string, UnitAnswer | undefined>();
  readonly #usual = new Map<string, PerValue<string | boolean, boolean>>();

  /** @param textOf the text that a field has in a row */
  constructor(
    reading: RecordReading,
    columns: ReadonlyMap<string, Column>,
    sources: readonly Source[],
    textOf: (batch: Batch, row: number, field: string) => string,
  ) {
    this.#reading = reading;
    this.#columns = columns;
    this.#sources = sources;
    this.#textOf = textOf;
  }

  settle(batch: Batch): void {
    this.conversions.clear();
    for (const field of measuredFields) this.#settleField(batch, field);
  }

  #settleField(batch: Batch, field: MeasuredField): void {
    const number = this.#columns.get(field);
    const unitField = unitFieldOf(field) ?? '';
    const column = this.#columns.get(unitField);
    const units = column instanceof DictionaryColumn ? column : undefined;
    if (units === undefined && field !== 'distance_km') return;
    const { unit: ofColumn, isWeight } = this.#sources.find(({ rule }) => rule.field === field)?.rule ?? {};
    const isNeeded = this.#reading.conventions.unitsNeeded?.includes(unitField) === true;
    const isHint = this.#reading.kind.fields[unitField]?.isHint === true;
    const isSent = isHint && field === 'quantity';
    // Most units are those that the record has.
    const usual = units === undefined ? [] : this.#usualUnits(unitField, units).update();
    for (let row = 0; row < batch.rows; row += 1) {
      const own = number instanceof NumberColumn ? (number.units[row] ?? 0) : 0;
      const id = units?.ids[row] ?? -1;
      const isUsual = id >= 0 && usual[id] === true && !isHint && isWeight !== true;
      const isPlain = own === 0 && ofColumn === undefined && (id < 0 ? !isNeeded : isUsual);
      if (isPlain || units?.isUnreadable(row) === true) continue;
      const rowUnit = textOrNone(units?.valueOf(row));
      if (!(number instanceof NumberColumn) || !number.has(row)) {
        const answer = this.#answer({ field, unit: undefined, isOfColumn: false, rowUnit, isNeeded: false });
        units?.set(row, answer === undefined || answer.problem !== undefined || isHint ? undefined : answer.unit);
        continue;
      }
      const unit = own === 0 ? ofColumn : (number.unitNames[own] ?? '');
      if (unit === fieldsOwnUnit) {
        if (isHint) units?.set(row, undefined);
        continue;
      }
      const sold = isSent ? { unit: this.#soldIn(row) } : undefined;
      const answer = this.#answer({ field, unit, isOfColumn: own === 0, rowUnit, sold, isNeeded, isWeight });
      if (answer === undefined) continue;
      if (answer.problem !== undefined) {
        this.#refuse(batch, row, number, { field, answer });
        continue;
      }
      const given = number.values[row] ?? Number.NaN;
      const value = converted(given, answer, isSent);
      number.values[row] = value;
      if (value !== given) number.converted[row] = 1;
      // The record is in the unit that its fuel is sold in, and says none.
      if (isHint) units?.set(row, undefined);
      else if (answer.unit !== rowUnit) units?.set(row, answer.unit);
      if (isSent && answer.own !== answer.wanted) {
        this.conversions.set(row, `${unit ?? rowUnit ?? ''} to ${answer.unit}`);
      }
    }
  }

  #refuse(
    batch: Batch,
    row: number,
    number: NumberColumn,
    { field, answer }: { field: string; answer: Extract<UnitAnswer, { problem: object }> },
  ): void {
    const { translations } = this.#sources.find(({ rule }) => rule.field === field)?.rule ?? {};
    const raw = this.#textOf(batch, row, field);
    const text = translations?.get(raw.trim().toLowerCase()) ?? raw;
    number.refuse(batch, row, readingIssue(answer.field, text, answer.problem(text)));
  }

  #usualUnits(field: string, units: DictionaryColumn<string | boolean>): PerValue<string | boolean, boolean> {
    let usual = this.#usual.get(field);
    if (usual === undefined) {
      const { choices = [] } = this.#reading.kind.fields[field] ?? {};
      usual = new PerValue(units.dictionary, (value) => choices.includes(String(value)));
      this.#usual.set(field, usual);
    }
    return usual;
  }

  /** The unit that the fuel of a row is sold in, as far as that is known. */
  #soldIn(row: number): string | undefined {
    const fuel = textOrNone(this.#columns.get('fuel_id')?.valueOf(row));
    return fuel === undefined ? undefined : this.#reading.options.fuelUnits?.get(fuel.toLowerCase());
  }

  #answer(question: UnitQuestion): UnitAnswer | undefined {
    const { field, unit = '', isOfColumn, rowUnit = '', sold, isNeeded } = question;
    const key = [field, unit, isOfColumn, rowUnit, sold === undefined ? '-' : (sold.unit ?? '?'), isNeeded].join('\n');
    const known = this.#answers.get(key);
    if (known !== undefined || this.#answers.has(key)) return known;
    const answer = settleUnit(question);
    if (this.#answers.size < mostAnswers) this.#answers.set(key, answer);
    return answer;
  }
}
