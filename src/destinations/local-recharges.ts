import type { Calculator } from '../calculator/calculator.ts';
import type { RechargeFigures, RechargeSelection } from '../calculator/recharge-figures.ts';
import type { Failure } from '../calculator/result.ts';
import type { Arena } from '../columns/arena.ts';
import { type Batch, Verdict } from '../columns/batch.ts';
import type { Column } from '../columns/column.ts';
import type { DictionaryColumn } from '../columns/dictionary-column.ts';
import type { NumberColumn } from '../columns/number-column.ts';
import { TextIds } from '../columns/text-column.ts';
import { PairIds } from '../columns/pair-ids.ts';
import type { Warning } from '../issues.ts';
import type { QuantityUnit } from '../records/recharge.ts';
import {
  joined,
  type LocalBasis,
  type LocalCalculation,
  type LocalColumn,
  type LocalDestination,
  mostSelections,
  type ResultWords,
  subjectsOf,
} from './local.ts';

const names = [
  'co2e_kg',
  'co2e_wtt_kg',
  'co2e_ttw_kg',
  'fuel',
  'quantity',
  'unit',
  'factor_kg_per_unit',
  'factor_region',
  'factor_source',
  'assumptions',
  'biogenic_co2_kg',
] as const;

/** The embedded calculator for fuel purchases. */
export const localRecharges = (calculator: Calculator, words: ResultWords): LocalDestination => ({
  resultColumns: names,
  create: (columns, arena, capacity) => new LocalRecharges(calculator, arena, words, columns, capacity),
});

class LocalRecharges implements LocalCalculation {
  readonly figures: RechargeFigures;
  readonly selected: Int32Array;
  readonly columns: readonly LocalColumn[];
  generation = 0;
  readonly #calculator: Calculator;
  readonly #fuels: TextIds;
  readonly #country: DictionaryColumn<string>;
  readonly #date: DictionaryColumn<string>;
  readonly #quantityUnit: DictionaryColumn<string> | undefined;
  readonly #quantities: Float64Array;
  #selections: (RechargeSelection | Failure)[] = [];
  #bases: (LocalBasis | undefined)[] = [];
  readonly #byFuel = new PairIds();
  readonly #byYear = new PairIds();
  readonly #byUnit = new PairIds();
  #generations = '';

  constructor(
    calculator: Calculator,
    arena: Arena,
    words: ResultWords,
    columns: ReadonlyMap<string, Column>,
    capacity: number,
  ) {
    const numbers = (): Float64Array => new Float64Array(capacity);
    this.#calculator = calculator;
    this.#fuels = new TextIds(arena, columns.get('fuel_id'));
    // A purchase needs both, so that every input has columns for them.
    this.#country = columns.get('country') as DictionaryColumn<string>;
    this.#date = columns.get('date') as DictionaryColumn<string>;
    this.#quantityUnit = columns.get('quantity_unit') as DictionaryColumn<string> | undefined;
    const quantity = columns.get('quantity') as NumberColumn | undefined;
    this.#quantities = quantity?.values ?? numbers().fill(Number.NaN);
    this.figures = { co2eKg: numbers(), co2eWttKg: numbers(), co2eTtwKg: numbers(), biogenicCo2Kg: numbers() };
    this.selected = new Int32Array(capacity);
    const selection = (id: number): RechargeSelection => this.#selections[id] as RechargeSelection;
    const values: Record<(typeof names)[number], Float64Array | ((id: number) => string | number)> = {
      co2e_kg: this.figures.co2eKg,
      co2e_wtt_kg: this.figures.co2eWttKg,
      co2e_ttw_kg: this.figures.co2eTtwKg,
      fuel: (id) => selection(id).fuel,
      quantity: this.#quantities,
      unit: (id) => selection(id).unit,
      factor_kg_per_unit: (id) => selection(id).wtwKgPerUnit,
      factor_region: (id) => selection(id).factorRegion,
      factor_source: (id) => selection(id).factorSource,
      assumptions: (id) => joined(selection(id).assumptions, words),
      biogenic_co2_kg: this.figures.biogenicCo2Kg,
    };
    this.columns = names.map((name): LocalColumn => {
      const value = values[name];
      return typeof value === 'function' ? { name, ofSelection: value } : { name, values: value };
    });
  }

  calculate(batch: Batch): void {
    this.#begin();
    for (let row = 0; row < batch.rows; row += 1) {
      if (batch.verdicts[row] !== Verdict.accepted) continue;
      const id = this.#select(row);
      const selection = this.#selections[id] as RechargeSelection | Failure;
      this.selected[row] = id;
      if (selection.ok) this.#calculator.rechargeFigures(selection, this.#quantities, row, this.figures);
      else batch.settle(row, Verdict.rejected, selection.issue);
    }
  }

  basisOf(id: number): LocalBasis {
    let basis = this.#bases[id];
    if (basis === undefined) {
      const { fuel, assumptions, factorRegion, factorSource, publications } = this.#selections[id] as RechargeSelection;
      const assumed = subjectsOf(assumptions);
      basis = { group: fuel, assumed, factorRegion, factorSource, publications, assumptions };
      this.#bases[id] = basis;
    }
    return basis;
  }

  warningsOf(id: number): readonly Warning[] {
    return (this.#selections[id] as RechargeSelection).warnings;
  }

  warningOf(): undefined {
    return undefined;
  }

  /** Forgets what depends on ids that mean something else by now. */
  #begin(): void {
    this.#fuels.trim();
    const columns = [this.#country, this.#date, this.#quantityUnit];
    const generations = [this.#fuels.generation, ...columns.map((column) => column?.dictionary.generation)].join();
    if (generations === this.#generations && this.#selections.length < mostSelections) return;
    this.#generations = generations;
    this.generation += 1;
    this.#selections = [];
    this.#bases = [];
    for (const ids of [this.#byFuel, this.#byYear, this.#byUnit]) ids.clear();
  }

  /** The number of a row's selection: each combination of words is selected once. */
  #select(row: number): number {
    const hasQuantity = !Number.isNaN(this.#quantities[row]);
    const year = Number((this.#date.valueOf(row) ?? '').slice(0, 4));
    const fuel = this.#byFuel.idOf(this.#fuels.idAt(row) + 1, (this.#country.ids[row] ?? -1) + 1);
    const withYear = this.#byYear.idOf(fuel, year);
    const unit = this.#quantityUnit === undefined ? 0 : (this.#quantityUnit.ids[row] ?? -1) + 1;
    const id = this.#byUnit.idOf(withYear, unit * 2 + (hasQuantity ? 1 : 0));
    if (id === this.#selections.length) {
      const selection = this.#calculator.selectRecharge({
        fuel: this.#fuels.valueOf(row) ?? '',
        country: this.#country.valueOf(row) ?? '',
        year,
        quantityUnit: this.#quantityUnit?.valueOf(row) as QuantityUnit | undefined,
        hasQuantity,
      });
      this.#selections.push(selection);
    }
    return id;
  }
}
