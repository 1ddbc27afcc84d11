import type { Calculator } from '../calculator/calculator.ts';
import type { ShipmentWords } from '../calculator/shipment.ts';
import { type ShipmentFigures, type ShipmentSelection, tkmMismatch } from '../calculator/shipment-figures.ts';
import type { Arena } from '../columns/arena.ts';
import { type Batch, Verdict } from '../columns/batch.ts';
import type { Column } from '../columns/column.ts';
import type { DictionaryColumn } from '../columns/dictionary-column.ts';
import type { NumberColumn } from '../columns/number-column.ts';
import { TextIds } from '../columns/text-column.ts';
import { PerValue } from '../columns/dictionary.ts';
import { TupleIds } from '../columns/tuple-ids.ts';
import type { Warning } from '../issues.ts';
import type { Category, LoadUnit } from '../records/request.ts';
import {
  joined,
  type LocalBasis,
  type LocalCalculation,
  type LocalColumn,
  type LocalDestination,
  type Prepare,
  type ResultWords,
} from './local.ts';
import { evidenceOf } from './evidence.ts';
import { Selections } from './selections.ts';

const names = [
  'co2e_kg',
  'co2e_wtt_kg',
  'co2e_ttw_kg',
  'tonne_km',
  'load_t',
  'distance_km',
  'distance_source',
  'toc',
  'factor_kg_per_tkm',
  'factor_region',
  'factor_source',
  'assumptions',
] as const;

/** The embedded calculator for shipments. */
export const localShipments = (calculator: Calculator, words: ResultWords, prepare?: Prepare): LocalDestination => ({
  resultColumns: names,
  create: (columns, arena, capacity, placeTexts = []) => {
    // Nothing is read to find out until a row needs a place.
    calculator.distances.setNeighbours(placeTexts);
    return new LocalShipments(calculator, arena, words, columns, capacity);
  },
  prepare,
  distanceLimits: (record) => calculator.distanceLimits(record),
  facts: calculator,
});

/** The columns that select: words of which there are few. */
interface SelectingColumns {
  readonly toc: DictionaryColumn<string> | undefined;
  readonly category: DictionaryColumn<string> | undefined;
  readonly country: DictionaryColumn<string> | undefined;
  readonly date: DictionaryColumn<string> | undefined;
  readonly loadUnit: DictionaryColumn<string> | undefined;
  readonly cleaning: DictionaryColumn<boolean> | undefined;
  /** What columns of their own say of the places, as `hintFields`. */
  readonly hints: readonly (DictionaryColumn<string> | undefined)[];
  readonly year: NumberColumn | undefined;
  readonly load: NumberColumn | undefined;
  readonly loadFactor: NumberColumn | undefined;
  readonly distanceKm: NumberColumn | undefined;
  readonly tkm: NumberColumn | undefined;
}

const hintFields = [
  'origin_postcode',
  'origin_region',
  'destination_country',
  'destination_postcode',
  'destination_region',
] as const;

/** Numbers that every selection depends on; those of the hints come after them. */
const ownKeys = 9;

/** What is known of a vehicle type and category, once for each pair of them. */
interface Vehicle {
  readonly toc: string | undefined;
  readonly category: Category | undefined;
  readonly hasBands: boolean;
  readonly isRegional: boolean;
}

/** The number of a row's value: -1 for none, and where no column has it. */
const idAt = (column: { readonly ids: Int32Array } | undefined, row: number): number => column?.ids[row] ?? -1;

function describe(selection: ShipmentSelection): LocalBasis {
  const { category, toc, assumptions, distanceSource, factorRegion, factorSource, publications } = selection;
  return {
    group: category,
    vehicleType: toc,
    ...evidenceOf(assumptions, distanceSource),
    data: publications.length === 0 ? 'modelled' : 'default',
    distanceSource,
    factorRegion,
    factorSource,
    publications,
    assumptions,
    selection,
  };
}

class LocalShipments implements LocalCalculation {
  readonly figures: ShipmentFigures;
  readonly selected: Int32Array;
  readonly columns: readonly LocalColumn[];
  readonly #calculator: Calculator;
  readonly #in: SelectingColumns;
  readonly #numbers: Record<'load' | 'loadFactor' | 'distanceKm' | 'tkm', Float64Array>;
  readonly #origins: TextIds;
  readonly #destinations: TextIds;
  readonly #mismatches: Uint8Array;
  readonly #years: PerValue<string, number>;
  /** What columns of their own say of the places, for those that are there. */
  readonly #hints: readonly DictionaryColumn<string>[];
  readonly #selections: Selections<ShipmentSelection>;
  readonly #vehicleIds = new TupleIds(2);
  #vehicles: Vehicle[] = [];
  #loadFactors = new Map<number, number>();
  #generation = 0;
  /** Whether a selection depends on places. */
  #usesPlaces = false;

