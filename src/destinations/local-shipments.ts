import type { Calculator } from '../calculator/calculator.ts';
import { isGiven } from '../calculator/distances/distance-source.ts';
import type { Failure } from '../calculator/result.ts';
import type { ShipmentWords } from '../calculator/shipment.ts';
import { type ShipmentFigures, type ShipmentSelection, tkmMismatch } from '../calculator/shipment-figures.ts';
import type { Arena } from '../columns/arena.ts';
import { type Batch, Verdict } from '../columns/batch.ts';
import type { Column } from '../columns/column.ts';
import type { DictionaryColumn } from '../columns/dictionary-column.ts';
import type { NumberColumn } from '../columns/number-column.ts';
import { TextIds } from '../columns/text-column.ts';
import { PerValue } from '../columns/dictionary.ts';
import { PairIds } from '../columns/pair-ids.ts';
import type { Warning } from '../issues.ts';
import type { Category, LoadUnit } from '../records/request.ts';
import {
  joined,
  type LocalBasis,
  type LocalCalculation,
  type LocalColumn,
  type LocalDestination,
  mostSelections,
  type Prepare,
  type ResultWords,
  subjectsOf,
} from './local.ts';

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

/** What is known of a vehicle type and category, once for each pair of them. */
interface Vehicle {
  readonly toc: string | undefined;
  readonly category: Category | undefined;
  readonly hasBands: boolean;
  readonly isRegional: boolean;
}

const idAt = (column: { readonly ids: Int32Array } | undefined, row: number): number =>
  column === undefined ? 0 : (column.ids[row] ?? -1) + 1;

