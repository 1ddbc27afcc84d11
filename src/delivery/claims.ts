import { Fate, recordOf } from '../destinations/destination.ts';
import type { Fields } from '../records/kind.ts';
import type { ChunkState } from './chunk-state.ts';

/** A call that is being made, or whose outcome stayed unknown. */
interface CallUnderWay {
  readonly state: ChunkState;
  readonly records: readonly number[];
}

/**
 * Stored records that belong to records of this run, and may not be in the ledger yet: two records that are alike, in chunks that are
 * delivered at the same time, must not both take the one that is stored. Asked and told without a pause, where records are paired.
 */
export class Claims {
  readonly #found = new Set<string>();
  readonly #calls = new Set<CallUnderWay>();

  /** A look-up has found that this is the id of a record. */
  claim(id: string): void {
    this.#found.add(id);
  }

  isFound(id: string): boolean {
    return this.#found.has(id);
  }

  /** A call begins; what it returns is to be called when the ledger has its outcome. */
  begin(state: ChunkState, records: readonly number[]): () => void {
    const call = { state, records };
    this.#calls.add(call);
    return () => {
      const isKnown = records.every((record) => state.outcome.fateOf(record) !== Fate.uncertain);
      if (isKnown) this.#calls.delete(call);
    };
  }

  /** Of calls under way: ids that are known, and the records of which none is and that may be stored. */
  underWay(): { readonly ids: ReadonlySet<string>; readonly unknown: ReadonlyMap<object, Fields> } {
    const ids = new Set(this.#found);
    const unknown = new Map<object, Fields>();
    for (const { state, records } of this.#calls) {
      for (const record of records) {
        const id = state.outcome.results.get(record)?.id;
        const fate = state.outcome.fateOf(record);
        if (id !== undefined) ids.add(id);
        else if (fate === undefined || fate === Fate.uncertain) unknown.set({}, recordOf(state.chunk, record));
      }
    }
    return { ids, unknown };
  }
}