  constructor(
    calculator: Calculator,
    arena: Arena,
    words: ResultWords,
    columns: ReadonlyMap<string, Column>,
    capacity: number,
  ) {
    const none = new Float64Array(capacity).fill(Number.NaN);
    const numbers = (): Float64Array => new Float64Array(capacity);
    const column = <T extends Column>(name: string): T | undefined => columns.get(name) as T | undefined;
    const input: SelectingColumns = {
      toc: column('toc'),
      category: column('category'),
      country: column('origin_country'),
      date: column('shipment_date'),
      loadUnit: column('load_unit'),
      cleaning: column('cleaning'),
      hints: hintFields.map((field) => column(field)),
      year: column('year'),
      load: column('load'),
      loadFactor: column('load_factor'),
      distanceKm: column('distance_km'),
      tkm: column('tkm'),
    };
    const figures: ShipmentFigures = {
      co2eKg: numbers(),
      co2eWttKg: numbers(),
      co2eTtwKg: numbers(),
      tonneKm: numbers(),
      loadT: numbers(),
      distanceKm: numbers(),
    };
    this.#calculator = calculator;
    this.#in = input;
    this.#hints = input.hints.filter((hint) => hint !== undefined);
    this.#selections = new Selections(ownKeys + this.#hints.length, describe);
    this.figures = figures;
    this.selected = new Int32Array(capacity);
    this.#mismatches = new Uint8Array(capacity);
    this.#numbers = {
      load: input.load?.values ?? none,
      loadFactor: input.loadFactor?.values ?? none,
      distanceKm: input.distanceKm?.values ?? none,
      tkm: input.tkm?.values ?? none,
    };
    this.#origins = new TextIds(arena, columns.get('origin'));
    this.#destinations = new TextIds(arena, columns.get('destination'));
    const dates = input.date?.dictionary;
    this.#years = new PerValue(dates ?? { values: [], generation: 0 }, (date) => Number(date.slice(0, 4)));
    this.columns = this.#selections.columns(names, {
      co2e_kg: figures.co2eKg,
      co2e_wtt_kg: figures.co2eWttKg,
      co2e_ttw_kg: figures.co2eTtwKg,
      tonne_km: figures.tonneKm,
      load_t: figures.loadT,
      distance_km: figures.distanceKm,
      distance_source: ({ distanceSource }) => words.distanceSourceText(distanceSource),
      toc: ({ toc }) => toc,
      factor_kg_per_tkm: ({ wtwKgPerTkm }) => wtwKgPerTkm,
      factor_region: ({ factorRegion }) => factorRegion,
      factor_source: ({ factorSource }) => factorSource,
      assumptions: ({ assumptions }) => joined(assumptions, words),
    });
  }

  get generation(): number {
    return this.#selections.generation;
  }

  calculate(batch: Batch): void {
    this.#begin();
    const years = this.#years.update();
    const { verdicts, rows } = batch;
    for (let row = 0; row < rows; row += 1) {
      if (verdicts[row] !== Verdict.accepted) continue;
      const id = this.#select(row, years);
      const selection = this.#selections.at(id);
      this.selected[row] = id;
      if (!selection.ok) {
        batch.settle(row, Verdict.rejected, selection.issue);
        continue;
      }
      const isMismatch = this.#calculator.shipmentFigures(selection, this.#numbers, row, this.figures);
      this.#mismatches[row] = isMismatch ? 1 : 0;
    }
  }

  basisOf(id: number): LocalBasis {
    return this.#selections.basisOf(id);
  }

  warningsOf(id: number): readonly Warning[] {
    return this.#selections.chosen(id).warnings;
  }

  warningOf(row: number): Warning | undefined {
    return this.#mismatches[row] === 1 ? tkmMismatch : undefined;
  }

  #begin(): void {
    const { toc, category, country, loadUnit, cleaning } = this.#in;
    this.#origins.trim();
    this.#destinations.trim();
    this.#selections.begin([
      // Where no distance has to be found, it does not matter which places are which.
      ...(this.#usesPlaces ? [this.#origins.generation, this.#destinations.generation] : []),
      ...[toc, category, country, loadUnit, cleaning, ...this.#hints].map((column) => column?.dictionary.generation),
    ]);
    if (this.generation === this.#generation) return;
    this.#generation = this.generation;
    this.#vehicleIds.clear();
    this.#vehicles = [];
    this.#loadFactors = new Map();
  }

  /** The number of a row's selection. */
  #select(row: number, years: readonly number[]): number {
    const { country, loadUnit, cleaning, year: ownYear, date } = this.#in;
    const { load, loadFactor, distanceKm, tkm } = this.#numbers;
    const selections = this.#selections;
    const { key } = selections;
    const vehicleId = this.#vehicleAt(row);
    const vehicle = this.#vehicles[vehicleId] as Vehicle;
    const countryId = idAt(country, row);
    const given = ownYear?.values[row] ?? Number.NaN;
    const year = Number.isNaN(given) ? (years[idAt(date, row)] ?? -1) : given;
    const km = distanceKm[row] ?? Number.NaN;
    const hasDistance = !Number.isNaN(km);
    const hasLoad = !Number.isNaN(load[row]);
    const band = hasDistance && vehicle.hasBands ? this.#calculator.shipmentBand(vehicle.toc, vehicle.category, km) : 0;
    const needsPlaces = !hasDistance || (countryId < 0 && vehicle.isRegional);
    const factor = hasLoad ? Number.NaN : (loadFactor[row] ?? Number.NaN);
    this.#usesPlaces ||= needsPlaces;
    key[0] = vehicleId;
    key[1] = countryId;
    key[2] = year;
    key[3] = idAt(loadUnit, row);
    key[4] = idAt(cleaning, row);
    key[5] = band * 8 + (hasDistance ? 4 : 0) + (hasLoad ? 2 : 0) + (Number.isNaN(tkm[row]) ? 0 : 1);
    key[6] = needsPlaces ? this.#origins.idAt(row) : -2;
    key[7] = needsPlaces ? this.#destinations.idAt(row) : -2;
    key[8] = Number.isNaN(factor) ? 0 : this.#loadFactorId(factor);
    for (let at = 0; at < this.#hints.length; at += 1) {
      key[ownKeys + at] = needsPlaces ? idAt(this.#hints[at], row) : -2;
    }
    const id = selections.idOf();
    if (id === selections.size) {
      const words = this.#wordsOf(row, year < 0 ? undefined : year, hasDistance ? km : undefined);
      selections.add(this.#calculator.selectShipment(words));
    }
    return id;
  }

  #loadFactorId(loadFactor: number): number {
    const known = this.#loadFactors.get(loadFactor);
    if (known !== undefined) return known;
    const id = this.#loadFactors.size + 1;
    this.#loadFactors.set(loadFactor, id);
    return id;
  }

  /** The number of a row's vehicle type and category. */
  #vehicleAt(row: number): number {
    const { toc, category } = this.#in;
    const { key } = this.#vehicleIds;
    key[0] = idAt(toc, row);
    key[1] = idAt(category, row);
    const id = this.#vehicleIds.idOf();
    if (id === this.#vehicles.length) {
      const words = { toc: toc?.valueOf(row), category: category?.valueOf(row) as Category | undefined };
      this.#vehicles.push({ ...words, ...this.#calculator.vehicleFacts(words.toc, words.category) });
    }
    return id;
  }

  #wordsOf(row: number, year: number | undefined, km: number | undefined): ShipmentWords {
    const { toc, category, country, loadUnit, cleaning, load, tkm, loadFactor } = this.#in;
    const [originPostcode, originRegion, destinationCountry, destinationPostcode, destinationRegion] =
      this.#in.hints.map((column) => column?.valueOf(row));
    return {
      toc: toc?.valueOf(row),
      category: category?.valueOf(row) as Category | undefined,
      originCountry: country?.valueOf(row),
      year,
      origin: this.#origins.valueOf(row),
      destination: this.#destinations.valueOf(row),
      originPostcode,
      originRegion,
      destinationCountry,
      destinationPostcode,
      destinationRegion,
      loadUnit: loadUnit?.valueOf(row) as LoadUnit | undefined,
      cleaning: cleaning?.valueOf(row),
      hasLoad: load?.has(row) === true,
      hasTkm: tkm?.has(row) === true,
      distanceKm: km,
      loadFactor: loadFactor?.valueOf(row),
    };
  }
}
