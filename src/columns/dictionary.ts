import type { Issue } from '../issues.ts';
import type { Arena } from './arena.ts';
import { Tag } from './batch.ts';
import { hashBytes, wordAt } from './scan.ts';

/** The id of a text that means that there is no value. Lower ones are those of texts that could not be read. */
export const absent = -1;

/** What a text means; `issues` say why it can't be read. */
export type Meaning<T> =
  | { readonly value: T; readonly note?: string | undefined }
  | { readonly value: undefined; readonly note?: undefined; readonly issues?: readonly Issue[] };

/** Reads a text as the definition of its field says. */
export type Interpret<T> = (text: string, tag: Tag) => Meaning<T>;

/** What a dictionary may hold; beyond that it forgets everything between two batches. */
export interface DictionaryLimits {
  readonly entries: number;
  readonly textBytes: number;
  readonly issues: number;
  /** A longer text is interpreted each time. */
  readonly longest: number;
  /** After so many texts it shows whether they repeat. */
  readonly trial: number;
}

export const dictionaryLimits: DictionaryLimits = {
  entries: 65_536,
  textBytes: 4 * 1024 * 1024,
  issues: 4096,
  longest: 256,
  trial: 8192,
};

/**
 * The texts of a column and what they mean. Each is interpreted once, by the reader that defines what texts mean, and is
 * known by its bytes and tag from then on, refusals included.
 */
export class Dictionary<T> {
  /** Values by id: equal values have one id, however they were written. */
  values: T[] = [];
  /** Goes up when all ids are forgotten: whatever is remembered of ids must be forgotten with it. */
  generation = 0;
  /** By id: what is to be said of a value, where it is not plain. */
  notes: (string | undefined)[] = [];
  hasNotes = false;
  readonly #interpret: Interpret<T>;
  readonly #limits: DictionaryLimits;
  readonly #ids = new Map<T, number>();
  readonly #notedIds = new Map<string, number>();
  #issues: (readonly Issue[])[] = [];
  #slots = new Int32Array(64);
  #size = 0;
  // By entry, from 1 on: hash, text and meaning.
  #hashes = new Int32Array(64);
  #starts = new Int32Array(64);
  #lengths = new Int32Array(64);
  #tags = new Uint8Array(64);
  #meanings = new Int32Array(64);
  #texts = new Uint8Array(4096);
  #view = new DataView(this.#texts.buffer);
  #textsEnd = 0;
  /** Values that were refused after they were read: why takes memory as well. */
  refused = 0;
  /** Texts that were looked up, until it is decided whether they repeat. */
  #tried = 0;
  #added = 0;
  #isTried = false;
  #isForgetful = false;

  constructor(interpret: Interpret<T>, limits: DictionaryLimits = dictionaryLimits) {
    this.#interpret = interpret;
    this.#limits = limits;
  }

  /** Before a batch: one that has grown too large, or whose texts do not repeat, starts from nothing. */
  trim(): void {
    const { entries, textBytes, issues, trial } = this.#limits;
    if (!this.#isTried && this.#tried >= trial) {
      this.#isTried = true;
      this.#isForgetful = this.#added * 2 > this.#tried;
    }
    const isFull =
      this.values.length >= entries ||
      this.#size >= entries ||
      this.#textsEnd >= textBytes ||
      this.#issues.length + this.refused >= issues;
    if (isFull || (this.#isForgetful && this.#size + this.values.length > 0)) this.#forget();
  }

  #forget(): void {
    this.generation += 1;
    this.values = [];
    this.notes = [];
    this.#issues = [];
    this.refused = 0;
    this.#ids.clear();
    this.#notedIds.clear();
    if (this.#slots.length > 16_384) this.#slots = new Int32Array(64);
    else this.#slots.fill(0);
    this.#size = 0;
    this.#textsEnd = 0;
  }

  /** The id of a cell's value, `absent`, or the lower id of what could not be read. */
  find({ view }: Arena, start: number, end: number, tag: number): number {
    const length = end - start;
    if (length > this.#limits.longest) return this.#interpretAt(view, start, end, tag);
    const hash = hashBytes(view, start, end, tag);
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] ?? 0;
      if (entry === 0) return this.#add(view, start, end, tag, hash, slot);
      if (
        this.#hashes[entry] === hash &&
        this.#lengths[entry] === length &&
        this.#tags[entry] === tag &&
        this.#isText(entry, view, start, end)
      ) {
        return this.#meanings[entry] ?? absent;
      }
    }
  }

  /** The id of a value, be it new. */
  idOf(value: T, note?: string): number {
    // The same value with and without a note (`Spain` and `ES`) has two ids.
    const ids: Map<T | string, number> = note === undefined ? this.#ids : this.#notedIds;
    const key = note === undefined ? value : note;
    const known = ids.get(key);
    if (known !== undefined) return known;
    const id = this.values.push(value) - 1;
    this.notes.push(note);
    if (note !== undefined) this.hasNotes = true;
    ids.set(key, id);
    return id;
  }

  /** The id of what a text means that is not in the arena. */
  read(text: string, tag: Tag): number {
    const meaning = this.#interpret(text, tag);
    if (meaning.value !== undefined) return this.idOf(meaning.value, meaning.note);
    const issues = 'issues' in meaning ? meaning.issues : undefined;
    return issues === undefined ? absent : absent - this.#issues.push(issues);
  }

  /** Why a text could not be read. */
  issuesOf(id: number): readonly Issue[] {
    return this.#issues[absent - 1 - id] ?? [];
  }

  #isText(entry: number, view: DataView, start: number, end: number): boolean {
    const own = this.#view;
    for (let i = start, k = this.#starts[entry] ?? 0; i < end; i += 4, k += 4) {
      if (wordAt(view, i, end) !== own.getInt32(k, true)) return false;
    }
    return true;
  }

