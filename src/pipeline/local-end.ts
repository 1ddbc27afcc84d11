import type { Arena } from '../columns/arena.ts';
import { type Batch, Verdict } from '../columns/batch.ts';
import type { LocalCalculation, LocalDestination } from '../destinations/local.ts';
import { type Accounts, textOf } from './accounts.ts';
import type { AddedRows } from './emissions.ts';
import { booleanOf } from './emission-details.ts';
import type { RecordColumns } from './record-columns.ts';
import type { RunEnd, RunObserver } from './reported-rows.ts';
import { firstRejected, type Stops } from './stop.ts';

export interface LocalEndOptions {
  readonly accounts: Accounts;
  readonly observer: RunObserver;
  readonly stops: Stops;
  readonly stopOnError: boolean;
  /** Places as the beginning of an input has them. */
  readonly placeTextsOf: (input: number) => Iterable<string>;
  /** Names a row (from 1) of an input. */
  readonly nameOf: (input: number, row: number) => string;
}

/** From so many rows on, one that is more than this share of the total is worth a look. */
const manyRows = 50;
const heavyShare = 0.2;

/** The embedded calculator: emissions are worked out on this machine. */
export class LocalEnd implements RunEnd {
  readonly inFlight = 0;
  readonly #destination: LocalDestination;
  readonly #arena: Arena;
  readonly #accounts: Accounts;
  readonly #observer: RunObserver;
  readonly #stops: Stops;
  readonly #stopOnError: boolean;
  readonly #placeTextsOf: LocalEndOptions['placeTextsOf'];
  #input = 0;
  #records: RecordColumns | undefined;
  #calculation: LocalCalculation | undefined;
  #sums: LocalSums | undefined;
  #heaviest: { readonly kg: number; readonly input: number; readonly row: number } | undefined;
  readonly #nameOf: LocalEndOptions['nameOf'];

  constructor(destination: LocalDestination, arena: Arena, options: LocalEndOptions) {
    this.#destination = destination;
    this.#arena = arena;
    this.#accounts = options.accounts;
    this.#observer = options.observer;
    this.#stops = options.stops;
    this.#stopOnError = options.stopOnError;
    this.#placeTextsOf = options.placeTextsOf;
    this.#nameOf = options.nameOf;
  }

  begin(input: number, records: RecordColumns, capacity: number): void {
    this.#input = input;
    this.#records = records;
    this.#calculation = this.#destination.create(records.columns, this.#arena, capacity, this.#placeTextsOf(input));
    this.#sums = new LocalSums(this.#accounts, records, this.#calculation, capacity);
  }

  prepare(batch: Batch): Promise<void> | undefined {
    const { prepare } = this.#destination;
    const records = this.#records;
    if (prepare === undefined || records === undefined) {
      this.#calculate(batch);
      return undefined;
    }
    const asked = [];
    for (let row = 0; row < batch.rows; row += 1) {
      if (batch.verdicts[row] === Verdict.accepted && records.column('distance_km')?.has(row) !== true) {
        asked.push(records.fields(row));
      }
    }
    return prepare(asked).then(() => this.#calculate(batch));
  }

  #calculate(batch: Batch): void {
    this.#calculation?.calculate(batch);
    this.#sums?.begin();
  }

