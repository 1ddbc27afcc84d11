import type { Failure } from '../calculator/result.ts';
import { TupleIds } from '../columns/tuple-ids.ts';
import type { LocalBasis, LocalColumn } from './local.ts';

/** Selections that are remembered; more are forgotten between two batches, with everything that depends on them. */
const mostSelections = 50_000;

/** What rows' words decide: chosen once for each combination of them, and known by its number from then on. */
export class Selections<S extends { readonly ok: true }> {
  /** The words of a row, as integers, for `idOf`. */
  readonly key: Int32Array;
  /** Goes up when the numbers of selections are forgotten. */
  generation = 0;
  readonly #ids: TupleIds;
  readonly #describe: (selection: S) => LocalBasis;
  #selections: (S | Failure)[] = [];
  #bases: (LocalBasis | undefined)[] = [];
  #generations = '';

  /**
   * @param width integers that the words of a row are
   * @param describe what the figures of a selection are based on
   */
  constructor(width: number, describe: (selection: S) => LocalBasis) {
    this.#ids = new TupleIds(width);
    this.key = this.#ids.key;
    this.#describe = describe;
  }

  /**
   * Before a batch: forgets what depends on integers that mean something else by now.
   *
   * @param generations of what the integers are numbers of
   */
  begin(generations: readonly (number | undefined)[]): void {
    const now = generations.join();
    if (now === this.#generations && this.#selections.length < mostSelections) return;
    this.#generations = now;
    this.generation += 1;
    this.#selections = [];
    this.#bases = [];
    this.#ids.clear();
  }

  /** The number of the selection for `key`; that of a new one is `size`, and it has to be added. */
  idOf(): number {
    return this.#ids.idOf();
  }

  get size(): number {
    return this.#selections.length;
  }

  add(selection: S | Failure): void {
    this.#selections.push(selection);
  }

  at(id: number): S | Failure {
    return this.#selections[id] as S | Failure;
  }

  /** A selection of which it is known that it has not failed. */
  chosen(id: number): S {
    return this.#selections[id] as S;
  }

  basisOf(id: number): LocalBasis {
    return (this.#bases[id] ??= this.#describe(this.chosen(id)));
  }

  /** Columns of results, in the order of `names`: a number for each row, or a value for each selection. */
  columns<Name extends string>(
    names: readonly Name[],
    values: Readonly<Record<Name, Float64Array | ((selection: S) => string | number)>>,
  ): readonly LocalColumn[] {
    return names.map((name): LocalColumn => {
      const value = values[name];
      return typeof value === 'function'
        ? { name, ofSelection: (id) => value(this.chosen(id)) }
        : { name, values: value };
    });
  }
}