class LocalShipments implements LocalCalculation {
  readonly figures: ShipmentFigures;
  readonly selected: Int32Array;
  readonly columns: readonly LocalColumn[];
  generation = 0;
  readonly #calculator: Calculator;
  readonly #in: SelectingColumns;
  readonly #numbers: Record<'load' | 'loadFactor' | 'distanceKm' | 'tkm', Float64Array>;
  readonly #origins: TextIds;
  readonly #destinations: TextIds;
  readonly #mismatches: Uint8Array;
  readonly #years: PerValue<string, number>;
  #selections: (ShipmentSelection | Failure)[] = [];
  #bases: (LocalBasis | undefined)[] = [];
  readonly #vehicles: Vehicle[] = [];
  // What selects, two at a time: vehicle type and category; country and year; both; load unit and what a row has; all of it.
  readonly #byVehicle = new PairIds();
  readonly #byCountry = new PairIds();
  readonly #byVehicleAndYear = new PairIds();
  readonly #byLoad = new PairIds();
  readonly #byWords = new PairIds();
  /** Selections by these words, and those that depend on places or a load factor as well. */
  #plain: (number | undefined)[] = [];
  #others: (number | undefined)[] = [];
  readonly #places = new PairIds();
  /** The ids of one hint after the other, and of those before it. */
  readonly #byHint = hintFields.map(() => new PairIds());
  readonly #hintedPlaces = new PairIds();
  readonly #hasHints: boolean;
  readonly #loadFactors = new Map<number, number>();
  readonly #byPlaces = new PairIds();
  readonly #byLoadFactor = new PairIds();
  #generations = '';

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
    this.#hasHints = input.hints.some((hint) => hint !== undefined);
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
    const selection = (id: number): ShipmentSelection => this.#selections[id] as ShipmentSelection;
    const values: Record<(typeof names)[number], Float64Array | ((id: number) => string | number)> = {
      co2e_kg: figures.co2eKg,
      co2e_wtt_kg: figures.co2eWttKg,
      co2e_ttw_kg: figures.co2eTtwKg,
      tonne_km: figures.tonneKm,
      load_t: figures.loadT,
      distance_km: figures.distanceKm,
      distance_source: (id) => words.distanceSourceText(selection(id).distanceSource),
      toc: (id) => selection(id).toc,
      factor_kg_per_tkm: (id) => selection(id).wtwKgPerTkm,
      factor_region: (id) => selection(id).factorRegion,
      factor_source: (id) => selection(id).factorSource,
      assumptions: (id) => joined(selection(id).assumptions, words),
    };
    this.columns = names.map((name): LocalColumn => {
      const value = values[name];
      return typeof value === 'function' ? { name, ofSelection: value } : { name, values: value };
    });
  }

  calculate(batch: Batch): void {
    this.#begin();
    const years = this.#years.update();
    const { verdicts, rows } = batch;
    for (let row = 0; row < rows; row += 1) {
      if (verdicts[row] !== Verdict.accepted) continue;
      const id = this.#select(row, years);
      const selection = this.#selections[id] as ShipmentSelection | Failure;
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
    let basis = this.#bases[id];
    if (basis === undefined) {
      const selection = this.#selections[id] as ShipmentSelection;
      const { category, toc, assumptions, distanceSource, factorRegion, factorSource, publications } = selection;
      const subjects = subjectsOf(assumptions);
      const isEstimated = !isGiven(distanceSource) && !subjects.includes('distance');
      basis = {
        group: category,
        vehicleType: toc,
        assumed: isEstimated ? [...subjects, 'distance'] : subjects,
        distanceSource,
        factorRegion,
        factorSource,
        publications,
        assumptions,
      };
      this.#bases[id] = basis;
    }
    return basis;
  }

  warningsOf(id: number): readonly Warning[] {
    return (this.#selections[id] as ShipmentSelection).warnings;
  }

  warningOf(row: number): Warning | undefined {
    return this.#mismatches[row] === 1 ? tkmMismatch : undefined;
  }

  /** Forgets what depends on ids that mean something else by now. */
  #begin(): void {
    const { toc, category, country, loadUnit, cleaning, hints } = this.#in;
    this.#origins.trim();
    this.#destinations.trim();
    const dictionaries = [toc, category, country, loadUnit, cleaning, ...hints].map(
      (column) => column?.dictionary.generation,
    );
    const generations = [...dictionaries, this.#origins.generation, this.#destinations.generation].join();
    if (generations === this.#generations && this.#selections.length < mostSelections) return;
    this.#generations = generations;
    this.generation += 1;
    this.#selections = [];
    this.#bases = [];
    this.#vehicles.length = 0;
    this.#plain = [];
    this.#others = [];
    this.#loadFactors.clear();
    for (const ids of [
      this.#byVehicle,
      this.#byCountry,
      this.#byVehicleAndYear,
      this.#byLoad,
      this.#byWords,
      this.#places,
      ...this.#byHint,
      this.#hintedPlaces,
      this.#byPlaces,
      this.#byLoadFactor,
    ]) {
      ids.clear();
    }
  }

  /** The number of a row's selection: each combination of words is selected once. */
  #select(row: number, years: readonly number[]): number {
    const { toc, category, country, loadUnit, cleaning, year: ownYear, date } = this.#in;
    const { load, loadFactor, distanceKm, tkm } = this.#numbers;
    const vehicleId = this.#byVehicle.idOf(idAt(toc, row), idAt(category, row));
    const vehicle = this.#vehicles[vehicleId] ?? this.#addVehicle(row);
    const countryId = idAt(country, row);
    const given = ownYear?.values[row] ?? Number.NaN;
    const year = Number.isNaN(given) ? (years[date?.ids[row] ?? -1] ?? -1) : given;
    const km = distanceKm[row] ?? Number.NaN;
    const hasDistance = !Number.isNaN(km);
    const hasLoad = !Number.isNaN(load[row]);
    const band = hasDistance && vehicle.hasBands ? this.#calculator.shipmentBand(vehicle.toc, vehicle.category, km) : 0;
    const form = band * 8 + (hasDistance ? 4 : 0) + (hasLoad ? 2 : 0) + (Number.isNaN(tkm[row]) ? 0 : 1);
    const when = this.#byCountry.idOf(countryId, year + 1);
    const vehicleThen = this.#byVehicleAndYear.idOf(vehicleId, when);
    const loaded = this.#byLoad.idOf(idAt(loadUnit, row) * 3 + idAt(cleaning, row), form);
    const words = this.#byWords.idOf(vehicleThen, loaded);
    const needsPlaces = !hasDistance || (countryId === 0 && vehicle.isRegional);
    const factor = hasLoad ? Number.NaN : (loadFactor[row] ?? Number.NaN);
    const wanted = { row, year: year < 0 ? undefined : year, km: hasDistance ? km : undefined };
    if (!needsPlaces && Number.isNaN(factor)) {
      const known = this.#plain[words];
      return known ?? (this.#plain[words] = this.#add(wanted));
    }
    const places = needsPlaces ? this.#placesId(row) + 1 : 0;
    const withPlaces = this.#byPlaces.idOf(words, places);
    const more = this.#byLoadFactor.idOf(withPlaces, Number.isNaN(factor) ? 0 : this.#loadFactorId(factor));
    const known = this.#others[more];
    return known ?? (this.#others[more] = this.#add(wanted));
  }

  /** The number of what a row says of its places. */
  #placesId(row: number): number {
    const { hints } = this.#in;
    const texts = this.#places.idOf(this.#origins.idAt(row) + 1, this.#destinations.idAt(row) + 1);
    if (!this.#hasHints) return texts;
    let hint = 0;
    for (let at = 0; at < hints.length; at += 1) {
      const id = idAt(hints[at], row);
      // Zero is nothing at all.
      if (id > 0 || hint > 0) hint = (this.#byHint[at]?.idOf(hint, id) ?? 0) + 1;
    }
    return this.#hintedPlaces.idOf(texts, hint);
  }

  /** Selects for the words of a row; returns the number of the selection. */
  #add(wanted: { row: number; year: number | undefined; km: number | undefined }): number {
    return this.#selections.push(this.#calculator.selectShipment(this.#wordsOf(wanted))) - 1;
  }

  #loadFactorId(loadFactor: number): number {
    const known = this.#loadFactors.get(loadFactor);
    if (known !== undefined) return known;
    const id = this.#loadFactors.size + 1;
    this.#loadFactors.set(loadFactor, id);
    return id;
  }

  #addVehicle(row: number): Vehicle {
    const toc = this.#in.toc?.valueOf(row);
    const category = this.#in.category?.valueOf(row) as Category | undefined;
    const vehicle = { toc, category, ...this.#calculator.vehicleFacts(toc, category) };
    this.#vehicles.push(vehicle);
    return vehicle;
  }

  #wordsOf({ row, year, km }: { row: number; year: number | undefined; km: number | undefined }): ShipmentWords {
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
