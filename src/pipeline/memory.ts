import { Arena } from '../columns/arena.ts';
import { type DictionaryLimits, dictionaryLimits } from '../columns/dictionary.ts';
import { Fragments } from '../columns/fragments.ts';
import { jsonBytes } from '../columns/json-writer.ts';
import { outputBytes } from '../columns/output.ts';
import { blockBytes } from '../input/blocks.ts';
import { placeBytes } from '../input/batch-reader.ts';
import { rowPlaceBytes } from '../input/row-reader.ts';

/** Sizes of what a run works on at a time. No result depends on them; tests vary them. */
export interface FlowSizes {
  readonly blockBytes: number;
  readonly batchRows: number;
  /** Bits of the hashes of duplicate keys that are used. */
  readonly hashMask: number;
  /** What the dictionary of a column may hold. */
  readonly dictionary: DictionaryLimits;
}

export const defaultSizes: FlowSizes = { blockBytes, batchRows: 2048, hashMask: -1, dictionary: dictionaryLimits };

/** Memory for everything of a run; what is not written costs nothing. */
export const createArena = ({ blockBytes: size }: FlowSizes): Arena =>
  new Arena(2 * placeBytes(size) + rowPlaceBytes + Fragments.bytes + jsonBytes + 2 * outputBytes + 64 * 1024);