  take(batch: Batch, row: number): undefined {
    if (batch.verdicts[row] === Verdict.accepted) {
      this.#accounts.ledger.records.accepted += 1;
      this.#sums?.add(row);
      const kg = this.#calculation?.figures.co2eKg[row] ?? 0;
      if (kg > (this.#heaviest?.kg ?? 0)) this.#heaviest = { kg, input: this.#input, row: batch.firstRow + row };
    } else {
      // It could not be calculated; why was said already.
      this.#accounts.countRefused(Verdict.rejected);
      this.#accounts.checkErrors();
      this.#sums?.miss(row);
      if (this.#stopOnError) this.#stops.stop(firstRejected);
    }
  }

  finish(batch: Batch): undefined {
    const records = this.#records;
    if (records === undefined) return;
    this.#sums?.finish();
    this.#observer.rows({ input: this.#input, batch, records, calculation: this.#calculation });
  }

  /** At the end, says which row outweighs the others. */
  async drain(): Promise<void> {
    const { total } = this.#accounts.emissions;
    const heaviest = this.#heaviest;
    if (total === undefined || heaviest === undefined || total.records < manyRows) return;
    const share = heaviest.kg / total.co2eKg;
    if (share <= heavyShare) return;
    const name = this.#nameOf(heaviest.input, heaviest.row);
    const { details } = this.#accounts.options;
    if (details !== undefined) details.heavyRow = { name, kg: heaviest.kg };
    const message = `row ${name} is ${(share * 100).toFixed(0)} % of the total`;
    this.#accounts.warn({ code: 'HEAVY_ROW', message });
  }
}

/** Adds calculated records to the sums: what depends on a selection, a client or a day is looked up once for each of them. */
class LocalSums {
  readonly #accounts: Accounts;
  readonly #records: RecordColumns;
  readonly #calculation: LocalCalculation;
  readonly #client: IdGroups;
  readonly #day: IdGroups;
  /** The rows of the batch that were taken, and the groups of each. */
  readonly #added: { -readonly [K in keyof AddedRows]: AddedRows[K] };
  #generation = -1;
  /** By twice the selection, and one more for rows of which a number was converted: the number of the basis. */
  #bases: (number | undefined)[] = [];

  constructor(accounts: Accounts, records: RecordColumns, calculation: LocalCalculation, capacity: number) {
    const { emissions } = accounts;
    const ids = (): Int32Array => new Int32Array(capacity);
    this.#added = { rows: ids(), bases: ids(), clients: ids(), months: ids(), count: 0 };
    this.#accounts = accounts;
    this.#records = records;
    this.#calculation = calculation;
    this.#client = new IdGroups(records, 'client', (client) => emissions.clientOf(client));
    this.#day = new IdGroups(records, records.column('date') === undefined ? 'shipment_date' : 'date', (day) =>
      emissions.monthOf(day),
    );
  }

  begin(): void {
    const { emissions } = this.#accounts;
    if (this.#generation !== this.#calculation.generation || emissions.isFull) {
      emissions.settle();
      this.#bases = [];
      this.#generation = this.#calculation.generation;
    }
    this.#client.begin();
    this.#day.begin();
  }

  add(row: number): void {
    const { emissions, options, warnings } = this.#accounts;
    const calculation = this.#calculation;
    const { figures } = calculation;
    const selection = calculation.selected[row] ?? 0;
    const isConverted = this.#records.isConverted(row);
    const at = selection * 2 + (isConverted ? 1 : 0);
    let basis = this.#bases[at];
    if (basis === undefined) {
      basis = emissions.basisOf(calculation.basisOf(selection), isConverted);
      this.#bases[at] = basis;
    }
    const added = this.#added;
    const { count } = added;
    added.rows[count] = row;
    added.bases[count] = basis;
    added.clients[count] = this.#client.at(row);
    added.months[count] = this.#day.at(row);
    added.count = count + 1;
    for (const warning of calculation.warningsOf(selection)) warnings.add(warning);
    const warning = calculation.warningOf(row);
    if (warning !== undefined) warnings.add(warning);
    const { journeys, details } = options;
    journeys?.add(this.#accounts.legOf(this.#records, row, journeys), figures, row);
    details?.add(
      {
        day: this.#text(row, 'date') ?? this.#text(row, 'shipment_date'),
        origin: this.#text(row, 'origin'),
        destination: this.#text(row, 'destination'),
        isBought: booleanOf(this.#text(row, 'subcontractor')),
      },
      figures,
      row,
      calculation.basisOf(selection),
    );
  }

  /** Adds the rows up that were taken of a batch. */
  finish(): void {
    this.#accounts.emissions.addEach(this.#calculation.figures, this.#added);
    this.#added.count = 0;
  }

  miss(row: number): void {
    const { journeys } = this.#accounts.options;
    journeys?.miss(this.#accounts.legOf(this.#records, row, journeys));
  }

  #text(row: number, field: string): string | undefined {
    return textOf(this.#records, row, field);
  }
}

/** The groups of a dictionary column's values, looked up once for each of them. */
class IdGroups {
  readonly #records: RecordColumns;
  readonly #field: string;
  readonly #groupOf: (text: string | undefined) => number;
  readonly #ids: ReturnType<RecordColumns['idsOf']>;
  #generation = -1;
  #groups: (number | undefined)[] = [];
  readonly #none: { group: number | undefined } = { group: undefined };

  constructor(records: RecordColumns, field: string, groupOf: (text: string | undefined) => number) {
    this.#records = records;
    this.#field = field;
    this.#groupOf = groupOf;
    this.#ids = records.idsOf(field);
  }

  begin(): void {
    const generation = this.#ids?.generation() ?? 0;
    if (generation !== this.#generation) this.#groups = [];
    this.#generation = generation;
  }

  at(row: number): number {
    const id = this.#ids?.ids[row] ?? -1;
    if (id < 0) {
      this.#none.group ??= this.#groupOf(undefined);
      return this.#none.group;
    }
    let group = this.#groups[id];
    if (group === undefined) {
      group = this.#groupOf(textOf(this.#records, row, this.#field));
      this.#groups[id] = group;
    }
    return group;
  }
}
