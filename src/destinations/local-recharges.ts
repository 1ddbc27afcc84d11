import type { Calculator } from '../calculator/calculator.ts';
import type { RechargeFigures, RechargeSelection } from '../calculator/recharge-figures.ts';
import type { Arena } from '../columns/arena.ts';
import { type Batch, Verdict } from '../columns/batch.ts';
import type { Column } from '../columns/column.ts';
import type { DictionaryColumn } from '../columns/dictionary-column.ts';
import type { NumberColumn } from '../columns/number-column.ts';
import { PerValue } from '../columns/dictionary.ts';
import { TextIds } from '../columns/text-column.ts';
import type { Warning } from '../issues.ts';
import type { QuantityUnit } from '../records/recharge.ts';
import {
  joined,
  type LocalBasis,
  type LocalCalculation,
  type LocalColumn,
  type LocalDestination,
  type ResultWords,
} from './local.ts';
import { evidenceOf } from './evidence.ts';
import { Selections } from './selections.ts';

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

const describe = ({ fuel, assumptions, factorRegion, factorSource, publications }: RechargeSelection): LocalBasis => ({
  group: fuel,
  ...evidenceOf(assumptions),
  // The energy is what was bought.
  data: 'primary',
  factorRegion,
  factorSource,
  publications,
  assumptions,
});

class LocalRecharges implements LocalCalculation {
  readonly figures: RechargeFigures;
  readonly selected: Int32Array;
  readonly columns: readonly LocalColumn[];
  readonly #calculator: Calculator;
  readonly #fuels: TextIds;
  readonly #country: DictionaryColumn<string>;
  readonly #date: DictionaryColumn<string>;
  readonly #quantityUnit: DictionaryColumn<string> | undefined;
  readonly #quantities: Float64Array;
  readonly #years: PerValue<string, number>;
  readonly #selections = new Selections<RechargeSelection>(5, describe);

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
    this.#years = new PerValue(this.#date.dictionary, (date) => Number(date.slice(0, 4)));
    this.#quantityUnit = columns.get('quantity_unit') as DictionaryColumn<string> | undefined;
    const quantity = columns.get('quantity') as NumberColumn | undefined;
    this.#quantities = quantity?.values ?? numbers().fill(Number.NaN);
    this.figures = { co2eKg: numbers(), co2eWttKg: numbers(), co2eTtwKg: numbers(), biogenicCo2Kg: numbers() };
    this.selected = new Int32Array(capacity);
    this.columns = this.#selections.columns(names, {
      co2e_kg: this.figures.co2eKg,
      co2e_wtt_kg: this.figures.co2eWttKg,
      co2e_ttw_kg: this.figures.co2eTtwKg,
      fuel: ({ fuel }) => fuel,
      quantity: this.#quantities,
      unit: ({ unit }) => unit,
      factor_kg_per_unit: ({ wtwKgPerUnit }) => wtwKgPerUnit,
      factor_region: ({ factorRegion }) => factorRegion,
      factor_source: ({ factorSource }) => factorSource,
      assumptions: ({ assumptions }) => joined(assumptions, words),
      biogenic_co2_kg: this.figures.biogenicCo2Kg,
    });
  }

  get generation(): number {
    return this.#selections.generation;
  }

  calculate(batch: Batch): void {
    this.#fuels.trim();
    const columns = [this.#country, this.#quantityUnit];
    const years = this.#years.update();
    this.#selections.begin([this.#fuels.generation, ...columns.map((column) => column?.dictionary.generation)]);
    for (let row = 0; row < batch.rows; row += 1) {
      if (batch.verdicts[row] !== Verdict.accepted) continue;
      const id = this.#select(row, years);
      const selection = this.#selections.at(id);
      this.selected[row] = id;
      if (selection.ok) this.#calculator.rechargeFigures(selection, this.#quantities, row, this.figures);
      else batch.settle(row, Verdict.rejected, selection.issue);
    }
  }

  basisOf(id: number): LocalBasis {
    return this.#selections.basisOf(id);
  }

  warningsOf(id: number): readonly Warning[] {
    return this.#selections.chosen(id).warnings;
  }

  warningOf(): undefined {
    return undefined;
  }

  /** The number of a row's selection. */
  #select(row: number, years: readonly number[]): number {
    const selections = this.#selections;
    const { key } = selections;
    const hasQuantity = !Number.isNaN(this.#quantities[row]);
    const year = years[this.#date.ids[row] ?? -1] ?? 0;
    key[0] = this.#fuels.idAt(row);
    key[1] = this.#country.ids[row] ?? 0;
    key[2] = year;
    key[3] = this.#quantityUnit?.ids[row] ?? -1;
    key[4] = hasQuantity ? 1 : 0;
    const id = selections.idOf();
    if (id === selections.size) {
      selections.add(
        this.#calculator.selectRecharge({
          fuel: this.#fuels.valueOf(row) ?? '',
          country: this.#country.valueOf(row) ?? '',
          year,
          quantityUnit: this.#quantityUnit?.valueOf(row) as QuantityUnit | undefined,
          hasQuantity,
        }),
      );
    }
    return id;
  }
}