  #interpretAt(view: DataView, start: number, end: number, tag: number): number {
    return this.read(meantText(Buffer.from(view.buffer, start, end - start).toString(), tag), tag as Tag);
  }

  #add(view: DataView, start: number, end: number, tag: number, hash: number, slot: number): number {
    if (!this.#isTried) this.#added += 1;
    const meaning = this.#interpretAt(view, start, end, tag);
    const length = end - start;
    const entry = (this.#size += 1);
    if (entry === this.#hashes.length) this.#growEntries();
    while (this.#textsEnd + length + 4 > this.#texts.length) this.#growTexts();
    this.#hashes[entry] = hash;
    this.#starts[entry] = this.#textsEnd;
    this.#lengths[entry] = length;
    this.#tags[entry] = tag;
    this.#meanings[entry] = meaning;
    for (let i = start, k = this.#textsEnd; i < end; i += 4, k += 4) {
      this.#view.setInt32(k, wordAt(view, i, end), true);
    }
    this.#textsEnd += (length + 3) & ~3;
    this.#slots[slot] = entry;
    if (entry * 3 > this.#slots.length) this.#rehash();
    return meaning;
  }

  /** Notes that texts were looked up, for the decision whether they repeat. */
  count(texts: number): void {
    this.#tried += this.#isTried ? 0 : texts;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    for (let entry = 1; entry <= this.#size; entry += 1) {
      let slot = (this.#hashes[entry] ?? 0) & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = entry;
    }
    this.#slots = slots;
  }

  #growEntries(): void {
    const length = this.#hashes.length * 2;
    this.#hashes = grown(this.#hashes, length);
    this.#starts = grown(this.#starts, length);
    this.#lengths = grown(this.#lengths, length);
    this.#meanings = grown(this.#meanings, length);
    const tags = new Uint8Array(length);
    tags.set(this.#tags);
    this.#tags = tags;
  }

  #growTexts(): void {
    const texts = new Uint8Array(this.#texts.length * 2);
    texts.set(this.#texts);
    this.#texts = texts;
    this.#view = new DataView(texts.buffer);
  }
}

/** The text that a cell's bytes mean. */
export function meantText(written: string, tag: number): string {
  if (tag === Tag.csvEscaped) return written.replaceAll('""', '"');
  if (tag === Tag.jsonEscaped) return JSON.parse(`"${written}"`) as string;
  return tag === Tag.number ? String(Number(written)) : written;
}

function grown(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}

/** Something worked out once for each value of a dictionary. */
export class PerValue<T, R> {
  #results: R[] = [];
  readonly #dictionary: Pick<Dictionary<T>, 'values' | 'generation'>;
  readonly #compute: (value: T) => R;
  #generation = 0;

  constructor(dictionary: Pick<Dictionary<T>, 'values' | 'generation'>, compute: (value: T) => R) {
    this.#dictionary = dictionary;
    this.#compute = compute;
  }

  /** By id, all that are known now. */
  update(): readonly R[] {
    const { generation, values } = this.#dictionary;
    if (generation !== this.#generation) this.#results = [];
    this.#generation = generation;
    for (let id = this.#results.length; id < values.length; id += 1) this.#results.push(this.#compute(values[id] as T));
    return this.#results;
  }
}
